"""The clock itself, with real threads and real seconds: few of them."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from jobs.clock import Clock
from jobs.slots import newest_slot
from jobs.turn import Entry, Result, Turn
from jobs.worker import Worker, own_name
from models import scheduled_run as runs
from models.scheduled_run import Claim
from models.store import Store
from pipeline import wiring
from pipeline.wiring import House
from tests import build
from tests.jobs.clockwork import timing

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
        return [(row.slot, row.outcome) for row in runs.runs_since(connection, at)]


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
        [row] = runs.runs_since(connection, wiring.now() - timedelta(days=2))
    assert (row.outcome, row.holder, row.finished_at) == (None, "", None)
