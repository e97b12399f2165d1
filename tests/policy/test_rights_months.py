"""The month to answer, its end, and its extension to three, on the calendar of London."""

import pytest

from policy.rights.deadlines import Deadline, deadline, deadlines
from policy.rights.questions import Effect, Step
from policy.rights.request import (
    ExtensionGround,
    ExtensionNotice,
    RightsLaw,
    RightsRequest,
    law_at,
)
from policy.rights.table import Right
from policy.rights.working_days import Calendar
from policy.vocabulary import Role
from tests.policy.requests_made import (
    at,
    clarification,
    day,
    identity,
    request,
    told_of_extension,
)


def steps(found: Deadline) -> list[str]:
    return [f"{step.rule} {step.effect} {step.day}" for step in found.steps]


# T-1
@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-07-14T22:59:59Z", "2026-08-14"),
        ("2026-07-14T23:00Z", "2026-08-17"),  # London's 15 July; 15 August is a Saturday
        ("2026-07-14T23:30Z", "2026-08-17"),
        ("2026-11-09T23:59:59Z", "2026-12-09"),  # in winter the two dates are one
        ("2026-11-10T00:00Z", "2026-12-10"),
        ("2026-03-29T00:59:59Z", "2026-04-29"),  # the clocks go forward at 01:00
        ("2026-03-29T23:30Z", "2026-04-30"),
        ("2026-10-24T23:30Z", "2026-11-25"),  # the night in which they go back
        ("2026-10-25T23:30Z", "2026-11-25"),
        ("2026-08-31T12:00Z", "2026-09-30"),  # a bank holiday counts as the day of receipt
        ("2026-06-07T12:00Z", "2026-07-07"),  # and so does a Sunday
        ("2026-07-15T06:00+14:00", "2026-08-14"),
    ],
)
def test_the_day_of_receipt_is_the_london_date_of_arrival(received: str, due: str) -> None:
    assert deadline(request(received)).due == day(due)


# T-3: (received, legal due date, internal target)
@pytest.mark.parametrize(
    ("received", "due", "target"),
    [
        ("2026-09-03", "2026-10-05", "2026-10-02"),
        ("2026-02-09", "2026-03-09", "2026-03-08"),
        ("2027-01-29", "2027-03-01", "2027-02-27"),  # 28 February 2027 is a Sunday
        ("2028-01-29", "2028-02-29", "2028-02-28"),
        ("2028-01-30", "2028-02-29", "2028-02-28"),
        ("2028-01-31", "2028-02-29", "2028-02-28"),
        ("2028-02-29", "2028-03-29", "2028-03-28"),
        ("2029-01-31", "2029-02-28", "2029-02-27"),
        ("2026-03-31", "2026-04-30", "2026-04-29"),
        ("2026-08-31", "2026-09-30", "2026-09-29"),
        ("2026-12-31", "2027-02-01", "2027-01-30"),  # 31 January 2027 is a Sunday
        ("2026-11-12", "2026-12-14", "2026-12-11"),
    ],
)
def test_one_month_ends_on_the_same_numbered_day_or_the_last(
    received: str, due: str, target: str
) -> None:
    found = deadline(request(received))
    assert (found.due, found.target) == (day(due), day(target))
    assert found.notice_by == found.due


# T-3: the regulator's own examples
@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2024-01-01", "2024-02-01"),
        ("2024-11-25", "2024-12-27"),
        ("2019-01-31", "2019-02-28"),
        ("2020-01-31", "2020-03-02"),
        ("2019-09-03", "2019-10-03"),
    ],
)
def test_the_examples_of_the_regulator_come_out(received: str, due: str) -> None:
    assert deadline(request(received)).due == day(due)


