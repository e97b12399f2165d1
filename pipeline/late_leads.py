"""Count the leads that should have been deleted by now, as the policy judges each of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from models import due
from models.due import Place
from models.hold import HoldScope, holds_of
from pipeline.retention_facts import Holds, clock_facts
from policy.alarms import EXPIRY_LAG
from policy.periods import Period
from policy.retention import plan
from policy.retention_ends import RetentionFacts

_PAGE = 1_000


def late_leads(connection: Connection, controllers: Iterable[str], now: datetime) -> int:
    """Return how many leads are kept a day beyond their time, though nothing keeps them (RET-10).

    Where all is well no lead is that old, and this costs a look into an index.
    """
    return sum(_late_leads(connection, each, now) for each in controllers)


def _late_leads(connection: Connection, controller_id: str, now: datetime) -> int:
    ended_by = now - EXPIRY_LAG
    late, after = 0, None
    page = due.ended_leads(connection, controller_id, ended_by, None, _PAGE)
    if not page:
        return 0
    holds = Holds.of(connection, controller_id, now)
    released = [
        row
        for row in holds_of(connection, [controller_id])
        if row.released_at is not None and row.released_at > ended_by
    ]
    while page:
        late += sum(plan(now, _facts(lead, holds, released)).is_overdue for lead in page)
        after = Place(page[-1].expires_at, page[-1].id)
        page = due.ended_leads(connection, controller_id, ended_by, after, _PAGE)
    return late


def _facts(lead: Row[Any], holds: Holds, released: Sequence[Row[Any]]) -> RetentionFacts:
    """Return the facts of a lead, with the holds on it that ended so lately that it may be here."""
    facts = clock_facts(lead, holds)
    ended = tuple(
        Period(row.opened_at, row.released_at)
        for row in released
        if row.scope is HoldScope.CONTROLLER or row.scope_id in (lead.id, lead.person_id)
    )
    return replace(facts, holds=(*facts.holds, *ended)) if ended else facts
