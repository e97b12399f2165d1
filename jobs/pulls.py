"""Pull one source: what a mailbox's own watch does not do already."""

from collections.abc import Callable

from connectors.watched import WatchedSettings
from jobs.turn import Result, Turn
from pipeline import wiring
from pipeline.pull import is_polled, pull
from pipeline.settings import ConfiguredSource


def is_pulled(source: ConfiguredSource) -> bool:
    """Say whether a source is asked by the clock: one that is watched is asked all the time."""
    return not isinstance(source.own, WatchedSettings) and is_polled(wiring.build(source))


def job(source: ConfiguredSource) -> Callable[[Turn], Result]:
    """Return the job that pulls a source."""

    def run(turn: Turn) -> Result:
        house = turn.house
        connector = wiring.build(source, house.signer, house.now, turn.sleep)
        report = pull(house.store, source, connector, house.now, turn.progress, turn.is_stopping)
        message = "\n".join(str(error) for error in report.errors) or None
        return Result(report.taken.counts, report.outcome, message)

    return run
