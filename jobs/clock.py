"""Let the jobs of the schedule run when their time comes, in this process and beside others."""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor as Pool
from apscheduler.schedulers.background import BackgroundScheduler

from jobs.perform import perform
from jobs.slots import newest_slot, trigger_of
from jobs.turn import Entry
from jobs.worker import Worker
from models import scheduled_run as runs
from policy.errors import StoreError

AT_ONCE = 4
"""So many jobs of a kind run side by side; no kind waits for another: a pull may take hours."""
_SIGNS_OF_LIFE = 4
"""So often within its lease a daemon says that it is still there."""


class Clock:
    """The schedule of one daemon. Several may share a store: each run is one daemon's."""

    def __init__(self, worker: Worker, entries: list[Entry]) -> None:
        """Prepare; nothing runs yet."""
        self._worker = worker
        self._entries = {entry.name: entry for entry in entries}
        self._has_ended = threading.Event()
        kinds = Counter(entry.job for entry in entries)
        # the schedule is declared by the code and kept in memory: what was done is in the store
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={kind: Pool(min(AT_ONCE, count)) for kind, count in kinds.items()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # threads of their own, since the scheduler sleeps on when the clock is set back, and
        # says nothing any more while it waits for the last jobs to end
        lease_seconds, look_seconds = worker.lease.total_seconds(), worker.look_seconds
        self._signs = self._thread(worker.renew, lease_seconds / _SIGNS_OF_LIFE, self._has_ended)
        self._looks = self._thread(self._look_around, look_seconds, worker.stop)

    def start(self) -> None:
        """Begin: first with whatever was missed."""
        # a job that is at work when its next time comes is no news
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        at_once: dict[str, Any] = {"next_run_time": self._worker.house.now()}
        for name, entry in self._entries.items():
            trigger = trigger_of(entry.timing)
            own: dict[str, Any] = {"id": name, "name": name, "executor": entry.job}
            self._scheduler.add_job(self._perform, trigger, [entry], **own, **at_once)
        self._scheduler.start()
        self._signs.start()
        self._looks.start()

    def stop(self) -> None:
        """Begin nothing more, and return when the jobs in hand have ended."""
        self._worker.stop.set()
        self._looks.join()
        self._scheduler.pause()
        self._scheduler.shutdown(wait=True)
        self._has_ended.set()
        self._signs.join()

    def _thread(
        self, act: Callable[[], None], seconds: float, ended: threading.Event
    ) -> threading.Thread:
        """Return what does something again and again, whatever happens, until an end."""

        def run() -> None:
            log = structlog.get_logger()
            while not ended.wait(seconds):
                try:
                    act()
                except StoreError as error:
                    log.warning("clock.store_failed", error=error.code)
                except Exception as fault:  # noqa: BLE001 - whatever it is, the daemon must go on
                    # without its text, which may hold somebody's data
                    log.error("clock.fault", kind=type(fault).__name__)  # noqa: TRY400

        return threading.Thread(target=run, name="clock", daemon=True)

    def _perform(self, entry: Entry) -> None:
        """Do what is due of one job; a store that fails is asked again at the next look."""
        while not self._worker.stop.is_set():
            try:
                if not perform(self._worker, entry):
                    return
            except StoreError as error:
                structlog.get_logger().warning("job.store_failed", job=entry.job, error=error.code)
                return

    def _look_around(self) -> None:
        """Let each job begin whose newest run is due and whom nobody is on."""
        now = self._worker.house.now()
        with self._worker.house.store.reading() as connection:
            newest = runs.newest_runs(connection, now)
        for entry in self._entries.values():
            slot = newest_slot(entry.timing, now, entry.name)
            if slot is not None and runs.is_free(newest.get(entry.key), slot, now):
                self._scheduler.modify_job(entry.name, next_run_time=now)
