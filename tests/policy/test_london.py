"""London's calendar: dates, the start of a day, months, and clocks that were never set."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.london import add_months, london, london_date, midnight, months_after, possible

DAYS = st.dates(date(1971, 1, 1), date(2200, 1, 1))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_zone_is_that_of_london() -> None:
    assert ZoneInfo("Europe/London") == london()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-01-14T23:59:59Z", date(2026, 1, 14)),
        ("2026-01-15T00:00Z", date(2026, 1, 15)),
        ("2026-07-14T22:59:59Z", date(2026, 7, 14)),
        ("2026-07-14T23:00Z", date(2026, 7, 15)),
        ("2026-07-15T00:30+05:30", date(2026, 7, 14)),
        ("2026-03-29T00:59:59Z", date(2026, 3, 29)),
        ("2026-03-28T23:59:59Z", date(2026, 3, 28)),
        ("2026-10-24T23:00Z", date(2026, 10, 25)),
        ("2026-10-25T23:30Z", date(2026, 10, 25)),
    ],
)
def test_an_instant_lies_on_a_day_of_london_wherever_it_is_written(at: str, day: date) -> None:
    """Rule: RET-1."""
    assert london_date(instant(at)) == day


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 1, 15), "2026-01-15T00:00Z"),
        (date(2026, 7, 15), "2026-07-14T23:00Z"),
        (date(2026, 3, 29), "2026-03-29T00:00Z"),  # the clocks go forward at one
        (date(2026, 3, 30), "2026-03-29T23:00Z"),
        (date(2026, 10, 25), "2026-10-24T23:00Z"),  # and back at two
        (date(2026, 10, 26), "2026-10-26T00:00Z"),
        (date(2028, 2, 29), "2028-02-29T00:00Z"),
    ],
)
def test_a_day_starts_at_midnight_in_london(day: date, start: str) -> None:
    """Rule: RET-3."""
    assert midnight(day) == instant(start)
    assert midnight(day).tzinfo is UTC


@given(DAYS)
def test_the_start_of_a_day_is_its_first_instant(day: date) -> None:
    assert london_date(midnight(day)) == day
    assert london_date(midnight(day) - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(DAYS, st.integers(0, 120))
def test_some_months_on_lies_in_that_month_and_never_on_a_later_day(day: date, months: int) -> None:
    """Rule: RET-2."""
    end = add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end + timedelta(days=1)).day == 1
    assert end.day <= day.day


@pytest.mark.parametrize(
    ("at", "months", "start"),
    [
        ("2024-02-29T12:00Z", 24, "2026-02-28T00:00Z"),
        ("2026-02-28T12:00Z", 24, "2028-02-28T00:00Z"),
        ("2026-08-31T12:00Z", 6, "2027-02-28T00:00Z"),
        ("2026-01-14T23:30Z", 6, "2026-07-13T23:00Z"),
        ("2026-07-14T23:30Z", 6, "2027-01-15T00:00Z"),
        ("2026-07-14T23:30Z", 0, "2026-07-14T23:00Z"),
    ],
)
def test_months_are_counted_from_the_day_in_london_to_the_start_of_a_day(
    at: str, months: int, start: str
) -> None:
    assert months_after(instant(at), months) == instant(start)
    assert months_after(instant(at), months).tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "nearest"),
    [
        ("0001-01-01T00:00+14:00", "1900-01-01T00:00Z"),
        ("1899-12-31T23:59:59Z", "1900-01-01T00:00Z"),
        ("1900-01-01T00:00:01Z", "1900-01-01T00:00:01Z"),
        ("9899-12-31T23:59:59Z", "9899-12-31T23:59:59Z"),
        ("9900-01-01T00:00:01Z", "9900-01-01T00:00Z"),
    ],
)
def test_a_clock_that_was_never_set_counts_as_the_nearest_possible_one(
    at: str, nearest: str
) -> None:
    assert possible(instant(at)) == instant(nearest)
