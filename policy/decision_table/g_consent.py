"""Group G, the first key: is there a valid consent? (PERM-33 to PERM-48)."""

from policy.basis_evidence import of_indirect_source
from policy.consent import PERMITTING, consent_state
from policy.decision_table.allowances import allowance
from policy.decision_table.case import Case, Denials, claims_other_basis
from policy.decision_table.consent_term import consent_ends, first_use_ends
from policy.facts import IndirectSource
from policy.missing import Missing
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    PermissionEvent,
    Purpose,
    ReasonCode,
    SubscriberKind,
)

INVALID_TICKS = {BoxDefect.PRE_TICKED: "PERM-35", BoxDefect.REQUIRED: "PERM-36"}
Scope = tuple[Purpose, Channel]
JUDGED_ELSEWHERE = {Missing.SOURCE_NOTICE, Missing.SOURCE_NAMES_US}


def consent(case: Case) -> Denials:
    """Yield what stands against relying on consent.

    Asking somebody to opt in is marketing like any other (PERM-48), and so is a service message
    that also promotes (PERM-72): both come here as direct marketing.
    """
    if not case.is_marketing:
        if (agreed := _agreed_to(case)) and allowance(case) is None:
            yield from _consent_elsewhere(case, agreed)
        return
    given = case.state.latest
    if given is not None and case.state.is_given:  # PERM-42: given again counts too
        yield from _flaws_of_given(case, given)
        return
    if case.relies_on_consent:
        yield from _flaws_of_answer(case)
    agreed = _agreed_to(case)
    yield from _consent_elsewhere(case, agreed)
    latest = case.state.latest.kind if case.state.latest else None
    if latest is EventKind.REFUSED:
        is_corporate = case.facts.subscriber.kind is SubscriberKind.CORPORATE
        yield ("PERM-40" if is_corporate else "PERM-39"), ReasonCode.CONSENT_REFUSED
    if latest in (EventKind.WITHDRAWN, EventKind.OBJECTED):
        yield "PERM-41", ReasonCode.CONSENT_WITHDRAWN
    # whoever objects takes back what was given
    was_given = (case.use.purpose, case.use.channel) in agreed
    is_no = latest in (EventKind.REFUSED, EventKind.WITHDRAWN) or (
        latest is EventKind.OBJECTED and was_given
    )
    if is_no and claims_other_basis(case.use, case.facts):
        yield "PERM-47", ReasonCode.BASIS_SWAP


def _flaws_of_given(case: Case, given: PermissionEvent) -> Denials:
    """Name what stands against a consent that was given."""
    source = case.lead.indirect if case.lead is not None else None
    # without its lead, or with any item of the evidence missing, nothing proves it
    if case.lead is None or case.lead.missing_evidence or (source and _lacks_proof(source)):
        yield "PERM-34", ReasonCode.CONSENT_UNPROVEN
    if case.use.at >= consent_ends(given):
        yield "PERM-43", ReasonCode.CONSENT_EXPIRED
    if source is not None:
        yield from _flaws_of_indirect(case, given, source)


def _lacks_proof(source: IndirectSource) -> bool:
    return bool(set(of_indirect_source(source)) - JUDGED_ELSEWHERE)


def _flaws_of_indirect(case: Case, given: PermissionEvent, source: IndirectSource) -> Denials:
    """Name what stands against a consent that somebody else obtained (PERM-45)."""
    if not source.names_controller:
        yield "PERM-44", ReasonCode.CONSENT_INDIRECT_UNNAMED
    if min(source.first_used_at or case.use.at, case.use.at) >= first_use_ends(given):
        yield "PERM-46", ReasonCode.CONSENT_EXPIRED


def _flaws_of_answer(case: Case) -> Denials:
    """Name why what the person sent gives no consent."""
    latest = case.state.latest.kind if case.state.latest else None
    attempt = case.state.attempted.defect if case.state.attempted else None
    is_unproven = case.state.attempted is not None and attempt not in INVALID_TICKS
    if latest in (EventKind.UNKNOWN, EventKind.REVOKED) or is_unproven:
        yield "PERM-34", ReasonCode.CONSENT_UNPROVEN
    if latest is EventKind.INVALIDATED:
        yield "PERM-35", ReasonCode.CONSENT_INVALID
    if attempt in INVALID_TICKS:
        yield INVALID_TICKS[attempt], ReasonCode.CONSENT_INVALID


def _agreed_to(case: Case) -> set[Scope]:
    """Return what the person ever agreed to, whether or not it stands."""
    at = case.use.at
    return {
        (e.purpose, e.channel)
        for e in case.facts.events
        if e.kind in PERMITTING and e.channel and e.occurred_at <= at
    }


def _consent_elsewhere(case: Case, agreed: set[Scope]) -> Denials:
    """Name a consent to something else, as long as it stands.

    Where another basis is put forward, one that was taken back still counts: what such a consent
    leaves shut, a withdrawal must never open.
    """
    events, at, purpose = case.facts.events, case.use.at, case.use.purpose
    is_barred = case.is_marketing and not case.relies_on_consent
    named = {
        other
        for other, channel in agreed - {(purpose, case.use.channel)}
        if is_barred or consent_state(events, other, channel, at).is_given
    }
    if case.is_marketing and purpose in named:
        yield "PERM-37", ReasonCode.CONSENT_NOT_FOR_CHANNEL
    if named - {purpose}:
        yield "PERM-38", ReasonCode.PURPOSE_MISMATCH
