"""What one daemon has in hand, and how it keeps it."""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from jobs.turn import Turn
from models import scheduled_run as runs
from models.scheduled_run import Claim
from pipeline.wiring import House

LEASE = timedelta(seconds=90)
"""For so long a run is its daemon's without a sign of life."""
LOOK_SECONDS = 15.0
"""How often a daemon looks for what others left, and for what was put off."""


def own_name() -> str:
    """Return a name for this process that no other has: machine, number, and a random part."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass(slots=True)
class Worker:
    """What a daemon has in hand. `holder` is its name in the store."""

    house: House
    holder: str
    stop: threading.Event
    lease: timedelta = LEASE
    look_seconds: float = LOOK_SECONDS
    held: dict[Claim, Turn] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def holding(self, claim: Claim, turn: Turn) -> Iterator[None]:
        """Keep a run ours while the block runs."""
        with self._guard:
            self.held[claim] = turn
        try:
            yield
        finally:
            with self._guard:
                self.held.pop(claim, None)

    def renew(self) -> None:
        """Keep all runs in hand for longer; one that another daemon has by now is to end.

        Raises:
            StoreError: the store failed; they stay ours until their time is over.
        """
        with self._guard:
            held = dict(self.held)
        if held:
            done = {claim: turn.done for claim, turn in held.items()}
            for lost in runs.renew(self.house.store, done, self.house.now() + self.lease):
                held[lost].is_lost = True
