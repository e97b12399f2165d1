"""The runs of the jobs on the clock: who has which, until when, and how each ended.

A run is one job at one moment of its schedule, its *slot*. Its row is the claim on it, so however
many daemons share a store, a slot is one row, and one daemon at a time has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update
from sqlmodel import Field

from models.bulk import insert_rows
from models.columns import Record, json_column, table_of, text_column
from models.delivery import RunOutcome
from models.store import Store

LOCK = "the schedule"
"""Claims are made one at a time, by whichever daemon."""
FUTURE = timedelta(hours=1)
"""A slot that lies farther ahead was claimed by a wrong clock, and does not count until then."""
LONGEST_CLAIM = timedelta(hours=2)
"""No claim and no pause is longer: one that is was made by a wrong clock, and does not hold."""


class ScheduledRun(Record, table=True):
    """One run. `subject` is the source that it is about, empty if it is about none.

    `holder` is the daemon that is on it, empty while nobody is; until `due_at` nobody else may take
    it. `missed` slots before it had no run of their own. It is over once `finished_at` is set.
    """

    __tablename__ = "scheduled_run"

    job: str = Field(primary_key=True, max_length=64)
    subject: str = Field(primary_key=True, max_length=64)
    slot: datetime = Field(primary_key=True)
    holder: str = Field(max_length=64)
    attempts: int
    due_at: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None = Field(default=None, max_length=32)
    progress: int
    counts: dict[str, Any] = json_column()
    message: str | None = text_column(nullable=True)
    missed: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that somebody has: of which slot, and for the how-manieth time it is tried."""

    job: str
    subject: str
    slot: datetime
    holder: str
    attempts: int

    def _own(self) -> list[ColumnElement[bool]]:
        """Return what finds the row, as long as nobody else has taken the run over."""
        table = table_of(ScheduledRun)
        return [
            table.c.job == self.job,
            table.c.subject == self.subject,
            table.c.slot == self.slot,
            table.c.holder == self.holder,
            table.c.attempts == self.attempts,
            table.c.finished_at.is_(None),
        ]


def newest_runs(connection: Connection, now: datetime) -> dict[tuple[str, str], Row[Any]]:
    """Return the newest run of each job and subject."""
    table = table_of(ScheduledRun)
    newest = (
        select(table.c.job, table.c.subject, func.max(table.c.slot).label("slot"))
        .where(table.c.slot <= now + FUTURE)
        .group_by(table.c.job, table.c.subject)
        .subquery()
    )
    wanted = select(table).join(
        newest,
        (table.c.job == newest.c.job)
        & (table.c.subject == newest.c.subject)
        & (table.c.slot == newest.c.slot),
    )
    return {(row.job, row.subject): row for row in connection.execute(wanted)}


def newest_run(connection: Connection, job: str, subject: str, now: datetime) -> Row[Any] | None:
    """Return the newest run of a job, None if it never ran."""
    table = table_of(ScheduledRun)
    mine = (table.c.job == job, table.c.subject == subject, table.c.slot <= now + FUTURE)
    own = select(table).where(*mine)
    return connection.execute(own.order_by(table.c.slot.desc()).limit(1)).first()


def has_ended(connection: Connection, job: str, subject: str) -> bool:
    """Say whether any run of a job was ever over, however it went."""
    table = table_of(ScheduledRun)
    over = (table.c.job == job, table.c.subject == subject, table.c.finished_at.is_not(None))
    return connection.execute(select(table.c.slot).where(*over).limit(1)).first() is not None


def is_free(newest: Row[Any] | None, slot: datetime, now: datetime) -> bool:
    """Say whether a run may be taken, as far as the newest run of its job shows."""
    if newest is None:
        return True
    if newest.finished_at is None:
        return bool(newest.due_at <= now or newest.due_at > now + LONGEST_CLAIM)
    return bool(newest.slot < slot)


