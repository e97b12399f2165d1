"""Forget what is only needed for a while."""

from jobs.turn import Result, Turn
from pipeline.tidy import tidy


def run(turn: Turn) -> Result:
    """Take the step."""
    return Result(tidy(turn.house.store, turn.house.now()))
