"""Ask the sources whether they are still set up right: token, permission, subscription, clock."""

from jobs.turn import Result, Turn
from pipeline.watch_sources import watch_sources


def run(turn: Turn) -> Result:
    """Take the step; what it finds is what the alarms are made of."""
    found = watch_sources(turn.house, turn.house.now, is_stopping=turn.is_stopping)
    return Result(
        {
            "looked_at": len(found.looked_at),
            "wrong": sum(map(len, found.wrong.values())),
            "unreached": len(found.unreached),
        }
    )
