"""How long a lead may be kept: 24 calendar months on London dates, at the start of the day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.london import add_months, london
from policy.retention import erasure_owed_since, expires_at, quarantine_until

INSTANTS = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001 - made aware below
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, london(), ZoneInfo("America/Los_Angeles")]),
)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("submitted", "expires"),
    [
        ("2024-03-15T12:00Z", "2026-03-15T00:00Z"),
        ("2024-02-29T12:00Z", "2026-02-28T00:00Z"),
        ("2026-02-28T12:00Z", "2028-02-28T00:00Z"),
        ("2028-02-29T00:00Z", "2030-02-28T00:00Z"),
        ("2024-01-31T23:59Z", "2026-01-31T00:00Z"),
        ("2024-12-31T23:59:59Z", "2026-12-31T00:00Z"),
        ("2024-01-01T00:00Z", "2026-01-01T00:00Z"),
        # summer time: the day starts in London an hour before it does in UTC
        ("2024-07-01T12:00Z", "2026-06-30T23:00Z"),
        ("2024-06-30T22:59:59Z", "2026-06-29T23:00Z"),
        ("2024-06-30T23:00Z", "2026-06-30T23:00Z"),
        # the UTC date and the London date differ just before midnight UTC in summer only
        ("2024-01-14T23:30Z", "2026-01-14T00:00Z"),
        ("2024-07-14T23:30Z", "2026-07-14T23:00Z"),
        # the clocks change between start and end, on the end date, and on the start date
        ("2024-03-30T12:00Z", "2026-03-30T00:00+01:00"),
        ("2024-03-29T12:00Z", "2026-03-29T00:00Z"),
        ("2024-03-31T00:30Z", "2026-03-31T00:00+01:00"),
        ("2024-10-25T12:00Z", "2026-10-25T00:00+01:00"),
        ("2024-10-26T12:00Z", "2026-10-26T00:00Z"),
        ("2024-10-27T00:30Z", "2026-10-27T00:00Z"),
    ],
)
def test_a_lead_expires_when_the_london_day_starts_24_months_on(
    submitted: str, expires: str
) -> None:
    assert expires_at(instant(submitted)) == instant(expires)
    assert expires_at(instant(submitted)).tzinfo is UTC


@pytest.mark.parametrize("zone", ["+05:30", "-08:00", "+00:00"])
def test_the_zone_in_which_a_time_is_written_does_not_matter(zone: str) -> None:
    there = instant("2024-07-14T23:30Z").astimezone(instant(f"2024-01-01T00:00{zone}").tzinfo)
    assert expires_at(there) == instant("2026-07-14T23:00Z")


def test_every_submission_has_its_own_clock() -> None:
    first, second = instant("2024-05-05T10:00Z"), instant("2026-05-01T10:00Z")
    assert expires_at(first) == instant("2026-05-04T23:00Z")
    assert expires_at(second) == instant("2028-04-30T23:00Z")


@pytest.mark.parametrize(
    ("submitted", "expires"),
    [
        ("0001-01-01T00:00Z", "1902-01-01T00:00Z"),
        ("0001-01-01T00:00+14:00", "1902-01-01T00:00Z"),
        ("9999-12-31T23:59Z", "9902-01-01T00:00Z"),
        ("9999-12-31T23:59-12:00", "9902-01-01T00:00Z"),
    ],
)
def test_a_clock_that_was_never_set_stops_nothing(submitted: str, expires: str) -> None:
    assert expires_at(instant(submitted)) == instant(expires)


@given(INSTANTS, INSTANTS)
def test_a_later_submission_never_expires_earlier(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert expires_at(first) <= expires_at(second)


@given(INSTANTS)
@example(instant("2024-02-29T23:59:59Z"))
@example(instant("2024-07-14T23:30Z"))
def test_a_lead_is_never_kept_longer_than_24_months_on_london_dates(submitted: datetime) -> None:
    start, end = submitted.astimezone(london()), expires_at(submitted).astimezone(london())
    months = (end.year - start.year) * 12 + end.month - start.month
    assert months == 24
    assert end.day == start.day or (start.day > end.day and (end + timedelta(days=1)).day == 1)
    assert (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0)


@given(INSTANTS)
def test_the_last_instant_before_expiry_lies_on_the_day_before(submitted: datetime) -> None:
    end = expires_at(submitted)
    last = (end - timedelta(microseconds=1)).astimezone(london()).date()
    assert last + timedelta(days=1) == end.astimezone(london()).date()


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
    ],
)
def test_a_month_ends_with_the_same_numbered_day_or_its_last(
    start: date, months: int, end: date
) -> None:
    assert add_months(start, months) == end


def test_what_was_set_aside_is_gone_after_thirty_days() -> None:
    assert quarantine_until(instant("2026-01-31T08:15Z")) == instant("2026-03-02T08:15Z")


def test_a_time_that_was_ended_before_its_day_is_owed_an_erasure() -> None:
    """RET-26."""
    submitted, received = instant("2026-01-31T08:15Z"), instant("2026-02-01T08:15Z")
    own_day = expires_at(submitted)
    early = own_day - timedelta(seconds=1)
    assert erasure_owed_since(submitted, received, early) == early
    assert erasure_owed_since(submitted, received, own_day) is None
    # the clock of what reached us before its own time runs from its receipt
    assert erasure_owed_since(received, submitted, own_day) is None
