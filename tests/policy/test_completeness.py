"""Which leads are compared, what explains one that is not stored, and what is lost for good."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.completeness import (
    EVERYTHING_DAYS,
    GRACE,
    RESULTS_DAYS,
    Known,
    Standing,
    forgotten_before,
    is_out_of_reach,
    standing,
    window,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


def test_whole_days_of_london_are_compared_and_nothing_that_may_be_on_its_way() -> None:
    assert window(NOW, 7) == (datetime(2026, 11, 15, tzinfo=UTC), NOW - GRACE)
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert window(summer, 1)[0] == datetime(2026, 6, 29, 23, 0, tzinfo=UTC)


@given(TIMES, st.integers(-5, 500))
def test_a_window_is_never_empty_and_never_longer_than_platforms_keep_leads(
    now: datetime, days: int
) -> None:
    since, until = window(now, days)
    assert since < until < now
    assert until - since < timedelta(days=EVERYTHING_DAYS + 2)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(), Standing.GAP),
        (Known(is_stored=True), Standing.STORED),
        (Known(is_stored=True, is_test=True), Standing.TEST),
        (Known(is_removed=True), Standing.REMOVED),
        (Known(is_removed=True, is_aside=True, is_waiting=True), Standing.REMOVED),
        (Known(is_aside=True), Standing.ASIDE),
        (Known(is_aside=True, is_announced=True), Standing.GAP),
        (Known(is_aside=True, is_announced=True, is_waiting=True), Standing.WAITING),
        (Known(is_waiting=True), Standing.WAITING),
    ],
)
def test_what_was_deleted_is_never_missed_and_an_announcement_is_no_lead(
    known: Known, expected: Standing
) -> None:
    assert standing(known) is expected


def test_a_gap_is_lost_once_the_platforms_give_out_nothing_of_its_day() -> None:
    assert not is_out_of_reach(date(2026, 8, 24), NOW)
    assert is_out_of_reach(date(2026, 8, 23), NOW)


def test_results_are_remembered_long_after_the_gap_could_be_closed() -> None:
    assert RESULTS_DAYS > EVERYTHING_DAYS
    assert forgotten_before(NOW) == date(2026, 11, 22) - timedelta(days=RESULTS_DAYS)
