"""The hours after a breach: 72 to the regulator, 24 to a client, all of them elapsed hours."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.errors import UsageError
from policy.london import london
from policy.rights.breach import (
    BreachContent,
    BreachReport,
    BreachRisk,
    BreachTold,
    breach_duties,
    missing_from_report,
    report_to_regulator_by,
    tell_client_by,
)
from policy.vocabulary import Role
from tests.policy.requests_made import at

NATURE, CONTACT, CONSEQUENCES, MEASURES, REASONS = BreachContent
WHOLE = frozenset({NATURE, CONTACT, CONSEQUENCES, MEASURES})
AWARE = at("2026-11-20T16:00Z")  # a Friday; the 72 hours end on Monday
DUE = at("2026-11-23T16:00Z")
SECOND = timedelta(seconds=1)


# T-12
@pytest.mark.parametrize(
    ("aware", "due"),
    [
        ("2026-11-20T16:00+00:00", "2026-11-23T16:00:00+00:00"),
        # over Christmas and a weekend: nothing is left out
        ("2026-12-24T17:30+00:00", "2026-12-27T17:30:00+00:00"),
        # the clocks go forward on 29 March and back on 25 October: 72 elapsed hours all the same
        ("2026-03-28T00:30+00:00", "2026-03-31T00:30:00+00:00"),
        ("2026-10-23T23:30+01:00", "2026-10-26T22:30:00+00:00"),
        ("2028-02-28T00:00+00:00", "2028-03-02T00:00:00+00:00"),
    ],
)
def test_the_regulator_is_told_within_72_elapsed_hours(aware: str, due: str) -> None:
    found = report_to_regulator_by(datetime.fromisoformat(aware))
    assert found.isoformat() == due
    local = datetime.fromisoformat(aware).astimezone(london())
    assert report_to_regulator_by(local) == found


# T-12
@settings(deadline=None)
@given(
    st.datetimes(
        datetime(2018, 1, 1),  # noqa: DTZ001 - made aware by the strategy
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(london()),
    )
)
def test_no_change_of_the_clock_gives_or_takes_an_hour(aware: datetime) -> None:
    assert (report_to_regulator_by(aware) - at("2000-01-01T00:00Z")) - (
        aware - at("2000-01-01T00:00Z")
    ) == timedelta(hours=72)


# T-12
def test_the_hours_are_a_figure_that_can_change() -> None:
    assert report_to_regulator_by(AWARE, 96) == AWARE + timedelta(hours=96)
    assert report_to_regulator_by(AWARE, 1) == AWARE + timedelta(hours=1)


# T-12
@pytest.mark.parametrize(
    ("sent", "missing"), [(DUE - SECOND, ()), (DUE, ()), (DUE + SECOND, (REASONS,))]
)
def test_a_late_report_needs_the_reasons_for_the_delay(
    sent: datetime, missing: tuple[BreachContent, ...]
) -> None:
    assert missing_from_report([BreachReport(sent, WHOLE)], AWARE, sent) == missing
    with_reasons = BreachReport(sent, WHOLE | {REASONS})
    assert missing_from_report([with_reasons], AWARE, sent) == ()


# T-12
def test_a_report_may_come_in_parts_if_the_first_is_in_time() -> None:
    first = BreachReport(DUE, frozenset({NATURE, CONTACT}))
    second = BreachReport(DUE + timedelta(days=9), frozenset({CONSEQUENCES}))
    third = BreachReport(DUE + timedelta(days=12), frozenset({MEASURES, NATURE}))
    now = DUE + timedelta(days=30)
    assert missing_from_report([first], AWARE, now) == (CONSEQUENCES, MEASURES)
    assert missing_from_report([second, first], AWARE, now) == (MEASURES,)
    assert missing_from_report([third, second, first], AWARE, now) == ()
    assert missing_from_report([third, second], AWARE, now) == (CONTACT, REASONS)


# T-12
def test_what_was_never_reported_lacks_everything_and_in_the_end_the_reasons_too() -> None:
    assert missing_from_report([], AWARE, DUE) == (NATURE, CONTACT, CONSEQUENCES, MEASURES)
    assert missing_from_report([], AWARE, DUE + SECOND) == tuple(BreachContent)
    assert missing_from_report([], AWARE, DUE + SECOND, 73) == tuple(BreachContent)[:-1]


# T-13
def test_a_client_is_told_within_24_hours_of_a_breach_of_its_data() -> None:
    assert tell_client_by(at("2026-03-28T12:00Z")) == at("2026-03-29T12:00Z")
    assert tell_client_by(at("2026-03-28T12:00Z").astimezone(london())) == at("2026-03-29T12:00Z")
    assert tell_client_by(AWARE, 4) == AWARE + timedelta(hours=4)


@pytest.mark.parametrize("function", [report_to_regulator_by, tell_client_by])
@pytest.mark.parametrize("hours", [0, -1])
def test_a_period_that_is_over_before_it_begins_is_refused(
    function: Callable[[datetime, int], datetime], hours: int
) -> None:
    with pytest.raises(UsageError) as refused:
        function(AWARE, hours)
    assert str(refused.value) == (
        f"A period of {hours} hours is over already. Cure: give more than 0."
    )


@pytest.mark.parametrize(
    ("aware", "sent", "now", "what"),
    [
        ("2026-07-01T12:00", "2026-07-01", "2026-07-01", "The time of the breach"),
        ("2026-07-01", "2026-07-01T12:00", "2026-07-01", "The time of a report"),
        ("2026-07-01", "2026-07-01", "2026-07-01T12:00", "The present"),
    ],
)
def test_a_time_without_a_zone_is_refused_by_its_name(
    aware: str, sent: str, now: str, what: str
) -> None:
    with pytest.raises(UsageError, match=f"^{what} is 2026-07-01T12:00:00, without a time zone"):
        missing_from_report([BreachReport(at(sent), WHOLE)], at(aware), at(now))


# T-17
def test_who_must_be_told_follows_from_what_we_are_and_from_the_risk() -> None:
    def owed(role: Role, risk: BreachRisk) -> list[tuple[BreachTold, datetime]]:
        return [(each.whom, each.due_at) for each in breach_duties(role, risk, AWARE)]

    day, three_days = AWARE + timedelta(hours=24), AWARE + timedelta(hours=72)
    for risk in BreachRisk:
        assert owed(Role.PROCESSOR, risk) == [(BreachTold.CLIENT, day)]
    assert owed(Role.CONTROLLER, BreachRisk.UNLIKELY) == []
    assert owed(Role.CONTROLLER, BreachRisk.RISK) == [(BreachTold.REGULATOR, three_days)]
    assert owed(Role.CONTROLLER, BreachRisk.HIGH) == [
        (BreachTold.REGULATOR, three_days),
        (BreachTold.PEOPLE, three_days),
    ]
