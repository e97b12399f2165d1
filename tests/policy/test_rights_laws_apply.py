"""The law of the UK before and after February 2026, and EU law beside it."""

from collections.abc import Sequence

import pytest

from policy.rights.deadlines import Deadline, deadline, deadlines
from policy.rights.questions import Effect, Step
from policy.rights.request import Question, QuestionAbout, RightsLaw
from policy.rights.working_days import Calendar
from tests.policy.requests_made import (
    asked,
    at,
    clarification,
    day,
    fee,
    identity,
    request,
    told_of_extension,
)


def steps(found: Deadline) -> list[str]:
    return [f"{step.rule} {step.effect} {step.day}" for step in found.steps]


def under_eu_law(received: str, questions: Sequence[Question] = ()) -> Deadline:
    found = deadlines(request(received, questions, is_under_eu_law=True))[1]
    assert found.law is RightsLaw.EU_GDPR
    return found


# T-16
@pytest.mark.parametrize(
    ("received", "asked_at", "answered", "due"),
    [
        # practice under the earlier text: the day of asking counts
        ("2025-12-01", "2025-12-03", "2025-12-03", "2026-01-02"),
        ("2025-12-01", "2025-12-03", "2025-12-04", "2026-01-02"),
        ("2025-12-01", "2025-12-03", "2025-12-08", "2026-01-06"),
        # the new text: it does not
        ("2026-03-02", "2026-03-03", "2026-03-03", "2026-04-07"),
        ("2026-03-09", "2026-03-10", "2026-03-10", "2026-04-10"),
    ],
)
def test_the_pause_before_february_2026_is_practice_and_read_strictly(
    received: str, asked_at: str, answered: str, due: str
) -> None:
    assert deadline(request(received, [clarification(asked_at, answered)])).due == day(due)


# T-16
def test_the_later_start_was_practice_under_the_earlier_text_too() -> None:
    found = deadline(request("2025-12-01", [identity("2025-12-02", "2025-12-08")]))
    assert steps(found) == [
        "T-1 received 2025-12-01",
        "T-16 under_earlier_text 2025-12-01",
        "T-2 starts_later 2025-12-08",
        "T-3 month 2026-01-08",
    ]


# T-9
@pytest.mark.parametrize(
    ("questions", "due"),
    [
        ([], "2026-07-01"),
        ([identity("2026-06-03", "2026-06-03")], "2026-07-01"),
        ([identity("2026-06-03", "2026-06-04")], "2026-07-02"),
        ([identity("2026-06-03", "2026-06-10")], "2026-07-08"),
        ([clarification("2026-06-03", "2026-06-10")], "2026-07-08"),
        (
            [identity("2026-06-03", "2026-06-10"), clarification("2026-06-05", "2026-06-11")],
            "2026-07-09",
        ),
        ([fee("2026-06-03", "2026-06-10")], "2026-07-01"),
    ],
)
def test_eu_law_counts_from_receipt_and_lets_prompt_questions_suspend(
    questions: list[Question], due: str
) -> None:
    found = under_eu_law("2026-06-01", questions)
    assert found.due == day(due)
    assert found.rules[:2] == ("T-1", "T-9")
    assert "T-2" not in found.rules


# T-9
def test_the_steps_under_eu_law_name_its_rule() -> None:
    question = clarification("2026-06-03", "2026-06-06")
    assert steps(under_eu_law("2026-06-01", [question, fee("2026-06-04", None)])) == [
        "T-1 received 2026-06-01",
        "T-9 under_eu_law 2026-06-01",
        "T-9 nothing_to_charge 2026-06-04",
        "T-3 month 2026-07-01",
        "T-9 paused 2026-07-04",
        "T-4 moved 2026-07-06",
    ]


# T-9
@pytest.mark.parametrize("about", [QuestionAbout.IDENTITY, QuestionAbout.CLARIFICATION])
def test_eu_law_is_not_suspended_by_a_question_that_was_not_prompt(about: QuestionAbout) -> None:
    for answered in ("2026-06-20", None):
        question = asked(about, "2026-06-12", answered, is_prompt=False)
        found = under_eu_law("2026-06-01", [question])
        assert found.due == day("2026-07-01")
        assert Step("T-9", Effect.NOT_PROMPT, at("2026-06-12").date()) in found.steps


# T-9
def test_eu_law_waits_for_the_answer_to_a_prompt_question_and_not_for_a_late_one() -> None:
    found = under_eu_law("2026-06-01", [identity("2026-06-02", None)])
    assert (found.due, steps(found)[-1]) == (None, "T-9 waiting 2026-06-02")
    late = under_eu_law("2026-06-01", [identity("2026-07-02", None)])
    assert (late.due, steps(late)[2]) == (day("2026-07-01"), "T-9 asked_too_late 2026-07-02")


# T-9
@pytest.mark.parametrize(
    ("questions", "due", "law"),
    [
        ([], "2026-07-01", RightsLaw.UK_GDPR),  # the same day: the law of the UK is named
        ([clarification("2026-06-03", "2026-06-03")], "2026-07-01", RightsLaw.EU_GDPR),
        ([identity("2026-06-02", "2026-06-20")], "2026-07-20", RightsLaw.UK_GDPR),
        ([fee("2026-06-02", None)], "2026-07-01", RightsLaw.EU_GDPR),
    ],
)
def test_where_both_laws_apply_the_earlier_date_binds(
    questions: list[Question], due: str, law: RightsLaw
) -> None:
    found = deadline(request("2026-06-01", questions, is_under_eu_law=True))
    assert (found.due, found.law) == (day(due), law)


# T-9
def test_eu_law_alone_moves_with_the_holidays_of_the_place_where_the_answer_is_due() -> None:
    asked_for = request("2026-02-17", is_under_eu_law=True)  # Saint Patrick's Day, a month on
    british, irish = deadlines(asked_for, eu_calendar=Calendar("IE"))
    assert (british.due, irish.due) == (day("2026-03-17"), day("2026-03-18"))
    assert [each.due for each in deadlines(asked_for)] == [day("2026-03-17")] * 2
    assert deadline(asked_for, eu_calendar=Calendar("IE")).due == day("2026-03-17")
    both = deadlines(asked_for, Calendar("IE"))
    assert [each.due for each in both] == [day("2026-03-18")] * 2


# T-9
def test_an_extension_under_eu_law_runs_three_months_from_receipt() -> None:
    asked_for = request(
        "2026-06-01",
        [identity("2026-06-02", "2026-06-03")],
        [told_of_extension("2026-07-02")],
        is_under_eu_law=True,
    )
    assert [each.due for each in deadlines(asked_for)] == [day("2026-09-03"), day("2026-09-02")]
    assert len(deadlines(request("2026-06-01"))) == 1
