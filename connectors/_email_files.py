"""Read mails from files: one .eml, an mbox, a Maildir folder. As a stream, in their order."""

import email.utils
import mailbox
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from connectors._email_parse import UnreadableMailError, parse
from connectors._email_read import MEDIA_TYPE, TRUNCATED
from connectors.base import Delivery
from policy.errors import UsageError

_KEPT_OF_LARGE = 64 * 1024
_FROM_LINE = re.compile(rb"^From \S+\s+(.+?)\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"^[!-9;-~]{1,100}:", re.MULTILINE)


def open_mail_file(path: Path, now: datetime, largest: int) -> Iterator[Delivery]:
    """Yield each mail of a file or folder, with when it reached a server.

    That is what the topmost Received header says, which the last server on the way wrote; else the
    separating line of an mbox, or the time of a Maildir's file. The Date header is the sender's
    own claim and is not used. Where nothing tells, it is `now`, which is never too early; where a
    clock was ahead, it is `now` too.

    Raises:
        UsageError: it is neither a mail, nor an mbox, nor a Maildir, or cannot be opened.
    """
    try:
        if path.is_dir():
            yield from _maildir(path, now, largest)
            return
        with path.open("rb") as file:
            head = file.read(64 * 1024)
        if _FROM_LINE.match(head):
            yield from _mbox(path, now, largest)
        elif _HEADER.match(head):
            yield _delivery(path.read_bytes(), now, now, largest, 1)
        else:
            raise UsageError(
                f"{path} is no mail, mbox or Maildir. Cure: save mails as .eml, or export the"
                " mailbox as mbox."
            )
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({type(error).__name__}). Cure: check the path."
        ) from None


def _maildir(path: Path, now: datetime, largest: int) -> Iterator[Delivery]:
    folders = [path / name for name in ("cur", "new") if (path / name).is_dir()]
    if not folders:
        raise UsageError(
            f"{path} is a folder, and no Maildir. Cure: name one that holds cur and new, or a file."
        )
    files = sorted(
        (file for folder in folders for file in folder.iterdir() if file.is_file()),
        key=lambda file: file.name,
    )
    for number, file in enumerate(files, start=1):
        at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        yield _delivery(file.read_bytes(), at, now, largest, number)


def _mbox(path: Path, now: datetime, largest: int) -> Iterator[Delivery]:
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), start=1):
            raw = box.get_bytes(key, from_=True)
            line = _FROM_LINE.match(raw)
            at = _moment(line.group(1).decode("ascii", "replace")) if line else None
            bare = raw[line.end() :] if line else raw
            yield _delivery(_unquoted(bare), at or now, now, largest, number)
    finally:
        box.close()


def _unquoted(raw: bytes) -> bytes:
    """Take back what an mbox adds to lines that look like its own, so that a mail is as it came."""
    return _QUOTED.sub(rb"\1", raw)


def _moment(text: str) -> datetime | None:
    for form in ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y"):
        try:
            found = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - mbox writes UTC without saying so
        except ValueError:
            continue
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _delivery(
    raw: bytes, otherwise: datetime, now: datetime, largest: int, number: int
) -> Delivery:
    is_large = len(raw) > largest
    kept = raw[:_KEPT_OF_LARGE] if is_large else raw
    kind = TRUNCATED if is_large else MEDIA_TYPE
    at = min(_received(kept) or otherwise, now)
    return Delivery(None, kept, kind, at, position=f"message {number}")


def _received(raw: bytes) -> datetime | None:
    try:
        found = parse(raw).header("received")
    except UnreadableMailError:
        return None
    try:
        at = email.utils.parsedate_to_datetime(found.rpartition(";")[2].strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.astimezone(UTC) if at.tzinfo else None
