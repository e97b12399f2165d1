"""Ninety days on which nothing is wrong raise no alarm: nights, weekends, the change of the clocks.

Each source has its own rate, and all that a healthy installation does is done in time.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Connection

from models.columns import table_of
from models.delivery import JobRun
from models.keys import new_keys
from models.lead import Lead
from models.refused_push import count_refused
from models.store import Store
from pipeline.find_alarms import find_alarms
from policy.london import london, midnight
from tests import build
from tests.alarming import Watchman, watchman
from tests.build import delivery, take

DAYS, KNOWN_DAYS = 90, 56
FIRST = date(2026, 8, 24)  # the clocks go back on 25 October
HOURS = (3, 8)
"""When alarms are looked for: in the night, and before work, when it has been quiet longest."""


class Rate(NamedTuple):
    """How a source usually brings leads: at which London hours of which weekdays, how often."""

    source: str
    weekdays: Sequence[int]
    hours: Sequence[int]
    chance: float


RATES = (
    Rate("office", range(5), range(9, 18), 0.4),
    Rate("nightly", range(7), (2, 23), 0.5),
    Rate("weekend", (5, 6), (11, 14, 17), 0.8),
    Rate("three-a-week", (0, 2, 4), (10,), 1.0),
)


def arrivals(rate: Rate) -> Iterator[datetime]:
    """Yield when leads of a source come, from eight weeks before the first day on."""
    random = Random(rate.source)
    for day in (FIRST + timedelta(days=n) for n in range(-KNOWN_DAYS, DAYS)):
        for hour in rate.hours:
            if day.weekday() in rate.weekdays and random.random() < rate.chance:
                at = datetime.combine(day, time(hour, random.randrange(60)), london())
                yield at.astimezone(UTC)


def rounds() -> Iterator[datetime]:
    """Yield when alarms are looked for."""
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        yield from (datetime.combine(day, time(hour), london()).astimezone(UTC) for hour in HOURS)


class Office:
    """A healthy installation: what comes, comes in time, and what is to be done is done."""

    def __init__(self, store: Store) -> None:
        sources = [build.source(rate.source) for rate in RATES]
        one = watchman(store, *sources)
        jobs = {"pull": timedelta(minutes=15), "expire": timedelta(days=1)}
        started = midnight(FIRST - timedelta(days=KNOWN_DAYS))
        self.one: Watchman = one
        self.around = replace(one.around, jobs=jobs, running_since=started)
        self.samples: dict[str, dict[str, Any]] = {}
        self.to_come: deque[tuple[datetime, str]] = deque(
            sorted((at, rate.source) for rate in RATES for at in arrivals(rate))
        )
        for number, source in enumerate(sources):
            first = delivery(f"100000{number}", at=started, received_at=started)
            take(store, source, first, at=started)
        with store.reading() as connection:
            for row in connection.execute(table_of(Lead).select()):
                self.samples[row.source_id] = row._asdict()
        with store.writing("nectra") as connection:
            connection.execute(table_of(JobRun).insert(), [_run("expire", None, midnight(FIRST))])

    def live_until(self, now: datetime) -> None:
        """Let everything happen that happens until a time."""
        with self.one.house.store.writing("nectra") as connection:
            self._leads(connection, now)
            just_now = now - timedelta(minutes=14)
            ran: list[tuple[str, str | None, datetime]] = [
                ("pull", rate.source, just_now) for rate in RATES
            ]
            if now.astimezone(london()).hour == HOURS[1]:
                ran.append(("expire", None, now - timedelta(hours=4)))
                # a stranger tries the receiver now and then
                counted = {("nectra", "office", 401): 3}
                count_refused(connection, counted, now.date().isoformat(), now)
            rows = [_run(*each) for each in ran]
            connection.execute(table_of(JobRun).insert(), rows)

    def _leads(self, connection: Connection, now: datetime) -> None:
        """Put leads in as copies of the first of their source, with keys of their own times."""
        rows = []
        while self.to_come and self.to_come[0][0] <= now:
            at, source = self.to_come.popleft()
            key = new_keys(1, at)[0]
            own = {"id": key, "external_id": key.hex, "received_at": at, "submitted_at": at}
            rows.append(self.samples[source] | own | {"expires_at": at + timedelta(days=730)})
        if rows:
            connection.execute(table_of(Lead).insert(), rows)


def _run(job: str, source: str | None, at: datetime) -> dict[str, Any]:
    return {
        "controller_id": "nectra",
        "id": new_keys(1, at)[0],
        "job": job,
        "source_id": source,
        "started_at": at,
        "finished_at": at,
        "outcome": "done",
        "counts": {},
        "message": None,
    }


def test_ninety_days_on_which_nothing_is_wrong_raise_no_alarm(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    for now in rounds():
        office.live_until(now)
        assert find_alarms(office.one.house, now, office.around) == [], now
    assert len(office.to_come) < 10


def test_the_same_days_without_leads_from_a_day_on_are_not(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    dead = midnight(FIRST + timedelta(days=2))
    kept = [each for each in office.to_come if each[0] < dead or each[1] == "nightly"]
    office.to_come = deque(kept)
    now = dead + timedelta(days=8)
    office.live_until(now)
    found = find_alarms(office.one.house, now, office.around)
    silent = {each.subject for each in found if each.kind == "silence"}
    assert {"office", "three-a-week"} <= silent
    assert "nightly" not in silent
