"""Which questions start the month later or pause it."""

from dataclasses import replace

import pytest

from policy.rights.deadlines import Deadline, deadline
from policy.rights.questions import Effect
from policy.rights.request import Question, QuestionAbout
from policy.rights.table import RIGHTS, DeadlineRule, IdentityCheck, Right
from tests.policy.requests_made import (
    asked,
    clarification,
    day,
    fee,
    identity,
    request,
    told_of_extension,
)

WEIGHED = [right for right in Right if RIGHTS[right].deadline is DeadlineRule.ONE_MONTH]


def steps(found: Deadline) -> list[str]:
    return [f"{step.rule} {step.effect} {step.day}" for step in found.steps]


# T-2
@pytest.mark.parametrize(
    ("questions", "start", "due"),
    [
        ([identity("2026-06-01", "2026-06-01")], "2026-06-01", "2026-07-01"),
        ([identity("2026-06-01", "2026-06-02")], "2026-06-02", "2026-07-02"),
        ([identity("2026-06-01", "2026-06-30")], "2026-06-30", "2026-07-30"),
        ([fee("2026-06-02", "2026-06-10")], "2026-06-10", "2026-07-10"),
        (
            [fee("2026-06-02", "2026-06-10"), identity("2026-06-03", "2026-06-08")],
            "2026-06-10",
            "2026-07-10",
        ),
        (
            [fee("2026-06-02", "2026-06-04"), identity("2026-06-03", "2026-06-08")],
            "2026-06-08",
            "2026-07-08",
        ),
        # one minute before London's midnight, and at it
        ([identity("2026-06-01", "2026-06-08T22:59Z")], "2026-06-08", "2026-07-08"),
        ([identity("2026-06-01", "2026-06-08T23:00Z")], "2026-06-09", "2026-07-09"),
        ([identity("2026-06-01", "2026-07-31")], "2026-07-31", "2026-09-01"),
    ],
)
def test_the_month_starts_with_the_latest_of_request_identity_and_fee(
    questions: list[Question], start: str, due: str
) -> None:
    found = deadline(request("2026-06-01", questions))
    assert found.due == day(due)
    started = [step.day for step in found.steps if step.effect is Effect.STARTS_LATER]
    assert started == ([day(start)] if start != "2026-06-01" else [])
    assert ("T-2" in found.rules) == bool(started)


# T-2, T-6
@pytest.mark.parametrize(
    ("question", "rule"),
    [
        (identity("2026-06-02", None), "T-2"),
        (fee("2026-06-02", None), "T-2"),
        (clarification("2026-06-02", None), "T-6"),
    ],
)
def test_while_an_answer_is_missing_no_date_can_be_said(question: Question, rule: str) -> None:
    answered = clarification("2026-06-01", "2026-06-01")
    found = deadline(request("2026-06-01", [question, answered], [told_of_extension("2026-06-03")]))
    assert (found.due, found.target, found.notice_by) == (None, None, None)
    assert found.waiting_for == (question.about,)
    assert steps(found) == ["T-1 received 2026-06-01", f"{rule} waiting 2026-06-02"]


# T-6: without a pause the month ends on Wednesday 1 July 2026
@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("2026-06-03", "2026-06-03")], "2026-07-02"),  # one day: both included
        ([("2026-06-03", "2026-06-04")], "2026-07-03"),
        ([("2026-06-01", "2026-06-02")], "2026-07-03"),  # the day of receipt does not count either
        ([("2026-06-03", "2026-06-05")], "2026-07-06"),  # 4 July is a Saturday: moved at the end
        ([("2026-06-03", "2026-06-07")], "2026-07-06"),
        ([("2026-06-03", "2026-06-08")], "2026-07-07"),
        ([("2026-07-01", "2026-07-10")], "2026-07-13"),  # asked on the last day
        # two that overlap, touch, or lie within each other count each day once
        ([("2026-06-03", "2026-06-08"), ("2026-06-05", "2026-06-09")], "2026-07-08"),
        ([("2026-06-03", "2026-06-08"), ("2026-06-08", "2026-06-09")], "2026-07-08"),
        ([("2026-06-03", "2026-06-09"), ("2026-06-05", "2026-06-06")], "2026-07-08"),
        ([("2026-06-03", "2026-06-04"), ("2026-06-08", "2026-06-09")], "2026-07-06"),
        # London dates, not UTC's
        ([("2026-06-03T22:59Z", "2026-06-03T23:00Z")], "2026-07-03"),
    ],
)
def test_the_days_of_a_clarification_do_not_count_the_first_and_last_included(
    pauses: list[tuple[str, str]], due: str
) -> None:
    questions = [clarification(*each) for each in pauses]
    found = deadline(request("2026-06-01", questions))
    assert found.due == day(due)
    assert "T-6" in found.rules
    assert deadline(request("2026-06-01", questions[::-1])) == found


# T-6, T-5
@pytest.mark.parametrize(
    ("told", "due"), [("2026-07-06T22:59Z", "2026-09-07"), ("2026-07-06T23:00Z", "2026-07-06")]
)
def test_the_time_to_tell_of_an_extension_shifts_with_the_pause(told: str, due: str) -> None:
    questions = [clarification("2026-06-03", "2026-06-07")]
    found = deadline(request("2026-06-01", questions, [told_of_extension(told)]))
    assert (found.notice_by, found.due) == (day("2026-07-06"), day(due))


