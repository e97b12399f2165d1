"""Prove that nothing outlives its time, now or at a past day."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import audit_ledger
from models import audit_retention as held
from models.hold import HoldScope, holds_of
from models.keys import first_key
from models.ledger import LedgerKind
from models.store import Store
from pipeline.audit_answer import AuditAnswer
from pipeline.expire import ACTOR as EXPIRE
from pipeline.retention_facts import open_requests
from policy.alarms import EXPIRY_LAG
from policy.periods import Period
from policy.retention import Action, plan
from policy.retention_ends import RetentionFacts
from policy.retention_rules import DataClass

_RUNS = 5
_SHOWN = 100
_OVERDUE, _DELETED_LATE = "leads_kept_beyond_their_day", "leads_of_then_that_went_too_late"
_ASIDE = "records_set_aside_for_too_long"
_NOT_RECORDED = (
    (
        "Of a lead that was deleted since, nobody knows whose it was: a hold on its person that"
        " had been released by then does not show."
    ),
    "Which requests were open at a past time is taken from those that are open now.",
)


@dataclass(slots=True)
class _Tally:
    """What was found live past its end at a time."""

    at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    overdue: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, lead_id: UUID, facts: RetentionFacts) -> None:
        """Count one lead, as the policy judges it at that time."""
        planned = plan(self.at, facts)
        self.counts["past_their_end"] += 1
        if not planned.is_overdue:
            is_kept = planned.action is Action.KEEP
            self.counts["kept_by_a_hold_or_request" if is_kept else "within_their_day"] += 1
            return
        self.counts[name] += 1
        if len(self.overdue) < _SHOWN:
            self.overdue.append({"lead": str(lead_id), "delete_by": planned.delete_by})


def audit_retention(
    store: Store, controllers: Sequence[str], at: datetime, now: datetime
) -> AuditAnswer:
    """Return what was live past its end at a time (aware), and what kept it.

    A day is left for the deletion. What was deleted since counts by its `lead_deleted` entry.
    Rules: RET-10, RET-15.
    """
    tally = _Tally(at)
    counts, holds_then, runs = tally.counts, [], []
    with store.reading() as connection:
        for owner in controllers:
            holds = [row for row in holds_of(connection, [owner]) if row.opened_at <= at]
            requests = open_requests(connection, owner, now)
            for lead in held.ended_by(connection, owner, at):
                tally.add(_OVERDUE, lead.id, _here(lead, holds, requests))
            for lead_id, ended_at in _deleted_since(connection, owner, at):
                counts["live_leads"] += 1
                tally.add(_DELETED_LATE, lead_id, _gone(lead_id, ended_at, holds))
            counts["live_leads"] += held.stored_count(connection, owner, at)
            counts[_ASIDE] += held.set_aside_beyond(connection, owner, at - EXPIRY_LAG)
            holds_then += [_hold(row) for row in holds if _stood(row, at)]
            runs += [_run(row) for row in held.runs_before(connection, owner, EXPIRE, at, _RUNS)]
    names = ("live_leads", "past_their_end", "kept_by_a_hold_or_request", "within_their_day")
    rows = {"overdue": tally.overdue, "holds": holds_then, "last_runs": runs}
    return AuditAnswer(
        "Does anything outlive its time?",
        {"at": at, "controllers": list(controllers)},
        {name: counts[name] for name in names} | rows,
        ("lead", "ledger", "hold", "rights_request", "delivery", "job_run"),
        {name: counts[name] for name in (_OVERDUE, _DELETED_LATE, _ASIDE)},
        _NOT_RECORDED,
    )


def _here(
    lead: Row[Any], holds: Sequence[Row[Any]], requests: Mapping[UUID, tuple[Period, ...]]
) -> RetentionFacts:
    asked = (*requests.get(lead.id, ()), *requests.get(lead.person_id, ()))
    return RetentionFacts(
        data_class=DataClass.TEST_LEAD if lead.is_test else DataClass.MARKETING_LEAD,
        started_at=lead.submitted_at,
        received_at=lead.received_at,
        erasure_owed_at=None if lead.is_test else lead.expires_at,
        holds=_periods(holds, {lead.id, lead.person_id}),
        open_requests=asked,
    )


def _gone(lead_id: UUID, ended_at: datetime, holds: Sequence[Row[Any]]) -> RetentionFacts:
    return RetentionFacts(
        data_class=DataClass.MARKETING_LEAD,
        started_at=ended_at,
        erasure_owed_at=ended_at,
        holds=_periods(holds, {lead_id}),
    )


def _periods(holds: Sequence[Row[Any]], keys: set[UUID]) -> tuple[Period, ...]:
    return tuple(
        Period(row.opened_at, row.released_at)
        for row in holds
        if row.scope is HoldScope.CONTROLLER or row.scope_id in keys
    )


def _deleted_since(
    connection: Connection, owner: str, at: datetime
) -> Iterator[tuple[UUID, datetime]]:
    """Yield the leads that were live at a time, past their end, and are deleted since."""
    stored_by = first_key(at)
    kinds = [LedgerKind.LEAD_DELETED]
    for row in audit_ledger.entries(connection, [owner], kinds, at, audit_ledger.LAST):
        lead_id = UUID(row.subject_id)
        ended_at = datetime.fromisoformat(json.loads(row.body)["detail"]["ended"])
        if ended_at <= at and lead_id < stored_by:
            yield lead_id, ended_at


def _stood(row: Row[Any], at: datetime) -> bool:
    return row.released_at is None or row.released_at > at


def _hold(row: Row[Any]) -> dict[str, Any]:
    return {
        "hold": str(row.id),
        "controller": row.controller_id,
        "keeps": row.scope,
        "of": str(row.scope_id) if row.scope_id else None,
        "matter": row.matter,
        "approver": row.approver,
        "opened_at": row.opened_at,
        "review_on": row.review_on,
        "released_at": row.released_at,
    }


def _run(row: Row[Any]) -> dict[str, Any]:
    return {
        "controller": row.controller_id,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "outcome": row.outcome,
        "counts": {name: count for name, count in row.counts.items() if count},
    }
