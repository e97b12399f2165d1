"""Three daemons on one store, of which one is killed every few seconds; the judge of what they did.

Every run that a daemon begins or ends is a line in a file that no kill can take back.
"""

import multiprocessing
import os
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

from jobs.perform import MOST_ATTEMPTS
from models.store import Store
from pipeline import wiring
from pipeline.timing import ScheduleSettings
from simulator.catalogue import NEWSLETTER
from simulator.graph_api import GraphServer
from simulator.world import World
from tests.jobs.clockwork import runs_since
from tests.pulling import stored_ids

DAEMONS = 3
LEASE_SECONDS = 2.0
LOOK_SECONDS = 0.3
INTERVAL_SECONDS = 6.0
COUNTED_JOBS = 4
JOB_SECONDS = 0.4
CALM_SECONDS = 90.0
"""So long the daemons have, once nobody is killed any more, to end what they were at."""
_EVERY = {"every_minutes": INTERVAL_SECONDS / 60}
SCHEDULE = ScheduleSettings.model_validate(
    {"pull": _EVERY, "expire": _EVERY, "housekeeping": _EVERY}
)


@dataclass(slots=True)
class Outcome:
    """What three daemons did. Every list must be empty, and `missing` and `doubled` too.

    `passed_over` are slots that had no run of their own because the run before was still in hand;
    the run that came after them says so. They are as the schedule promises, but should be few.
    """

    kills: int = 0
    slots: int = 0
    passed_over: int = 0
    run_again: list[str] = field(default_factory=list)
    at_the_same_time: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    leads: int = 0
    missing: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Say whether nothing was done twice, left out or lost."""
        found = (self.run_again, self.at_the_same_time, self.skipped, self.missing, self.doubled)
        return not any(found)


def soak_daemons(url: str, folder: Path, seconds: float, kill_every: float) -> Outcome:
    """Let the daemons work for some seconds while leads come in, and kill one after the other."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.acceptance.daemon_child"])
    rng, stop = Random(3), threading.Event()
    log = folder / "runs.log"
    log.touch()
    killed: dict[int | None, float] = {}
    world = World(rng=Random(3), now=wiring.now())
    world.add_form(NEWSLETTER)
    outcome = Outcome()
    with GraphServer(world) as graph:
        arriving = threading.Thread(target=_arrive, args=(world, stop))
        arriving.start()
        daemons = [_start(context, url, graph.url, log) for _ in range(DAEMONS)]
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            time.sleep(rng.uniform(0.5, 1.5) * kill_every)
            place = rng.randrange(DAEMONS)
            daemons[place].kill()
            daemons[place].join()
            killed[daemons[place].pid] = wiring.now().timestamp()
            outcome.kills += 1
            daemons[place] = _start(context, url, graph.url, log)
        stop.set()
        arriving.join()
        calm_at = wiring.now()
        _wait_for_calm(url, calm_at)
        for daemon in daemons:
            daemon.terminate()
            daemon.join(30)
            assert daemon.exitcode == 0
    _judge(outcome, url, log, killed, world, calm_at)
    return outcome


def _start(context: ForkServerContext, url: str, graph_url: str, log: Path) -> BaseProcess:
    from tests.acceptance.daemon_child import work  # noqa: PLC0415 - it imports this file

    process = context.Process(target=work, args=(url, graph_url, str(log)))
    process.start()
    return process


def _arrive(world: World, stop: threading.Event) -> None:
    """Let leads come in, as long as the daemons are killed."""
    while not stop.wait(0.05):
        world.add_random_leads(1, wiring.now())


def note(log: str, what: str, name: str, slot: datetime) -> None:
    """Write down at once that a run begins or ends; several processes may do so."""
    line = f"{what}\t{name}\t{slot.isoformat()}\t{os.getpid()}\t{wiring.now().timestamp()}\n"
    file = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.write(file, line.encode())
    os.close(file)


def _wait_for_calm(url: str, calm_at: datetime) -> None:
    """Wait until all that was due is done, and leads were pulled once after the last arrived."""
    store, ends = Store(url), time.monotonic() + CALM_SECONDS
    while time.monotonic() < ends:
        rows = _runs(store)
        is_pulled = any(
            row.job == "pull" and row.slot > calm_at and row.finished_at for row in rows
        )
        if is_pulled and all(row.finished_at for row in rows if row.slot <= calm_at):
            break
        time.sleep(0.5)
    store.close()


def _runs(store: Store) -> list[Any]:
    with store.reading() as connection:
        return runs_since(connection, wiring.now() - timedelta(days=1))


def _judge(
    outcome: Outcome,
    url: str,
    log: Path,
    killed: dict[int | None, float],
    world: World,
    calm_at: datetime,
) -> None:
    store = Store(url)
    rows = _runs(store)
    _judge_leads(outcome, store, world)
    store.close()
    outcome.slots = len(rows)
    lines = [line.split("\t") for line in log.read_text(encoding="utf-8").splitlines()]
    _judge_overlaps(outcome, lines, killed)
    attempts: Counter[tuple[str, str]] = Counter()
    for what, name, slot, *_ in lines:
        attempts[name, slot] += what == "begin"
    by_job: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        name = f"{row.job} {row.subject}".rstrip()
        by_job[name].append(row)
        if attempts[name, row.slot.isoformat()] > row.attempts:
            outcome.run_again.append(f"{name} {row.slot}")
        # what began after that was broken off by the end of the soak, and is nobody's fault
        if row.outcome is None and row.slot <= calm_at:
            outcome.skipped.append(f"{name} {row.slot} was never ended")
        if row.attempts > MOST_ATTEMPTS:
            outcome.skipped.append(f"{name} {row.slot} was given up")
    for name, own in by_job.items():
        _judge_gaps(outcome, name, own)


def _judge_gaps(outcome: Outcome, name: str, own: list[Any]) -> None:
    """Each slot has a run, or the run after it says that it had none."""
    interval = _seconds_between(own[0].job)
    for before, after in pairwise(own):
        unsaid = round((after.slot - before.slot).total_seconds() / interval) - 1 - after.missed
        outcome.passed_over += after.missed
        if unsaid > 0:
            outcome.skipped.append(f"{name} between {before.slot} and {after.slot}")


def _seconds_between(job: str) -> float:
    """Return the job's own interval: most jobs keep the one of the installation's defaults."""
    minutes = getattr(SCHEDULE, job, SCHEDULE.pull).every_minutes
    return minutes * 60 if minutes else float("inf")


def _judge_overlaps(
    outcome: Outcome, lines: list[list[str]], killed: dict[int | None, float]
) -> None:
    """No two processes may be at the same job at the same time; the dead are at none."""
    open_: dict[tuple[str, int], float] = {}
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for what, name, _, pid, at in lines:
        if what == "begin":
            open_[name, int(pid)] = float(at)
        else:
            spans[name].append((open_.pop((name, int(pid))), float(at)))
    for (name, process), since in open_.items():
        spans[name].append((since, killed.get(process, since)))
    for name, own in spans.items():
        own.sort()
        for (_, ended), (began, _) in pairwise(own):
            if began < ended:
                outcome.at_the_same_time.append(f"{name} at {began}")


def _judge_leads(outcome: Outcome, store: Store, world: World) -> None:
    stored = Counter(stored_ids(store))
    outcome.leads = len(stored)
    outcome.missing = set(world.lead_ids()) - stored.keys()
    outcome.doubled = {lead_id for lead_id, count in stored.items() if count > 1}