# T-6, T-5
def test_three_months_are_paused_too_and_moved_once_at_the_end() -> None:
    questions = [clarification("2026-06-03", "2026-06-06")]
    found = deadline(request("2026-06-01", questions, [told_of_extension("2026-06-08")]))
    assert steps(found) == [
        "T-1 received 2026-06-01",
        "T-3 month 2026-07-01",
        "T-6 paused 2026-07-05",
        "T-4 moved 2026-07-06",
        "T-5 extended 2026-09-01",
        "T-6 paused 2026-09-05",
        "T-4 moved 2026-09-07",
    ]
    assert found.target == day("2026-09-04")


# T-6, T-2
@pytest.mark.parametrize(
    ("answered", "due"),
    [
        ("2026-06-09", "2026-07-10"),  # over before the month begins
        ("2026-06-10", "2026-07-13"),  # one day of it lies within: 11 July is a Saturday
        ("2026-06-12", "2026-07-13"),  # three days
        ("2026-06-13", "2026-07-14"),
    ],
)
def test_a_pause_before_the_month_has_begun_does_not_count(answered: str, due: str) -> None:
    questions = [identity("2026-06-02", "2026-06-10"), clarification("2026-06-02", answered)]
    assert deadline(request("2026-06-01", questions)).due == day(due)


# T-6
@pytest.mark.parametrize("right", [each for each in WEIGHED if each is not Right.ACCESS])
def test_only_an_access_request_is_paused(right: Right) -> None:
    for answered in ("2026-06-20", None):
        found = deadline(
            request("2026-06-01", [clarification("2026-06-02", answered)], right=right)
        )
        assert found.due == day("2026-07-01")
        assert "T-6 nothing_to_clarify 2026-06-02" in steps(found)


# T-7
@pytest.mark.parametrize("right", list(Right))
def test_identity_may_hold_up_any_right_but_an_objection_to_marketing_and_the_like(
    right: Right,
) -> None:
    received = request("2026-06-01", [identity("2026-06-02", "2026-06-10")], right=right)
    found = deadline(received)
    if right is Right.COMPLAINT:
        assert found.rules == ("T-1", "T-11")
    elif RIGHTS[right].identity is IdentityCheck.NEVER:
        assert found.due == day("2026-07-01")
        assert "T-7 identity_is_never_asked 2026-06-02" in steps(found)
    else:
        assert found.due == day("2026-07-10")
        assert "T-7" not in found.rules


# T-7, T-10
def test_an_unanswered_question_does_not_hold_up_an_objection_to_marketing() -> None:
    asked_for = request(
        "2026-06-01", [identity("2026-06-02", None)], right=Right.OBJECTION_TO_MARKETING
    )
    assert deadline(asked_for).due == day("2026-07-01")
    assert deadline(asked_for).waiting_for == ()


# T-2
@pytest.mark.parametrize("right", [each for each in Right if each is not Right.COMPLAINT])
def test_a_fee_is_charged_only_where_the_request_could_be_refused(right: Right) -> None:
    found = deadline(request("2026-06-01", [fee("2026-06-02", "2026-06-10")], right=right))
    is_charged = right in WEIGHED
    assert found.due == (day("2026-07-10") if is_charged else day("2026-07-01"))
    assert ("T-2 nothing_to_charge 2026-06-02" in steps(found)) != is_charged


# T-2, T-6, T-7
@pytest.mark.parametrize(
    ("about", "rule"),
    [
        (QuestionAbout.IDENTITY, "T-7"),
        (QuestionAbout.FEE, "T-2"),
        (QuestionAbout.CLARIFICATION, "T-6"),
    ],
)
def test_a_question_that_nobody_justified_moves_nothing(about: QuestionAbout, rule: str) -> None:
    for answered in ("2026-06-20", None):
        question = replace(asked(about, "2026-06-02", answered), is_justified=False)
        found = deadline(request("2026-06-01", [question]))
        assert found.due == day("2026-07-01")
        assert f"{rule} not_justified 2026-06-02" in steps(found)


# T-2, T-6: the month ends on 1 July 2026
@pytest.mark.parametrize(
    ("about", "rule"),
    [
        (QuestionAbout.IDENTITY, "T-2"),
        (QuestionAbout.FEE, "T-2"),
        (QuestionAbout.CLARIFICATION, "T-6"),
    ],
)
def test_a_question_asked_when_the_time_was_over_does_not_give_it_back(
    about: QuestionAbout, rule: str
) -> None:
    for answered in ("2026-07-20", None):
        last = asked(about, "2026-07-01T22:59:59Z", answered)
        late = asked(about, "2026-07-01T23:00Z", answered)
        assert deadline(request("2026-06-01", [last])).due != day("2026-07-01")
        found = deadline(request("2026-06-01", [late]))
        assert found.due == day("2026-07-01")
        assert f"{rule} asked_too_late 2026-07-02" in steps(found)


# T-2, T-6
def test_a_question_may_be_in_time_because_of_an_earlier_one_or_an_extension() -> None:
    earlier = clarification("2026-07-01", "2026-07-10")  # due on 13 July
    in_time, too_late = clarification("2026-07-13", "2026-07-13"), identity("2026-07-15", None)
    found = deadline(request("2026-06-01", [too_late, in_time, earlier]))
    assert found.due == day("2026-07-13")
    assert steps(found)[1] == "T-2 asked_too_late 2026-07-15"
    assert [step.effect for step in found.steps].count(Effect.ASKED_TOO_LATE) == 1
    extended = [told_of_extension("2026-06-20")]
    assert deadline(request("2026-06-01", [too_late], extended)).waiting_for == (
        QuestionAbout.IDENTITY,
    )
