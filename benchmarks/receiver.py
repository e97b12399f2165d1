"""Take Meta's pushes in: `leadledger serve`, and the least that any receiver must do beside it."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.bare_receiver import PATH
from benchmarks.load_client import Answers, load, raw
from benchmarks.measured import measure
from simulator.access import APP_SECRET, TOKEN
from simulator.push_platforms import MetaApp
from simulator.world import PAGE_ID
from tests.acceptance.daemon import installed, started, wait_until_it_answers
from tests.cli.running import Shell
from tests.web.serving import free_port

CONNECTIONS = 100
ROUNDS = 3
_WARM_UP = 1_000
_ANY_TIME = datetime(2026, 11, 22, tzinfo=UTC)
_FIRST_ID = 10_000_000_000_000_000
_START_SECONDS = 30.0
_META = f"""
[[sources]]
id = "meta-main"
kind = "meta_lead_ads"
controller = "my-agency"
page_id = "{PAGE_ID}"
access_token = {{ env = "META_ACCESS_TOKEN" }}
app_secret = {{ env = "META_APP_SECRET" }}
"""


@dataclass(frozen=True, slots=True)
class Rounds:
    """What both took, round after round; the ratio is of the medians of their rates."""

    bare: list[Answers]
    ours: list[Answers]

    @property
    def ratio(self) -> float:
        """Return how many times as fast the bare endpoint is."""
        return median(a.rate for a in self.bare) / median(a.rate for a in self.ours)


def rounds(requests: int) -> Rounds:
    """Measure one after the other, each from empty, in turns.

    Raises:
        RuntimeError: something that was answered with success is not in the store.
    """
    found = Rounds([], [])
    for _ in range(ROUNDS):
        found.bare.append(_round(requests, _bare))
        found.ours.append(_round(requests, _ours))
    return found


def _round(requests: int, serving: Callable[[Path], AbstractContextManager[int]]) -> Answers:
    # both files lie on the same disk: what a commit costs is the disk's
    with tempfile.TemporaryDirectory(prefix="leadledger-bench-") as name:
        folder = Path(name)
        with serving(folder) as port:
            warm: Answers = measure(pushed, port, _FIRST_ID, _WARM_UP).value
            answers: Answers = measure(pushed, port, _FIRST_ID + _WARM_UP, requests).value
        expected = len(warm.taken) + len(answers.taken)
        if answers.others or answers.unanswered or rows_of(folder / "leads.db") != expected:
            raise RuntimeError(
                f"{len(answers.taken)} of {requests} were taken, {rows_of(folder / 'leads.db')} "
                f"rows kept of {expected}; {dict(answers.others)}, {answers.unanswered} unanswered"
            )
    return answers


def pushed(port: int, first: int, count: int) -> Callable[[], Answers]:
    """Announce so many leads, each in a body of its own; every request is written beforehand."""
    app = MetaApp(APP_SECRET)
    requests = [(n, raw(PATH, port, app.wire(body(first + n), _ANY_TIME))) for n in range(count)]

    def work() -> Answers:
        return load(port, iter(requests), CONNECTIONS)

    return work


def body(lead_id: int) -> bytes:
    """Return a body as Meta writes them most often: one change, of some 300 bytes."""
    return (
        b'{"object":"page","entry":[{"id":"%(page)s","time":1795000001,"changes":[{"field":'
        b'"leadgen","value":{"leadgen_id":"%(lead)d","page_id":"%(page)s","form_id":'
        b'"555000111222333","adgroup_id":"120210000000000001","ad_id":"120210000000000001",'
        b'"created_time":1795000000}}]}]}'
    ) % {b"page": PAGE_ID.encode(), b"lead": lead_id}


def rows_of(file: Path) -> int:
    """Return how many pushes a store holds."""
    store = sqlite3.connect(file)
    try:
        return int(store.execute("SELECT count(*) FROM inbox").fetchone()[0])
    finally:
        store.close()


@contextmanager
def _bare(folder: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare_receiver", str(port)]
    shell = Shell(folder, {"LEADLEDGER__WEB__PORT": str(port)})
    process = subprocess.Popen(  # noqa: S603 - a command of our own
        [*command, str(folder / "leads.db")],
        env=os.environ | {"APP_SECRET": APP_SECRET},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_it_answers(shell, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_START_SECONDS)


@contextmanager
def _ours(folder: Path) -> Iterator[int]:
    shell = installed(folder, more=_META)
    shell.variables |= {"META_ACCESS_TOKEN": TOKEN, "META_APP_SECRET": APP_SECRET}
    with started(shell, "serve") as process:
        wait_until_it_answers(shell, process)
        yield int(shell.variables["LEADLEDGER__WEB__PORT"])
        process.send_signal(signal.SIGTERM)
        process.wait(_START_SECONDS)
