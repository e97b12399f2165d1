"""The recorded mails, and how they are read in these tests.

The first word of a file's name says what must come of it; the golden file beside it says all.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from connectors._email_account import EmailInboxSettings
from connectors._email_read import MEDIA_TYPE, read_mail
from connectors.base import Delivery, Problem, Reading, SourceErasure, Submission
from connectors.heard import AddressDead, Noted, RightAsked, StopAsked
from tests.connectors import meta_corpus

ROOT = meta_corpus.ROOT.parent / "email_inbox"
RECEIVED_AT = datetime(2026, 11, 24, 10, 0, 6, tzinfo=UTC)
SETTINGS: dict[str, Any] = {
    "host": "127.0.0.1",
    "username": "hello@my-agency.example",
    "password": "the-password-of-the-mailbox",
    "addresses": ["hello@my-agency.example", "abuse@my-agency.example"],
    "authentication_hosts": ["in.my-agency.example"],
    "forms": [
        {
            "form": "contact",
            "sender": "forms@www.my-agency.example",
            "language": "en",
            "privacy_url": "https://www.my-agency.example/privacy",
            "fields": {"full_name": "Your name", "email": "Your email", "phone": "Phone"},
            "tick_boxes": [
                {
                    "key": "email_updates",
                    "field": "Newsletter",
                    "wording": "Yes, send me news by e-mail.",
                    "yes": ["yes"],
                    "no": ["no", ""],
                }
            ],
        }
    ],
}


def settings(**changes: Any) -> EmailInboxSettings:
    """Return the settings of the mailbox."""
    return EmailInboxSettings.model_validate(SETTINGS | changes)


def mails() -> list[Path]:
    """Return the recorded mails."""
    return sorted(ROOT.glob("*.eml"))


def delivery(raw: bytes, media_type: str = MEDIA_TYPE) -> Delivery:
    """Return a mail as it is fetched."""
    return Delivery(None, raw, media_type, RECEIVED_AT, position="INBOX 7")


def read(raw: bytes, media_type: str = MEDIA_TYPE, **changes: Any) -> list[Reading]:
    """Return what a mail says."""
    return list(read_mail(delivery(raw, media_type), settings(**changes)))


def written(
    body: str,
    subject: str = "Hello",
    sender: str = "Priya Sharma <priya.sharma@mail.example>",
    more: str = "",
) -> bytes:
    """Return a plain mail of somebody."""
    return (
        f"From: {sender}\r\nTo: hello@my-agency.example\r\nSubject: {subject}\r\n{more}"
        "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <made@mail.example>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


def classes(readings: list[Reading]) -> frozenset[str]:
    """Return what a mail turned out to be, in the words of the files' names."""
    return frozenset(map(_class, readings))


def _class(reading: Reading) -> str:  # noqa: PLR0911 - one word for each kind
    if isinstance(reading, Submission):
        return str(reading.origin["class"])
    if isinstance(reading, StopAsked):
        if reading.reason == "complaint":
            return "complaint"
        return "optout" if reading.is_sure else "unsure"
    if isinstance(reading, AddressDead):
        return "bounce"
    if isinstance(reading, RightAsked):
        return "right"
    if isinstance(reading, Noted):
        return "noted"
    if isinstance(reading, Problem):
        return {"spam": "spam", "in_review": "review"}.get(reading.code, reading.code)
    return type(reading).__name__


def expected(path: Path) -> str:
    """Return what must come of a mail."""
    return path.stem.partition("_")[0]


def as_json(readings: list[Reading]) -> list[Any]:
    """Return what a mail says, for a golden file."""
    return [_as_json(each) for each in readings]


def _as_json(reading: Reading) -> Any:
    if isinstance(reading, Submission | Problem):
        return meta_corpus.as_json(reading)
    assert not isinstance(reading, SourceErasure)
    said = {type(reading).__name__: reading._asdict()}
    return orjson.loads(orjson.dumps(said))
