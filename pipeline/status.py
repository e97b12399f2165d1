"""How things stand: each source, what is set aside, what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models import delivery as deliveries
from models import trail
from models.store import Store
from pipeline.pull import ACTOR as PULL
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. Times are UTC; `last_outcome` is None for one that was never pulled."""

    id: str
    kind: str
    controller: str
    leads: int
    tests: int
    newest_lead_at: datetime | None
    streams: int
    set_aside: dict[str, int]
    last_pull_at: datetime | None
    last_outcome: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The whole installation at one moment."""

    at: datetime
    sources: Sequence[SourceStatus]
    overdue: int
    suppressed: int


def status(store: Store, settings: Settings, now: datetime) -> Status:
    """Return how things stand."""
    with store.reading() as connection:
        totals = trail.lead_totals(connection)
        runs = deliveries.last_runs(connection, PULL)
        shelf = deliveries.aside_counts(connection)
        streams = [row.source_id for row in deliveries.cursor_rows(connection)]
        overdue = trail.overdue_count(connection, now)
        suppressed = trail.suppression_count(connection)
    found = []
    for source in settings.sources:
        total = totals.get((source.controller.id, source.id))
        run = runs.get(source.id)
        found.append(
            SourceStatus(
                id=source.id,
                kind=source.kind,
                controller=source.controller.id,
                leads=total.leads - total.tests if total else 0,
                tests=total.tests if total else 0,
                newest_lead_at=total.newest if total else None,
                streams=streams.count(source.id),
                set_aside={reason: n for (id_, reason), n in shelf.items() if id_ == source.id},
                last_pull_at=run.finished_at if run else None,
                last_outcome=run.outcome if run else None,
                message=run.message if run else None,
            )
        )
    return Status(now, found, overdue, suppressed)
