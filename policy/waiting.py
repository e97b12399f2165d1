"""How long to wait before something is tried again, and when to give it up."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(hours=36)
"""As long as the platforms themselves try to tell us of a lead (Meta, webhooks/getting-started)."""


def again_at(
    attempts: int,
    now: datetime,
    first: timedelta = FIRST_WAIT,
    longest: timedelta = LONGEST_WAIT,
) -> datetime:
    """Return when to try again after some attempts: each wait twice the one before, to a limit.

    Example:
        >>> from datetime import UTC
        >>> again_at(2, datetime(2026, 11, 25, 12, 0, tzinfo=UTC)).isoformat()
        '2026-11-25T12:01:00+00:00'
    """
    doublings = min(max(attempts, 1) - 1, 16)
    return now + min(first * (1 << doublings), longest)
