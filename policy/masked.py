"""Show an address or number only so far that its owner knows it again."""

from policy.vocabulary import Identifier, IdentifierKind

_GAP = "\u2026"
_SHORT = 3


def masked(identifier: Identifier) -> str:
    """Return an identifier with its middle left out.

    A link can be forwarded, and its page must not give away an address that the reader does not
    know already. UK GDPR Art. 5(1)(c), 5(1)(f). Rule: OUT-6.

    Example:
        >>> masked(Identifier(IdentifierKind.EMAIL, "priya@mail.example"))
        'p…a@m….example'
    """
    if identifier.kind is IdentifierKind.PHONE:
        return f"{identifier.value[:3]}{_GAP}{identifier.value[-2:]}"
    local, _, domain = identifier.value.rpartition("@")
    name, _, ending = domain.rpartition(".")
    last = local[-1] if len(local) > _SHORT else ""
    return f"{local[:1]}{_GAP}{last}@{name[:1]}{_GAP}.{ending}"
