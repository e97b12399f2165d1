"""Start the jobs in threads beside the web, and let each finish what it has in hand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jobs import inbox, mails
from pipeline.wiring import House

LONGEST_WAIT_SECONDS = 60.0


class Daemon:
    """The jobs of one process. `wake` lets the worker look at once instead of in a moment."""

    def __init__(self, house: House) -> None:
        """Prepare; nothing runs yet."""
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._threads = [
            threading.Thread(
                target=inbox.run, args=(house, self._stop, self._wake), name="inbox", daemon=True
            ),
            threading.Thread(target=mails.run, args=(house, self._stop), name="mails", daemon=True),
        ]

    def wake(self) -> None:
        """Say that something new is in the inbox."""
        self._wake.set()

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Let every job end after what it has in hand."""
        self._stop.set()
        self._wake.set()

    def stop(self) -> None:
        """Let every job end after what it has in hand, and wait for that."""
        self.ask_to_stop()
        for thread in self._threads:
            thread.join(LONGEST_WAIT_SECONDS)

    def wait(self) -> None:
        """Return when all jobs have ended."""
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
