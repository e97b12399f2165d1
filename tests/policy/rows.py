"""One case of the decision table, and the facts that many cases share."""

from dataclasses import dataclass

from policy.permission import Facts, UseRequest, decide
from policy.vocabulary import BoxDefect, EventKind, Purpose, ReasonCode
from tests.policy.facts import days_ago, event, facts, given, lead, use

MARKETING_BY_EMAIL = use()
AUDIENCE = Purpose.AD_AUDIENCE
ENQUIRY = Purpose.ENQUIRY_RESPONSE
OBJECTED = event(EventKind.OBJECTED, days_ago(5), channel=None, lead_number=None)
WITHDRAWN = event(EventKind.WITHDRAWN, days_ago(5), lead_number=None)
SUPPRESSED = ((None, days_ago(5)),)
RE_GIVEN = given(days_ago(1), lead_number=2)
TWO_LEADS = (lead(), lead(2, submitted_at=days_ago(1)))
FROM_LEAD_GONE = given(days_ago(1), lead_number=9)


def attempted(defect: BoxDefect) -> Facts:
    return facts(event(EventKind.ATTEMPTED, defect=defect))


@dataclass(frozen=True)
class Row:
    """One case of the table. `codes`: all the reasons, the primary one first."""

    row: str
    says: str
    facts: Facts
    codes: tuple[ReasonCode, ...]
    use: UseRequest = MARKETING_BY_EMAIL


def name_of(case: Row) -> str:
    return f"row {case.row}: {case.says}"


def assert_answered(case: Row) -> None:
    """Compare every reason with what the row says; an allow has exactly one."""
    decision = decide(case.use, case.facts)
    assert decision.code is case.codes[0]
    assert decision.reasons == case.codes
    allows = {(ReasonCode.OK_CONSENT,), (ReasonCode.OK_SERVICE,)}
    assert decision.is_allowed is (case.codes in allows)
    assert decision.decided_at == case.use.at
