"""When a source that has gone quiet is worth a look: measured against its own past."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

LOOKED_BACK = timedelta(days=56)
FEWEST_ARRIVALS = 20
"""With fewer, nobody can say what is usual."""
SHORTEST_SILENCE = timedelta(days=1)
_TIMES_THE_LONGEST = 2


def is_suspicious(arrivals: Sequence[datetime], now: datetime) -> bool:
    """Say whether a source has been silent for twice as long as ever in the past eight weeks.

    Its longest pause has nights, weekends and holidays in it already, so an office that is closed
    on Sundays raises no alarm on Sundays. A source that brings little is never called silent: its
    look-ups are watched instead. Rule: MAIL-4.

    Args:
        arrivals: when things came (aware), in order, the oldest first; those of the last 56 days.
        now: aware.
    """
    known = [at for at in arrivals if now - LOOKED_BACK <= at <= now]
    if len(known) < FEWEST_ARRIVALS:
        return False
    longest = max(later - earlier for earlier, later in pairwise(known))
    return now - known[-1] > max(SHORTEST_SILENCE, _TIMES_THE_LONGEST * longest)
