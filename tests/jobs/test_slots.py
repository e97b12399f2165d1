"""When a job runs: the same for every daemon, and once a day whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jobs.slots import MOST_MISSED, newest_slot, next_slot, slots_between
from pipeline.timing import Timing
from policy.london import london, london_date
from tests.jobs.clockwork import timing

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - of Hypothesis
TIMINGS = st.sampled_from(
    [
        timing(every_minutes=15),
        timing(every_minutes=0.5),
        timing(every_minutes=360),
        timing(daily_at="04:10"),
        timing(daily_at="00:30"),
        timing(cron="10 4 * * mon-fri"),
        timing(cron="*/20 * * * *"),
        timing(cron="0 6 1 * *"),
        timing(cron="0 6 29 feb *"),
    ]
)


@given(MOMENTS, TIMINGS)
def test_the_newest_slot_is_not_ahead_and_none_lies_between_it_and_now(
    now: datetime, when: Timing
) -> None:
    slot = newest_slot(when, now)
    assert slot is not None
    assert slot <= now
    following = next_slot(when, slot)
    assert following is not None
    assert following > now


@given(MOMENTS, st.floats(1, 3_600))
def test_a_run_begins_later_by_the_jitter_at_most_and_never_sooner(
    now: datetime, most: float
) -> None:
    when = timing(every_minutes=120, jitter_seconds=most)
    slot = newest_slot(when, now, "pull meta-main")
    plain = newest_slot(timing(every_minutes=120), now)
    assert slot is not None
    assert plain is not None
    assert slot in (plain, plain - timedelta(hours=2))
    assert newest_slot(when, plain + timedelta(seconds=most), "pull meta-main") == plain


def test_two_sources_do_not_begin_at_the_same_moment() -> None:
    when = timing(every_minutes=60, jitter_seconds=3_600)
    now = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    slots = {newest_slot(when, now, f"pull source-{n}") for n in range(40)}
    assert len(slots) == 2


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_a_time_of_day_comes_once_on_every_day_of_a_year(year: int) -> None:
    when = timing(daily_at="04:10")
    at = datetime(year, 1, 1, tzinfo=UTC)
    days: list[date] = []
    while (slot := next_slot(when, at)) and slot.year == year:
        assert f"{slot.astimezone(london()):%H:%M}" == "04:10"
        days.append(london_date(slot))
        at = slot
    assert len(days) == len(set(days)) == (366 if year == 2028 else 365)


def test_what_was_passed_over_is_counted_to_a_bound() -> None:
    when = timing(every_minutes=15)
    slot = newest_slot(when, datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert slot is not None
    assert slots_between(when, slot - timedelta(hours=1), slot) == 3
    assert slots_between(when, slot - timedelta(days=400), slot) == MOST_MISSED


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ({}, "give one of"),
        ({"every_minutes": 5, "cron": "0 4 * * *"}, "give one of"),
        ({"daily_at": "01:30"}, "twice in autumn"),
        ({"cron": "30 1 * * *"}, "twice in autumn"),
        ({"cron": "30 0,01,4 * * *"}, "twice in autumn"),
        ({"cron": "30 4 * * 1"}, "write mon, tue"),
        ({"cron": "30 4 * *"}, "five fields"),
        ({"cron": "often"}, "five fields"),
        ({"every_minutes": 0}, "greater than or equal"),
        ({"daily_at": "4am"}, "pattern"),
        ({"every_minute": 5}, "Extra inputs"),
    ],
)
def test_a_schedule_that_would_surprise_is_refused(given: dict[str, object], cure: str) -> None:
    with pytest.raises(ValidationError, match=cure):
        timing(**given)


def test_a_job_may_be_switched_off() -> None:
    assert not timing(on=False).on
