"""List the register of breaches, with who must still be told of each and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import breach
from models.store import Store
from policy.rights.breach import (
    BreachContent,
    BreachReport,
    BreachTold,
    breach_duties,
    missing_from_report,
)


@dataclass(frozen=True, slots=True)
class BreachStep:
    """That somebody was told of a breach, and of what; or why not."""

    whom: BreachTold
    at: datetime
    contains: Sequence[str]
    why_not: str | None


@dataclass(frozen=True, slots=True)
class OwedNotice:
    """That somebody must be told of a breach by a time (UTC), or was: `done_at`, None if not yet.

    `missing` is what the report to the regulator does not contain yet.
    """

    whom: BreachTold
    due_at: datetime
    rule: str
    done_at: datetime | None
    is_late: bool
    missing: Sequence[BreachContent] = ()


@dataclass(frozen=True, slots=True)
class ListedBreach:
    """One breach of the register. Times are UTC; `role` is what we were for the data."""

    id: UUID
    controller: str
    aware_at: datetime
    recorded_at: datetime
    role: str
    kind: str
    nature: str
    people: int | None
    records: int | None
    effects: str
    action: str
    risk: str
    closed_at: datetime | None
    told: Sequence[BreachStep]
    owed: Sequence[OwedNotice]


def list_breaches(
    store: Store, controllers: Sequence[str], now: datetime, *, is_open: bool = False
) -> list[ListedBreach]:
    """Return the breaches of some controllers, the oldest first."""
    with store.reading() as connection:
        return breaches_in(connection, controllers, now, is_open=is_open)


def breaches_in(
    connection: Connection, controllers: Sequence[str], now: datetime, *, is_open: bool = False
) -> list[ListedBreach]:
    """Return the breaches of some controllers, as one state of the store has them."""
    told = breach.breach_notices_of(connection, controllers, is_open=is_open)
    rows = breach.breaches_of(connection, controllers, is_open=is_open)
    return [_listed(row, told.get(row.id, []), now) for row in rows]


def _listed(row: Row[Any], told: Sequence[Row[Any]], now: datetime) -> ListedBreach:
    return ListedBreach(
        row.id,
        row.controller_id,
        row.aware_at,
        row.recorded_at,
        row.role,
        row.kind,
        row.nature,
        row.people,
        row.records,
        row.effects,
        row.action,
        row.risk,
        row.closed_at,
        [BreachStep(each.whom, each.at, each.contains, each.why_not) for each in told],
        _owed(row, told, now),
    )


def _owed(row: Row[Any], told: Sequence[Row[Any]], now: datetime) -> list[OwedNotice]:
    owed = []
    for duty in breach_duties(row.role, row.risk, row.aware_at):
        done = [each for each in told if each.whom == duty.whom]
        done_at = min((each.at for each in done), default=None)
        is_late = (done_at or now) > duty.due_at
        missing: Sequence[BreachContent] = ()
        if duty.whom is BreachTold.REGULATOR and not any(each.why_not for each in done):
            parts = [
                BreachReport(each.at, frozenset(map(BreachContent, each.contains))) for each in done
            ]
            missing = missing_from_report(parts, row.aware_at, now)
        owed.append(OwedNotice(duty.whom, duty.due_at, duty.rule, done_at, is_late, missing))
    return owed
