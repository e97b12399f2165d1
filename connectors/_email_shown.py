"""What somebody who looks at a mail needs of it, where nothing else could be made of it."""

from collections.abc import Mapping

from connectors._email_parse import UnreadableMailError, parse

_HEADERS = ("from", "to", "reply-to", "date", "subject")
_LONGEST = 5_000


def shown(raw: bytes) -> Mapping[str, str]:
    """Return who wrote a mail to whom, and its text; nothing of what is no mail. Never raises."""
    try:
        mail = parse(raw)
        found = {name: mail.header(name) for name in _HEADERS}
        found["text"] = mail.body.strip()[:_LONGEST]
    except UnreadableMailError:
        return {}
    except Exception:  # noqa: BLE001 - the bytes are anybody's, and one mail must not hide the others
        return {}
    return {name: text for name, text in found.items() if text}
