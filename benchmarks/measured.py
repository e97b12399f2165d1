"""Run one piece of work in a process of its own and say what it cost."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work cost: seconds of CPU and of the wall's clock, peak memory in MiB.

    `value` is what the work itself returned.
    """

    cpu: float
    wall: float
    peak: float
    value: Any

    def __str__(self) -> str:
        """Show the figures."""
        return f"{self.cpu:7.2f} s CPU  {self.wall:7.2f} s wall  {self.peak:6.0f} MiB"


def measure(work: Callable[..., Any], *arguments: Any) -> Cost:
    """Run `prepare = work(*arguments)` in a fresh process; what it returns is called and timed.

    The two steps keep imports and the loading of inputs out of the figures.
    """
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    try:
        cost: Cost = mine.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"{work.__name__} ended with code {process.exitcode}") from None
    process.join()
    return cost


def _run(told: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    step = work(*arguments)
    start_wall, start_cpu = time.perf_counter(), time.process_time()
    value = step()
    cpu, wall = time.process_time() - start_cpu, time.perf_counter() - start_wall
    told.send(Cost(cpu, wall, _peak(), value))


def _peak() -> float:
    """Return the most memory that this program took, in MiB.

    Not `ru_maxrss`: a process that was spawned begins with what its parent had at that moment.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024
