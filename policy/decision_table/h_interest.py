"""Group H: legitimate interests, where the channel's law leaves room for them."""

from policy.basis_evidence import of_assessment
from policy.decision_table.case import Case, Denials
from policy.london import london_date
from policy.vocabulary import ReasonCode, SubscriberKind


def is_interest_assessed(case: Case) -> bool:
    """Say whether an assessment in date covers the purpose and the channel, with its notice."""
    use = case.use
    day = london_date(use.at)
    return not of_assessment(case.facts.assessment, use.purpose, use.channel, day)


def interest(case: Case, row: str) -> Denials:
    """Yield why legitimate interests do not carry, where they could."""
    if case.lead is None:
        yield "PERM-0", ReasonCode.NO_LAWFUL_BASIS  # nobody is known to have been weighed
    elif is_interest_assessed(case):
        return
    elif case.facts.subscriber.kind is SubscriberKind.CORPORATE:
        yield "PERM-59", ReasonCode.LIA_MISSING
    elif case.facts.assessment is not None:
        yield row, ReasonCode.LIA_MISSING
    else:
        yield "PERM-0", ReasonCode.NO_LAWFUL_BASIS
