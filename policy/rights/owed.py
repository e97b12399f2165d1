"""What is still owed in a case, and that it stays open until nothing is."""

from collections.abc import Collection, Mapping

from policy.rights.case import Case
from policy.rights.steps import Act, RequestStatus, StepKind
from policy.rights.table import Right
from policy.vocabulary import Word


class Owed(Word):
    """One thing that is still to be done, in the order in which it comes up."""

    PASS_ON = "pass_on"  # noqa: S105 - a word of ours
    ACKNOWLEDGE = "acknowledge"
    HEAR = "hear"  # a question to the person waits for its answer
    IDENTITY = "identity"
    SEARCH = "search"
    ACT = "act"
    TELL = "tell"
    FINISH = "finish"  # a part of it could not be done yet: a hold, another request
    TELL_RECIPIENTS = "tell_recipients"
    NAME_RECIPIENTS = "name_recipients"


ACTS: Mapping[Right, frozenset[Act]] = {
    Right.RECTIFICATION: frozenset({Act.RECTIFIED, Act.ERASED}),
    Right.ERASURE: frozenset({Act.ERASED}),
    Right.RESTRICTION: frozenset({Act.RESTRICTED, Act.ERASED}),
    Right.OBJECTION_TO_OTHER_USE: frozenset({Act.RESTRICTED, Act.ERASED}),
}
"""What must have been done before the person can be told that it is; a right without any is met by
the answer itself."""

SEARCHED_FOR = (Right.ACCESS, Right.PORTABILITY)
"""Whose answer is worth what the search for it was (UK GDPR Art. 15(1A))."""


def owed(
    case: Case, to_tell: Collection[str] = (), to_name: Collection[str] = ()
) -> tuple[Owed, ...]:
    """Return what is still owed before a case may be closed; () when it may.

    Rules: CASE-3, T-7, T-8, T-10, T-11, T-15. UK GDPR Art. 12(3), 12(4), 19, 28(3)(e); DPA s. 164A.

    Args:
        case: the request and its steps.
        to_tell: recipients who have not been told of what was done, and of whom it is not on record
            why not.
        to_name: recipients whom the person asked about and has not been told.
    """
    if case.status is RequestStatus.CLOSED:
        return ()
    if case.is_for_client:
        return () if case.of(StepKind.PASSED_ON) else (Owed.PASS_ON,)
    found = {
        Owed.ACKNOWLEDGE: case.is_complaint and case.acknowledged_at is None,
        **(_before_telling(case) if case.told_at is None else {}),
        Owed.FINISH: is_unfinished(case),
        Owed.TELL_RECIPIENTS: bool(to_tell),
        Owed.NAME_RECIPIENTS: bool(to_name),
    }
    return tuple(each for each in Owed if found.get(each))


def _before_telling(case: Case) -> dict[Owed, bool]:
    is_refused = bool(case.of(StepKind.REFUSED))
    return {
        Owed.HEAR: bool(case.deadline.waiting_for),
        Owed.IDENTITY: not (case.is_identity_known or is_refused),
        Owed.SEARCH: not (is_searched(case) or is_refused),
        Owed.ACT: not (is_acted_on(case) or is_refused),
        Owed.TELL: True,
    }


def is_searched(case: Case) -> bool:
    """Say whether it is on record where we looked, as far as it must be. Rule: CASE-2."""
    return case.right not in SEARCHED_FOR or bool(case.of(StepKind.SEARCHED))


def is_acted_on(case: Case) -> bool:
    """Say whether what was asked for was done, as far as anything must be. Rule: CASE-2."""
    wanted = ACTS.get(case.right)
    return wanted is None or any(step.act in wanted for step in case.of(StepKind.ACTED))


def is_unfinished(case: Case) -> bool:
    """Say whether the last act left a part of it undone, and no refusal says so. Rule: CASE-3."""
    last = case.of(StepKind.ACTED, StepKind.REFUSED)[-1:]
    return any(step.kind is StepKind.ACTED and not step.is_whole for step in last)
