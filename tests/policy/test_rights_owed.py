"""What is owed still, and which step a case may take next."""

import re

import pytest

from policy.errors import UsageError
from policy.rights.case import Case
from policy.rights.owed import Owed, owed
from policy.rights.refusal_reasons import RefusalReason, reasons_to_refuse
from policy.rights.refusals import RefusalContent, may_be_refused
from policy.rights.step_flaws import require_step
from policy.rights.steps import Act, CaseStep, RequestStatus, StepKind
from policy.rights.table import Right
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

ERASURE, COMPLAINT, COPY = Right.ERASURE, Right.COMPLAINT, Right.ACCESS
STOP = Right.OBJECTION_TO_MARKETING
RECEIVED = "2026-07-01"
EVERYTHING = frozenset(RefusalContent)


def of(right: Right, *steps: CaseStep, knows: bool = True, role: Role = Role.CONTROLLER) -> Case:
    return case(RECEIVED, *steps, right=right, knows=knows, role=role)


def refused(reason: RefusalReason, says: frozenset[RefusalContent] = EVERYTHING) -> CaseStep:
    return step(StepKind.REFUSED, "2026-07-10", reason=reason, says=says)


# CASE-3
@pytest.mark.parametrize(
    ("one", "left"),
    [
        (of(COPY), [Owed.SEARCH, Owed.TELL]),
        (of(COPY, knows=False), [Owed.IDENTITY, Owed.SEARCH, Owed.TELL]),
        (of(COPY, asked(CLARIFICATION, "2026-07-02"), searched("2026-07-02")), ["hear", "tell"]),
        (of(COPY, searched("2026-07-02"), answered("2026-07-02")), []),
        (of(ERASURE), [Owed.ACT, Owed.TELL]),
        (of(ERASURE, acted("2026-07-02")), [Owed.TELL]),
        (of(ERASURE, acted("2026-07-02", is_whole=False)), [Owed.TELL, Owed.FINISH]),
        (
            of(ERASURE, acted("2026-07-02", is_whole=False), answered("2026-07-03")),
            [Owed.FINISH],
        ),
        (
            of(
                ERASURE,
                acted("2026-07-02", is_whole=False),
                answered("2026-07-03"),
                acted("2026-07-20"),
            ),
            [Owed.TELL],
        ),
        (of(ERASURE, refused(RefusalReason.LEGAL_DUTY)), []),
        (of(Right.RECTIFICATION, acted("2026-07-02", Act.RESTRICTED)), [Owed.ACT, Owed.TELL]),
        (of(COMPLAINT), [Owed.ACKNOWLEDGE, Owed.TELL]),
        (of(COMPLAINT, step(StepKind.ACKNOWLEDGED, "2026-07-02")), [Owed.TELL]),
        (of(COMPLAINT, answered("2026-07-02")), []),
        (of(STOP, acted(RECEIVED, Act.MARKETING_STOPPED)), [Owed.TELL]),
        (of(STOP, step(StepKind.SETTLED, RECEIVED)), []),
        (of(COPY, role=Role.PROCESSOR), [Owed.PASS_ON]),
        (of(COPY, step(StepKind.PASSED_ON, RECEIVED), role=Role.PROCESSOR), []),
    ],
)
def test_it_is_said_what_is_owed_still(one: Case, left: list[str]) -> None:
    assert list(owed(one)) == left


# CASE-3, T-15
def test_recipients_who_were_not_told_or_named_keep_a_case_open() -> None:
    done = of(ERASURE, acted("2026-07-02"), answered("2026-07-03"))
    assert owed(done, ["sales"]) == (Owed.TELL_RECIPIENTS,)
    assert owed(done, (), ["sales"]) == (Owed.NAME_RECIPIENTS,)
    closing = step(StepKind.CLOSED, "2026-07-04")
    with pytest.raises(UsageError, match=r"stays open.*tell_recipients"):
        require_step(done, closing, owed(done, ["sales"]))
    require_step(done, closing, owed(done))


