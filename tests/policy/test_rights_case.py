"""What the steps of a case add up to: its day in each calendar, and how far it is."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.errors import UsageError
from policy.rights.case import Case, first_steps, questions_of
from policy.rights.deadlines import deadline
from policy.rights.request import ExtensionNotice, Question, QuestionAbout, RightsRequest
from policy.rights.steps import CaseStep, RequestStatus, StepKind, happened_at
from policy.rights.table import RIGHTS, AtOnce, Right
from policy.vocabulary import Role
from tests.policy.cases import (
    CLARIFICATION,
    FEE,
    IDENTITY,
    acted,
    answered,
    asked,
    case,
    extended,
    heard,
    searched,
    step,
)
from tests.policy.requests_made import at, day

EU = step(StepKind.UNDER_EU_LAW, "2026-06-01")


# T-1 to T-16, through the steps of a case
@pytest.mark.parametrize(
    ("received", "steps", "due"),
    [
        ("2026-06-01", [], "2026-07-01"),
        ("2026-06-30T23:30Z", [], "2026-08-03"),  # 1 July in London; 1 August is a Saturday
        ("2026-01-31", [], "2026-03-02"),  # 28 February is a Saturday
        ("2026-11-25", [], "2026-12-29"),  # Christmas, and Boxing Day's substitute
        ("2027-11-25", [], "2027-12-29"),  # both holidays have substitutes
        ("2026-06-01", [asked(IDENTITY, "2026-06-02")], None),
        (
            "2026-06-01",
            [asked(IDENTITY, "2026-06-02"), heard(IDENTITY, "2026-06-10")],
            "2026-07-10",
        ),
        ("2026-06-01", [asked(FEE, "2026-06-02"), heard(FEE, "2026-06-05")], "2026-07-06"),
        (
            "2026-06-01",
            [asked(CLARIFICATION, "2026-06-10"), heard(CLARIFICATION, "2026-06-12")],
            "2026-07-06",  # three days, to the Saturday, to the Monday
        ),
        ("2026-06-01", [extended("2026-07-01")], "2026-09-01"),
        ("2026-05-30", [extended("2026-06-30")], "2026-09-01"),  # a Sunday, then a bank holiday
        ("2026-06-01", [extended("2026-07-02")], "2026-07-01"),  # told too late
        (
            "2026-06-01",
            [
                asked(CLARIFICATION, "2026-06-10"),
                heard(CLARIFICATION, "2026-06-12"),
                extended("2026-07-06"),  # the time to tell shifts with the pause
            ],
            "2026-09-04",
        ),
        (
            "2026-06-01",
            [EU, asked(FEE, "2026-06-02"), heard(FEE, "2026-06-05")],
            "2026-07-01",  # EU law knows no wait for a fee, and the earlier day binds
        ),
        (
            "2026-01-31",
            [asked(CLARIFICATION, "2026-02-10"), heard(CLARIFICATION, "2026-02-12")],
            "2026-03-02",  # the earlier text: the day of asking counts; 28 February plus two days
        ),
    ],
)
def test_the_day_is_counted_from_the_steps(
    received: str, steps: list[CaseStep], due: str | None
) -> None:
    assert case(received, *steps).due_on == day(due)


# CASE-1
@pytest.mark.parametrize(
    ("one", "status"),
    [
        (case(), RequestStatus.OPEN),
        (case("2026-06-01", asked(IDENTITY, "2026-06-02")), RequestStatus.OPEN),
        (case("2026-06-01", searched("2026-06-02"), answered("2026-06-02")), "answered"),
        (case("2026-06-01", step(StepKind.SETTLED, "2026-06-01")), RequestStatus.ACTED),
        (case("2026-06-01", answered("2026-06-02"), acted("2026-06-03")), RequestStatus.OPEN),
        (case("2026-06-01", acted("2026-06-02"), answered("2026-06-02")), "answered"),
        (case("2026-06-01", step(StepKind.REFUSED, "2026-06-02")), RequestStatus.ANSWERED),
        (case(role=Role.PROCESSOR), RequestStatus.FOR_CLIENT),
        (
            case("2026-06-01", step(StepKind.PASSED_ON, "2026-06-02"), role=Role.PROCESSOR),
            RequestStatus.PASSED_ON,
        ),
        (case("2026-06-01", step(StepKind.CLOSED, "2026-06-02")), RequestStatus.CLOSED),
    ],
)
def test_how_far_a_case_is_follows_from_its_steps(one: Case, status: str) -> None:
    assert one.status == status


# CASE-1, T-11
def test_an_acknowledged_complaint_has_no_day_and_waits_for_its_outcome() -> None:
    complaint = case("2026-07-01", right=Right.COMPLAINT)
    assert (complaint.status, complaint.due_on) == (RequestStatus.OPEN, date(2026, 7, 31))
    told = step(StepKind.ACKNOWLEDGED, "2026-07-10")
    acknowledged = case("2026-07-01", told, right=Right.COMPLAINT)
    assert (acknowledged.status, acknowledged.due_on) == (RequestStatus.ACKNOWLEDGED, None)
    both = case("2026-07-01", answered("2026-07-20"), right=Right.COMPLAINT)
    assert both.acknowledged_at == at("2026-07-20")
    assert both.status is RequestStatus.ANSWERED


# CASE-1, T-10
@pytest.mark.parametrize("right", Right)
def test_what_takes_effect_at_once_is_a_step_of_arrival(right: Right) -> None:
    kinds = [s.kind for s in first_steps(right, Role.CONTROLLER, at("2026-06-01"), is_told=True)]
    stops = RIGHTS[right].at_once is AtOnce.USE_STOPS
    assert kinds == [StepKind.SETTLED] * stops
    untold = first_steps(right, Role.CONTROLLER, at("2026-06-01"), is_told=False)
    assert [each.kind for each in untold] == [StepKind.ACTED] * stops
    client = first_steps(right, Role.PROCESSOR, at("2026-06-01"), is_told=True)
    assert [each.kind for each in client] == [StepKind.ACTED] * stops


# CASE-4
def test_a_day_that_is_typed_keeps_the_order_of_what_is_known_of_it() -> None:
    now, known = at("2026-06-10"), [at("2026-06-02T15:00Z"), at("2026-06-02T18:00Z")]
    assert happened_at(date(2026, 6, 2), known, now) == known[1]
    assert happened_at(date(2026, 6, 3), known, now) == at("2026-06-02T23:00Z")
    assert happened_at(date(2026, 6, 10), known, now) == now
    with pytest.raises(UsageError, match="has not come yet"):
        happened_at(date(2026, 6, 11), known, now)


DAYS = st.integers(1, 60).map(
    lambda n: at("2026-06-01") + (at("2026-06-02") - at("2026-06-01")) * n
)


@st.composite
def histories(draw: st.DrawFn) -> list[CaseStep]:
    """Questions, answers and notices, in the order of their days."""
    times = sorted(draw(st.lists(DAYS, max_size=8)))
    steps: list[CaseStep] = []
    for when in times:
        about = draw(st.sampled_from(QuestionAbout))
        kind = draw(st.sampled_from([StepKind.ASKED, StepKind.HEARD, StepKind.EXTENDED]))
        if kind is StepKind.EXTENDED:
            steps.append(extended(when.isoformat()))
        else:
            steps.append(CaseStep(kind, when, about=about, is_justified=draw(st.booleans())))
    return steps


# CASE-1
@given(histories())
def test_the_day_is_that_of_the_questions_and_notices_told_one_by_one(
    steps: list[CaseStep],
) -> None:
    questions = []
    for number, each in enumerate(steps):
        if each.kind is StepKind.ASKED and each.about:
            later = [
                s.at
                for s in steps[number + 1 :]
                if s.kind is StepKind.HEARD and s.about is each.about
            ]
            answer = later[0] if later else None
            questions.append(Question(each.about, each.at, answer, each.is_justified))
    assert questions_of(steps) == questions
    notices = [
        ExtensionNotice(each.at, each.grounds, each.gives_reasons)
        for each in steps
        if each.kind is StepKind.EXTENDED
    ]
    told = RightsRequest(Right.ACCESS, at("2026-06-01"), Role.CONTROLLER, questions, notices)
    assert case("2026-06-01", *steps).due_on == deadline(told).due


# CASE-1
@given(histories())
def test_what_is_added_later_never_changes_what_was_before(steps: list[CaseStep]) -> None:
    first = [case("2026-06-01", *steps[:n]).steps for n in range(len(steps) + 1)]
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(first))
