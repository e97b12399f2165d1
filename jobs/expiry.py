"""Delete what is due."""

from jobs.turn import Result, Turn
from pipeline.expire import expire, named_counts


def run(turn: Turn) -> Result:
    """Take the step; what is deleted and kept is counted over all controllers."""
    settings = turn.house.settings
    found = expire(
        turn.house.store,
        settings.controllers,
        settings.suppression_key,
        turn.house.now,
        turn.progress,
        is_stopping=turn.is_stopping,
    )
    counts: dict[str, int] = {}
    for each in found.values():
        for name, count in named_counts(each):
            counts[name] = counts.get(name, 0) + count
    return Result(counts)
