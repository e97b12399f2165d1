"""May this identifier be used for purpose P over channel C at time T? The decision table.

PERM-<row> names the row of the table in docs/rules.md that a line answers; policy/decision_table/
has one file for each group of rows. Groups are evaluated in the table's order; the first denial is
the primary reason, and every other failing reason is given too. Deny by default (PERM-0).
"""

from collections.abc import Callable
from dataclasses import replace

from policy.decision import Decision
from policy.decision_table.a_record import record
from policy.decision_table.allowances import EXIT, allowance
from policy.decision_table.b_processor import is_exit, processor
from policy.decision_table.c_opt_out import opt_out
from policy.decision_table.case import MARKETING, Case, Denial, Denials, case_of
from policy.decision_table.d_keeping import keeping
from policy.decision_table.e_person import person
from policy.decision_table.ends import ends
from policy.decision_table.f_notice import notice
from policy.decision_table.g_consent import consent
from policy.decision_table.h_channel import channel
from policy.decision_table.i_handing_over import handing_over
from policy.facts import Facts
from policy.uses import UseRequest
from policy.vocabulary import Operation, Purpose, ReasonCode

Group = Callable[[Case], Denials]

LOOKED_UP: tuple[Group, ...] = (record, processor, opt_out, handing_over)
KEPT: tuple[Group, ...] = (record, processor, opt_out, keeping, handing_over)
USED: tuple[Group, ...] = (
    record, processor, opt_out, keeping, person, notice, consent, channel, handing_over,
)  # fmt: skip

NOTHING_PERMITS: Denial = ("PERM-0", ReasonCode.NO_LAWFUL_BASIS)


def decide(use: UseRequest, facts: Facts) -> Decision:
    """Decide one use of one identifier: deny unless every group of the table lets it pass.

    UK GDPR Art. 5(2), 6, 25(2); PECR reg. 19 to 24. Never raises for times that have a zone: what
    is not known denies.
    """
    use = _as_it_is(use)
    case = case_of(use, facts)
    if is_exit(case):
        return Decision(True, (EXIT.code,), use.at, rules=(EXIT.rule,))
    denials = [denial for group in _groups(use) for denial in group(case)]
    is_settled = bool(denials) and case.is_marketing  # groups G and H name what is missing
    found = None if is_settled else allowance(case)
    if found is None and not is_settled:
        denials.append(NOTHING_PERMITS)
    lead_id = case.lead.id if case.lead else None
    if denials or found is None:
        rules = tuple(dict.fromkeys([rule for rule, _ in denials]))
        reasons = tuple(dict.fromkeys([code for _, code in denials]))
        return Decision(False, reasons, use.at, lead_id=lead_id, rules=rules)
    until = min(ends(case, found))
    return Decision(
        True, (found.code,), use.at, found.basis, found.rests_on, lead_id, until, (found.rule,)
    )


def _as_it_is(use: UseRequest) -> UseRequest:
    """Return a use under its true purpose.

    A message that promotes is direct marketing, whatever else it does (PERM-72), and so is one that
    asks for consent (PERM-48), or that the list of opt-outs would be used for (RET-13).
    """
    message = use.message
    is_from_list = use.purpose is Purpose.SUPPRESSION_CHECK
    if message is None or not (message.promotes or message.asks_for_consent or is_from_list):
        return use
    is_marketing = use.purpose in MARKETING or use.purpose is Purpose.THIRD_PARTY_MARKETING
    return use if is_marketing else replace(use, purpose=Purpose.DIRECT_MARKETING)


def _groups(use: UseRequest) -> tuple[Group, ...]:
    """Return the groups that speak: the list of opt-outs is always asked, and storing is no use."""
    if use.purpose is Purpose.SUPPRESSION_CHECK:
        return LOOKED_UP
    return KEPT if use.operation in (Operation.STORE, Operation.DELETE) else USED
