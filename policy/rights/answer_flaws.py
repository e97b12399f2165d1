"""When a request may be answered or refused; every "no" names the cure."""

from policy.errors import UsageError
from policy.rights.case import Case
from policy.rights.owed import is_acted_on, is_searched
from policy.rights.refusal_reasons import reasons_to_refuse
from policy.rights.refusals import may_be_refused, missing_from_refusal
from policy.rights.steps import CaseStep, StepKind


def require_answer(case: Case, step: CaseStep) -> None:
    """Refuse an answer that says more than is known: of who asks, of the search, of what was done.

    To answer a stranger tells them about somebody; that nothing is held is told to no stranger
    either. Rules: CASE-2, T-7. UK GDPR Art. 5(1)(f), 12(3), 12(6), 15(1A).

    Raises:
        UsageError: with the cure.
    """
    if not case.is_identity_known:
        raise UsageError(
            "It is not known that the request comes from whom it is about, so nothing may be told."
            " Cure: ask with `leadledger rights ask --about identity`, or note with `leadledger"
            " rights heard --about identity` how they showed it."
        )
    must_search = step.is_nothing_held and not case.of(StepKind.SEARCHED)
    if must_search or not is_searched(case):
        raise UsageError(
            "It is not on record where we looked. Cure: say it with --scope, without names."
        )
    if not step.is_nothing_held and not is_acted_on(case):
        raise UsageError(
            "Nothing was done yet that the person could be told of. Cure: do it first"
            " (`leadledger erase`, `rectify` or `restrict add`, each with --request), refuse it,"
            " or say --nothing-held."
        )
    last = max((act.at for act in case.of(StepKind.ACTED)), default=step.at)
    if step.at < last:
        raise UsageError(
            f"The person would have been told before it was done, on {last:%Y-%m-%d}."
            " Cure: tell them again, and give that day."
        )


def require_refusal(case: Case, step: CaseStep) -> None:
    """Refuse a refusal that has no ground, or does not say all it must. Rules: CASE-2, CASE-5, T-8.

    UK GDPR Art. 12(4), 21(3); DPA s. 164A, 165, 167.

    Raises:
        UsageError: with the cure.
    """
    what = case.right.replace("_", " ")
    if not may_be_refused(case.right):
        raise UsageError(f"There is no ground on which to refuse {what}. Cure: do it, and say so.")
    known = reasons_to_refuse(case.right)
    if step.reason not in known:
        raise UsageError(
            f"This is no reason to refuse {what}. Cure: one of {', '.join(sorted(known))}."
        )
    is_eu = case.is_under_eu_law
    missing = missing_from_refusal(step.says, step.at, is_under_eu_law=is_eu)
    if missing:
        raise UsageError(
            f"The refusal does not say: {', '.join(missing)}. Cure: tell the person that as well,"
            " then name it with --says."
        )
