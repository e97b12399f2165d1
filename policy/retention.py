"""How long a lead may be kept: 24 calendar months on London dates."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
KEEP_MONTHS = 24
QUARANTINE_DAYS = 30
EXPORT_VALID_DAYS = 7

# Clocks that were never set say year 1 or 9999, where no calendar goes on or back by months.
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9900, 1, 1, tzinfo=UTC)


def expires_at(submitted_at: datetime) -> datetime:
    """Return the UTC instant from which a submission may neither be used nor kept.

    The clock starts on the London date of the source's time (RET-1) and ends 24 calendar months
    later, on the same-numbered day or the month's last (RET-2), when that day starts in London
    (RET-3). Nothing extends it. Privacy policy clause 8; UK GDPR Art. 5(1)(e).

    Example:
        >>> expires_at(datetime(2024, 2, 29, 12, tzinfo=UTC))
        datetime.datetime(2026, 2, 28, 0, 0, tzinfo=datetime.timezone.utc)
    """
    possible = min(max(submitted_at, _FIRST), _LAST)
    return _london_midnight(possible.astimezone(LONDON).date(), KEEP_MONTHS)


@lru_cache(maxsize=4_096)
def _london_midnight(start: date, months: int) -> datetime:
    """Return the start, in London, of the day that lies some months after another."""
    return datetime.combine(add_months(start, months), time(), LONDON).astimezone(UTC)


def add_months(start: date, months: int) -> date:
    """Return the same-numbered day some months later, or the month's last day.

    Regulation (EEC, Euratom) 1182/71 Art. 3(2)(c). Rule: RET-2.

    Example:
        >>> add_months(date(2024, 2, 29), 24)
        datetime.date(2026, 2, 28)
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last_day))


def quarantine_until(received_at: datetime) -> datetime:
    """Return when a delivery that was set aside must be gone. Rule: RET-22."""
    return received_at + timedelta(days=QUARANTINE_DAYS)
