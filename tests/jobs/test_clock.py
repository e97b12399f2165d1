"""The clock itself, with real threads and real seconds: few of them."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base

from jobs.clock import AT_ONCE, Clock
from jobs.perform import perform
from jobs.slots import newest_slot
from jobs.turn import Entry, Result, Turn
from jobs.worker import Worker, own_name
from models import scheduled_run as runs
from models.scheduled_run import Claim
from models.store import Store
from pipeline import wiring
from pipeline.wiring import House
from tests import build
from tests.jobs.clockwork import runs_since, timing

OFTEN = timing(every_minutes=0.01)
PATIENCE_SECONDS = 20.0


class _Seen:
    """Counts runs, whoever does them."""

    def __init__(self) -> None:
        self.count = 0
        self._guard = threading.Lock()

    def __call__(self, _: Turn) -> Result:
        with self._guard:
            self.count += 1
        return Result()


def _until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def _since(store: Store, at: datetime) -> list[tuple[datetime, str | None]]:
    with store.reading() as connection:
        return [(row.slot, row.outcome) for row in runs_since(connection, at)]


def test_two_daemons_share_the_runs_of_one_store(store: Store) -> None:
    seen = _Seen()
    stop = threading.Event()
    began = wiring.now() - timedelta(seconds=1)
    url = store.url.render_as_string(hide_password=False)
    houses = [House(build.settings(url), Store(url)) for _ in range(2)]
    workers = [Worker(house, own_name(), stop) for house in houses]
    clocks = [Clock(worker, [Entry("often", "", OFTEN, seen)]) for worker in workers]
    for clock in clocks:
        clock.start()
    _until(lambda: seen.count >= 4)
    stop.set()
    for clock in clocks:
        clock.stop()
    found = _since(store, began)
    assert len(found) == seen.count
    assert max(Counter(slot for slot, _ in found).values()) == 1
    assert {outcome for _, outcome in found} == {"done"}
    for house in houses:
        house.store.close()


def test_what_a_dead_daemon_left_is_found_by_looking_around(store: Store) -> None:
    now = wiring.now()
    daily = timing(every_minutes=1_440)
    slot = newest_slot(daily, now)
    assert slot is not None
    left = Claim("daily", "", slot, "dead", 1)
    assert runs.claim(store, left, now, now + timedelta(seconds=1))
    seen = _Seen()
    stop = threading.Event()
    house = House(build.settings(str(store.url)), store)
    worker = Worker(house, own_name(), stop, look_seconds=0.2)
    clock = Clock(worker, [Entry("daily", "", daily, seen)])
    clock.start()
    _until(lambda: seen.count)
    stop.set()
    clock.stop()
    [(_, outcome)] = _since(store, slot)
    assert outcome == "done"


def test_a_daemon_that_is_told_to_stop_waits_for_what_it_has_in_hand(sqlite_store: Store) -> None:
    begun, ended = threading.Event(), threading.Event()
    stop = threading.Event()

    def long(turn: Turn) -> Result:
        begun.set()
        while not turn.is_stopping():
            time.sleep(0.01)
        ended.set()
        return Result()

    house = House(build.settings(str(sqlite_store.url)), sqlite_store)
    entry = Entry("long", "", timing(every_minutes=1_440), long)
    clock = Clock(Worker(house, own_name(), stop), [entry])
    clock.start()
    assert begun.wait(PATIENCE_SECONDS)
    stop.set()
    clock.stop()
    assert ended.is_set()
    with sqlite_store.reading() as connection:
        [row] = runs_since(connection, wiring.now() - timedelta(days=2))
    assert (row.outcome, row.holder, row.finished_at) == (None, "", None)


def test_a_run_stays_ours_while_it_ends_after_being_told_to(sqlite_store: Store) -> None:
    begun, other = threading.Event(), threading.Event()
    stop, lease = threading.Event(), timedelta(seconds=0.4)

    def slow_to_end(turn: Turn) -> Result:
        begun.set()
        turn.stop.wait(PATIENCE_SECONDS)
        time.sleep(lease.total_seconds() * 3)
        other.set()
        return Result()

    house = House(build.settings(str(sqlite_store.url)), sqlite_store)
    daily = timing(every_minutes=1_440)
    clock = Clock(Worker(house, own_name(), stop, lease), [Entry("daily", "", daily, slow_to_end)])
    clock.start()
    assert begun.wait(PATIENCE_SECONDS)
    ending = threading.Thread(target=clock.stop)
    ending.start()
    seen = _Seen()
    there = Worker(house, own_name(), threading.Event())
    while not other.wait(0.05):
        assert not perform(there, Entry("daily", "", daily, seen))
    ending.join()
    assert seen.count == 0


def test_jobs_that_take_long_keep_no_other_kind_waiting(sqlite_store: Store) -> None:
    stop, seen = threading.Event(), _Seen()
    daily = timing(every_minutes=1_440)

    def long(turn: Turn) -> Result:
        turn.stop.wait(PATIENCE_SECONDS)
        return Result()

    pulls = [Entry("pull", f"source-{n}", daily, long) for n in range(AT_ONCE + 2)]
    house = House(build.settings(str(sqlite_store.url)), sqlite_store)
    clock = Clock(Worker(house, own_name(), stop), [*pulls, Entry("expire", "", daily, seen)])
    clock.start()
    _until(lambda: seen.count)
    stop.set()
    clock.stop()


class _SetBack(datetime):
    """A machine's clock that somebody sets back by an hour."""

    by = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_SetBack":
        told = wiring.now() - cls.by
        return cls.fromtimestamp(told.timestamp(), tz)


def test_a_clock_that_is_set_back_stops_neither_jobs_nor_signs_of_life(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "datetime", _SetBack)
    stop, seen = threading.Event(), _Seen()
    house = House(build.settings(str(sqlite_store.url)), sqlite_store, lambda: _SetBack.now(UTC))
    worker = Worker(house, own_name(), stop, look_seconds=0.1)
    clock = Clock(worker, [Entry("often", "", OFTEN, seen)])
    clock.start()
    _until(lambda: seen.count)
    monkeypatch.setattr(_SetBack, "by", timedelta(hours=3))
    time.sleep(0.7)  # what was due by then has run
    before = seen.count
    _until(lambda: seen.count > before + 1)
    stop.set()
    clock.stop()


def test_a_job_that_is_at_work_when_its_next_time_comes_is_no_news(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()

    def long(turn: Turn) -> Result:
        turn.stop.wait(PATIENCE_SECONDS)
        return Result()

    house = House(build.settings(str(sqlite_store.url)), sqlite_store)
    clock = Clock(Worker(house, own_name(), stop), [Entry("long", "", OFTEN, long)])
    with caplog.at_level(logging.WARNING):
        clock.start()
        time.sleep(1.5)
        stop.set()
        clock.stop()
    assert caplog.messages == []
