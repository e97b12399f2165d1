"""The signed word of a page: which wording it showed, and when.

A page carries it in a hidden field, so that nobody can claim a wording that was never published.
What stands in a page of somebody else's server, the same for all visitors, names the wording alone.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from connectors.base import Signs
from policy.vocabulary import NoticeId

_USE = "form"
_PAGE, _SNIPPET = b"\x01", b"\x02"
_ID_BYTES, _TIME_BYTES, NONCE_BYTES = 32, 8, 16
_LONGEST_TOKEN = 256
_LATEST = 32_503_680_000
"""The year 3000, in seconds."""


class Shown(NamedTuple):
    """What a token says: the wording, and where a page was made for one visitor, when."""

    notice_id: NoticeId
    rendered_at: datetime | None
    nonce: str | None


def token_of_page(signer: Signs, notice_id: NoticeId, now: datetime, nonce: bytes) -> str:
    """Return the token of a page that is made for one visitor. `nonce` has 16 random bytes."""
    moment = int(now.timestamp()).to_bytes(_TIME_BYTES)
    return signer.sign(_USE, _PAGE + bytes.fromhex(notice_id) + moment + nonce)


def token_of_snippet(signer: Signs, notice_id: NoticeId) -> str:
    """Return the token of a page that is the same for all visitors."""
    return signer.sign(_USE, _SNIPPET + bytes.fromhex(notice_id))


def shown_by(signer: Signs, token: str) -> Shown | None:
    """Return what a token of ours says, None if it is none."""
    content = signer.content(_USE, token) if 0 < len(token) <= _LONGEST_TOKEN else None
    if content is None:
        return None
    kind, notice_id, rest = content[:1], content[1 : 1 + _ID_BYTES], content[1 + _ID_BYTES :]
    if kind == _SNIPPET and len(notice_id) == _ID_BYTES and not rest:
        return Shown(NoticeId(notice_id.hex()), None, None)
    if kind != _PAGE or len(rest) != _TIME_BYTES + NONCE_BYTES:
        return None
    seconds = int.from_bytes(rest[:_TIME_BYTES])
    if seconds > _LATEST:
        return None
    rendered_at = datetime.fromtimestamp(seconds, UTC)
    return Shown(NoticeId(notice_id.hex()), rendered_at, rest[_TIME_BYTES:].hex())
