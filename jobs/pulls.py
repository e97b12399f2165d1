"""Pull one source: what a mailbox's own watch does not do already."""

from collections.abc import Callable

from jobs.turn import Result, Turn
from pipeline import wiring
from pipeline.pull import is_on_the_clock, pull
from pipeline.settings import ConfiguredSource


def is_pulled(source: ConfiguredSource) -> bool:
    """Say whether the clock pulls a source."""
    return is_on_the_clock(source, wiring.build(source))


def job(source: ConfiguredSource) -> Callable[[Turn], Result]:
    """Return the job that pulls a source."""

    def run(turn: Turn) -> Result:
        house = turn.house
        connector = wiring.build(source, house.signer, house.now, turn.sleep)
        report = pull(house.store, source, connector, house.now, turn.progress, turn.is_stopping)
        message = "\n".join(str(error) for error in report.errors) or None
        return Result(report.taken.counts, report.outcome, message)

    return run
