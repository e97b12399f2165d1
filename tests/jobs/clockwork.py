"""A clock that a test moves, jobs that note their runs, and a worker without threads."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from jobs.turn import Entry, Result, Turn
from jobs.worker import Worker
from models.columns import table_of
from models.scheduled_run import ScheduledRun
from models.store import Store
from pipeline.timing import Timing
from pipeline.wiring import House
from tests import build


@dataclass
class Moved:
    """A clock that stands until a test moves it."""

    at: datetime = build.NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Noted:
    """A job that notes when it ran, and ends as it is told."""

    clock: Callable[[], datetime]
    result: Result = field(default_factory=Result)
    fault: BaseException | None = None
    at: list[datetime] = field(default_factory=list)

    def __call__(self, _: Turn) -> Result:
        self.at.append(self.clock())
        if self.fault is not None:
            raise self.fault
        return self.result


def timing(**values: object) -> Timing:
    """Return a timing as it would stand in the configuration."""
    return Timing.model_validate(values)


def worker(store: Store, clock: Callable[[], datetime], name: str = "one") -> Worker:
    """Return a daemon's worker that holds nothing."""
    house = House(build.settings(str(store.url)), store, clock)
    return Worker(house, name, threading.Event())


def entry(run: Callable[[Turn], Result], job: str = "noted", **when: object) -> Entry:
    """Return a line of a schedule; every quarter of an hour if nothing else is said."""
    return Entry(job, "", timing(**(when or {"every_minutes": 15})), run)


def runs_since(connection: Connection, since: datetime) -> list[Row[Any]]:
    """Return the runs whose slot is not before a moment, in order."""
    table = table_of(ScheduledRun)
    wanted = select(table).where(table.c.slot >= since).order_by(table.c.slot, table.c.job)
    return list(connection.execute(wanted))
