"""Tell whoever keeps the installation what goes wrong, and what is right again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from jobs.slots import longest_gap
from jobs.turn import Entry, Result, Turn
from pipeline.find_alarms import Surroundings
from pipeline.raise_alarms import raise_alarms


def job(entries: Sequence[Entry], running_since: datetime) -> Callable[[Turn], Result]:
    """Return the job that looks for what is wrong, beside a schedule of other jobs."""

    def run(turn: Turn) -> Result:
        house = turn.house
        report = raise_alarms(house, house.now, _around(entries, running_since, house.now()))
        return Result(
            {
                "standing": len(report.standing),
                "raised": len(report.raised),
                "changed": len(report.changed),
                "cleared": len(report.cleared),
            }
        )

    return run


def _around(entries: Sequence[Entry], running_since: datetime, now: datetime) -> Surroundings:
    """Return what the schedule promises: how often each job runs, and which sources are pulled."""
    often: dict[str, timedelta] = {}
    for entry in entries:
        gap = longest_gap(entry.timing, now)
        often[entry.job] = max(gap, often.get(entry.job, gap))
    pulled = frozenset(entry.subject for entry in entries if entry.job == "pull")
    return Surroundings(jobs=often, pulled=pulled, running_since=running_since)
