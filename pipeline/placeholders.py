"""Tell texts that somebody forgot to replace from texts that are meant."""

import re
from collections.abc import Iterator

from policy.vocabulary import Notice

_IN_ADDRESSES = (".example", "insert", "your-", "example.")
_IN_TEXTS = re.compile(
    r"\[\s*(?:insert|your|date|company|name|address|e-?mail|website|phone|todo|tbd)\b[^\]]{0,60}\]"
    r"|<\s*(?:insert|your)\b[^>]{0,60}>"
    r"|\blorem ipsum\b|\bchange-?me\b|\bTODO\b|\bXXX+\b",
    re.IGNORECASE,
)


_IN_VALUES = re.compile(
    r"\byour[-_](?:agency|company|domain|site|name|shop|host|server|mail|email|key|token|id|org)\b"
    r"|\bexample\.(?:com|org|net)\b|\.example\b",
    re.IGNORECASE,
)


def is_placeholder(address: str) -> bool:
    """Say whether an address or a host name was left as an example has it."""
    lowered = address.lower()
    return any(sign in lowered for sign in _IN_ADDRESSES)


def placeholder_in(text: str) -> str | None:
    """Return the part of a text that nobody can have meant, None if there is none."""
    found = _IN_TEXTS.search(text)
    return found[0] if found else None


def _in_value(text: str) -> str | None:
    found = _IN_VALUES.search(text)
    return found[0] if found else placeholder_in(text)


def placeholders_of(tree: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield where in a configuration such parts stand, and the parts; secrets are passed over."""
    match tree:
        case str(text):
            if (found := _in_value(text)) is not None:
                yield place, found
        case list(entries):
            for number, entry in enumerate(entries):
                named = entry.get("id", number) if isinstance(entry, dict) else number
                yield from placeholders_of(entry, f"{place}[{named}]")
        case {"env": str()} | {"file": str()}:
            return
        case dict(entries):
            for key, entry in entries.items():
                yield from placeholders_of(entry, f"{place}.{key}" if place else str(key))


def placeholder_of_notice(notice: Notice) -> str | None:
    """Return such a part of a wording that people were shown, None if there is none."""
    texts = (
        *(notice.title, notice.body, notice.privacy_url, notice.privacy_link_text),
        *(box.text for box in notice.boxes),
        *(question.label for question in notice.questions),
    )
    return next((found for text in texts if text and (found := placeholder_in(text))), None)
