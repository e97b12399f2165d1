"""Write down how the work on the inbox goes: when it begins to fail, and when that ends."""

from datetime import datetime, timedelta

from models import delivery as deliveries
from models.delivery import RunOutcome
from models.keys import new_keys
from models.store import Store
from pipeline.pull import outcome_of
from pipeline.work_inbox import ACTOR, Built, WorkReport

REMIND_EVERY = timedelta(hours=1)


class WorkNotes:
    """Remembers what was written last of each source, so that a fault is one row and not many."""

    def __init__(self) -> None:
        """Start with nothing written."""
        self._last: dict[str, tuple[RunOutcome, datetime]] = {}

    def note(
        self,
        store: Store,
        built: list[Built],
        report: WorkReport,
        started_at: datetime,
        now: datetime,
    ) -> None:
        """Write a run down for each source whose fortune has turned, or that has failed for long.

        Raises:
            StoreError: the store failed; nothing was written.
        """
        rows = [
            row
            for source, _ in built
            if (row := self._row(source.controller_id, source.id, report, started_at, now))
        ]
        if not rows:
            return
        with store.writing() as connection:
            for row in rows:
                deliveries.record_run(connection, row)

    def _row(
        self,
        controller_id: str,
        source_id: str,
        report: WorkReport,
        started_at: datetime,
        now: datetime,
    ) -> dict[str, object] | None:
        error, taken = report.errors.get(source_id), report.taken.get(source_id)
        if error is None and taken is None:
            return None
        outcome = outcome_of(error) if error else RunOutcome.DONE
        before, at = self._last.get(source_id, (RunOutcome.DONE, now - REMIND_EVERY))
        if outcome is before and (outcome is RunOutcome.DONE or now - at < REMIND_EVERY):
            return None
        self._last[source_id] = outcome, now
        return {
            "controller_id": controller_id,
            "id": new_keys(1, now)[0],
            "job": ACTOR,
            "source_id": source_id,
            "started_at": started_at,
            "finished_at": now,
            "outcome": outcome,
            "counts": dict(taken.counts) if taken else {},
            "message": str(error) if error else None,
        }
