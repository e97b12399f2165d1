"""Times by a clock on the wall: what could be two moments is never guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._wall_time import DateOrder, WallTime, wall_time_of
from connectors.base import Problem, ProblemCode

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 5, 11, 9, 30, tzinfo=UTC)


def read(
    text: str, zone: ZoneInfo | None = LONDON, date_order: DateOrder | None = None
) -> WallTime:
    found = wall_time_of(text, zone, date_order)
    assert isinstance(found, WallTime), found
    return found


def refused(
    text: str, zone: ZoneInfo | None = LONDON, date_order: DateOrder | None = None
) -> Problem:
    found = wall_time_of(text, zone, date_order)
    assert isinstance(found, Problem), found
    assert found.detail.endswith(".")
    return found


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-11 10:30",
        "2026-05-11 10:30:00",
        "2026-05-11T10:30:00.000",
        " 2026-05-11  10:30 ",
        "2026-05-11T09:30:00Z",
        "2026-05-11T09:30:00+00:00",
        "2026-05-11 05:00:00-0430",
        "2026-05-11 11:30:00 +02:00",
        "2026-05-11 09:30 UTC",
        "2026/05/11 10:30",
        "2026.5.11 10:30",
        "May 11, 2026, 10:30 AM",
        "May 11, 2026, 10:30:00\u202fAM",
        "may 11 2026 10:30",
        "11 May 2026 10:30 a.m.",
        "11 May 2026, 09:30 GMT",
    ],
)
def test_what_names_one_moment_is_read_without_an_order(text: str) -> None:
    assert read(text) == WallTime(NOON)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("11/05/2026 10:30", "dmy"),
        ("05/11/2026 10:30", "mdy"),
        ("11.5.2026 10:30", "dmy"),
        ("5-11-2026, 10:30 am", "mdy"),
        ("11/05/2026 09:30Z", "dmy"),
    ],
)
def test_an_order_that_is_set_tells_day_and_month_apart(text: str, order: DateOrder) -> None:
    assert read(text, date_order=order) == WallTime(NOON)
    problem = refused(text)
    assert problem.code is ProblemCode.TIME_AMBIGUOUS
    assert "date_order" in problem.detail


@pytest.mark.parametrize(
    ("text", "day"), [("13/05/2026 12:00", (5, 13)), ("05/13/2026 12:00", (5, 13)),
                      ("05/05/2026 12:00", (5, 5))],
)  # fmt: skip
def test_a_date_that_can_be_one_day_only_needs_no_order(text: str, day: tuple[int, int]) -> None:
    found = read(text).instant
    assert (found.month, found.day) == day


@pytest.mark.parametrize(("text", "order"), [("05/13/2026", "dmy"), ("13/05/2026", "mdy")])
def test_a_date_against_the_order_that_is_set_is_refused(text: str, order: DateOrder) -> None:
    problem = refused(text, date_order=order)
    assert problem.code is ProblemCode.TIME_UNREADABLE
    assert "date_order" in problem.detail


@pytest.mark.parametrize("order", [None, "dmy", "mdy"])
def test_a_year_of_two_digits_is_refused(order: DateOrder | None) -> None:
    assert refused("11/05/26 10:30", date_order=order).code is ProblemCode.TIME_AMBIGUOUS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "46153.4375",
        "1778578200",
        "2026-02-30 10:30",
        "2026-05-11 25:00",
        "2026-05-11 24:00",
        "2026-05-11+01:00:00",
        "2026-05-11x10:30",
        "2026-05",
        "20260511",
        "2026-W20-1",
        "31/04/2026",
        "00/13/2026",
        "May 32, 2026",
        "Foo 11, 2026",
        "11/05-2026 10:30",
        "13/05/2026 13:30 PM",
        "13/05/2026 0:30 AM",
        "13/05/2026 10:30 BST",
        "13/05/2026 10:30 +25:00",
        "0001-01-01 00:00+14:00",
        "9999-12-31 23:59-14:00",
    ],
)
def test_what_names_no_moment_is_refused(text: str) -> None:
    assert refused(text).code is ProblemCode.TIME_UNREADABLE


def test_a_clock_without_a_zone_is_refused_with_the_cure() -> None:
    problem = refused("2026-05-11 10:30", zone=None)
    assert problem.code is ProblemCode.TIME_UNREADABLE
    assert "time_zone" in problem.detail
    assert read("2026-05-11 10:30+01:00", zone=None) == WallTime(NOON)


def test_an_hour_that_the_clocks_skipped_is_refused() -> None:
    assert "skipped" in refused("2026-03-29 01:30").detail
    assert read("2026-03-29 02:00").instant == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert read("2026-03-29 01:30+01:00").instant == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_had_twice_is_its_first_run() -> None:
    found = read("2026-10-25 01:30")
    assert found.instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.remarks == ("time_in_repeated_hour",)
    assert read("2026-10-25 01:30+00:00") == WallTime(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize("text", ["2026-05-11", "2026/05/11", "May 11, 2026", "11 May 2026"])
def test_a_day_alone_is_its_beginning(text: str) -> None:
    midnight = datetime(2026, 5, 10, 23, tzinfo=UTC)
    assert read(text) == WallTime(midnight, ("time_of_day_missing",))


def test_a_day_whose_midnight_was_skipped_begins_an_hour_later() -> None:
    found = read("2024-03-31", ZoneInfo("Asia/Beirut"))
    assert found.instant == datetime(2024, 3, 30, 22, tzinfo=UTC)
    assert found.instant.astimezone(ZoneInfo("Asia/Beirut")).hour == 1


@pytest.mark.parametrize(("text", "hour"), [("12:05 AM", 0), ("12:05 PM", 12), ("1:05 pm", 13)])
def test_twelve_hours_twice_a_day(text: str, hour: int) -> None:
    found = read(f"2026/01/15 {text}", ZoneInfo("UTC"))
    assert (found.instant.hour, found.instant.minute) == (hour, 5)


def test_a_refusal_repeats_nothing_of_the_cell() -> None:
    assert "Ann" not in refused("Ann was here").detail


MINUTES = st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)).map(  # noqa: DTZ001 - a wall's
    lambda wall: wall.replace(second=0, microsecond=0)
)
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut"])


@given(wall=MINUTES, zone=ZONES)
def test_a_moment_that_is_read_shows_on_the_wall_what_was_written(
    wall: datetime, zone: str
) -> None:
    clock = ZoneInfo(zone)
    found = wall_time_of(wall.isoformat(sep=" "), clock, None)
    runs = {
        moment
        for half_hours in range(-30, 31)
        for moment in [wall.replace(tzinfo=UTC) + timedelta(minutes=30 * half_hours)]
        if moment.astimezone(clock).replace(tzinfo=None) == wall
    }
    if isinstance(found, Problem):
        assert not runs
        return
    assert found.instant == min(runs)
    assert found.remarks == (() if len(runs) == 1 else ("time_in_repeated_hour",))
    assert found.instant.tzinfo is UTC


@given(text=st.text(max_size=30), order=st.sampled_from([None, "dmy", "mdy"]))
def test_no_text_raises(text: str, order: DateOrder | None) -> None:
    found = wall_time_of(text, LONDON, order)
    assert isinstance(found, WallTime | Problem)
