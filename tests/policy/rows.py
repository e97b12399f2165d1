"""One case of the decision table, and the facts that many cases share."""

from dataclasses import dataclass

from policy.facts import Facts
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import BoxDefect, Channel, EventKind, Purpose, ReasonCode
from tests.policy.facts import days_ago, event, facts, given, lead, use

MARKETING_BY_EMAIL = use()
AUDIENCE = Purpose.AD_AUDIENCE
ENQUIRY = Purpose.ENQUIRY_RESPONSE
ONLINE = Channel.ONLINE_AUDIENCE
CALL = Channel.LIVE_CALL
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
    """One case of the table. `codes`: all the reasons, the primary one first.

    `by` are the numbers of all the rows that speak, in their order; where it is not stated, the row
    that the case belongs to speaks alone.
    """

    row: str
    says: str
    facts: Facts
    codes: tuple[ReasonCode, ...]
    use: UseRequest = MARKETING_BY_EMAIL
    by: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(f"PERM-{number}" for number in (self.by or self.row).split())


def name_of(case: Row) -> str:
    return f"row {case.row}: {case.says}"


def assert_answered(case: Row) -> None:
    """Compare all the reasons, and the rows that give them, with what the case says."""
    decision = decide(case.use, case.facts)
    assert decision.reasons == case.codes
    assert decision.rules == case.rules
    assert decision.code is case.codes[0]
    assert decision.is_allowed is case.codes[0].is_allow
    assert decision.decided_at == case.use.at
    if decision.is_allowed:
        assert len(decision.reasons) == len(decision.rules) == 1
    else:
        assert not any(code.is_allow for code in decision.reasons)
        assert (decision.basis, decision.rests_on, decision.valid_until) == (None, None, None)
