"""Let the jobs of the schedule run when their time comes, in this process and beside others."""

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
"""So many jobs run beside each other; each in its own thread."""
_SIGNS_OF_LIFE = 4
"""So often within its lease a daemon says that it is still there."""


class Clock:
    """The schedule of one daemon. Several may share a store: each run is one daemon's."""

    def __init__(self, worker: Worker, entries: list[Entry]) -> None:
        """Prepare; nothing runs yet."""
        self._worker = worker
        self._entries = {entry.name: entry for entry in entries}
        # the schedule is declared by the code and kept in memory: what was done is in the store
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": Pool(AT_ONCE), "signs": Pool(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin: first with whatever was missed."""
        at_once: dict[str, Any] = {"next_run_time": self._worker.house.now()}
        for entry in self._entries.values():
            self._scheduler.add_job(
                self._perform, trigger_of(entry.timing), [entry], id=entry.name, **at_once
            )
        seconds = self._worker.lease.total_seconds() / _SIGNS_OF_LIFE
        self._scheduler.add_job(self._renew, "interval", seconds=seconds, executor="signs")
        self._scheduler.add_job(
            self._look_around, "interval", seconds=self._worker.look_seconds, executor="signs"
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more, and return when the jobs in hand have ended."""
        self._scheduler.pause()
        self._scheduler.shutdown(wait=True)

    def _perform(self, entry: Entry) -> None:
        """Do what is due of one job; a store that fails is asked again at the next look."""
        while not self._worker.stop.is_set():
            try:
                if not perform(self._worker, entry):
                    return
            except StoreError as error:
                structlog.get_logger().warning("job.store_failed", job=entry.job, error=error.code)
                return

    def _renew(self) -> None:
        try:
            self._worker.renew()
        except StoreError as error:
            structlog.get_logger().warning("clock.store_failed", error=error.code)

    def _look_around(self) -> None:
        """Let each job begin whose newest run is due and whom nobody is on."""
        now = self._worker.house.now()
        try:
            with self._worker.house.store.reading() as connection:
                newest = runs.newest_runs(connection, now)
        except StoreError as error:
            structlog.get_logger().warning("clock.store_failed", error=error.code)
            return
        for entry in self._entries.values():
            slot = newest_slot(entry.timing, now, entry.name)
            if slot is not None and runs.is_free(newest.get(entry.key), slot, now):
                self._scheduler.modify_job(entry.name, next_run_time=now)
