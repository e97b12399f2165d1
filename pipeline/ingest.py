"""Take deliveries in: read, decide, and write leads, proof, cursors and ledger all at once."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from connectors.base import Batch, Connector, Delivery, Problem, SourceErasure, Submission
from connectors.heard import Heard
from models import delivery as deliveries
from models import lead as leads
from models import ledger, removal
from models import permission as permissions
from models import person as people
from models.bulk import Values
from models.keys import new_hex_keys, new_keys
from models.ledger import Entry, LedgerKind
from models.mark import add_marks
from models.store import Store
from pipeline import compose
from pipeline.ask_to_confirm import ask_to_confirm, ticked
from pipeline.client_exit import has_left
from pipeline.erase_at_source import erase_at_source
from pipeline.gather import require_own_key
from pipeline.heed_heard import heed_heard
from pipeline.heed_opt_outs import heed_opt_outs
from pipeline.heed_restrictions import heed_restrictions
from pipeline.hold_back import hold_originals, with_masked_payloads
from pipeline.keep_notices import keep_notices
from pipeline.match_people import PeopleBook
from pipeline.meet_again import meet_again
from pipeline.prepare import Prepared, Preparer
from pipeline.recognise import Marked, Recogniser, by_way, removals
from pipeline.settings import ConfiguredSource
from pipeline.tie_copies import Tied, tie_copies
from policy.retention import quarantine_until
from policy.vocabulary import Grade, NoticeId, ReasonCode

MAX_NAMED = 50


@dataclass(frozen=True, slots=True)
class SetAside:
    """One record that could not be read: where it stood, and why."""

    position: str | None
    reason: str
    detail: str


@dataclass(slots=True)
class IngestReport:
    """What became of what deliveries said.

    `rows` is how much was said, and each of it counts once as `stored`, `tests`, `duplicates`,
    `arrived_again`, `too_old`, `removed_before`, `client_left` (its contract is over, and all of it
    deleted), `set_aside`, `erased_at_source`, `erasure_held`, `erased_before`, or, of messages,
    `stopped`, `stopped_unsure`, `addresses_dead`, `requests`, `requests_known` or `noted`. Other
    `counts` say more of the same: `suppressed` of what is `stored`, `consents`, `improved`,
    `masked`, `noted_…` by kind. `reasons` is why records were set aside, `named` the first of them.
    """

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    grades: Counter[Grade] = field(default_factory=Counter)
    named: list[SetAside] = field(default_factory=list)

    def add(self, other: "IngestReport") -> None:
        """Add another report to this one."""
        self.counts += other.counts
        self.rows += other.rows
        self.reasons += other.reasons
        self.grades += other.grades
        self.named += other.named[: MAX_NAMED - len(self.named)]


class _Read(NamedTuple):
    """What some deliveries turned out to say."""

    prepared: Sequence[Prepared]
    erased: Sequence[str]
    heard: Sequence[tuple[str, Delivery, Heard]]
    unreadable: Sequence[tuple[str, Delivery, Problem]]


class Ingest:
    """Takes the deliveries of one source in, a unit of work at a time."""

    def __init__(
        self, store: Store, source: ConfiguredSource, connector: Connector, actor: str
    ) -> None:
        """Prepare; nothing is read or written yet."""
        self._store = store
        self._source = source
        self._connector = connector
        self._actor = actor
        self._preparer = Preparer(source)
        self._recogniser = Recogniser(source.controller_id, source.id)
        self._shapes = compose.ShapeBook()
        self._known_notices: set[NoticeId] = set()
        self._is_key_checked = False

    def take(
        self,
        batches: Sequence[Batch],
        now: datetime,
        replaces: Sequence[UUID] = (),
        also: Callable[[Connection], None] = lambda _: None,
    ) -> IngestReport:
        """Take some batches in, whole or not at all.

        `replaces` are deliveries that were set aside and can be read now: they leave the shelf,
        since their bytes stay on their leads. `also` is done in the same transaction.

        Raises:
            ConfigError: the suppression list was made with another key; nothing was written.
            StoreUnavailable: nothing was written; the same batches may be given again.
        """
        return self._take(batches, self._read(batches), now, replaces, also)

    def set_aside(
        self,
        delivery: Delivery,
        problem: Problem,
        now: datetime,
        also: Callable[[Connection], None],
    ) -> IngestReport:
        """Set a delivery aside without reading it, because reading it fails.

        Raises:
            StoreUnavailable: nothing was written.
        """
        read = _Read([], [], [], [(self._actor, delivery, problem)])
        return self._take([], read, now, (), also)

    def _take(
        self,
        batches: Sequence[Batch],
        read: "_Read",
        now: datetime,
        replaces: Sequence[UUID],
        also: Callable[[Connection], None],
    ) -> IngestReport:
        prepared, erased, heard, unreadable = read
        report = IngestReport(rows=sum(map(len, read)))
        controller_id = self._source.controller_id
        with self._store.writing(controller_id) as connection:
            if not self._is_key_checked:
                require_own_key(connection, controller_id, self._source.suppression_key)
                self._is_key_checked = True
            deliveries.drop_deliveries(connection, controller_id, replaces)
            entries = self._write_notices(connection, now)
            detail = {"source": self._source.id}
            entries += [(LedgerKind.DELIVERY_REPLAYED, id_.hex, detail) for id_ in replaces]
            for same_way in by_way(prepared):
                entries += self._write_leads(connection, same_way, now, report)
            heeded = heed_heard(connection, self._source, heard, self._actor, now)
            report.counts += heeded.counts
            entries += heeded.entries
            unreadable = [*unreadable, *heeded.unheeded]
            entries += self._write_aside(connection, unreadable, now, report)
            report.counts += erase_at_source(connection, self._source, erased, self._actor, now)
            moved = {b.stream: b.cursor for b in batches if b.cursor is not None}
            deliveries.move_cursors(connection, controller_id, self._source.id, moved, now)
            also(connection)
            ledger.append(connection, controller_id, self._actor, entries, now)
        self._known_notices |= self._preparer.notices.keys()
        return report

    def _read(self, batches: Iterable[Batch]) -> "_Read":
        prepared: list[Prepared] = []
        erased: list[str] = []
        heard: list[tuple[str, Delivery, Heard]] = []
        unreadable: list[tuple[str, Delivery, Problem]] = []
        for batch in batches:
            for shown in batch.notices:
                self._preparer.notice_id(shown)
            for delivery in batch.deliveries:
                for outcome in self._connector.read(delivery):
                    if isinstance(outcome, Submission):
                        prepared.append(self._preparer.prepare(outcome, delivery))
                    elif isinstance(outcome, SourceErasure):
                        erased.append(outcome.external_id)
                    elif isinstance(outcome, Heard):
                        heard.append((batch.stream, delivery, outcome))
                    else:
                        unreadable.append((batch.stream, delivery, outcome))
                        self._note_form_of(delivery)
        return _Read(with_masked_payloads(prepared, self._connector), erased, heard, unreadable)

    def _note_form_of(self, delivery: Delivery) -> None:
        """Keep the wording of a form even if the item itself cannot be read yet."""
        if delivery.notice is not None:
            self._preparer.notice_id(delivery.notice)

    def _write_notices(self, connection: Connection, now: datetime) -> list[Entry]:
        seen = self._preparer.notices
        wanted = {id_: seen[id_] for id_ in seen.keys() - self._known_notices}
        return keep_notices(connection, self._source, wanted, now)

    def _write_leads(
        self,
        connection: Connection,
        batch: Sequence[Prepared],
        now: datetime,
        report: IngestReport,
    ) -> list[Entry]:
        """Write what is new, and deal with what is not."""
        if has_left(connection, self._source.controller):
            reason = ReasonCode.PROCESSOR_CONTRACT_ENDED
            return self._refused("client_left", reason, len(batch), report)
        ids = [prepared.external_id for prepared in batch]
        known = self._known(connection, ids)
        marked = self._recogniser.marked(batch)
        strangers = [id_ for id_ in ids if id_ not in known]
        copies = self._recogniser.copies(connection, strangers, marked)
        known |= copies.known
        add_marks(connection, copies.rows)
        gone = self._removed(connection, [id_ for id_ in strangers if id_ not in known], marked)
        fresh: dict[str, Prepared] = {}
        again: list[Prepared] = []
        too_old = removed = 0
        for prepared in batch:
            if prepared.external_id in known or prepared.external_id in fresh:
                again.append(prepared)
            elif prepared.external_id in gone:
                removed += 1
            elif prepared.expires_at <= now:
                too_old += 1
            else:
                fresh[prepared.external_id] = prepared
        entries = self._write_fresh(connection, list(fresh.values()), marked, now, report)
        held = [prepared for prepared in fresh.values() if prepared.masked_payload is not None]
        if again:
            known |= self._known(
                connection, [p.external_id for p in again if p.external_id in fresh]
            )
            met = [(prepared, known[prepared.external_id]) for prepared in again]
            tied = tie_copies(connection, self._source.controller_id, met, now)
            outcome = meet_again(connection, self._source.controller_id, met, now)
            entries += self._heeded(connection, tied, now)
            report.counts.update(outcome.counts)
            entries += outcome.entries
            held += outcome.held
        if held:
            report.counts["masked"] += len(held)
            entries += hold_originals(connection, self._source, held, now)
        entries += self._refused("too_old", ReasonCode.EXPIRED_RETENTION, too_old, report)
        entries += self._refused("removed_before", ReasonCode.ERASED, removed, report)
        return entries

    def _heeded(self, connection: Connection, tied: Tied, now: datetime) -> list[Entry]:
        """Write down what was objected to before another copy brought the address or number."""
        owner, key = self._source.controller_id, self._source.suppression_key
        heed_restrictions(connection, owner, key, tied.keys, self._actor, now)
        return heed_opt_outs(connection, owner, key, tied.keys, tied.made, now).entries

    def _refused(
        self, what: str, reason: ReasonCode, count: int, report: IngestReport
    ) -> list[Entry]:
        """Count what is not taken in, and return the ledger's entry of it."""
        if not count:
            return []
        report.counts[what] += count
        detail = {"source": self._source.id, "reason": reason, "count": count}
        return [(LedgerKind.LEAD_REFUSED, None, detail)]

    def _removed(
        self, connection: Connection, external_ids: Sequence[str], marked: Marked
    ) -> set[str]:
        controller_id, source_id = self._source.controller_id, self._source.id
        marks = removals(external_ids, marked)
        return removal.removed_before(connection, controller_id, source_id, external_ids, marks)

    def _known(
        self, connection: Connection, external_ids: Sequence[str]
    ) -> dict[str, leads.KnownLead]:
        return leads.known_leads(
            connection, self._source.controller_id, self._source.id, external_ids
        )

    def _write_fresh(
        self,
        connection: Connection,
        batch: Sequence[Prepared],
        marked: Marked,
        now: datetime,
        report: IngestReport,
    ) -> list[Entry]:
        """Write new leads with their people, identifiers and permission events."""
        controller_id, source_id = self._source.controller_id, self._source.id
        book = PeopleBook(connection, controller_id, batch, now)
        rows: list[Values] = []
        entries: list[Entry] = []
        links: list[tuple[str, str]] = []
        marks: list[tuple[str, str, str, str, str]] = []
        events: list[tuple[str, Prepared, Sequence[str], Sequence[compose.Shape]]] = []
        salts = compose.salts(len(batch))
        for prepared, lead_id, salt in zip(
            batch, new_hex_keys(len(batch), now), salts, strict=True
        ):
            person = (None, False) if prepared.submission.is_test else book.assign(prepared)
            row = compose.lead_row(controller_id, source_id, lead_id, prepared, person, salt)
            shapes = self._shapes.shapes(prepared)
            identifiers = book.keys_of(prepared.identifiers)
            rows.append(row)
            entries.append(compose.stored_entry(row, shapes, prepared.masking))
            events.append((lead_id, prepared, identifiers, shapes.events))
            links += [(lead_id, identifier) for identifier in identifiers]
            if marked.way:
                marks += self._recogniser.rows(lead_id, prepared.external_id, marked)
            report.counts["consents"] += shapes.consents
        book.write()
        leads.add_leads(connection, rows)
        people.add_lead_identifiers(connection, controller_id, links)
        add_marks(connection, marks)
        permissions.add_events(connection, compose.event_rows(controller_id, events, now))
        key, made = self._source.suppression_key, book.made()
        met = heed_opt_outs(connection, controller_id, key, book.keys(), made, now)
        heed_restrictions(connection, controller_id, key, book.keys(), self._actor, now)
        if met.listed:
            listed = sum(not met.listed.isdisjoint(prepared.identifiers) for prepared in batch)
            report.counts["suppressed"] += listed
        _count(batch, report)
        asked = [one for lead, each, keys, _ in events if (one := ticked(lead, each, keys))]
        return entries + met.entries + ask_to_confirm(connection, self._source, asked, now)

    def _write_aside(
        self,
        connection: Connection,
        unreadable: Sequence[tuple[str, Delivery, Problem]],
        now: datetime,
        report: IngestReport,
    ) -> list[Entry]:
        """Set aside what could not be read, with its bytes and the reason."""
        if not unreadable:
            return []
        keys = new_keys(len(unreadable), now)
        rows = [self._aside_row(key, *item) for key, item in zip(keys, unreadable, strict=True)]
        controller_id = self._source.controller_id
        fresh = deliveries.set_aside(connection, controller_id, self._source.id, rows)
        report.counts["set_aside"] += len(unreadable)
        report.reasons.update(problem.code.value for _, _, problem in unreadable)
        report.named += [
            SetAside(delivery.position, problem.code, problem.detail)
            for _, delivery, problem in unreadable[:MAX_NAMED]
        ]
        return [
            (
                LedgerKind.DELIVERY_SET_ASIDE,
                row["id"].hex,
                {"source": self._source.id, "reason": row["reason"]},
            )
            for row in fresh
        ]

    def _aside_row(
        self, key: UUID, stream: str, delivery: Delivery, problem: Problem
    ) -> Mapping[str, object]:
        shown = delivery.notice
        row = {
            "controller_id": self._source.controller_id,
            "id": key,
            "source_id": self._source.id,
            "stream": stream,
            "external_id": problem.external_id or delivery.external_id,
            "notice_id": self._preparer.notice_id(shown) if shown else None,
            "listed_as_test": delivery.listed_as_test,
            "position": delivery.position,
            "reason": problem.code,
            "detail": problem.detail,
            "received_at": delivery.received_at,
            "delete_after": quarantine_until(delivery.received_at),
            "media_type": delivery.media_type,
            "payload": delivery.payload,
            "digest": hashlib.sha256(delivery.payload).digest(),
        }
        return compose.cleaned(row)


def _count(batch: Sequence[Prepared], report: IngestReport) -> None:
    tests = sum(prepared.submission.is_test for prepared in batch)
    report.counts["stored"] += len(batch) - tests
    report.counts["tests"] += tests
    report.grades.update(p.grade for p in batch if not p.submission.is_test)
