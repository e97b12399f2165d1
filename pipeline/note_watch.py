"""Write down whether a source can be waited on: when that begins to fail, and when it ends."""

from datetime import datetime

from models import delivery as deliveries
from models.delivery import RunOutcome
from models.keys import new_keys
from models.store import Store
from pipeline.pull import outcome_of
from pipeline.settings import ConfiguredSource
from policy.errors import SourceError

ACTOR = "watch"


class WatchNotes:
    """Remembers what was written last, so that a fault of days is one row."""

    def __init__(self, store: Store, source: ConfiguredSource) -> None:
        """Begin with nothing written."""
        self._store = store
        self._source = source
        self._last: RunOutcome | None = None

    def note(self, error: SourceError | None, now: datetime) -> None:
        """Write down how waiting went, if it went otherwise than before.

        Raises:
            StoreError: the store failed; nothing was written.
        """
        outcome = outcome_of(error) if error else RunOutcome.DONE
        if outcome is self._last:
            return
        row = {
            "controller_id": self._source.controller_id,
            "id": new_keys(1, now)[0],
            "job": ACTOR,
            "source_id": self._source.id,
            "started_at": now,
            "finished_at": now,
            "outcome": outcome,
            "counts": {},
            "message": str(error) if error else None,
        }
        with self._store.writing() as connection:
            deliveries.record_run(connection, row)
        self._last = outcome
