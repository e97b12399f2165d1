"""Copy a store into another database, and prove that both hold the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from models import copying, schema
from models.scheduled_run import at_work
from models.store import Store
from pipeline.restore import make_private, require_empty
from policy.errors import BackupBroken, UsageError

JUST_NOW = timedelta(minutes=2)
"""Within that time a daemon does something: it looks for lists of opt-outs each minute."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows each table of the copy holds; each was compared by a digest."""

    rows: dict[str, int]


def move_store(source: Store, url: str, progress: Callable[[int], None] = lambda _: None) -> Moved:
    """Copy one state of a store into an empty database: whole, proven equal, or not at all.

    Writers may go on meanwhile, but what they write after the copy began is not in it: stop them
    first, if the copy is to take the store's place.

    Raises:
        UsageError: the target is not empty.
        BackupBroken: the copy differs; nothing of it is kept.
        StoreUnavailable: one of the two cannot be reached, or is full.
    """
    target = Store(url)
    make_private(target)
    try:
        with source.reading() as reading, target.writing("schema") as writing:
            require_empty(writing)
            schema.create_in(writing)
            copying.defer_references(writing)
            for table in copying.all_tables():
                rows = copying.plain_rows(reading, table)
                copying.put_rows(writing, table, rows, progress)
            found = copying.tallied(writing, progress)
            require_equal(copying.tallied(reading, progress), found)
    finally:
        target.close()
    return Moved({name: rows for name, (rows, _) in found.items()})


def require_at_rest(store: Store, now: datetime) -> None:
    """Refuse to move a store that a daemon works on: what it writes meanwhile would be lost.

    Raises:
        UsageError: one has a run of the schedule in hand, or ended one just now.
    """
    with store.reading() as connection:
        daemons = at_work(connection, now - JUST_NOW, now)
    if daemons:
        raise UsageError(
            f"At work on this store, now or a moment ago: {', '.join(daemons)}. What they write"
            " during the move would be lost. Cure: end every `leadledger run` and `leadledger"
            " serve`, wait for two minutes and try again; --anyway does not ask."
        )


def require_equal(source: copying.Tables, copy: copying.Tables) -> None:
    """Refuse a copy that differs from its source in any table.

    Raises:
        BackupBroken: naming the tables.
    """
    if differing := sorted(name for name, result in source.items() if copy.get(name) != result):
        raise BackupBroken(
            f"The copy differs from the store in: {', '.join(differing)}. Nothing of it was kept."
            " Cure: check the target database, then try again."
        )
