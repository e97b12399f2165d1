"""Make what was deleted unreadable in the files of the store, and say what is out of our reach.

Deleting does not do that: docs/erasure.md says what stays where. So it is done at once after an
erasure, and nightly for all else that was deleted. When it is due follows from the ledger, so that
no crash forgets it: what was deleted since the last scrub began.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import sleep

from sqlalchemy import Connection

from models import delivery as deliveries
from models import ledger, rewriting
from models.controller import controller_ids
from models.delivery import RunOutcome
from models.keys import new_keys
from models.ledger import LedgerKind
from models.store import Store, sqlite_path
from pipeline.expire import ACTOR as EXPIRY
from policy.errors import StoreUnavailable

ACTOR = "scrub"
TRIES = 40
BETWEEN_TRIES = 0.25
"""Seconds; some ten in all, and a page or an export that reads is done by then."""
DELETIONS = (
    LedgerKind.LEAD_DELETED,
    LedgerKind.DELIVERY_DELETED,
    LedgerKind.PERSON_ERASED,
    LedgerKind.CLIENT_DATA_DELETED,
)
_SPACE = 2


@dataclass(frozen=True, slots=True)
class ScrubReport:
    """What was rewritten, and what was not.

    `is_clean`: the bytes of what was deleted are in no file of the database itself. If not,
    `left` says why: `reader` (somebody reads an older state; try again), `free_space` (PostgreSQL
    without a full rewrite), `statistics` (we may not rewrite PostgreSQL's samples), `checkpoint`
    (its old files go at its next checkpoint). `elsewhere` is what no command of ours reaches.
    """

    is_sqlite: bool
    is_full: bool
    bytes_before: int
    bytes_after: int
    left: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Say whether nothing is left in the database's own files."""
        return not set(self.left) - {"checkpoint"}


@dataclass(frozen=True, slots=True)
class ScrubNeed:
    """Whether a scrub is due, since when, and what it would need (SQLite: bytes on the disk)."""

    due_since: datetime | None
    bytes_needed: int
    bytes_free: int


def scrub_need(store: Store) -> ScrubNeed:
    """Return what a scrub is needed for, and whether there is room for it."""
    with store.reading() as connection:
        due_since = scrub_due_since(connection)
    path = sqlite_path(store)
    if path is None:
        return ScrubNeed(due_since, 0, 0)
    needed = _SPACE * rewriting.sqlite_bytes(path)
    return ScrubNeed(due_since, needed, rewriting.free_bytes(path))


def scrub_due_since(connection: Connection) -> datetime | None:
    """Return since when something deleted waits for its bytes to go; None if nothing does."""
    done = deliveries.last_runs(connection, ACTOR, [RunOutcome.DONE]).values()
    since = max((row.started_at for row in done), default=None)
    times = [
        at
        for controller_id in controller_ids(connection)
        if (at := ledger.first_since(connection, controller_id, DELETIONS, since)) is not None
    ]
    if since is not None:
        times += _still_expiring(connection, since)
    return min(times, default=None)


def _still_expiring(connection: Connection, at: datetime) -> Iterator[datetime]:
    """Yield when expiries began that went on after a moment: all their entries have that time."""
    for run in deliveries.last_runs(connection, EXPIRY).values():
        if run.started_at <= at < run.finished_at and any(run.counts.values()):
            yield run.started_at


def scrub(
    store: Store,
    now: Callable[[], datetime],
    *,
    is_full: bool = True,
    pause: Callable[[float], None] = sleep,
    progress: Callable[[int], None] = lambda _: None,
) -> ScrubReport:
    """Rewrite the files of the store without what was deleted. Writers wait meanwhile.

    A reader of an older state is waited for, some seconds; what it keeps is said, and the scrub
    stays due. Rules: RET-10, RET-18.

    Args:
        store: an open store; no transaction of this thread may be open.
        now: the clock (aware UTC).
        is_full: PostgreSQL only: write tables anew under a lock that keeps everybody out.
        pause: how to wait.
        progress: told of each try.

    Raises:
        StoreUnavailable: no room for a copy, another program writes, or out of reach. It stays due.
    """
    began = now()
    if store.is_sqlite:
        report = _scrub_sqlite(store, pause, progress)
    else:
        report = _scrub_postgres(store, pause, progress, is_full=is_full)
    _record(store, report, began, now())
    return report


def _scrub_sqlite(
    store: Store, pause: Callable[[float], None], progress: Callable[[int], None]
) -> ScrubReport:
    need = scrub_need(store)
    if need.bytes_free < need.bytes_needed:
        raise StoreUnavailable(
            f"To rewrite the store takes {need.bytes_needed:,} bytes on its disk for a while, and"
            f" {need.bytes_free:,} are free; what was deleted is still in the file."
            " Cure: make room, then `leadledger scrub`."
        )
    path = sqlite_path(store)
    before = rewriting.sqlite_bytes(path) if path else 0
    rewriting.rewrite_sqlite(store)
    is_busy = True
    for attempt in range(TRIES):
        progress(1)
        is_busy = rewriting.cut_log(store).is_busy
        if not is_busy:
            break
        if attempt < TRIES - 1:
            pause(BETWEEN_TRIES)
    after = rewriting.sqlite_bytes(path) if path else 0
    return ScrubReport(
        True, True, before, after, ("reader",) if is_busy else (), ("backups", "disk")
    )


def _scrub_postgres(
    store: Store,
    pause: Callable[[float], None],
    progress: Callable[[int], None],
    *,
    is_full: bool,
) -> ScrubReport:
    elsewhere = ("backups", "wal", "archives", "replicas", "disk")
    has_readers = True
    for _ in range(TRIES):
        progress(1)
        has_readers = rewriting.has_readers(store)
        if not has_readers:
            break
        pause(BETWEEN_TRIES)
    if has_readers:  # they would keep the deleted rows, and a lock that a rewrite waits for
        return ScrubReport(False, is_full, 0, 0, ("reader",), elsewhere)
    left = [] if is_full else ["free_space"]
    left += rewriting.rewrite_postgres(store, is_full=is_full)
    return ScrubReport(False, is_full, 0, 0, tuple(left), elsewhere)


def _record(store: Store, report: ScrubReport, began: datetime, ended: datetime) -> None:
    """Write down how it went: a run for whoever asks what is due, an entry for the auditor."""
    outcome = RunOutcome.DONE if report.is_clean else RunOutcome.INCOMPLETE
    detail = {"clean": report.is_clean, "left": list(report.left)}
    with store.reading() as connection:
        controllers = controller_ids(connection)
    for controller_id in controllers:
        row = {
            "controller_id": controller_id,
            "id": new_keys(1, ended)[0],
            "job": ACTOR,
            "source_id": None,
            "started_at": began,
            "finished_at": ended,
            "outcome": outcome,
            "counts": {"bytes_before": report.bytes_before, "bytes_after": report.bytes_after},
            "message": None,
        }
        with store.writing(controller_id) as connection:
            deliveries.record_run(connection, row)
            entry = (LedgerKind.STORE_SCRUBBED, None, detail)
            ledger.append(connection, controller_id, ACTOR, [entry], ended)
