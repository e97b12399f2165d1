"""Group A: is there a real, living, known person and a dated, known form? (PERM-1 to PERM-4)."""

from policy.decision_table.case import CLOCK_TOLERANCE, Case, Denials
from policy.facts import LeadFacts
from policy.vocabulary import ReasonCode


def record(case: Case) -> Denials:
    """Yield what stands against the record itself."""
    lead, died_at = case.lead, case.facts.died_at
    if lead is not None:
        if lead.is_test and case.is_outbound:
            yield "PERM-1", ReasonCode.TEST_LEAD
        if lead.has_identity_conflict and case.is_outbound:
            yield "PERM-2", ReasonCode.IDENTITY_UNRESOLVED
    if not case.facts.identifier_fits:
        yield "PERM-0", ReasonCode.NO_IDENTIFIER
    if lead is not None and case.relies_on_consent and not is_form_and_time_known(lead):
        yield "PERM-3", ReasonCode.CONSENT_UNPROVEN
    if died_at is not None and died_at <= case.use.at and case.is_outbound:
        yield "PERM-4", ReasonCode.SUPPRESSED


def is_form_and_time_known(lead: LeadFacts) -> bool:
    """Say whether the wording is known, and a time that can be right (PERM-3).

    Nothing can have been sent after it was received.
    """
    is_plausible = lead.submitted_at - lead.received_at <= CLOCK_TOLERANCE
    return lead.has_source_time and is_plausible and lead.is_wording_known
