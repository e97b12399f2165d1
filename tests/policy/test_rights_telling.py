"""Telling people where their data came from, and recipients what became of it."""

from collections.abc import Sequence

import pytest

from policy.errors import UsageError
from policy.rights.duties_to_tell import (
    Disclosed,
    NoticeTrigger,
    RecipientNotice,
    recipients_to_name,
    recipients_to_tell,
    source_notice_due,
)
from policy.rights.table import RIGHTS, Right
from policy.rights.told import ToldOutcome
from tests.policy.requests_made import at, day

MONTH, TALKED, PASSED_ON = (
    NoticeTrigger.ONE_MONTH,
    NoticeTrigger.FIRST_COMMUNICATION,
    NoticeTrigger.FIRST_DISCLOSURE,
)
DONE = "2026-06-10T12:00:00Z"
GAVE = [
    Disclosed("crm", at("2026-05-01")),
    Disclosed("ads", at("2026-05-02")),
    Disclosed("ads", at("2026-06-01")),
    Disclosed("late", at("2026-06-10T12:00:01Z")),
    Disclosed("last", at(DONE)),
]
TELLING = [Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION]


# T-14: (obtained, first communication, first disclosure)
@pytest.mark.parametrize(
    ("obtained", "talked", "passed_on", "due", "trigger"),
    [
        ("2026-06-05", None, None, "2026-07-05", MONTH),  # a Sunday: not moved
        ("2028-01-31", None, None, "2028-02-29", MONTH),
        ("2026-06-30T23:30Z", None, None, "2026-08-01", MONTH),
        ("2026-06-05", "2026-06-10", None, "2026-06-10", TALKED),
        ("2026-06-05", None, "2026-06-10", "2026-06-10", PASSED_ON),
        ("2026-06-05", "2026-06-10", "2026-06-09", "2026-06-09", PASSED_ON),
        ("2026-06-05", "2026-06-09", "2026-06-10", "2026-06-09", TALKED),
        ("2026-06-05", "2026-06-09T12:00:01Z", "2026-06-09", "2026-06-09", PASSED_ON),
        ("2026-06-05", "2026-06-09", "2026-06-09", "2026-06-09", TALKED),
        ("2026-06-05", "2026-06-05", None, "2026-06-05", TALKED),
        ("2026-06-05", "2026-07-05T22:59:59Z", None, "2026-07-05", TALKED),
        ("2026-06-05", "2026-07-05T23:00Z", "2026-08-01", "2026-07-05", MONTH),
        ("2026-06-05", "2026-07-06", "2026-07-05", "2026-07-05", PASSED_ON),
    ],
)
def test_the_notice_about_the_source_is_due_at_the_first_of_three(
    obtained: str, talked: str | None, passed_on: str | None, due: str, trigger: NoticeTrigger
) -> None:
    uses = [None if each is None else at(each) for each in (talked, passed_on)]
    found = source_notice_due(at(obtained), *uses)
    used = {MONTH: None, TALKED: uses[0], PASSED_ON: uses[1]}[trigger]
    assert found == (day(due), trigger, used)


# T-14
@pytest.mark.parametrize(
    ("talked", "given", "is_late"),
    [
        (None, "2026-07-05T22:59:59Z", False),
        (None, "2026-07-05T23:00Z", True),
        ("2026-06-10T12:00:00Z", "2026-06-10T12:00:00Z", False),
        ("2026-06-10T12:00:00Z", "2026-06-10T11:59:59Z", False),
        ("2026-06-10T12:00:00Z", "2026-06-10T12:00:01Z", True),
    ],
)
def test_the_notice_comes_with_the_first_use_or_by_the_end_of_the_last_day(
    talked: str | None, given: str, *, is_late: bool
) -> None:
    found = source_notice_due(at("2026-06-05"), None if talked is None else at(talked))
    assert found.is_late(at(given)) == is_late


# T-14
@pytest.mark.parametrize("trigger", ["first_communication", "first_disclosure"])
def test_a_use_before_the_data_was_there_is_refused(trigger: str) -> None:
    with pytest.raises(UsageError) as refused:
        source_notice_due(at(DONE), **{f"{trigger}_at": at("2026-06-10T11:59:59Z")})
    assert str(refused.value) == (
        f"The {trigger.replace('_', ' ')} is of 2026-06-10T11:59:59+00:00, before "
        "2026-06-10T12:00:00+00:00, when the data was obtained. "
        "Cure: name the first one after that."
    )


