"""What one person wrote in a mail: their own words, without what they quoted of others."""

from typing import NamedTuple

from connectors._email_own_words import written
from connectors._email_parse import UnreadableMailError, parse

_LONGEST = 20_000


class OwnPart(NamedTuple):
    """A mail as its writer may see it again. `is_cut`: quoted words, files or length were cut.

    `senders` are addresses as they are written; `sent_at` is the mail's own word for its time.
    """

    senders: tuple[str, ...]
    sent_at: str
    subject: str
    text: str
    is_cut: bool

    def __repr__(self) -> str:
        """Say nothing: it is somebody's."""
        return "OwnPart(…)"


def thread_of(raw: bytes) -> str:
    """Return who and what else stands in a mail, quotes too: to be searched, never to be shown."""
    try:
        mail = parse(raw)
        people = [
            address for _, address in mail.addresses("from", "sender", "reply-to", "to", "cc")
        ]
        return " \n".join([*people, mail.body, mail.other_body])
    except Exception:  # noqa: BLE001 - the bytes are anybody's: nothing is known of them then
        return ""


def own_part(raw: bytes) -> OwnPart | None:
    """Return what the writer of a mail wrote themselves; None if it cannot be read. Never raises.

    Whatever may be a quote is taken for one, so that nobody else's words are shown.
    """
    try:
        mail = parse(raw)
        parts = written(mail.body, is_reply=True)
        senders = tuple(address for _, address in mail.addresses("from"))
        text = f"{parts.own}\n{parts.signature}".strip()
        sent_at, subject = mail.header("date"), mail.header("subject")
    except UnreadableMailError:
        return None
    except Exception:  # noqa: BLE001 - the bytes are anybody's: they are then not shown
        return None
    is_cut = bool(parts.quoted) or len(text) > _LONGEST or mail.attachments > 0
    return OwnPart(senders, sent_at, subject, text[:_LONGEST], is_cut)