# T-4
@pytest.mark.parametrize(
    ("received", "last", "due"),
    [
        ("2026-03-03", "2026-04-03", "2026-04-07"),  # Good Friday
        ("2026-03-06", "2026-04-06", "2026-04-07"),  # Easter Monday
        ("2026-11-25", "2026-12-25", "2026-12-29"),  # Christmas, weekend, substitute
        ("2026-11-28", "2026-12-28", "2026-12-29"),
        ("2026-12-01", "2027-01-01", "2027-01-04"),
        ("2026-04-04", "2026-05-04", "2026-05-05"),
        ("2026-05-06", "2026-06-06", "2026-06-08"),
        ("2027-11-26", "2027-12-26", "2027-12-29"),
    ],
)
def test_a_last_day_on_a_weekend_or_holiday_moves_once(received: str, last: str, due: str) -> None:
    found = deadline(request(received))
    assert steps(found) == [
        f"T-1 received {received}",
        f"T-3 month {last}",
        f"T-4 moved {due}",
    ]
    assert found.due == day(due)
    assert found.rules == ("T-1", "T-3", "T-4")


# T-4
def test_a_proclaimed_holiday_moves_the_day_once_it_is_named() -> None:
    calendar = Calendar("GB", "ENG", frozenset([found for found in [day("2027-06-04")] if found]))
    assert deadline(request("2027-05-04")).due == day("2027-06-04")
    assert deadline(request("2027-05-04"), calendar).due == day("2027-06-07")


# T-5: one month ends on Monday 6 July 2026, as 5 July is a Sunday
@pytest.mark.parametrize(
    ("given", "due"),
    [
        ("2026-06-05", "2026-09-07"),
        ("2026-07-06T22:59:59Z", "2026-09-07"),
        ("2026-07-06T23:00Z", "2026-07-06"),
    ],
)
def test_an_extension_runs_three_months_from_the_start_if_told_within_the_first(
    given: str, due: str
) -> None:
    found = deadline(request("2026-06-05", extended=[told_of_extension(given)]))
    assert (found.due, found.notice_by) == (day(due), day("2026-07-06"))


# T-5
def test_the_steps_of_an_extension_show_both_periods() -> None:
    found = deadline(request("2026-06-05", extended=[told_of_extension("2026-07-06")]))
    assert steps(found) == [
        "T-1 received 2026-06-05",
        "T-3 month 2026-07-05",
        "T-4 moved 2026-07-06",
        "T-5 extended 2026-09-05",
        "T-4 moved 2026-09-07",
    ]
    assert found.target == day("2026-09-04")
    assert found.rules == ("T-1", "T-3", "T-4", "T-5")


# T-5
@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-30", "2027-03-01"),  # 28 February 2027 is a Sunday
        ("2027-11-30", "2028-02-29"),
        ("2026-10-31", "2027-02-01"),  # not 30 November and two months
        ("2026-09-25", "2026-12-29"),
    ],
)
def test_three_months_are_counted_from_the_start_and_moved_once(received: str, due: str) -> None:
    assert deadline(request(received, extended=[told_of_extension(received)])).due == day(due)


# T-5
@pytest.mark.parametrize(
    ("notice", "effect"),
    [
        (ExtensionNotice(at("2026-06-10"), frozenset(), True), "extension_without_ground"),
        (
            ExtensionNotice(at("2026-06-10"), frozenset(ExtensionGround), False),
            "extension_without_reasons",
        ),
        (told_of_extension("2026-07-07"), "extension_told_too_late"),
    ],
)
def test_a_notice_that_lacks_something_extends_nothing(
    notice: ExtensionNotice, effect: str
) -> None:
    found = deadline(request("2026-06-05", extended=[notice]))
    assert found.due == day("2026-07-06")
    assert found.steps[-1] == Step("T-5", Effect(effect), notice.given_at.date())


# T-5
@pytest.mark.parametrize("ground", ExtensionGround)
def test_either_ground_is_enough(ground: ExtensionGround) -> None:
    notice = ExtensionNotice(at("2026-06-10"), frozenset({ground}), gives_reasons=True)
    assert deadline(request("2026-06-05", extended=[notice])).due == day("2026-09-07")


