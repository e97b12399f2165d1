"""The moments of a schedule: which was the newest, which comes next. The same for every daemon."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.timing import Timing
from policy.london import london

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""Intervals are counted from here, so that it does not matter when a daemon began."""
MOST_MISSED = 1_000
"""So many slots that were passed over are counted, and no more."""
_LOOKED_BACK = tuple(timedelta(hours=hours) for hours in (1, 25, 24 * 8, 24 * 32, 24 * 1_500))
_WHOLE = 1 << 64
_LOOKED_AHEAD = 16


@lru_cache(maxsize=256)
def trigger_of(timing: Timing) -> BaseTrigger:
    """Return what tells the moments of a schedule that is on."""
    if timing.every_minutes is not None:
        return IntervalTrigger(minutes=timing.every_minutes, start_date=EPOCH, timezone=UTC)
    if timing.daily_at is not None:
        hour, minute = timing.daily_at.split(":")
        return CronTrigger(hour=hour, minute=minute, second=0, timezone=london())
    return CronTrigger.from_crontab(timing.cron, timezone=london())


def newest_slot(timing: Timing, now: datetime, name: str = "") -> datetime | None:
    """Return the newest slot whose run may begin by now (UTC), None if there was none in years.

    A slot is the moment that the schedule says. Its run may begin later, by the jitter, which
    follows from `name` and the slot, so that all daemons agree on it.
    """
    slot = _newest(timing, now)
    if slot is not None and slot + _jitter(timing, slot, name) > now:
        return _newest(timing, slot - timedelta(microseconds=1))
    return slot


def next_slot(timing: Timing, after: datetime) -> datetime | None:
    """Return the first slot after a moment (UTC), None if there is none any more."""
    return next(_following(timing, after), None)


def longest_gap(timing: Timing, now: datetime) -> timedelta:
    """Return the longest time between two of the next slots: how long is usual at the most."""
    slots = list(islice(_following(timing, now), _LOOKED_AHEAD))
    return max((after - before for before, after in pairwise(slots)), default=timedelta(days=366))


def slots_between(timing: Timing, after: datetime, before: datetime) -> int:
    """Return how many slots lie between two, a thousand at most."""
    count = 0
    for slot in islice(_following(timing, after), MOST_MISSED):
        if slot >= before:
            break
        count += 1
    return count


def _following(timing: Timing, after: datetime) -> Iterator[datetime]:
    """Yield the slots after a moment, in order."""
    if timing.every_minutes is not None:
        interval = _interval(timing)
        slot = EPOCH + ((after - EPOCH) // interval) * interval
        while True:
            slot += interval
            yield slot
    trigger: Any = trigger_of(timing)
    while True:
        after += timedelta(microseconds=1)
        found = trigger.get_next_fire_time(None, after)
        if found is None:
            return
        after = found.astimezone(UTC)
        yield after


def _newest(timing: Timing, now: datetime) -> datetime | None:
    """Return the newest slot that is not after a moment."""
    if timing.every_minutes is not None:
        interval = _interval(timing)
        return EPOCH + ((now - EPOCH) // interval) * interval
    for lookback in _LOOKED_BACK:
        newest = None
        for slot in _following(timing, now - lookback):
            if slot > now:
                break
            newest = slot
        if newest is not None:
            return newest
    return None


def _interval(timing: Timing) -> timedelta:
    return timedelta(minutes=timing.every_minutes or 0)


def _jitter(timing: Timing, slot: datetime, name: str) -> timedelta:
    """Return by how much the run of a slot begins later: any part of the jitter, evenly spread."""
    if not timing.jitter_seconds:
        return timedelta(0)
    digest = hashlib.sha256(f"{name} {slot.isoformat()}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / _WHOLE
    return timedelta(seconds=share * timing.jitter_seconds)