# T-15
@pytest.mark.parametrize("right", list(Right))
def test_each_recipient_is_told_once_data_was_rectified_erased_or_restricted(right: Right) -> None:
    found = recipients_to_tell(right, at(DONE), GAVE, [])
    assert found == (("ads", "crm", "last") if right in TELLING else ())
    assert RIGHTS[right].tells_recipients == (right in TELLING)
    assert recipients_to_tell(right, None, GAVE, []) == ()


# T-15
@pytest.mark.parametrize(
    ("notice", "left"),
    [
        (RecipientNotice("ads", at(DONE)), ("crm", "last")),
        (RecipientNotice("ads", at("2026-07-01")), ("crm", "last")),
        # told of something that had not happened yet
        (RecipientNotice("ads", at("2026-06-10T11:59:59Z")), ("ads", "crm", "last")),
        (RecipientNotice("other", at(DONE)), ("ads", "crm", "last")),
        (RecipientNotice("crm", at(DONE), ToldOutcome.IMPOSSIBLE, "closed down"), ("ads", "last")),
        (RecipientNotice("crm", at(DONE), ToldOutcome.DISPROPORTIONATE, "why"), ("ads", "last")),
        (RecipientNotice("crm", at(DONE), ToldOutcome.IMPOSSIBLE), ("ads", "crm", "last")),
        (RecipientNotice("crm", at(DONE), ToldOutcome.IMPOSSIBLE, ""), ("ads", "crm", "last")),
        (RecipientNotice("crm", at(DONE), ToldOutcome.DISPROPORTIONATE), ("ads", "crm", "last")),
    ],
)
def test_who_was_told_since_or_cannot_be_for_a_reason_is_done(
    notice: RecipientNotice, left: tuple[str, ...]
) -> None:
    assert recipients_to_tell(Right.ERASURE, at(DONE), GAVE, [notice]) == left


# T-15
@pytest.mark.parametrize(
    ("completed", "asked_at", "named_at", "names"),
    [
        (DONE, None, None, []),
        (None, "2026-06-01", None, []),
        (DONE, "2026-06-11", None, ["ads", "crm", "last"]),
        (DONE, "2026-06-01", None, ["ads", "crm", "last"]),
        (DONE, "2026-06-11", "2026-06-11", []),
        (DONE, "2026-06-11", "2026-06-11T11:59:59Z", ["ads", "crm", "last"]),
        (DONE, "2026-06-01", DONE, []),
        (DONE, "2026-06-01", "2026-06-10T11:59:59Z", ["ads", "crm", "last"]),
    ],
)
def test_the_person_is_told_who_they_were_if_they_ask(
    completed: str | None, asked_at: str | None, named_at: str | None, names: Sequence[str]
) -> None:
    times = [None if each is None else at(each) for each in (completed, asked_at, named_at)]
    for right in Right:
        found = recipients_to_name(right, times[0], GAVE, times[1], times[2])
        assert list(found) == (names if right in TELLING else [])


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (source_notice_due, "The time of obtaining"),
        (lambda bad: source_notice_due(at(DONE), bad), "The time of the first communication"),
        (lambda bad: source_notice_due(at(DONE)).is_late(bad), "The time of the notice"),
        (lambda bad: recipients_to_tell(Right.ERASURE, bad, [], []), "The time of completion"),
        (
            lambda bad: recipients_to_tell(Right.ERASURE, at(DONE), [Disclosed("crm", bad)], []),
            "The time of a disclosure",
        ),
        (
            lambda bad: recipients_to_tell(
                Right.ERASURE, at(DONE), [], [RecipientNotice("crm", bad)]
            ),
            "The time of a notice",
        ),
        (
            lambda bad: recipients_to_name(Right.ERASURE, bad, [], at(DONE), None),
            "The time of completion",
        ),
        (
            lambda bad: recipients_to_name(Right.ERASURE, at(DONE), [], bad, None),
            "The time of asking",
        ),
        (
            lambda bad: recipients_to_name(Right.ERASURE, at(DONE), [], at(DONE), bad),
            "The time of naming",
        ),
    ],
)
def test_a_time_without_a_zone_is_refused_by_its_name(function: object, what: str) -> None:
    assert callable(function)
    with pytest.raises(UsageError, match=f"^{what} is 2026-07-01T12:00:00, without a time zone"):
        function(at("2026-07-01T12:00"))
