"""A mailbox: enquiries, form notifications, opt-outs, bounces, complaints and requests by mail.

IMAP4rev2 (RFC 9051), with IDLE (RFC 2177) where the server has it. Nothing in the mailbox is
changed unless the settings say so.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from imapclient import IMAPClient

from connectors._email_account import EmailInboxSettings
from connectors._email_files import open_mail_file
from connectors._email_line import signed_in, telling
from connectors._email_oauth import AccessTokens
from connectors._email_pull import Limits, batches_of, file_away, place_in
from connectors._email_read import ACCEPTED, read_mail
from connectors._email_shown import shown
from connectors.base import (
    Batch,
    ConnectorIO,
    Delivery,
    ProbeResult,
    Reading,
    Source,
    StreamFailed,
)
from connectors.probed import ProbeFault, fault_of
from policy.errors import SourceError, SourceRefused
from policy.looks import Looked

_IDLE_SLICE_SECONDS = 1.0
_LONGEST_IDLE_SECONDS = 29 * 60.0
"""Servers may hang up on whoever idles for longer (RFC 2177)."""
_SUBJECT = "mailbox"


class EmailInbox:
    """One mailbox."""

    def __init__(self, settings: EmailInboxSettings, io: ConnectorIO) -> None:
        self._settings = settings
        self._io = io
        oauth = settings.oauth
        self._tokens = AccessTokens(oauth, io.now, settings.timeout_seconds) if oauth else None
        self._largest = int(settings.max_message_mb * 1024 * 1024)
        self._seen: dict[str, int] = {}

    def read(self, delivery: Delivery, /) -> Sequence[Reading]:
        """Read a mail. Never raises on bad data."""
        return read_mail(delivery, self._settings)

    def accepted(self, delivery: Delivery, /) -> Delivery:
        """Return a mail as one that somebody looked at."""
        return delivery._replace(media_type=ACCEPTED)

    def shown(self, delivery: Delivery, /) -> Mapping[str, str]:
        """Return what stands in a mail, for somebody to look at it."""
        return shown(delivery.payload)

    def open_file(self, path: Path, /) -> Iterable[Delivery]:
        """Yield the mails of an .eml file, an mbox or a Maildir.

        Raises:
            UsageError: it is none of these, or cannot be opened.
        """
        return open_mail_file(path, self._io.now(), self._largest)

    def poll(self, cursors: Mapping[str, str], /) -> Iterator[Batch | StreamFailed]:
        """Yield the new mails of every folder; a stream is a folder.

        Raises:
            SourceRefused: the server refuses the account, or is not who it says.
            SourceUnavailable: the server does not answer, or hung up.
            SourceChanged: it speaks in a way that is not understood.
        """
        settings = self._settings
        limits = Limits(timedelta(days=settings.first_days), self._largest)
        with self._line() as client:
            for folder in self._folders(client):
                cursor = cursors.get(folder)
                if known := place_in(cursor):
                    self._seen[folder] = known.last
                try:
                    if settings.handled != "leave":
                        target = settings.handled_folder
                        file_away(client, folder, cursor, settings.handled, target)
                    for batch in batches_of(client, folder, cursor, limits, self._io.now()):
                        if place := place_in(batch.cursor):
                            self._seen[folder] = place.last
                        yield self._not_ahead(batch)
                except SourceRefused as refusal:
                    yield StreamFailed(folder, refusal)

    def _not_ahead(self, batch: Batch) -> Batch:
        """Return a batch of which nothing came later than now, whatever the server's clock says."""
        now = self._io.now()
        arrived = [
            each._replace(received_at=min(each.received_at, now)) for each in batch.deliveries
        ]
        return replace(batch, deliveries=arrived)

    def wait_for_news(self, longest_seconds: float, is_stopping: Callable[[], bool], /) -> bool:
        """Idle in the first folder until something comes into it.

        Raises:
            SourceError: the server refuses us, does not answer, or hung up.
        """
        folder = self._settings.folders[0]
        ends_at = time.monotonic() + min(longest_seconds, _LONGEST_IDLE_SECONDS)
        with self._line() as client:
            if not client.has_capability("IDLE"):
                return self._wait(ends_at, is_stopping)
            state = client.select_folder(folder, readonly=True)
            if folder in self._seen and int(state.get(b"UIDNEXT", 0)) - 1 > self._seen[folder]:
                return True  # it came between the last look and now
            client.idle()
            while not is_stopping() and time.monotonic() < ends_at:
                began = time.monotonic()
                told = client.idle_check(timeout=_IDLE_SLICE_SECONDS)
                if not told and time.monotonic() - began < _IDLE_SLICE_SECONDS / 2:
                    break  # an empty answer at once is a hang-up; `idle_done` says so by raising
                if any(len(each) > 1 and each[1] in {b"EXISTS", b"RECENT"} for each in told):
                    return True
            client.idle_done()
        return False

    def _wait(self, ends_at: float, is_stopping: Callable[[], bool]) -> bool:
        while not is_stopping() and time.monotonic() < ends_at:
            self._io.sleep(_IDLE_SLICE_SECONDS)
        return False

    def probe(self) -> Iterator[ProbeResult]:
        """Yield whether signing in works, each folder is there, and the sender can be believed."""
        settings = self._settings
        try:
            with self._line() as client:
                yield ProbeResult("sign-in", True, "the server takes us", about=Looked.ACCESS)
                there = {name for _, _, name in client.list_folders()}
                for folder in self._folders(client):
                    is_there = folder in there
                    told = "is there" if is_there else "is not there. Cure: name one that is."
                    yield _folder(folder, told, is_there=is_there)
                listed = ", ".join(sorted(there)[:20])
                # by itself: names of folders may be names of people, and alarms repeat the others
                yield ProbeResult("folders", True, f"there are {listed}")
                if settings.handled == "move":
                    is_there = settings.handled_folder in there
                    told = "is there" if is_there else "is not there. Cure: make it."
                    yield _folder(settings.handled_folder or "", told, is_there=is_there)
                told = "news come at once" if client.has_capability("IDLE") else (
                    f"the server cannot tell of news; it is asked every {settings.poll_minutes:g}"
                    " minutes"
                )  # fmt: skip
                yield ProbeResult("idle", True, told)
        except SourceError as error:
            is_sure = isinstance(error, SourceRefused)
            yield ProbeResult(
                "sign-in", False, str(error), Looked.ACCESS, is_sure=is_sure, fault=fault_of(error)
            )
        if settings.authentication_hosts:
            yield ProbeResult("senders", True, "results of the receiving server are believed")
        else:
            told = (
                "no sender is believed, so no tick in a mail counts. Cure: set"
                " authentication_hosts, see docs/email.md, or leave it so."
            )
            yield ProbeResult("senders", None, told, fault=ProbeFault.SENDERS_NOT_BELIEVED)

    def _line(self) -> AbstractContextManager[IMAPClient]:
        return signed_in(self._settings, self._tokens, _SUBJECT)

    def _folders(self, client: IMAPClient) -> list[str]:
        """Return the folders to be read: those named, and the junk folder where there is one."""
        folders = list(self._settings.folders)
        with telling(_SUBJECT):
            junk = client.find_special_folder(b"\\Junk") if self._settings.junk else None
        if junk and junk not in folders and junk != self._settings.handled_folder:
            folders.append(junk)
        return folders


def _folder(name: str, told: str, *, is_there: bool) -> ProbeResult:
    fault = None if is_there else ProbeFault.PLACE_MISSING
    return ProbeResult(f"folder {name}", is_there, told, Looked.PERMISSION, fault=fault)


source = Source(name="email_inbox", settings=EmailInboxSettings, build=EmailInbox)
