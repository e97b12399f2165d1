"""Push Google's leads into `leadledger run` while it is killed again and again; count what is left.

Whatever is killed when: a request that was answered with 2xx is a lead, and one lead only.
"""

import multiprocessing
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.load_client import Answers, Numbered, load, raw
from models import inbox
from models.controller import controller_ids
from models.inbox import InboxRecord
from models.lead import Lead
from models.store import Store
from pipeline.setup import DATABASE_NAME
from simulator.pushes import Wire
from tests.acceptance.daemon import installed, port_of, started, wait_until_it_answers
from tests.build import kept
from tests.cli.running import Shell
from tests.web.pushing import GOOGLE, TOLD, google_body

CONNECTIONS = 8
_PAUSE_SECONDS = 0.02
"""About as long as an answer takes: so that most kills come upon requests that wait for theirs."""
_SHARE_OF_STARTS = 0.2
_QUIET_SECONDS = 0.2
_PATIENCE_SECONDS = 900.0
_PATH = f"/in/{GOOGLE}"


@dataclass(frozen=True, slots=True)
class Soaked:
    """What came of it: what was answered, and how often each lead is in the store."""

    answers: Answers
    kills: int
    stored: Counter[str]

    @property
    def taken(self) -> frozenset[str]:
        """Return the ids of what was answered with 2xx."""
        return frozenset(name(number) for number in self.answers.taken)

    @property
    def lost(self) -> frozenset[str]:
        """Return what was answered with 2xx and is no lead."""
        return self.taken - self.stored.keys()

    @property
    def doubled(self) -> frozenset[str]:
        """Return what is a lead more than once."""
        return frozenset(lead_id for lead_id, count in self.stored.items() if count > 1)

    @property
    def is_whole(self) -> bool:
        """Say whether every request that was taken is one lead."""
        return not (self.lost or self.doubled)


def name(number: int) -> str:
    """Return the id of a lead."""
    return f"lead-{number}"


def soak_new(folder: Path, seconds: float, kills: int) -> Soaked:
    """Make an installation in an empty folder, and soak it; claims are waited for."""
    shell = installed(folder)
    store = Store(f"sqlite:///{folder / DATABASE_NAME}")
    try:
        return soak(shell, store, seconds=seconds, kills=kills, seed=secrets.randbits(32))
    finally:
        store.close()


def soak(
    shell: Shell,
    store: Store,
    *,
    seconds: float,
    kills: int,
    seed: int,
    released_at: datetime | None = None,
) -> Soaked:
    """Push leads while the process is killed and started again `kills` times.

    It lives for about `seconds` in all, not counting the time that it takes to start; now and then
    it is killed while it starts.

    A worker that was killed keeps its claim for minutes. With `released_at` (aware) the claims end
    at the end of the load, as if that time had passed; without, they are waited for.
    """
    rng = random.Random(seed)  # noqa: S311 - chance for a test
    life = seconds / (kills + 1)
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    ours, theirs = context.Pipe(duplex=False)
    with ExitStack() as stack:
        process = stack.enter_context(started(shell, "run"))
        wait_until_it_answers(shell, process)
        pushing = context.Process(target=_push, args=(port_of(shell), seconds, stop, theirs))
        pushing.start()
        theirs.close()
        ours.recv()
        for _ in range(kills):
            if rng.random() > _SHARE_OF_STARTS:
                wait_until_it_answers(shell, process)
            time.sleep(rng.uniform(0, 2 * life))
            process.kill()
            process.wait()
            process = stack.enter_context(started(shell, "run"))
        wait_until_it_answers(shell, process)
        time.sleep(life)
        stop.set()
        answers: Answers = ours.recv()
        pushing.join()
        if released_at is not None:
            _release(store, released_at)
        _wait_until_worked_off(store)
    return Soaked(answers, kills, Counter(lead.external_id for lead in kept(store, Lead)))


def _push(port: int, seconds: float, stop: Event, parent: Connection) -> None:
    requests, patience = _requests(port, stop), 2 * seconds + _PATIENCE_SECONDS
    parent.send("begun")
    parent.send(load(port, requests, CONNECTIONS, pause=_PAUSE_SECONDS, patience=patience))


def _requests(port: int, stop: Event) -> Iterator[Numbered]:
    """Yield new leads until told to stop."""
    number = 0
    while not stop.is_set():
        yield number, raw(_PATH, port, Wire(google_body(name(number)), TOLD))
        number += 1


def _release(store: Store, at: datetime) -> None:
    """End the claims of workers that were killed."""
    rows = kept(store, InboxRecord)
    with store.writing() as connection:
        for owner in {row.controller_id for row in rows}:
            ids = [row.id for row in rows if row.controller_id == owner]
            inbox.postpone(connection, owner, ids, at)


def _wait_until_worked_off(store: Store) -> None:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends:
        with store.reading() as connection:
            if not inbox.waiting(connection, controller_ids(connection)):
                return
        time.sleep(_QUIET_SECONDS)
    raise TimeoutError(f"{len(kept(store, InboxRecord))} pushes were not worked off")
