"""What a clock on the wall of a zone says, as an instant."""

from datetime import UTC, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

IN_REPEATED_HOUR = "time_in_repeated_hour"
"""The remark on a time that the zone's clocks showed twice: it is read as the first."""


class Shown(Enum):
    """How often a zone's clocks showed a time."""

    ONCE = 1
    TWICE = 2
    NEVER = 0


def on_the_wall(wall: datetime, zone: ZoneInfo) -> tuple[datetime, Shown]:
    """Return the instant (aware UTC) at which a zone's clocks show a time, and how often they do.

    Of a time that is shown twice, as clocks are put back, it is the first: a permission is then
    older, and nothing is kept for longer. A time that is never shown, as clocks are put forward
    over it, is counted on from the hour before.

    Raises:
        OverflowError: the instant lies outside the calendar.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset() or timedelta(), second.utcoffset() or timedelta()
    instant = first.astimezone(UTC)
    if before == after:
        return instant, Shown.ONCE
    return instant, Shown.TWICE if before > after else Shown.NEVER
