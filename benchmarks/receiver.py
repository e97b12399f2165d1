"""Take Meta's pushes in: `leadledger serve`, and the least that any receiver must do beside it."""

import math
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
from tests.acceptance.daemon import installed, port_of, started, wait_until_it_answers
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

Serving = tuple[int, int]
"""Port and process id of a receiver."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one round took, and the seconds of CPU that the receiver needed for it.

    `cpu` is NaN where the system does not say.
    """

    answers: Answers
    cpu: float

    def __str__(self) -> str:
        """Show the figures."""
        answers = self.answers
        each = self.cpu / len(answers.taken) * 1e6
        return (
            f"{answers.rate:7,.0f} requests/s  p50 {answers.milliseconds(0.5):6.1f} ms  "
            f"p99 {answers.milliseconds(0.99):6.1f} ms  {each:5.0f} microseconds CPU"
        )


@dataclass(frozen=True, slots=True)
class Rounds:
    """What both took, round after round; the ratios are of medians."""

    bare: list[Taken]
    ours: list[Taken]

    @property
    def ratio(self) -> float:
        """Return how many times as fast the bare endpoint is."""
        bare, ours = ([each.answers.rate for each in them] for them in (self.bare, self.ours))
        return median(bare) / median(ours)

    @property
    def cpu_ratio(self) -> float:
        """Return how many times as much CPU ours needs for a request."""
        return median(each.cpu for each in self.ours) / median(each.cpu for each in self.bare)


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


def _round(requests: int, serving: Callable[[Path], AbstractContextManager[Serving]]) -> Taken:
    # both files lie on the same disk: what a commit costs is the disk's
    with tempfile.TemporaryDirectory(prefix="leadledger-bench-") as name:
        folder = Path(name)
        with serving(folder) as (port, pid):
            warm: Answers = measure(pushed, port, _FIRST_ID, _WARM_UP).value
            before = cpu_of(pid)
            answers: Answers = measure(pushed, port, _FIRST_ID + _WARM_UP, requests).value
            cpu = cpu_of(pid) - before
        expected = len(warm.taken) + len(answers.taken)
        if answers.others or answers.unanswered or rows_of(folder / "leads.db") != expected:
            raise RuntimeError(
                f"{len(answers.taken)} of {requests} were taken, {rows_of(folder / 'leads.db')} "
                f"rows kept of {expected}; {dict(answers.others)}, {answers.unanswered} unanswered"
            )
    return Taken(answers, cpu)


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process has used, NaN where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return math.nan
    # utime and stime, the 14th and 15th field (proc(5)); two stand before the parenthesis
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
def _bare(folder: Path) -> Iterator[Serving]:
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
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_START_SECONDS)


@contextmanager
def _ours(folder: Path) -> Iterator[Serving]:
    shell = installed(folder, more=_META)
    shell.variables |= {"META_ACCESS_TOKEN": TOKEN, "META_APP_SECRET": APP_SECRET}
    with started(shell, "serve") as process:
        wait_until_it_answers(shell, process)
        yield port_of(shell), process.pid
        process.send_signal(signal.SIGTERM)
        process.wait(_START_SECONDS)
