"""Delete what is due: leads past their day or after a full opt-out, and what was set aside.

The policy decides each record anew, in the transaction that deletes it. Each transaction is whole
in itself, so a run that is broken off is finished by the next one.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import delivery as deliveries
from models import due, inbox, ledger, removal
from models.delivery import AsideReason, RunOutcome
from models.due import Place
from models.keys import new_keys
from models.ledger import LedgerKind
from models.store import Store
from pipeline.client_exit import exit_of
from pipeline.close_client import certify
from pipeline.collection import rare_collection
from pipeline.delete_client import Deletion, delete_client
from pipeline.delete_leads import Doomed, delete_leads
from pipeline.gather import require_own_key
from pipeline.pace import MOST, Pace
from pipeline.retention_facts import Holds, Judged, clock_facts, people_facts
from pipeline.settings import ControllerSettings
from policy.periods import Period
from policy.retention import Action, plan
from policy.retention_ends import RetentionFacts
from policy.retention_rules import DataClass, RetentionReason
from policy.suppression import SuppressionKeys

ACTOR = "expire"
ANSWERS = frozenset(
    {
        RetentionReason.DELETE_OK,
        RetentionReason.LEGAL_HOLD,
        RetentionReason.OPEN_REQUEST,
        RetentionReason.OTHER_LIVE_PURPOSE,
        RetentionReason.NOT_YET_DUE,
    }
)


@dataclass(slots=True)
class Expired:
    """What became of one controller's records that were due.

    `deleted` and `kept` are leads, by what ended their time and by what stood against deletion.
    `deliveries` and `deliveries_kept` were set aside; `removals` are deletions that lie so long ago
    that nobody need know of them; `client_rows` is all else of a client whose contract is over.
    """

    deleted: Counter[RetentionReason] = field(default_factory=Counter)
    kept: Counter[RetentionReason] = field(default_factory=Counter)
    deliveries: int = 0
    deliveries_kept: int = 0
    removals: int = 0
    client_rows: int = 0


Overdue = Callable[[Connection, str, datetime, UUID | None, int], Sequence[Row[Any]]]
"""Gives a page of what is kept unread for too long: `id`, `source_id`, `reason`, `received_at`."""
Drop = Callable[[Connection, str, Collection[UUID]], None]


@dataclass(frozen=True, slots=True)
class _Round:
    """One run over one controller."""

    store: Store
    controller: ControllerSettings
    key: SuppressionKeys
    now: datetime
    is_rehearsal: bool
    progress: Callable[[int], None]
    is_stopping: Callable[[], bool]
    pace: Pace
    result: Expired = field(default_factory=Expired)

    @property
    def controller_id(self) -> str:
        """Return whose records these are."""
        return self.controller.id

    @contextmanager
    def turn(self) -> Iterator[tuple[Connection, int]]:
        """Open a transaction of the kind that this run may use, for so many records."""
        if self.is_rehearsal:
            with self.store.reading() as connection:
                yield connection, MOST
            return
        with self.pace.turn(self.controller_id) as (connection, most):
            yield connection, most


def expire(  # noqa: PLR0913 - what is due, and how the run is watched
    store: Store,
    controllers: Sequence[ControllerSettings],
    suppression_key: SuppressionKeys,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
    *,
    is_rehearsal: bool = False,
    is_stopping: Callable[[], bool] = lambda: False,
) -> dict[str, Expired]:
    """Delete what the policy says is due, for each controller; return what became of it.

    Leads whose last day is over (RET-1 to RET-3), leads of people who opted out of everything
    (RET-7), enquiries that were closed without a permission (RET-20), test leads and deliveries
    after 30 days (RET-22), all of a client whose contract is over (RET-19). Holds delay (RET-15).
    To run it twice, or again after it was killed, is safe. `progress` is told how many records were
    looked at.

    Args:
        store: an open store.
        controllers: whose records.
        suppression_key: by which objections are kept that would go with their identifiers.
        now: the clock (aware UTC); what is due when the run begins goes.
        progress: as above.
        is_rehearsal: count only, and write nothing.
        is_stopping: asked after each transaction; the next run goes on from there.

    Raises:
        ConfigError: the suppression list was made with another key.
        StoreError: the store failed; what was deleted before stays deleted.
    """
    with store.reading() as connection:
        for controller in controllers:
            require_own_key(connection, controller.id, suppression_key)
    found: dict[str, Expired] = {}
    began = now()
    with rare_collection():
        for controller in controllers:
            one = _Round(
                store,
                controller,
                suppression_key,
                began,
                is_rehearsal,
                progress,
                is_stopping,
                Pace(store),
            )
            found[controller.id] = one.result
            # people first: what they said may hang on a lead whose own day is over
            for step in (_client, _leads_of_people, _ended_leads, _deliveries, _removals):
                if not is_stopping():
                    step(one)
            is_broken_off = is_stopping()
            if not is_rehearsal:
                _record(one, now(), RunOutcome.INCOMPLETE if is_broken_off else RunOutcome.DONE)
            if is_broken_off:
                break
    return found


def _client(one: _Round) -> None:
    """Delete all of a client whose contract is over and whose days for it are up (RET-19)."""
    with one.store.reading() as connection:
        ended = exit_of(connection, one.controller)
    if ended is None or ended.deleted_at is not None:
        return
    run = Deletion(
        store=one.store,
        exit=ended,
        key=one.key,
        actor=ACTOR,
        now=one.now,
        is_rehearsal=one.is_rehearsal,
        progress=one.progress,
        is_stopping=one.is_stopping,
    )
    found = delete_client(run)
    one.result.deleted += found.leads
    one.result.kept += found.kept
    one.result.client_rows = found.counts.total()
    if found.finished_at is not None:
        certify(one.store, one.controller, ACTOR, one.now)


def _ended_leads(one: _Round) -> None:
    """Walk through the leads whose last day is over, in the order of these days."""
    after: Place | None = None
    while True:
        with one.turn() as (connection, most):
            holds = Holds.of(connection, one.controller_id, one.now)
            leads = due.ended_leads(connection, one.controller_id, one.now, after, most)
            judged = [Judged(lead, clock_facts(lead, holds)) for lead in leads]
            _settle(one, connection, judged, is_ended=True)
        one.progress(len(leads))
        if len(leads) < most or one.is_stopping():
            return
        after = Place(leads[-1].expires_at, leads[-1].id)


def _leads_of_people(one: _Round) -> None:
    """Walk through the people who took something back, or whose enquiry was closed."""
    after: UUID | None = None
    met: set[UUID] = set()
    while True:
        with one.turn() as (connection, most):
            holds = Holds.of(connection, one.controller_id, one.now)
            page = due.identifiers_with_endings(connection, one.controller_id, after, most)
            judged = people_facts(connection, one.controller_id, page, holds, one.now)
            judged = [each for each in judged if each.lead.id not in met]
            met |= _settle(one, connection, judged, is_ended=False)
        one.progress(len(judged))
        if len(page) < most or one.is_stopping():
            return
        after = page[-1]


def _settle(
    one: _Round, connection: Connection, judged: Sequence[Judged], *, is_ended: bool
) -> set[UUID]:
    """Ask the policy, delete what it allows, and count; return the leads that something keeps.

    `is_ended`: the store says that their day is over, so whatever stays is counted.
    """
    doomed: list[Doomed] = []
    kept: set[UUID] = set()
    for each in judged:
        planned = plan(one.now, each.facts)
        ended = [reason for reason in planned.reasons if reason not in ANSWERS]
        if planned.action is Action.DELETE:
            doomed.append(Doomed(each.lead, each.facts.opted_out_at, ended, planned.rules))
            one.result.deleted[ended[0]] += 1
        elif ended or is_ended:
            one.result.kept[planned.reasons[0]] += 1
            kept.add(each.lead.id)
    if doomed and not one.is_rehearsal:
        delete_leads(connection, one.controller_id, one.key, doomed, ACTOR, one.now)
    return kept


def _deliveries(one: _Round) -> None:
    """Walk through what was set aside, or was never worked on, and is kept beyond its time."""
    _unread(one, deliveries.overdue_deliveries, deliveries.drop_deliveries)
    _unread(one, inbox.overdue_pushes, inbox.drop_pushes)


def _unread(one: _Round, overdue: Overdue, drop: Drop) -> None:
    after: UUID | None = None
    while True:
        with one.turn() as (connection, most):
            holds = Holds.of(connection, one.controller_id, one.now)
            page = overdue(connection, one.controller_id, one.now, after, most)
            held = holds.on_deliveries(connection, one.controller_id, [row.id for row in page])
            gone = [row for row in page if _may_go(row, held[row.id], one.now)]
            if gone and not one.is_rehearsal:
                ids = [row.id for row in gone]
                drop(connection, one.controller_id, ids)
                entries = [
                    (
                        LedgerKind.DELIVERY_DELETED,
                        row.id.hex,
                        {"source": row.source_id, "reason": RetentionReason.QUARANTINE_OVER},
                    )
                    for row in gone
                ]
                ledger.append(connection, one.controller_id, ACTOR, entries, one.now)
        one.result.deliveries += len(gone)
        one.result.deliveries_kept += len(page) - len(gone)
        one.progress(len(page))
        if len(page) < most or one.is_stopping():
            return
        after = page[-1].id


def _may_go(row: Row[Any], holds: Sequence[Period], now: datetime) -> bool:
    is_sensitive = row.reason == AsideReason.SENSITIVE_CONTENT
    facts = RetentionFacts(
        data_class=DataClass.SPECIAL_CATEGORY_HELD if is_sensitive else DataClass.QUARANTINE,
        started_at=row.received_at,
        received_at=row.received_at,
        holds=holds,
    )
    return plan(now, facts).action is Action.DELETE


def _removals(one: _Round) -> None:
    """Forget deletions that lie six years back (RET-14)."""
    with one.turn() as (connection, _):
        times = removal.removal_times(connection, one.controller_id)
        over = list(takewhile(lambda found: _is_forgettable(found[0], one.now), times))
        if not over:
            return
        one.result.removals = sum(count for _, count in over)
        if one.is_rehearsal:
            return
        removal.drop_removals(connection, one.controller_id, over[-1][0])
        detail = {"count": one.result.removals, "reason": RetentionReason.EXPIRED}
        entry = (LedgerKind.REMOVALS_FORGOTTEN, None, detail)
        ledger.append(connection, one.controller_id, ACTOR, [entry], one.now)


def _is_forgettable(removed_at: datetime, now: datetime) -> bool:
    facts = RetentionFacts(data_class=DataClass.AUDIT_SKELETON, started_at=removed_at)
    return plan(now, facts).action is Action.DELETE


def _record(one: _Round, finished_at: datetime, outcome: RunOutcome) -> None:
    """Write down that the job ran, and how it went."""
    row = {
        "controller_id": one.controller_id,
        "id": new_keys(1, finished_at)[0],
        "job": ACTOR,
        "source_id": None,
        "started_at": one.now,
        "finished_at": finished_at,
        "outcome": outcome,
        "counts": dict(named_counts(one.result)),
        "message": None,
    }
    with one.store.writing(one.controller_id) as connection:
        deliveries.record_run(connection, row)


def named_counts(result: Expired) -> Iterator[tuple[str, int]]:
    """Yield every count of a run with its name, as a job's record and a report keep it."""
    yield from ((f"deleted {reason}", count) for reason, count in result.deleted.items())
    yield from ((f"kept {reason}", count) for reason, count in result.kept.items())
    yield "deliveries", result.deliveries
    yield "deliveries_kept", result.deliveries_kept
    yield "removals", result.removals
    if result.client_rows:
        yield "client_rows", result.client_rows
