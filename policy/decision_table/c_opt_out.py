"""Group C: erasure, sale, objection and suppression (PERM-10 to PERM-16)."""

from datetime import datetime

from policy.consent import consent_state
from policy.decision_table.a_record import is_form_and_time_known
from policy.decision_table.case import ACTIVE, Case, Denials
from policy.decision_table.consent_term import consent_ends
from policy.vocabulary import PermissionEvent, Purpose, ReasonCode


def opt_out(case: Case) -> Denials:
    """Yield what the person, or the promise not to sell, forbids.

    An enquiry may be answered all the same (PERM-15), and whether somebody is on the suppression
    list may always be looked up (PERM-16).
    """
    use, facts = case.use, case.facts
    is_touched = case.is_outbound or (case.is_marketing and use.operation in ACTIVE)
    if is_touched and _is_erased(case):
        yield "PERM-10", ReasonCode.ERASED
    if use.recipient is not None and use.recipient.has_consideration:
        yield "PERM-11", ReasonCode.SALE_PROHIBITED
    if not case.is_marketing or use.operation not in ACTIVE:
        return
    for objection in (case.state.objection, _objection_elsewhere(case)):
        if objection is not None and stands(case, objection.occurred_at):
            yield "PERM-12", ReasonCode.OBJECTED
            break
    for channel, since in facts.suppressed_since:
        if channel in (None, use.channel) and stands(case, since):
            yield "PERM-13", ReasonCode.SUPPRESSED
            break


def _is_erased(case: Case) -> bool:
    """Say whether the record was erased; a lead that came after the erasure is another record."""
    erased_at = case.facts.erased_at
    if erased_at is None or erased_at > case.use.at:
        return False
    return case.lead is None or case.lead.submitted_at <= erased_at


def _objection_elsewhere(case: Case) -> PermissionEvent | None:
    """An objection to direct marketing covers audiences made for it (UK GDPR Art. 21(2)-(3))."""
    if case.use.purpose is not Purpose.AD_AUDIENCE:
        return None
    use = case.use
    return consent_state(case.facts.events, Purpose.DIRECT_MARKETING, use.channel, use.at).objection


def stands(case: Case, since: datetime) -> bool:
    """Say whether an opt-out still counts: only a later, evidenced consent closes it (PERM-14).

    The consent must be for this very purpose and channel. Should it fall again, by withdrawal, by
    its age, or because its proof is gone, the opt-out counts as before.
    """
    if since > case.use.at:
        return False
    given = case.state.latest if case.state.is_given else None
    lead = case.lead
    is_proven = (
        lead is not None
        and not lead.is_test
        and lead.has_privacy_link
        and lead.indirect is None  # an affirmative act towards us, not towards somebody else
        and is_form_and_time_known(lead)
        and not lead.missing_evidence
    )
    if given is None or not is_proven:
        return True
    return given.occurred_at <= since or case.use.at >= consent_ends(given)
