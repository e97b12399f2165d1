"""Start the jobs in threads beside the web, and let each finish what it has in hand."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from connectors.watched import WatchedSettings
from jobs import inbox, mailboxes, mails
from jobs.clock import Clock
from jobs.schedule import schedule
from jobs.worker import Worker, own_name
from pipeline.fault_place import place_of
from pipeline.settings import ConfiguredSource
from pipeline.wiring import House

LONGEST_WAIT_SECONDS = 60.0
AFTER_A_FAULT_SECONDS = 5.0


class Daemon:
    """The jobs of one process. `wake` lets the worker look at once instead of in a moment."""

    def __init__(self, house: House) -> None:
        """Prepare; nothing runs yet."""
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._worker = Worker(house, own_name(), self._stop)
        jobs: dict[str, Callable[[], None]] = {
            "inbox": lambda: inbox.run(house, self._stop, self._wake),
            "mails": lambda: mails.run(house, self._stop),
        }
        for source in house.settings.sources:
            if isinstance(source.own, WatchedSettings):
                jobs[f"mailbox {source.id}"] = self._mailbox(source)
        self._threads = [
            threading.Thread(target=self._kept_alive, args=(name, job), name=name, daemon=True)
            for name, job in jobs.items()
        ]
        self._clock = Clock(self._worker, schedule(house))

    def _mailbox(self, source: ConfiguredSource) -> Callable[[], None]:
        return lambda: mailboxes.run(self._worker, source)

    def _kept_alive(self, name: str, job: Callable[[], None]) -> None:
        """Run a job until told to stop; a fault of the program ends a round of it, not the job."""
        while not self._stop.is_set():
            try:
                job()
            except Exception as fault:  # noqa: BLE001 - whatever it is, the job must go on
                place = place_of(fault.__traceback__)
                log = structlog.get_logger().bind(job=name)
                # without its text, which may hold somebody's data
                log.error("job.fault", kind=type(fault).__name__, place=place)  # noqa: TRY400
                self._stop.wait(AFTER_A_FAULT_SECONDS)

    def wake(self) -> None:
        """Say that something new is in the inbox."""
        self._wake.set()

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()
        self._clock.start()

    def ask_to_stop(self) -> None:
        """Let every job end after what it has in hand."""
        self._stop.set()
        self._wake.set()

    def stop(self) -> None:
        """Let every job end after what it has in hand, and wait for that."""
        self.ask_to_stop()
        self._clock.stop()
        for thread in self._threads:
            thread.join(LONGEST_WAIT_SECONDS)

    def wait(self) -> None:
        """Return when it was asked to stop, and the jobs that wait for work have ended."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(1.0)


@contextmanager
def running(house: House) -> Iterator[Daemon]:
    """Run the jobs while the block runs."""
    daemon = Daemon(house)
    daemon.start()
    try:
        yield daemon
    finally:
        daemon.stop()
