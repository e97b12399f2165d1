"""Erase a person from what is no lead: what nobody could read, our own mails, their requests."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import delivery as deliveries
from models import erasure, inbox, outbox
from models.ledger import Entry, LedgerKind
from pipeline.corrected_away import CorrectedAway, Sighting, theirs_and_doubtful
from pipeline.erasure_subject import Subject
from pipeline.traces import Traces
from policy.erasure import delays_erasure, may_strip_request
from policy.identity import normalise_email
from policy.retention_rules import RetentionReason
from policy.rights.steps import RequestStatus
from policy.vocabulary import Identifier, IdentifierKind

ANSWERED = frozenset({RequestStatus.ACTED, RequestStatus.ANSWERED, RequestStatus.CLOSED})


@dataclass(slots=True)
class Found:
    """What was found of a person. `waiting` are references of requests that must be answered first.

    `deliveries` are (key, source) of what was set aside, `pushes` of what waits in the inbox;
    `requests` are those that lose the person's words, `mails` wait to be sent to the person.
    `doubtful` counts what came by an address or number after it was corrected away, and stays.
    """

    deliveries: list[tuple[UUID, str]] = field(default_factory=list)
    pushes: list[tuple[UUID, str]] = field(default_factory=list)
    mails: list[Row[Any]] = field(default_factory=list)
    requests: list[UUID] = field(default_factory=list)
    waiting: tuple[str, ...] = ()
    is_asked_for: bool = False
    doubtful: int = 0

    @property
    def has_unread(self) -> bool:
        """Say whether there is anything of which nobody knows what it says."""
        return bool(self.deliveries or self.pushes)

    def counts(self) -> Counter[str]:
        """Return how much there is in each place."""
        return Counter(
            set_aside=len(self.deliveries),
            inbox=len(self.pushes),
            mails=len(self.mails),
            requests=len(self.requests),
        )


@dataclass(slots=True)
class Scan:
    """What of all that is unread holds some identifiers: (key, source), and how far was read.

    `seen` is what holds only what was corrected away.
    """

    alone: frozenset[Identifier]
    away: CorrectedAway
    seen: dict[str, list[Sighting]] = field(default_factory=lambda: defaultdict(list))
    hits: dict[str, list[tuple[UUID, str]]] = field(default_factory=lambda: defaultdict(list))
    reached: dict[str, UUID] = field(default_factory=dict)


def scan_unread(
    connection: Connection, controller_id: str, subject: Subject, before: Scan | None
) -> Scan:
    """Return what holds an identifier of a person, however it is written.

    To read everything takes a while, so it is done before the transaction in which nobody else can
    write; `before` is what was found then, and only what came since is read.
    """
    is_of_them = before is not None and (before.alone, before.away) == (subject.alone, subject.away)
    scan = before if before is not None and is_of_them else Scan(subject.alone, subject.away)
    traces = Traces(scan.alone)
    for table in erasure.UNREAD:
        name = str(table.name)
        known = [*(id_ for id_, _ in scan.hits[name]), *(each.key for each in scan.seen[name])]
        left = erasure.still_unread(connection, table, controller_id, known) if known else set()
        scan.hits[name] = [hit for hit in scan.hits[name] if hit[0] in left]
        scan.seen[name] = [each for each in scan.seen[name] if each.key in left]
        unread = erasure.unread_payloads(connection, table, controller_id, scan.reached.get(name))
        for row in unread:
            scan.reached[name] = row.id
            if traces.are_in(row.payload):
                scan.hits[name].append((row.id, row.source_id))
            else:
                seen = scan.away.seen_in_bytes(row.id, row.source_id, row.received_at, row.payload)
                scan.seen[name] += seen
    return scan


def find_unread(
    connection: Connection,
    controller_id: str,
    subject: Subject,
    before: Scan | None,
    request: str | None = None,
) -> Found:
    """Return what holds an address or number that names this person alone, or once did.

    A shared one is no trace: what has only that may be about somebody else. `request` is the
    reference of the person's own request, whenever it came. Rules: ERA-3, ERA-7.
    """
    scan = scan_unread(connection, controller_id, subject, before)
    found = Found()
    places = []
    for table in erasure.UNREAD:
        seen = scan.seen[str(table.name)]
        theirs, doubtful = theirs_and_doubtful(connection, controller_id, seen)
        places.append([*scan.hits[str(table.name)], *theirs.items()])
        found.doubtful += len(doubtful)
    found.deliveries, found.pushes = places
    rows, since = _requests(connection, controller_id, subject, request)
    found.doubtful += since
    stripped = [row for row in rows if may_strip_request(row.right, is_answered=_is_answered(row))]
    found.requests = [row.id for row in stripped]
    waiting = [row for row in rows if row not in stripped]
    found.waiting = tuple(sorted(row.reference for row in waiting))
    found.is_asked_for = any(
        delays_erasure(row.right, is_answered=_is_answered(row)) for row in rows
    )
    needed, bare = {row.id for row in waiting}, set(found.requests)
    emails = set(subject.values(IdentifierKind.EMAIL))
    found.mails = [
        mail
        for mail in erasure.waiting_mails(connection, controller_id)
        if mail.subject_id in bare
        or (normalise_email(mail.address) in emails and mail.subject_id not in needed)
    ]
    return found


def _requests(
    connection: Connection, controller_id: str, subject: Subject, own: str | None
) -> tuple[list[Row[Any]], int]:
    """Return the requests in which the person gave an address or number, and nobody else did.

    And how many came by one since it was corrected away, so that nobody can say.
    """
    emails = set(subject.values(IdentifierKind.EMAIL))
    phones = subject.values(IdentifierKind.PHONE)
    rows = [
        row
        for row in erasure.requests_naming(connection, controller_id, sorted(emails), phones)
        if row.email is None or row.email in emails
    ]
    if not subject.away:
        return rows, 0
    more = erasure.requests_with_details(connection, controller_id)
    seen = [
        each
        for row in more
        for each in subject.away.seen_in(row.id, "", row.received_at, _given(row))
    ]
    theirs, doubtful = theirs_and_doubtful(connection, controller_id, seen)
    known = {row.id for row in rows}
    rows += [
        row for row in more if row.id not in known and (row.id in theirs or row.reference == own)
    ]
    return rows, len(doubtful.keys() - {row.id for row in rows})


def _given(row: Row[Any]) -> list[Identifier]:
    """Return by what a request names somebody: by the address, if there is one.

    A number beside somebody's address may be theirs too.
    """
    if row.email is not None:
        return [Identifier(IdentifierKind.EMAIL, row.email)]
    return [Identifier(IdentifierKind.PHONE, row.phone)]


def _is_answered(row: Row[Any]) -> bool:
    return row.status in ANSWERED


def erase_unread(connection: Connection, controller_id: str, found: Found) -> list[Entry]:
    """Delete what was found, in the transaction of the erasure; return the ledger's entries."""
    gone = [id_ for id_, _ in found.deliveries]
    deliveries.drop_deliveries(connection, controller_id, gone)
    inbox.drop_pushes(connection, controller_id, [id_ for id_, _ in found.pushes])
    outbox.drop_mails(connection, controller_id, [mail.id for mail in found.mails])
    erasure.strip_requests(connection, controller_id, found.requests)
    return [*_deleted((*found.deliveries, *found.pushes)), *_dropped(found.mails)]


def _deleted(unread: Sequence[tuple[UUID, str]]) -> Iterable[Entry]:
    for id_, source_id in unread:
        detail = {"source": source_id, "reason": RetentionReason.ERASURE_OWED}
        yield LedgerKind.DELIVERY_DELETED, id_.hex, detail


def _dropped(mails: Collection[Row[Any]]) -> Iterable[Entry]:
    for mail in mails:
        yield LedgerKind.MAIL_DROPPED, mail.subject_id.hex, {"mail": mail.kind, "reason": "erased"}
