"""What a refusal must say, and when a complaint has been acknowledged in time."""

from dataclasses import replace

import pytest

from policy.errors import UsageError
from policy.rights.complaints import (
    ComplaintReplies,
    acknowledged_at,
    investigated_from,
    is_acknowledgement_late,
)
from policy.rights.deadlines import deadline, deadlines
from policy.rights.questions import Effect
from policy.rights.refusals import RefusalContent, missing_from_refusal, required_of_refusal
from policy.rights.request import law_at
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

REASONS, TO_US, TO_REGULATOR, TO_EU, COURT = RefusalContent


# T-8
@pytest.mark.parametrize(
    ("told", "is_under_eu_law", "required"),
    [
        ("2026-06-18T22:59:59Z", False, [REASONS, TO_REGULATOR, COURT]),
        ("2026-06-18T23:00Z", False, [REASONS, TO_US, TO_REGULATOR, COURT]),
        ("2026-11-22", False, [REASONS, TO_US, TO_REGULATOR, COURT]),
        ("2026-11-22", True, [REASONS, TO_US, TO_REGULATOR, TO_EU, COURT]),
        ("2026-01-22", True, [REASONS, TO_REGULATOR, TO_EU, COURT]),
    ],
)
def test_a_refusal_gives_reasons_and_every_way_to_go_on(
    told: str, *, is_under_eu_law: bool, required: list[RefusalContent]
) -> None:
    told_at = at(told)
    missing = missing_from_refusal([], told_at, is_under_eu_law=is_under_eu_law)
    assert list(missing) == required
    assert not missing_from_refusal(required, told_at, is_under_eu_law=is_under_eu_law)
    for each in required:
        rest = [other for other in RefusalContent if other is not each]
        assert missing_from_refusal(rest, told_at, is_under_eu_law=is_under_eu_law) == (each,)


# T-8
@pytest.mark.parametrize(("told_on", "length"), [("2026-06-18", 3), ("2026-06-19", 4)])
def test_the_complaint_to_us_belongs_to_it_since_june_2026(told_on: str, length: int) -> None:
    found = day(told_on)
    assert found is not None
    assert len(required_of_refusal(found, is_under_eu_law=False)) == length


# T-8
def test_a_refusal_is_told_within_the_time_to_answer() -> None:
    found = deadline(request("2026-06-01"))
    assert not found.is_late(at("2026-07-01T22:59Z"))
    assert found.is_late(at("2026-07-01T23:00Z"))


# T-11
@pytest.mark.parametrize(
    ("received", "last", "due"),
    [
        ("2026-06-19", "2026-07-19", "2026-07-20"),  # a Sunday
        ("2026-07-01", "2026-07-31", "2026-07-31"),
        ("2026-07-14T23:30Z", "2026-08-14", "2026-08-14"),  # the next day in London
        ("2026-02-10", "2026-03-12", "2026-03-12"),
        ("2026-11-25", "2026-12-25", "2026-12-29"),  # Christmas to the Tuesday
        ("2028-01-31", "2028-03-01", "2028-03-01"),  # over a leap day
        ("2026-08-01", "2026-08-31", "2026-09-01"),  # a bank holiday
    ],
)
def test_a_complaint_is_acknowledged_in_thirty_days_from_the_day_after_receipt(
    received: str, last: str, due: str
) -> None:
    found = deadline(request(received, right=Right.COMPLAINT))
    assert found.due == day(due)
    assert found.steps[1].day == day(last)
    assert found.notice_by is None
    assert found.rules == (("T-1", "T-11") if last == due else ("T-1", "T-11", "T-4"))


# T-11
def test_the_target_of_an_acknowledgement_is_the_day_before() -> None:
    assert deadline(request("2026-07-01", right=Right.COMPLAINT)).target == day("2026-07-30")


# T-11
@pytest.mark.parametrize(
    ("received", "effect"),
    [
        ("2026-06-18T22:59:59Z", Effect.ACKNOWLEDGED_UNASKED),
        ("2026-06-18T23:00Z", Effect.ACKNOWLEDGED),
    ],
)
def test_complaints_from_before_the_duty_are_acknowledged_in_the_same_time(
    received: str, effect: Effect
) -> None:
    found = deadline(request(received, right=Right.COMPLAINT))
    assert [step.effect for step in found.steps[:2]] == [Effect.RECEIVED, effect]
    assert found.due == (day("2026-07-20"))


