"""Working days of England and Wales: the kept list against the lists that the state published."""

import sys
from datetime import date, timedelta
from subprocess import run

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.errors import UsageError
from policy.rights.working_days import ENGLAND_AND_WALES, Calendar, public_holidays

DAYS = st.dates(date(2018, 5, 25), date(2098, 12, 31))

# as published for England and Wales, substitute days included
PUBLISHED = {
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


# T-4
@pytest.mark.parametrize("year", PUBLISHED)
def test_the_weekdays_off_are_the_bank_holidays_that_were_published(year: int) -> None:
    published = [date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()]
    off = [day for day in days_of(year) if not ENGLAND_AND_WALES.is_working_day(day)]
    assert [day for day in off if day.weekday() < 5] == published
    assert {day for day in days_of(year) if day.weekday() >= 5} <= set(off)


# T-4
@pytest.mark.parametrize("year", range(2018, 2100))
def test_wales_keeps_the_holidays_of_england(year: int) -> None:
    assert public_holidays("GB", "WLS", year) == public_holidays("GB", "ENG", year)
    assert len(public_holidays("GB", "ENG", year)) >= 8


# T-4
def test_scotland_and_northern_ireland_keep_others() -> None:
    assert Calendar("GB", "ENG").is_working_day(date(2026, 3, 17))
    assert not Calendar("GB", "NIR").is_working_day(date(2026, 3, 17))
    assert Calendar("GB", "ENG").is_working_day(date(2026, 11, 30))
    assert not Calendar("GB", "SCT").is_working_day(date(2026, 11, 30))


# T-4
@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2026-06-05", "2026-06-05"),  # a Friday
        ("2026-06-06", "2026-06-08"),  # Saturday
        ("2026-06-07", "2026-06-08"),  # Sunday
        ("2026-04-02", "2026-04-02"),  # the day before Good Friday
        ("2026-04-03", "2026-04-07"),  # Good Friday to the Tuesday after Easter
        ("2026-12-25", "2026-12-29"),  # Christmas, weekend, the substitute for Boxing Day
        ("2027-12-25", "2027-12-29"),  # weekend and two substitutes
        ("2021-12-31", "2021-12-31"),
        ("2022-01-01", "2022-01-04"),  # New Year's Day and its substitute
        ("2022-06-02", "2022-06-06"),  # the Jubilee's two days
        ("2022-09-19", "2022-09-20"),  # the state funeral
        ("2023-05-08", "2023-05-09"),  # the coronation
        ("2023-12-31", "2024-01-02"),  # over the end of a year
    ],
)
def test_a_period_ends_on_the_next_working_day(day: str, first: str) -> None:
    assert ENGLAND_AND_WALES.first_working_day(date.fromisoformat(day)) == date.fromisoformat(first)


# T-4
def test_a_holiday_that_the_list_does_not_know_can_be_added() -> None:
    proclaimed = date(2027, 6, 4)
    calendar = Calendar("GB", "ENG", frozenset({proclaimed}))
    assert ENGLAND_AND_WALES.is_working_day(proclaimed)
    assert not calendar.is_working_day(proclaimed)
    assert calendar.first_working_day(proclaimed) == date(2027, 6, 7)
    assert calendar.first_working_day(date(2027, 6, 3)) == date(2027, 6, 3)


# T-4: as in 2022, when the holiday of late May was kept in June
def test_a_holiday_that_was_moved_can_be_worked_and_kept_on_its_new_day() -> None:
    old, new = date(2027, 5, 31), date(2027, 6, 3)
    calendar = Calendar("GB", "ENG", frozenset({new}), frozenset({old, date(2027, 5, 30)}))
    assert not ENGLAND_AND_WALES.is_working_day(old)
    assert calendar.first_working_day(old) == old
    assert calendar.first_working_day(new) == date(2027, 6, 4)
    assert not calendar.is_working_day(date(2027, 5, 30))  # a Sunday all the same
    assert not Calendar("GB", "ENG", frozenset({old}), frozenset({old})).is_working_day(old)


# T-9
def test_another_country_keeps_its_own_holidays() -> None:
    dublin, berlin = Calendar("IE"), Calendar("DE", "BE")
    assert not dublin.is_working_day(date(2026, 3, 17))
    assert dublin.is_working_day(date(2026, 4, 3))
    assert not berlin.is_working_day(date(2026, 5, 1))
    assert not Calendar("DE", "BY").is_working_day(date(2026, 1, 6))
    assert berlin.is_working_day(date(2026, 1, 6))


@pytest.mark.parametrize(
    ("calendar", "place"), [(Calendar("XX"), "XX"), (Calendar("GB", "YY"), "GB-YY")]
)
def test_a_place_that_nobody_knows_is_refused_with_the_cure(calendar: Calendar, place: str) -> None:
    with pytest.raises(UsageError) as refused:
        calendar.is_working_day(date(2026, 6, 5))
    assert str(refused.value) == (
        f"No public holidays are known for the place {place}. Cure: give the two letters of "
        "its country, as in ISO 3166-1, with a subdivision of ISO 3166-2 or none."
    )


@pytest.mark.parametrize("year", [1800, 2101])
def test_a_year_without_a_known_holiday_is_refused_and_not_taken_for_all_work(year: int) -> None:
    with pytest.raises(UsageError) as refused:
        ENGLAND_AND_WALES.is_working_day(date(year, 6, 6))
    assert str(refused.value) == (
        f"No public holidays are known for GB-ENG in {year}. Cure: check the year."
    )


# T-4
@settings(deadline=None)  # the first example of a year works out its holidays
@given(DAYS)
def test_the_first_working_day_is_one_and_none_lies_between(day: date) -> None:
    first = ENGLAND_AND_WALES.first_working_day(day)
    assert ENGLAND_AND_WALES.is_working_day(first)
    assert day <= first <= day + timedelta(days=4)
    between = (day + timedelta(days=n) for n in range((first - day).days))
    assert not any(ENGLAND_AND_WALES.is_working_day(each) for each in between)


def test_a_year_is_worked_out_once() -> None:
    assert public_holidays("GB", "ENG", 2026) is public_holidays("GB", "ENG", 2026)


def test_the_list_is_loaded_only_when_days_are_counted() -> None:
    code = "import sys, policy.rights.deadlines; sys.exit('holidays' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0
