"""Show only so much of somebody as the reader needs: an address to its owner, none to auditors."""

import re
from collections.abc import Mapping
from typing import Any

from policy.free_text import ADDRESS, NOBODY, NUMBER_OR_NONE, KnownNames
from policy.identity import normalise_email, normalise_phone
from policy.vocabulary import Identifier, IdentifierKind

_GAP = "\u2026"
_SHORT = 3
_REGION = "GB"


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


class Mask:
    """Masks one answer: every value gets a number, the same value the same one.

    So an auditor sees that two records are of the same person, or not, and nothing else: a number
    tells neither a length nor a beginning, and means nothing in the next answer. What is shown is
    listed by the names of its fields; a field that nobody listed is masked. UK GDPR Art. 5(1)(c),
    25(2). Rule: STAFF-8.
    """

    def __init__(self, shown: frozenset[str], named: frozenset[str] = frozenset()) -> None:
        """Take the names of fields whose values are shown, and of those only named."""
        self._shown = shown
        self._named = shown | named
        self._numbers: dict[str, int] = {}

    def value(self, value: object) -> str | None:
        """Return what stands for a value; nothing stays nothing."""
        if value is None:
            return None
        number = self._numbers.setdefault(str(value), len(self._numbers) + 1)
        return f"[masked {number}]"

    def tree(self, value: Any, *, is_shown: bool = False) -> Any:  # noqa: ANN401 - JSON values
        """Return a tree of values with everything masked but what its fields' names let through."""
        if isinstance(value, Mapping):
            return {
                self._key(key): self.tree(each, is_shown=key in self._shown)
                for key, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.tree(each, is_shown=is_shown) for each in value]
        return value if is_shown else self.value(value)

    def _key(self, key: object) -> str | None:
        """Return a field's name, masked if a stranger could have made it up."""
        return str(key) if key in self._named else self.value(key)

    def text(self, text: str, names: KnownNames = NOBODY) -> str:
        """Return what somebody typed without addresses, numbers and the names that are known.

        The rest stays, so that an auditor can read what was done and why; what names people in
        another way stays too. UK GDPR Art. 5(1)(c), 25(2). Rule: STAFF-11.
        """
        shown = ADDRESS.sub(self._address, text)
        shown = NUMBER_OR_NONE.sub(self._number, shown)
        return names.replaced(shown, lambda name: str(self.value(name)))

    def _address(self, found: re.Match[str]) -> str:
        written = found.group().rstrip(".-")
        rest = found.group()[len(written) :]
        return f"{self.value(normalise_email(written) or written)}{rest}"

    def _number(self, found: re.Match[str]) -> str:
        if found.group("none"):
            return found.group()
        written = found.group()
        return str(self.value(normalise_phone(written, _REGION) or written))
