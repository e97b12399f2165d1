"""Take people who opted out out of advertising audiences."""

from collections import Counter

from jobs.turn import Result, Turn
from models.delivery import RunOutcome
from pipeline.pull import outcome_of
from pipeline.remove_from_audiences import remove_from_audiences


def run(turn: Turn) -> Result:
    """Take one round; what a platform refuses is how the round went, and the others go on."""
    report = remove_from_audiences(turn.house, turn.house.now, turn.is_stopping)
    counts: Counter[str] = sum((Counter(each.counts) for each in report.rounds), Counter())
    if not report.errors:
        return Result(counts, RunOutcome.DONE)
    message = "\n".join(str(error) for error in report.errors)
    return Result(counts, outcome_of(report.errors[0]), message)
