"""The rows that allow: which one carries a use that no row denies, and on which lawful basis."""

from collections.abc import Callable
from typing import NamedTuple

from policy.basis_evidence import of_contract, of_legal_duty
from policy.decision_table.b_processor import instructions_in_force
from policy.decision_table.case import ELECTRONIC_MAIL, Case
from policy.decision_table.d_keeping import has_open_request, is_restricted
from policy.decision_table.h_calls import latest_checks
from policy.decision_table.h_electronic_mail import is_generic_mailbox, is_open_by_sale
from policy.london import london_date
from policy.vocabulary import (
    Channel,
    LawfulBasis,
    Operation,
    PermissionEvent,
    Purpose,
    ReasonCode,
    RecipientRole,
    Role,
    SubscriberKind,
)


class Allowance(NamedTuple):
    """What allows a use: the row, its code, the lawful basis, and the event it rests on."""

    rule: str
    code: ReasonCode
    basis: LawfulBasis | None = None
    rests_on: PermissionEvent | None = None


INSTRUCTED = frozenset({Purpose.CLIENT_DELIVERY, Purpose.ANALYTICS, Purpose.AUDIT})
"""What a client's instruction permits by itself: nobody is contacted (PERM-9)."""

EXIT = Allowance("PERM-7", ReasonCode.OK_PROCESSOR_EXIT)
RESTRICTED_USE = "PERM-17"


def allowance(case: Case) -> Allowance | None:
    """Return what allows a use that no row denies; None: nothing does (PERM-0)."""
    found = _own_allowance(case)
    if case.facts.role is Role.PROCESSOR and instructions_in_force(case):
        if found is None and case.use.purpose not in INSTRUCTED:
            return None
        basis, event = (found.basis, found.rests_on) if found else (None, None)
        found = Allowance("PERM-9", ReasonCode.OK_PROCESSOR_INSTRUCTION, basis, event)
    is_look_up = case.use.purpose is Purpose.SUPPRESSION_CHECK  # PERM-16, restricted or not
    if found is not None and is_restricted(case) and not is_look_up:
        return found._replace(rule=RESTRICTED_USE, code=ReasonCode.OK_RESTRICTED_USE)
    return found


def _own_allowance(case: Case) -> Allowance | None:
    if case.use.purpose is Purpose.SUPPRESSION_CHECK and case.use.operation is Operation.USE:
        basis = LawfulBasis.LEGITIMATE_INTERESTS
        return Allowance("PERM-16", ReasonCode.OK_SUPPRESSION_CHECK, basis)
    if case.lead is None:
        return None
    if case.use.operation is Operation.STORE:
        return Allowance("PERM-85", ReasonCode.OK_STORAGE)
    if case.use.operation not in (Operation.USE, Operation.PROFILE):
        return None
    by_purpose = BY_PURPOSE.get(case.use.purpose)
    return by_purpose(case) if by_purpose else None


def _marketing(case: Case) -> Allowance | None:
    """Consent first; without it what group H left standing."""
    if case.state.is_given:
        return _consent(case)
    if case.use.channel in ELECTRONIC_MAIL:
        return _electronic_mail(case)
    return BY_INTEREST.get(case.use.channel)


def _consent(case: Case) -> Allowance:
    if case.use.purpose is Purpose.AD_AUDIENCE:
        rule = "PERM-73"
    elif case.lead is not None and case.lead.indirect is not None:
        rule = "PERM-45"
    else:
        is_listed = any(check.is_listed for check in latest_checks(case).values())
        is_call = case.use.channel is Channel.LIVE_CALL
        rule = "PERM-65" if is_call and is_listed else "PERM-33"
    return Allowance(rule, ReasonCode.OK_CONSENT, LawfulBasis.CONSENT, case.state.latest)


def _electronic_mail(case: Case) -> Allowance:
    interest = LawfulBasis.LEGITIMATE_INTERESTS
    if is_generic_mailbox(case):
        return Allowance("PERM-58", ReasonCode.OK_CORPORATE_GENERIC, interest)
    if case.facts.subscriber.kind is SubscriberKind.CORPORATE:
        return Allowance("PERM-57", ReasonCode.OK_LI_CORPORATE, interest)
    if is_open_by_sale(case):
        return Allowance("PERM-50", ReasonCode.OK_SOFT_OPTIN, interest)
    return Allowance("PERM-55", ReasonCode.OK_CHARITY_SOFT_OPTIN, interest)


def _enquiry(case: Case) -> Allowance | None:
    if case.enquiry is None:
        return None
    return Allowance("PERM-71", ReasonCode.OK_SERVICE, LawfulBasis.CONTRACT, case.enquiry)


def _contract(case: Case) -> Allowance | None:
    if of_contract(case.facts.client_contract, case.use.at):
        return None
    return Allowance("PERM-80", ReasonCode.OK_CONTRACT, LawfulBasis.CONTRACT)


def _authority(case: Case) -> Allowance | None:
    duty, recipient = case.use.duty, case.use.recipient
    if duty is None or of_legal_duty(duty, london_date(case.use.at)):
        return None
    if recipient is not None and recipient.role is not RecipientRole.AUTHORITY:
        return None
    is_duty = duty.basis is LawfulBasis.LEGAL_OBLIGATION
    code = ReasonCode.OK_LEGAL_OBLIGATION if is_duty else ReasonCode.OK_RECOGNISED_LI
    return Allowance("PERM-77", code, duty.basis)


def _claim(case: Case) -> Allowance | None:
    """A claim names its matter; once the lead has expired only a legal hold keeps it (group D)."""
    if not case.use.matter:
        return None
    rule = "PERM-20" if case.is_expired else "PERM-84"
    return Allowance(rule, ReasonCode.OK_LEGAL_CLAIM, LawfulBasis.LEGITIMATE_INTERESTS)


def _rights(case: Case) -> Allowance | None:
    if not has_open_request(case):
        return None
    rule = "PERM-22" if case.is_expired and not case.is_held else "PERM-83"
    return Allowance(rule, ReasonCode.OK_RIGHTS, LawfulBasis.LEGAL_OBLIGATION)


def _audit(case: Case) -> Allowance | None:
    audit = case.use.audit
    if audit is None or not (audit.auditor and audit.scope and audit.is_logged):
        return None
    if not audit.period.covers(case.use.at):
        return None
    return Allowance("PERM-81", ReasonCode.OK_AUDIT, LawfulBasis.LEGAL_OBLIGATION)


BY_PURPOSE: dict[Purpose, Callable[[Case], Allowance | None]] = {
    Purpose.DIRECT_MARKETING: _marketing,
    Purpose.AD_AUDIENCE: _marketing,
    Purpose.ENQUIRY_RESPONSE: _enquiry,
    Purpose.CONTRACT_DELIVERY: _contract,
    Purpose.AUTHORITY_DISCLOSURE: _authority,
    Purpose.LEGAL_CLAIM: _claim,
    Purpose.RIGHTS_HANDLING: _rights,
    Purpose.AUDIT: _audit,
}
"""What can allow each purpose; the purposes that are not named are never allowed by themselves."""

BY_INTEREST = {
    Channel.LIVE_CALL: Allowance(
        "PERM-62", ReasonCode.OK_LI_CALL, LawfulBasis.LEGITIMATE_INTERESTS
    ),
    Channel.POST: Allowance("PERM-70", ReasonCode.OK_LI_POST, LawfulBasis.LEGITIMATE_INTERESTS),
}
