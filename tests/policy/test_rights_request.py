"""A request's own times: what no calendar can count is refused."""

import pytest

from policy.errors import UsageError
from policy.rights.deadlines import deadline
from policy.rights.request import ExtensionNotice, Question, QuestionAbout, RightsRequest
from policy.rights.table import Right
from policy.vocabulary import Role
from tests.policy.requests_made import (
    at,
    clarification,
    day,
    identity,
    request,
    told_of_extension,
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: request("2026-06-01T12:00"),
            (
                "The time of receipt is 2026-06-01T12:00:00, without a time zone. "
                "Cure: add one, such as +00:00."
            ),
        ),
        (
            lambda: request("2018-05-24T23:59:59Z"),
            (
                "The time of receipt is 2018-05-24T23:59:59+00:00, not between 2018 and 2099. "
                "Cure: give the true date."
            ),
        ),
        (
            lambda: request("2099-01-01T00:00Z"),
            (
                "The time of receipt is 2099-01-01T00:00:00+00:00, not between 2018 and 2099. "
                "Cure: give the true date."
            ),
        ),
        (
            lambda: request("2026-06-01", [identity("2026-05-31", None)]),
            (
                "The question of identity is of 2026-05-31T12:00:00+00:00, before "
                "the request, which is of 2026-06-01T12:00:00+00:00. "
                "Cure: correct one of the two times."
            ),
        ),
        (
            lambda: request("2026-06-01", [clarification("2026-06-02", "2026-06-02T11:59:59Z")]),
            (
                "The answer on clarification is of 2026-06-02T11:59:59+00:00, before "
                "its question, which is of 2026-06-02T12:00:00+00:00. "
                "Cure: correct one of the two times."
            ),
        ),
        (
            lambda: request("2026-06-01", [clarification("2026-06-02", "2099-06-02")]),
            (
                "The answer on clarification is 2099-06-02T12:00:00+00:00, not between 2018 "
                "and 2099. Cure: give the true date."
            ),
        ),
        (
            lambda: request("2026-06-01", extended=[told_of_extension("2026-05-31")]),
            (
                "The notice of extension is of 2026-05-31T12:00:00+00:00, before "
                "the request, which is of 2026-06-01T12:00:00+00:00. "
                "Cure: correct one of the two times."
            ),
        ),
    ],
)
def test_times_that_cannot_be_are_refused_with_the_cure(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(UsageError) as refused:
        make()
    assert str(refused.value) == message


def test_what_nobody_stated_gives_no_time() -> None:
    bare = RightsRequest(Right.ACCESS, at("2026-06-01"), Role.CONTROLLER)
    assert (bare.questions, bare.extension_notices, bare.is_under_eu_law) == ((), (), False)
    notice = ExtensionNotice(at("2026-06-01"))
    assert (notice.grounds, notice.gives_reasons) == (frozenset(), False)
    question = Question(QuestionAbout.IDENTITY, at("2026-06-02"))
    assert (question.answered_at, question.is_justified, question.is_prompt) == (None, False, False)


def test_the_first_and_the_last_possible_times_are_taken() -> None:
    assert request("2018-05-25T00:00Z").received_at == at("2018-05-25T00:00Z")
    received = "2098-12-31T23:59:59Z"
    same = request(received, [identity(received, received)], [told_of_extension(received)])
    assert deadline(same).due == day("2099-03-31")
