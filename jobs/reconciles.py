"""Compare what the platform of a source lists with what is here, and fetch what is missing."""

from collections.abc import Callable

from connectors.listed import Lists
from jobs.turn import Result, Turn
from pipeline import wiring
from pipeline.reconcile import reconcile
from pipeline.settings import ConfiguredSource
from policy.completeness import EVERYTHING_DAYS, USUAL_DAYS


def is_listed(source: ConfiguredSource) -> bool:
    """Say whether the platform of a source can be asked for a list."""
    return isinstance(wiring.build(source), Lists)


def job(source: ConfiguredSource, days: int = USUAL_DAYS) -> Callable[[Turn], Result]:
    """Return the job that compares the last days of a source."""

    def run(turn: Turn) -> Result:
        house = turn.house
        connector = wiring.build(source, house.signer, house.now, turn.sleep)
        own = (house.store, source, connector, house.now, days, turn.progress)
        report = reconcile(*own, is_stopping=turn.is_stopping)
        return Result(report.totals, report.outcome, report.message)

    return run


def whole(source: ConfiguredSource) -> Callable[[Turn], Result]:
    """Return the job that compares all that the platform still gives out."""
    return job(source, EVERYTHING_DAYS)
