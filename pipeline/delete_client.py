"""Delete what is held for a client whose contract is over, a batch at a time.

Leads go one by one through the policy and the same deletion as after their time of keeping; all
else goes with the last of them. A run that is broken off is finished by the next one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import client_data, due, ledger
from models.hold import HoldScope, holds_in_force
from models.journal import note
from models.ledger import LedgerKind
from models.store import Store
from pipeline.client_exit import Exit
from pipeline.delete_leads import Doomed, delete_leads
from pipeline.erase_lists import erase_all_lists
from pipeline.pace import MOST, Pace
from pipeline.retention_facts import Holds
from policy.client_exit import ExitFacts, deletable_until, retention_facts
from policy.retention import Action, plan
from policy.retention_rules import RetentionReason
from policy.suppression import SuppressionKeys

MOST_NAMED = 1_000


@dataclass(slots=True)
class Deleted:
    """What became of a client's data, without a word about a person.

    `counts` are rows by kind, `leads` deleted ones by what ended their time, `kept` leads by what
    stands against it; `held` names the first of these, by their keys, and `holds` the orders.
    `waiting` are the references of requests that the client must have first. `left` is what is
    there still, by kind. `finished_at` None: something is left.
    """

    counts: Counter[str] = field(default_factory=Counter)
    leads: Counter[RetentionReason] = field(default_factory=Counter)
    kept: Counter[RetentionReason] = field(default_factory=Counter)
    held: list[UUID] = field(default_factory=list)
    holds: tuple[UUID, ...] = ()
    lists: tuple[UUID, ...] = ()
    waiting: tuple[str, ...] = ()
    left: dict[str, int] = field(default_factory=dict)
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """One run over one client. `ordered_at` is when somebody gave the order; None: the clock did.

    `is_rehearsal`: count only, and write nothing.
    """

    store: Store
    exit: Exit
    key: SuppressionKeys
    actor: str
    now: datetime
    ordered_at: datetime | None = None
    is_rehearsal: bool = False
    progress: Callable[[int], None] = lambda _: None
    is_stopping: Callable[[], bool] = lambda: False

    @property
    def controller_id(self) -> str:
        """Return whose data goes."""
        return self.exit.controller_id

    @contextmanager
    def turn(self, pace: Pace) -> Iterator[tuple[Connection, int]]:
        """Open a transaction of the kind that this run may use, for so many records."""
        if self.is_rehearsal:
            with self.store.reading() as connection:
                yield connection, MOST
            return
        with pace.turn(self.controller_id) as (connection, most):
            yield connection, most


def delete_client(run: Deletion) -> Deleted:
    """Delete what may go of a client's data now, and all of it if nothing stands against that.

    Requests of people that the client does not have yet stand against everything. Rules: CNT-5,
    RET-15, RET-16, RET-19.

    Raises:
        StoreError: the store failed; what was deleted before stays deleted.
    """
    found = Deleted()
    until = deletable_until(run.exit.facts, run.now)
    with run.store.reading() as connection:
        found.waiting = tuple(
            row.reference for row in client_data.waiting_requests(connection, run.controller_id)
        )
        found.holds = tuple(row.id for row in holds_in_force(connection, run.controller_id))
    if until is not None and not found.waiting and _is_due(run):
        _leads(run, until, found)
        if not run.is_stopping() and not run.is_rehearsal:
            _rest(run, until, found)
    with run.store.reading() as connection:
        counts = client_data.row_counts(connection, run.controller_id)
    found.left = {name: count for name, count in counts.items() if count}
    return found


def _leads(run: Deletion, until: datetime, found: Deleted) -> None:
    """Walk through the leads that came until a moment, in the order in which they came."""
    after: UUID | None = None
    last = client_data.last_key(until)
    pace = Pace(run.store)
    while True:
        with run.turn(pace) as (connection, most):
            page = due.leads_until(connection, run.controller_id, last, after, most)
            _settle(run, connection, page, found)
        run.progress(len(page))
        if len(page) < most or run.is_stopping():
            return
        after = page[-1].id


def _is_due(run: Deletion) -> bool:
    """Say whether the time of all that nothing keeps is over: it ends for all of it at once."""
    ended_at = run.exit.facts.ended_at
    facts = retention_facts(run.exit.facts, ended_at, ended_at, ((), ()), run.ordered_at)
    return plan(run.now, facts).action is Action.DELETE


def _settle(
    run: Deletion, connection: Connection, leads: Sequence[Row[Any]], found: Deleted
) -> None:
    """Ask the policy of each lead, delete what it allows, and count."""
    holds = Holds.of(connection, run.controller_id, run.now)
    doomed: list[Doomed] = []
    for lead in leads:
        keeping = holds.on(lead), holds.requests_on(lead)
        times = lead.submitted_at, lead.received_at
        facts = retention_facts(run.exit.facts, *times, keeping, run.ordered_at)
        planned = plan(run.now, facts)
        reasons = planned.reasons
        if planned.action is Action.DELETE:
            # the first reason is the answer, the others are what has ended its time
            doomed.append(Doomed(lead, None, reasons[1:], ("CNT-5", *planned.rules)))
            found.leads[reasons[1]] += 1
        else:
            found.kept[reasons[0]] += 1
            found.held += [lead.id] * (len(found.held) < MOST_NAMED)
    if doomed and not run.is_rehearsal:
        delete_leads(connection, run.controller_id, run.key, doomed, run.actor, run.now)


def _rest(run: Deletion, until: datetime, found: Deleted) -> None:
    """Delete what hangs on no lead, in one transaction, and note whether anything is left."""
    with run.store.writing(run.controller_id) as connection:
        scopes = [row.scope for row in holds_in_force(connection, run.controller_id)]
        if HoldScope.CONTROLLER in scopes:
            return
        lists = erase_all_lists(connection, run.controller_id)
        found.lists = (*lists.changed, *lists.stuck)
        found.counts = client_data.delete_rest(connection, run.controller_id, until)
        found.counts["export_files"] += len(lists.deleted)
        is_whole = not any(client_data.row_counts(connection, run.controller_id).values())
        found.finished_at = run.now if is_whole else None
        if not (is_whole or found.leads or found.counts.total()):
            return  # what is left was left before
        note(
            connection,
            "client_deleted",
            {"controller_id": run.controller_id, "until": until},
        )
        kept = replace(run.exit, deleted_at=found.finished_at)
        kept = kept.recorded(connection, run.actor, run.now)
        detail = _detail(run.exit.facts, found)
        entry = (LedgerKind.CLIENT_DATA_DELETED, kept.subject, detail)
        ledger.append(connection, run.controller_id, run.actor, [*lists.entries, entry], run.now)


def _detail(facts: ExitFacts, found: Deleted) -> dict[str, object]:
    return {
        "choice": facts.choice,
        "counts": {name: count for name, count in sorted(found.counts.items()) if count},
        "leads": found.leads.total(),
        "kept": {reason.value: count for reason, count in sorted(found.kept.items())},
        "complete": found.finished_at is not None,
        "rules": ["CNT-5", "RET-19"],
    }