# T-11
def test_nothing_puts_off_the_acknowledgement_of_a_complaint() -> None:
    questions = [identity("2026-07-02", None), clarification("2026-07-02", None)]
    extended = [told_of_extension("2026-07-02")]
    plain = deadline(request("2026-07-01", right=Right.COMPLAINT))
    for is_under_eu_law in (False, True):
        found = request(
            "2026-07-01",
            questions,
            extended,
            right=Right.COMPLAINT,
            is_under_eu_law=is_under_eu_law,
        )
        assert deadline(found, eu_calendar=Calendar("IE")) == plain


# T-11
@pytest.mark.parametrize(
    ("acknowledged", "outcome", "now", "is_late"),
    [
        ("2026-07-31T22:59:59Z", None, "2026-09-01", False),
        ("2026-07-31T23:00Z", None, "2026-09-01", True),
        # one reply may do both, if it is sent in time
        (None, "2026-07-31T22:59:59Z", "2026-09-01", False),
        (None, "2026-07-31T23:00Z", "2026-09-01", True),
        ("2026-08-05", "2026-07-20", "2026-09-01", False),
        ("2026-07-20", "2026-08-05", "2026-09-01", False),
        (None, None, "2026-07-31T22:59:59Z", False),
        (None, None, "2026-07-31T23:00Z", True),
    ],
)
def test_the_first_reply_acknowledges_a_complaint(
    acknowledged: str | None, outcome: str | None, now: str, *, is_late: bool
) -> None:
    found = deadline(request("2026-07-01", right=Right.COMPLAINT))
    replies = ComplaintReplies(
        None if acknowledged is None else at(acknowledged), None if outcome is None else at(outcome)
    )
    assert is_acknowledgement_late(found, replies, at(now)) == is_late
    first = min(filter(None, [acknowledged, outcome]), default=None)
    assert acknowledged_at(replies) == (None if first is None else at(first))


# T-11
def test_a_complaint_is_looked_into_from_its_receipt() -> None:
    started = investigated_from(at("2026-07-01T00:30+01:00"))
    assert started.isoformat() == "2026-06-30T23:30:00+00:00"


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (investigated_from, "The time of receipt"),
        (lambda bad: acknowledged_at(ComplaintReplies(bad)), "The time of a reply"),
        (
            lambda bad: missing_from_refusal([], bad, is_under_eu_law=False),
            "The time of the refusal",
        ),
        (lambda bad: deadline(request("2026-07-01")).is_late(bad), "The time of answer"),
    ],
)
def test_a_time_without_a_zone_is_refused_by_its_name(function: object, what: str) -> None:
    assert callable(function)
    with pytest.raises(UsageError, match=f"^{what} is 2026-07-01T12:00:00, without a time zone"):
        function(at("2026-07-01T12:00"))


def test_whose_law_a_deadline_follows_is_said() -> None:
    """T-11, T-16: of a complaint, and of what is passed on to a client."""
    complaint = request("2026-07-01", right=Right.COMPLAINT)
    [acknowledged] = deadlines(complaint)
    assert acknowledged.law is law_at(complaint.received_at)
    assert acknowledged.steps[0].day == day("2026-07-01")
    [passed_on] = deadlines(replace(request("2026-07-01"), role=Role.PROCESSOR))
    assert passed_on.law is law_at(complaint.received_at)
    [month] = deadlines(request("2026-07-01"))
    assert month.law is law_at(complaint.received_at)


def test_the_eu_calendar_counts_where_it_gives_the_earlier_date() -> None:
    """T-9: the English holiday moves one date, and not the other."""
    asked_for = request("2026-04-04", is_under_eu_law=True)  # 4 May 2026 is an English holiday
    germany = Calendar("DE")
    assert deadline(asked_for, eu_calendar=germany).due == day("2026-05-04")
    assert deadline(asked_for).due == day("2026-05-05")
