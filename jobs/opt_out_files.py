"""Heed the lists of opt-outs that were dropped into the folder."""

from jobs.turn import Result, Turn
from models.delivery import RunOutcome
from pipeline.take_opt_out_files import take_opt_out_files


def run(turn: Turn) -> Result:
    """Take the step."""
    taken = take_opt_out_files(turn.house, turn.house.now)
    counts = {"files": len(taken.files), "waiting": taken.waiting, "deleted": taken.deleted}
    if taken.troubles:
        return Result(counts, RunOutcome.FAILED, "\n".join(taken.troubles))
    return Result(counts)