# CASE-2
@pytest.mark.parametrize(
    ("one", "next_", "why"),
    [
        (of(COPY, step(StepKind.CLOSED, "2026-07-02")), answered("2026-07-03"), "is closed"),
        (of(COPY), searched("2026-06-30"), "before the request came"),
        (of(COPY, role=Role.PROCESSOR), answered("2026-07-03"), "client decides"),
        (of(STOP), asked(IDENTITY, "2026-07-02"), "never asked to show who"),
        (of(COMPLAINT), asked(FEE, "2026-07-02"), "never a fee"),
        (of(COPY, asked(IDENTITY, "2026-07-02")), asked(IDENTITY, "2026-07-03"), "asked this"),
        (of(COPY), heard(CLARIFICATION, "2026-07-03"), "Nothing of this kind"),
        (of(COPY), heard(IDENTITY, "2026-07-03"), "Nothing of this kind"),
        (of(COPY, asked(FEE, "2026-07-05")), heard(FEE, "2026-07-03"), "older than its question"),
        (of(STOP), extended("2026-07-02"), "no more time"),
        (of(COMPLAINT), extended("2026-07-02"), "no more time"),
        (of(COPY), extended("2026-08-04"), r"told too late \(until 2026-08-03\)"),
        (of(COPY), step(StepKind.EXTENDED, "2026-07-02"), "without ground"),
        (of(COPY, extended("2026-07-02")), extended("2026-07-03"), "extended already"),
        (of(COPY, answered("2026-07-02")), extended("2026-07-03"), "was told the outcome"),
        (of(COPY), step(StepKind.ACKNOWLEDGED, "2026-07-02"), "Only a complaint"),
        (
            of(COMPLAINT, step(StepKind.ACKNOWLEDGED, "2026-07-02")),
            step(StepKind.ACKNOWLEDGED, "2026-07-03"),
            "acknowledged already",
        ),
        (of(COPY), step(StepKind.PASSED_ON, "2026-07-02"), "data of our own"),
        (
            of(COPY, step(StepKind.PASSED_ON, "2026-07-02"), role=Role.PROCESSOR),
            step(StepKind.PASSED_ON, "2026-07-03"),
            "passed on already",
        ),
        (of(COPY), step(StepKind.ASKED_RECIPIENTS, "2026-07-02"), "no recipient is told"),
        (of(COPY, searched("2026-07-02"), knows=False), answered("2026-07-02"), "not known that"),
        (of(COPY), answered("2026-07-02"), "where we looked"),
        (of(ERASURE), answered("2026-07-02", is_nothing_held=True), "where we looked"),
        (of(ERASURE), answered("2026-07-02"), "Nothing was done yet"),
        (of(ERASURE, acted("2026-07-05")), answered("2026-07-02"), "before it was done"),
        (of(STOP), refused(RefusalReason.EXCESSIVE), "no ground on which to refuse"),
        (of(ERASURE), refused(RefusalReason.NEGOTIATIONS), "no reason to refuse erasure"),
        (
            of(ERASURE),
            refused(RefusalReason.LEGAL_DUTY, frozenset({RefusalContent.REASONS})),
            "does not say: complaint_to_us, complaint_to_regulator, court",
        ),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_with_the_cure(
    one: Case, next_: CaseStep, why: str
) -> None:
    with pytest.raises(UsageError, match=why) as refusal:
        require_step(one, next_)
    assert re.search(r" Cure: \S", str(refusal.value))


# CASE-2
@pytest.mark.parametrize(
    ("one", "next_"),
    [
        (of(COPY), asked(CLARIFICATION, "2026-07-02")),
        (of(COPY, knows=False), heard(IDENTITY, "2026-07-02")),
        (of(COPY), extended("2026-08-03")),
        (of(COPY, asked(CLARIFICATION, "2026-07-02")), extended("2026-07-03")),
        (of(COPY, searched("2026-07-02")), answered("2026-07-02")),
        (of(COPY, knows=False), refused(RefusalReason.IDENTITY_NOT_SHOWN)),
        (of(ERASURE, searched("2026-07-02")), answered("2026-07-02", is_nothing_held=True)),
        (of(ERASURE, acted("2026-07-02")), step(StepKind.ASKED_RECIPIENTS, "2026-07-03")),
        (of(STOP, role=Role.PROCESSOR), step(StepKind.PASSED_ON, "2026-07-02")),
    ],
)
def test_a_step_that_makes_sense_is_taken(one: Case, next_: CaseStep) -> None:
    require_step(one, next_)


# CASE-2, T-9
def test_an_extension_that_is_too_late_under_eu_law_is_refused() -> None:
    eu = step(StepKind.UNDER_EU_LAW, RECEIVED)
    late = of(COPY, eu, asked(FEE, "2026-07-02"), heard(FEE, "2026-07-20"))
    with pytest.raises(UsageError, match="told too late"):
        require_step(late, extended("2026-08-10"))


# CASE-5
@pytest.mark.parametrize("right", Right)
def test_a_right_that_is_never_refused_has_no_reason_to_refuse_it(right: Right) -> None:
    assert bool(reasons_to_refuse(right)) == may_be_refused(right)


# CASE-5
def test_compelling_grounds_refuse_an_objection_only() -> None:
    compelling = RefusalReason.COMPELLING_GROUNDS
    may = [right for right in Right if compelling in reasons_to_refuse(right)]
    assert may == [Right.OBJECTION_TO_OTHER_USE]


# CASE-3
def test_a_closed_case_owes_nothing() -> None:
    closed = of(COPY, step(StepKind.CLOSED, "2026-07-02"))
    assert closed.status is RequestStatus.CLOSED
    assert owed(closed, ["sales"], ["sales"]) == ()
