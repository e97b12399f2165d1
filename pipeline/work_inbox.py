"""Work on what was pushed: read it, fetch what it announces, store the leads, empty the inbox.

Everything that a push becomes is written in the transaction that takes it out of the inbox. A
worker that dies leaves its pushes where they are: others get them when its claim is over, and what
comes twice is stored once. Any number of workers may run, on any number of machines.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import Connection, Row

from connectors.base import Batch, Connector, Delivery, Problem, ProblemCode
from connectors.pushed import Collects
from models import inbox
from models.keys import new_hex_keys
from models.store import Store
from pipeline.collect import Collected, collect
from pipeline.ingest import Ingest, IngestReport
from pipeline.keep_pushes import inbox_row
from pipeline.named_notices import named_notices
from pipeline.settings import ConfiguredSource
from policy.errors import SourceError, StoreUnavailable
from policy.waiting import GIVE_UP_AFTER, again_at

ACTOR = "inbox"
STREAM = "pushed"
LEASE = timedelta(minutes=5)
"""For how long a claim holds: longer than a unit of work takes, fetching included."""
_MOST_AT_ONCE = 200
_MOST_ANNOUNCEMENTS = 50
_MOST_ANNOUNCED = 1_000
_TRIES = 3


class Built(NamedTuple):
    """A source with its connector."""

    source: ConfiguredSource
    connector: Connector


@dataclass(slots=True)
class WorkReport:
    """What a round did. `errors` are those of platforms, by source; `waiting` had to be left."""

    taken: dict[str, IngestReport] = field(default_factory=dict)
    errors: dict[str, SourceError] = field(default_factory=dict)
    waiting: Counter[str] = field(default_factory=Counter)

    @property
    def is_idle(self) -> bool:
        """Say whether there was nothing to do."""
        return not (self.taken or self.errors or self.waiting)

    def add(self, source_id: str, report: IngestReport) -> None:
        """Add what became of some pushes of a source."""
        self.taken.setdefault(source_id, IngestReport()).add(report)


def work_inbox(store: Store, built: Iterable[Built], now: Callable[[], datetime]) -> WorkReport:
    """Take one helping of each source's due pushes and work on it.

    Raises:
        StoreError: the store failed; what was in hand stays in the inbox.
    """
    report = WorkReport()
    known = {(each.source.controller_id, each.source.id): each for each in built}
    with store.reading() as connection:
        owners = {controller_id for controller_id, _ in known}
        due = inbox.due_sources(connection, owners, now())
    for named in due:
        if named in known:
            _Round(store, known[named], now, report).work()
    return report


class _Round:
    """One helping of one source."""

    def __init__(
        self, store: Store, built: Built, now: Callable[[], datetime], report: WorkReport
    ) -> None:
        self._store = store
        self._source, self._connector = built
        self._now = now
        self._report = report
        self._ingest = Ingest(store, self._source, self._connector, ACTOR)

    def work(self) -> None:
        """Claim, and work on what was claimed."""
        rows = self._claim()
        if not rows:
            return
        with self._store.reading() as connection:
            shown = named_notices(connection, rows)
        pushes = [(row, _delivery(row, shown)) for row in rows]
        try:
            self._take(pushes)
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 - one of them is at fault: find out which
            for each in pushes:
                self._take_alone(*each)

    def _claim(self) -> list[Row[Any]]:
        at = self._now()
        most = _MOST_ANNOUNCEMENTS if isinstance(self._connector, Collects) else _MOST_AT_ONCE
        owner, source_id = self._source.controller_id, self._source.id
        # not the controller's lock: to claim must not wait for what another worker stores
        with self._store.writing() as connection:
            return inbox.claim(connection, owner, source_id, at, at + LEASE, most)

    def _take_alone(self, row: Row[Any], delivery: Delivery) -> None:
        """Work on one push, so that a fault over it holds up nothing else."""
        try:
            self._take([(row, delivery)])
        except StoreUnavailable:
            raise
        except Exception as fault:  # noqa: BLE001 - kept aside for whoever mends the program
            kind = type(fault).__name__
            structlog.get_logger().error("inbox.fault", source=self._source.id, kind=kind)
            if row.attempts < _TRIES:
                self._postpone([row], 1)
                return
            detail = (
                f"A fault of the program ({kind}) kept this from being worked on. Report this line;"
                " replay once the program is mended."
            )
            problem = Problem(ProblemCode.FAULT, detail, delivery.external_id)
            drop = partial(self._drop, ids=[row.id])
            done = self._ingest.set_aside(delivery, problem, self._now(), drop)
            self._report.add(self._source.id, done)

    def _take(self, pushes: Sequence[tuple[Row[Any], Delivery]]) -> None:
        if isinstance(self._connector, Collects):
            for unit in _units(self._connector, pushes):
                self._collect(self._connector, unit)
            return
        ids = [row.id for row, _ in pushes]
        batch = Batch(STREAM, [delivery for _, delivery in pushes])
        self._store_leads([batch], partial(self._drop, ids=ids))

    def _collect(self, connector: Collects, pushes: Sequence[tuple[Row[Any], Delivery]]) -> None:
        """Fetch what some pushes announce; what is not there yet waits by itself."""
        found = collect(self._store, self._source, connector, [each for _, each in pushes])
        done = [(row, delivery) for row, delivery in pushes if found.is_settled(delivery)]
        later, given_up = self._later(found, done)
        ids = [row.id for row, _ in done]

        def settle(connection: Connection) -> None:
            self._drop(connection, ids)
            inbox.add_pushes(connection, later)

        if done:
            self._store_leads([Batch(STREAM, [*found.deliveries, *given_up])], settle)
        if found.error is not None:
            left = [row for row, delivery in pushes if not found.is_settled(delivery)]
            self._report.errors[self._source.id] = found.error
            self._postpone(left, max((row.attempts for row in left), default=1))

    def _later(
        self, found: Collected, done: Sequence[tuple[Row[Any], Delivery]]
    ) -> tuple[list[tuple[Any, ...]], list[Delivery]]:
        """Return what is to be fetched later, as rows of the inbox, and what is given up."""
        rows, given_up = [], []
        now = self._now()
        keys = iter(new_hex_keys(len(found.missing), now))
        for row, delivery in done:
            for pointer in found.missing_of(delivery):
                alone = delivery._replace(external_id=pointer.external_id, payload=pointer.payload)
                if now - row.received_at >= GIVE_UP_AFTER:
                    given_up.append(alone)  # reading it says why
                    continue
                due = again_at(row.attempts, now)
                key = next(keys)
                rows.append(inbox_row(self._source, alone, key, due, attempts=row.attempts))
                self._report.waiting[self._source.id] += 1
        return rows, given_up

    def _store_leads(self, batches: Sequence[Batch], also: Callable[[Connection], None]) -> None:
        self._report.add(self._source.id, self._ingest.take(batches, self._now(), also=also))

    def _drop(self, connection: Connection, ids: Sequence[UUID]) -> None:
        inbox.drop_pushes(connection, self._source.controller_id, ids)

    def _postpone(self, rows: Sequence[Row[Any]], attempts: int) -> None:
        self._report.waiting[self._source.id] += len(rows)
        until = again_at(attempts, self._now())
        with self._store.writing() as connection:
            inbox.postpone(connection, self._source.controller_id, [row.id for row in rows], until)


def _units(
    connector: Collects, pushes: Sequence[tuple[Row[Any], Delivery]]
) -> Iterator[list[tuple[Row[Any], Delivery]]]:
    """Yield pushes in units that announce about a thousand items, or one push that has more."""
    unit: list[tuple[Row[Any], Delivery]] = []
    size = 0
    for each in pushes:
        told = connector.announced(each[1])
        size += len(told) if isinstance(told, Sequence) else 1
        unit.append(each)
        if size >= _MOST_ANNOUNCED:
            yield unit
            unit, size = [], 0
    if unit:
        yield unit


def _delivery(row: Row[Any], shown: Mapping[str, Any]) -> Delivery:
    return Delivery(
        external_id=row.external_id,
        payload=row.payload,
        media_type=row.media_type,
        received_at=row.received_at,
        notice=shown.get(row.notice_id) if row.notice_id else None,
        notice_id=row.notice_id,
    )
