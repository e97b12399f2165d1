"""How complete each source is, by the comparisons so far: for the status, and for alarms."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from models.alarm_facts import SourceKey
from models.delivery import RunOutcome, last_runs
from models.reconciled import open_gaps
from pipeline.compared import FETCHED, JOB
from policy.completeness import complete_until, is_out_of_reach


@dataclass(frozen=True, slots=True)
class Completeness:
    """What comparing a source with its platform's list has shown. Times are UTC.

    `complete_until` is up to when the latest comparison that missed nothing speaks, None if none
    did. `gaps_fetched` were missing until the latest comparison; `gaps_open` still are, and
    `gaps_lost` are too old for the platform to give them out any more. `message` is what kept the
    latest comparison from being complete, None if nothing did.
    """

    complete_until: datetime | None = None
    gaps_fetched: int = 0
    gaps_open: int = 0
    gaps_lost: int = 0
    message: str | None = None


NOT_COMPARED = Completeness()


def completeness(
    connection: Connection, controllers: Collection[str], now: datetime
) -> Mapping[SourceKey, Completeness]:
    """Return how complete each source of some controllers is that was ever compared."""
    runs = last_runs(connection, controllers, JOB)
    whole = last_runs(connection, controllers, JOB, [RunOutcome.DONE])
    gaps: dict[bool, Counter[SourceKey]] = {True: Counter(), False: Counter()}
    for row in open_gaps(connection, controllers):
        gaps[is_out_of_reach(row.day, now)][row.controller_id, row.source_id] += row.gaps
    return {
        (owner, source_id): Completeness(
            complete_until(whole[owner, source_id].started_at)
            if (owner, source_id) in whole
            else None,
            run.counts.get(FETCHED, 0),
            gaps[False][owner, source_id],
            gaps[True][owner, source_id],
            run.message,
        )
        for (owner, source_id), run in runs.items()
        if source_id is not None
    }
