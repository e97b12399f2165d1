"""London's calendar: which day an instant falls on, when a day starts, and adding months."""

import calendar
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

# Clocks that were never set say year 1 or 9999, where no calendar goes on or back by months.
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9900, 1, 1, tzinfo=UTC)


@cache
def london() -> ZoneInfo:
    """Return London's time zone, looked up when it is needed first: a machine may not have it.

    Raises:
        ZoneInfoNotFoundError: there is no time zone data.
    """
    return ZoneInfo("Europe/London")


def london_date(at: datetime) -> date:
    """Return the date in London at an instant, in whatever zone the instant is written.

    Rule: RET-1. UK GDPR Art. 5(1)(e).
    """
    return possible(at).astimezone(london()).date()


@lru_cache(maxsize=4_096)
def midnight(day: date) -> datetime:
    """Return the instant, in UTC, at which a day starts in London.

    The clocks change at 01:00, so every day has exactly one midnight. Rule: RET-3. UK GDPR
    Art. 5(1)(e).
    """
    return datetime.combine(day, time(), london()).astimezone(UTC)


def add_months(start: date, months: int) -> date:
    """Return the same-numbered day some months later, or the month's last day.

    Regulation (EEC, Euratom) 1182/71 Art. 3(2)(c). Rule: RET-2.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last_day))


def possible(at: datetime) -> datetime:
    """Return an instant, or the nearest one that calendars can count from (1900 to 9900)."""
    return min(max(at, _FIRST), _LAST)


def months_after(at: datetime, months: int) -> datetime:
    """Return the instant, in UTC, at which the day that lies some months on starts in London.

    Counted from the London date of `at`. Rules: RET-2, RET-3. UK GDPR Art. 5(1)(e).
    """
    return _start_of_day(possible(at).astimezone(london()).date(), months)


@lru_cache(maxsize=4_096)
def _start_of_day(start: date, months: int) -> datetime:
    return midnight(add_months(start, months))
