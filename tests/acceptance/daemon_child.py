"""One daemon in a process of its own, with jobs that note what they do; SIGTERM ends it."""

import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta

from jobs.clock import Clock
from jobs.schedule import schedule
from jobs.turn import Entry, Result, Turn
from jobs.worker import Worker, own_name
from models.store import Store
from pipeline.wiring import House
from tests import build
from tests.acceptance import daemons as soaked


def work(url: str, graph_url: str, log: str) -> None:
    """Run the clock until told to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    source = build.source(graph_url=graph_url, connections=2, max_wait_minutes=0)
    settings = replace(build.settings(url, source), schedule=soaked.SCHEDULE)
    store = Store(url)
    build.declared(store, source)
    house = House(settings, store)
    lease = timedelta(seconds=soaked.LEASE_SECONDS)
    worker = Worker(house, own_name(), stop, lease, soaked.LOOK_SECONDS)
    timing = soaked.SCHEDULE.pull
    counted = [
        Entry("counted", str(number), timing, _sleepily) for number in range(soaked.COUNTED_JOBS)
    ]
    entries = [_noting(worker, entry, log) for entry in [*schedule(house), *counted]]
    clock = Clock(worker, entries)
    clock.start()
    while not stop.wait(0.2):
        pass
    clock.stop()
    store.close()


def _sleepily(turn: Turn) -> Result:
    """Take a while, so that kills come in between."""
    ends = time.monotonic() + soaked.JOB_SECONDS
    while time.monotonic() < ends and not turn.is_stopping():
        time.sleep(0.02)
    return Result({"naps": 1})


def _noting(worker: Worker, entry: Entry, log: str) -> Entry:
    def run(turn: Turn) -> Result:
        [slot] = [
            claim.slot for claim in list(worker.held) if (claim.job, claim.subject) == entry.key
        ]
        soaked.note(log, "begin", entry.name, slot)
        try:
            return entry.run(turn)
        finally:
            soaked.note(log, "end", entry.name, slot)

    return Entry(entry.job, entry.subject, entry.timing, run)