# T-5
def test_a_second_notice_can_mend_the_first_while_there_is_time() -> None:
    bad = ExtensionNotice(at("2026-06-10"), frozenset(ExtensionGround), gives_reasons=False)
    found = deadline(request("2026-06-05", extended=[told_of_extension("2026-07-06"), bad]))
    assert found.due == day("2026-09-07")
    assert Step("T-5", Effect.EXTENSION_WITHOUT_REASONS, bad.given_at.date()) in found.steps
    again = [told_of_extension("2026-06-10"), told_of_extension("2026-07-06")]
    assert deadline(request("2026-06-05", extended=again)).due == day("2026-09-07")


# T-5, T-10
@pytest.mark.parametrize(
    "right",
    [
        Right.OBJECTION_TO_MARKETING,
        Right.WITHDRAWAL_OF_CONSENT,
        Right.ONE_CLICK_UNSUBSCRIBE,
    ],
)
def test_an_objection_is_effective_on_receipt_and_its_confirmation_is_never_put_off(
    right: Right,
) -> None:
    found = deadline(request("2026-06-01", extended=[told_of_extension("2026-06-02")], right=right))
    assert steps(found) == [
        "T-1 received 2026-06-01",
        "T-10 effective 2026-06-01",
        "T-3 month 2026-07-01",
        "T-5 extension_not_allowed 2026-06-02",
    ]
    assert (found.due, found.notice_by) == (day("2026-07-01"), None)


# T-10
def test_an_objection_to_another_use_restricts_at_once_and_may_be_weighed_for_longer() -> None:
    extended = [told_of_extension("2026-06-02")]
    found = deadline(request("2026-06-01", extended=extended, right=Right.OBJECTION_TO_OTHER_USE))
    assert "T-10 effective 2026-06-01" in steps(found)
    assert found.due == day("2026-09-01")
    assert "T-10" not in deadline(request("2026-06-01")).rules


# T-16
@pytest.mark.parametrize(
    ("received", "law"),
    [
        ("2026-02-04T23:59:59Z", RightsLaw.UK_GDPR_2018),
        ("2026-02-05T00:00Z", RightsLaw.UK_GDPR),
        ("2018-05-25", RightsLaw.UK_GDPR_2018),
        ("2026-11-22", RightsLaw.UK_GDPR),
    ],
)
def test_a_request_is_counted_under_the_text_of_its_day(received: str, law: RightsLaw) -> None:
    assert law_at(at(received)) == law
    found = deadline(request(received))
    assert found.law == law
    assert ("T-16" in found.rules) == (law is RightsLaw.UK_GDPR_2018)


# T-16
def test_the_earlier_text_has_the_same_month_and_the_same_extension() -> None:
    found = deadline(request("2026-01-31", extended=[told_of_extension("2026-03-02")]))
    assert steps(found) == [
        "T-1 received 2026-01-31",
        "T-16 under_earlier_text 2026-01-31",
        "T-3 month 2026-02-28",
        "T-4 moved 2026-03-02",
        "T-5 extended 2026-04-30",
    ]


# T-1
def test_an_answer_on_the_due_date_is_in_time_until_midnight_in_london() -> None:
    found = deadline(request("2026-06-01"))
    assert not found.is_late(at("2026-07-01T22:59:59Z"))
    assert found.is_late(at("2026-07-01T23:00Z"))
    waiting = deadline(request("2026-06-01", [identity("2026-06-02", None)]))
    assert not waiting.is_late(at("2030-01-01"))


# T-1, T-4
def test_what_concerns_a_clients_data_is_passed_on_the_day_it_came() -> None:
    for received, due, rules in [
        ("2026-06-05", "2026-06-05", ("T-1",)),
        ("2026-06-06", "2026-06-08", ("T-1", "T-4")),
    ]:
        asked = [clarification(received, None)]
        client = RightsRequest(Right.ACCESS, at(received), Role.PROCESSOR, asked, (), True)
        [found] = deadlines(client)
        assert (found.due, found.target, found.notice_by) == (day(due), day(received), None)
        assert found.steps[0] == Step("T-1", Effect.PASSED_ON, at(received).date())
        assert found.rules == rules
        assert found.waiting_for == ()