def claim(
    store: Store, wanted: Claim, now: datetime, until: datetime, missed: int = 0
) -> Claim | None:
    """Take a run, or the one before it if that was not finished; None if it is not free.

    Raises:
        StoreError: the store failed; nothing was taken.
    """
    table = table_of(ScheduledRun)
    with store.writing(LOCK) as connection:
        newest = newest_run(connection, wanted.job, wanted.subject, now)
        if not is_free(newest, wanted.slot, now):
            return None
        if newest is None or newest.finished_at is not None:
            insert_rows(connection, table, [_row(wanted, now, until, missed)])
            return wanted
        taken = Claim(
            wanted.job, wanted.subject, newest.slot, wanted.holder, attempts=newest.attempts + 1
        )
        as_seen = (
            table.c.job == taken.job,
            table.c.subject == taken.subject,
            table.c.slot == taken.slot,
            # whoever had it may end it, or give a sign of life, at this very moment
            table.c.attempts == newest.attempts,
            table.c.due_at == newest.due_at,
            table.c.finished_at.is_(None),
        )
        values = {
            "holder": taken.holder,
            "attempts": taken.attempts,
            "due_at": until,
            "started_at": now,
            "progress": 0,
        }
        is_ours = connection.execute(update(table).where(*as_seen).values(values)).rowcount
        return taken if is_ours else None


def _row(wanted: Claim, now: datetime, until: datetime, missed: int) -> dict[str, Any]:
    return {
        "job": wanted.job,
        "subject": wanted.subject,
        "slot": wanted.slot,
        "holder": wanted.holder,
        "attempts": wanted.attempts,
        "due_at": until,
        "started_at": now,
        "finished_at": None,
        "outcome": None,
        "progress": 0,
        "counts": {},
        "message": None,
        "missed": missed,
    }


def renew(store: Store, held: Mapping[Claim, int], until: datetime) -> list[Claim]:
    """Keep some runs for longer, with how far each is; return those that somebody else has now.

    Raises:
        StoreError: the store failed; nothing was renewed.
    """
    lost = []
    with store.writing() as connection:
        for mine, progress in held.items():
            values = {"due_at": until, "progress": progress}
            if not _update(connection, mine, values):
                lost.append(mine)
    return lost


def finish(
    store: Store,
    mine: Claim,
    now: datetime,
    outcome: str,
    counts: Mapping[str, int],
    message: str | None,
) -> bool:
    """Write down how a run ended; say whether it was still ours to end.

    Raises:
        StoreError: the store failed; the run will be taken again.
    """
    with store.writing() as connection:
        values = {
            "finished_at": now,
            "outcome": outcome,
            "counts": dict(counts),
            "message": message,
            "progress": sum(counts.values()),
        }
        return _update(connection, mine, values)


def release(
    store: Store,
    mine: Claim,
    due_at: datetime,
    message: str | None = None,
    attempts: int | None = None,
) -> bool:
    """Leave a run to be taken again from `due_at` on, by anybody; say whether it was ours.

    `attempts` is how often it counts as tried, None for as often as the claim says.

    Raises:
        StoreError: the store failed; the run will be taken once its claim has run out.
    """
    counted = mine.attempts if attempts is None else attempts
    values = {"holder": "", "due_at": due_at, "message": message, "attempts": counted}
    with store.writing() as connection:
        return _update(connection, mine, values)


def _update(connection: Connection, mine: Claim, values: Mapping[str, Any]) -> bool:
    done = connection.execute(update(table_of(ScheduledRun)).where(*mine._own()).values(values))  # noqa: SLF001 - of this file
    return bool(done.rowcount)


def at_work(connection: Connection, since: datetime, now: datetime) -> list[str]:
    """Return the daemons that have a run in hand, or ended one since a moment."""
    table = table_of(ScheduledRun)
    in_hand = table.c.finished_at.is_(None) & (table.c.due_at > now)
    wanted = select(table.c.holder).where(
        table.c.holder != "", in_hand | (table.c.finished_at >= since)
    )
    return sorted(connection.execute(wanted.distinct()).scalars())


def forget_runs(connection: Connection, before: datetime, uneventful_before: datetime) -> int:
    """Drop finished runs that lie back, but the newest of each job; return how many.

    Those that went well and found nothing to do go sooner: of a job of each minute they are most.
    """
    table = table_of(ScheduledRun)
    later = table.alias()
    is_newest = ~(
        select(later.c.slot)
        .where(
            later.c.job == table.c.job,
            later.c.subject == table.c.subject,
            later.c.slot > table.c.slot,
        )
        .exists()
    )
    is_uneventful = (table.c.outcome == RunOutcome.DONE) & (table.c.progress == 0)
    is_old = or_(
        table.c.finished_at < before, is_uneventful & (table.c.finished_at < uneventful_before)
    )
    old = (table.c.finished_at.is_not(None), is_old, ~is_newest)
    return connection.execute(delete(table).where(*old)).rowcount
