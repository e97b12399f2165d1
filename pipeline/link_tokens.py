"""What the links in our mails name: a row of ours and its controller, and nobody by name."""

from uuid import UUID

from connectors.base import Signs

OPT_IN = "opt-in"
REQUEST = "request"
"""The uses of tokens: one made for one use is none for another."""

_KEY_BYTES = 16


def token_of(signer: Signs, use: str, controller_id: str, key: UUID) -> str:
    """Return a token that names a row of a controller."""
    return signer.sign(use, key.bytes + controller_id.encode())


def named_by(signer: Signs, use: str, token: str) -> tuple[str, UUID] | None:
    """Return the controller and the key that a token of ours names, None if it is none."""
    content = signer.content(use, token)
    if content is None or len(content) <= _KEY_BYTES:
        return None
    return content[_KEY_BYTES:].decode("ascii", "replace"), UUID(bytes=content[:_KEY_BYTES])
