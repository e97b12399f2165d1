"""Fetch what is new in one folder of a mailbox, without changing anything in it.

A message is named for ever by its folder, the folder's UIDVALIDITY and its UID (RFC 9051 2.3.1.1).
If UIDVALIDITY changes all UIDs are void: the folder is looked through by date, and whoever stores
the mails knows those again that it has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from connectors._email_read import MEDIA_TYPE, TRUNCATED
from connectors.base import Batch, Delivery
from policy.errors import SourceRefused

MOST_IN_A_BATCH = 100
MOST_BYTES = 8 * 1024 * 1024
_KEPT_OF_LARGE = 64 * 1024
_SIZES_AT_ONCE = 500
_BEFORE_THE_LAST_LOOK = timedelta(days=3)
"""SINCE knows days of the server's zone only, and what was on its way then must be found too."""
_LOOK_IS_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder was read: its UIDVALIDITY, the last UID, the first one, and when (aware)."""

    validity: int
    last: int
    first: int
    looked_at: datetime

    def text(self) -> str:
        """Return it as a cursor."""
        return orjson.dumps(
            [self.validity, self.last, self.first, self.looked_at.isoformat()]
        ).decode()


def place_in(cursor: str | None) -> Place | None:
    """Return what a cursor says, None if it says nothing that can be used."""
    try:
        validity, last, first, looked_at = orjson.loads(cursor or "")
        return Place(int(validity), int(last), int(first), datetime.fromisoformat(looked_at))
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class Limits:
    """How far back a first look goes, and from which size (bytes) only a beginning is kept."""

    first: timedelta
    largest: int


def batches_of(
    client: IMAPClient, folder: str, cursor: str | None, limits: Limits, now: datetime
) -> Iterator[Batch]:
    """Yield the mails that came into a folder since its cursor, in the order of their UIDs.

    Raises:
        SourceRefused: the folder is not there.
    """
    known = place_in(cursor)
    state = _state(client, folder)
    validity, end = state[b"UIDVALIDITY"], state[b"UIDNEXT"] - 1
    is_same = known is not None and known.validity == validity
    if is_same and known and known.last >= end:
        if now - known.looked_at >= _LOOK_IS_NOTED_EVERY:
            yield Batch(folder, (), Place(validity, known.last, known.first, now).text())
        return
    client.select_folder(folder, readonly=True)
    if is_same and known:
        found = client.search(["UID", f"{known.last + 1}:*"])
        uids = sorted(uid for uid in found if uid > known.last)
    else:
        since = known.looked_at - _BEFORE_THE_LAST_LOOK if known else now - limits.first
        uids = sorted(client.search(["SINCE", since.date()]))
    first = known.first if is_same and known else (uids[0] if uids else end + 1)
    # Only a look that reached the end may say that it was one: if it is broken off and the UIDs are
    # void after that, the folder must be looked through from where this look began.
    looked_at = known.looked_at if known else now - limits.first
    for group in _groups(client, uids, limits):
        deliveries = _fetched(client, folder, group, limits.largest)
        yield Batch(folder, deliveries, Place(validity, max(group), first, looked_at).text())
    last = max([end, *uids[-1:]])
    yield Batch(folder, (), Place(validity, last, first, now).text())


def _state(client: IMAPClient, folder: str) -> dict[bytes, int]:
    try:
        found: dict[bytes, int] = client.folder_status(folder, ["UIDVALIDITY", "UIDNEXT"])
    except IMAPClientError as error:
        if isinstance(error, client.AbortError):
            raise
        raise SourceRefused(
            f"The mailbox has no folder {folder!r} that we may read. Cure: name those that it has"
            " in `folders`; `leadledger check` lists them."
        ) from None
    return found


Sized = dict[int, tuple[int, datetime]]


def _groups(client: IMAPClient, uids: Sequence[int], limits: Limits) -> Iterator[Sized]:
    """Yield runs of messages that are small enough together, with their sizes and times."""
    group: Sized = {}
    total = 0
    for start in range(0, len(uids), _SIZES_AT_ONCE):
        some = uids[start : start + _SIZES_AT_ONCE]
        answer = client.fetch(some, ["RFC822.SIZE", "INTERNALDATE"])
        for uid in some:
            if uid not in answer:
                continue  # it has gone since
            size, at = answer[uid][b"RFC822.SIZE"], answer[uid][b"INTERNALDATE"]
            weight = min(size, limits.largest)
            if group and (len(group) >= MOST_IN_A_BATCH or total + weight > MOST_BYTES):
                yield group
                group, total = {}, 0
            group[uid] = (size, at)
            total += weight
    if group:
        yield group


def _fetched(client: IMAPClient, folder: str, group: Sized, largest: int) -> list[Delivery]:
    whole = [uid for uid, (size, _) in group.items() if size <= largest]
    answer: dict[int, dict[bytes, Any]] = client.fetch(whole, ["BODY.PEEK[]"]) if whole else {}
    found = []
    for uid, (size, at) in group.items():
        if size > largest:
            part = client.fetch([uid], [f"BODY.PEEK[]<0.{_KEPT_OF_LARGE}>"]).get(uid, {})
            raw, kind = part.get(b"BODY[]<0>"), TRUNCATED
        else:
            raw, kind = answer.get(uid, {}).get(b"BODY[]"), MEDIA_TYPE
        if raw is not None:
            found.append(Delivery(None, raw, kind, at, position=f"{folder} {uid}"))
    return found


def file_away(
    client: IMAPClient, folder: str, cursor: str | None, handled: str, target: str | None
) -> None:
    """Mark or move what is stored: what the cursor has passed, so nothing else can be meant.

    It is done at the beginning of the next look, since the cursor is stored only after a look.
    Nothing is ever expunged: a client's plain EXPUNGE would remove what others marked as deleted.

    Raises:
        SourceRefused: the server cannot move messages, or has no such folder.
    """
    place = place_in(cursor)
    if place is None or place.last < place.first:
        return
    state = client.select_folder(folder)
    if state[b"UIDVALIDITY"] != place.validity:
        return
    span = ["UID", f"{place.first}:{place.last}"]
    if handled == "flag":
        fresh = client.search([*span, "UNKEYWORD", "$LeadLedger"])
        for start in range(0, len(fresh), _SIZES_AT_ONCE):
            client.add_flags(fresh[start : start + _SIZES_AT_ONCE], [b"$LeadLedger"], silent=True)
        return
    uids = [uid for uid in client.search(span) if uid <= place.last]
    if not uids:
        return
    if not client.has_capability("MOVE"):
        raise SourceRefused(
            "The server cannot move messages without deleting others' too. Cure: set"
            ' `handled = "flag"` or "leave".'
        )
    try:
        for start in range(0, len(uids), _SIZES_AT_ONCE):
            client.move(uids[start : start + _SIZES_AT_ONCE], target)
    except IMAPClientError as error:
        if isinstance(error, client.AbortError):
            raise
        raise SourceRefused(
            f"Mails cannot be moved to {target!r}. Cure: make that folder, or name another as"
            " `handled_folder`."
        ) from None
