"""May this identifier be used for purpose P over channel C at time T? The decision table.

PERM-<row> in a comment names the row of the table in docs/rules.md that the line answers. Groups
are evaluated in the table's order; the first denial is the primary reason, and every other failing
reason is given too. Deny by default (PERM-0).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from uuid import UUID

from policy.consent import ConsentState, consent_state, later
from policy.retention import EXPORT_VALID_DAYS
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    LawfulBasis,
    PermissionEvent,
    Purpose,
    ReasonCode,
    Role,
)

CLOCK_TOLERANCE = timedelta(minutes=5)
CONSENT_PURPOSES = frozenset({Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE})
ELECTRONIC_MAIL = frozenset({Channel.EMAIL, Channel.SMS})
INVALID_TICKS = frozenset({BoxDefect.REQUIRED, BoxDefect.PRE_TICKED})
UNPROVEN_TICKS = frozenset(BoxDefect) - INVALID_TICKS


@dataclass(frozen=True, slots=True)
class UseRequest:
    """What somebody wants to do: the purpose, the channel, and when (aware)."""

    purpose: Purpose
    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What is known of one lead that carries the identifier. Times are aware UTC."""

    id: UUID
    submitted_at: datetime
    received_at: datetime
    expires_at: datetime
    is_test: bool = False
    has_identity_conflict: bool = False
    has_source_time: bool = True
    is_wording_known: bool = True
    has_privacy_link: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a decision rests on, for one identifier within one controller.

    `leads` carry the identifier. `events` are the identifier's own, and the objections of the
    person's other identifiers. `suppressed_since` are the suppression entries that match: the
    channel (None: all) and since when. `identifier_fits` says whether the channel can reach the
    identifier at all; `has_platform_signals` whether the person granted both that an ad platform
    gets the data and that it personalises advertisements.
    """

    role: Role
    leads: Sequence[LeadFacts]
    events: Sequence[PermissionEvent]
    suppressed_since: Sequence[tuple[Channel | None, datetime]] = ()
    is_restricted: bool = False
    identifier_fits: bool = True
    has_platform_signals: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Allow or deny, with every reason, the primary one first.

    `decided_at` is the time that was asked about; `rests_on` the event that an allow rests on;
    `lead_id` the lead whose evidence was judged; `valid_until` when an allow ends by itself.
    """

    is_allowed: bool
    reasons: tuple[ReasonCode, ...]
    decided_at: datetime
    basis: LawfulBasis | None = None
    rests_on: PermissionEvent | None = None
    lead_id: UUID | None = None
    valid_until: datetime | None = None

    @property
    def code(self) -> ReasonCode:
        """Return the primary reason."""
        return self.reasons[0]


@dataclass(frozen=True, slots=True)
class _Case:
    """One question with its facts, the state they fold to, and the lead whose evidence counts."""

    use: UseRequest
    facts: Facts
    state: ConsentState
    lead: LeadFacts | None

    @property
    def relies_on_consent(self) -> bool:
        return self.use.purpose in CONSENT_PURPOSES


def decide(use: UseRequest, facts: Facts) -> Decision:
    """Decide one use of one identifier: deny unless every group of the table lets it pass."""
    state = consent_state(facts.events, use.purpose, use.channel, use.at)
    case = _Case(use, facts, state, _bearing_lead(use, facts, state))
    groups = (_group_a, _group_b, _group_c, _group_d, _group_f, _group_g, _group_h)
    denials = tuple(dict.fromkeys(code for group in groups for code in group(case)))
    if denials:
        return Decision(False, denials, use.at, lead_id=case.lead.id if case.lead else None)
    return _allowance(case)


def _bearing_lead(use: UseRequest, facts: Facts, state: ConsentState) -> LeadFacts | None:
    """Return the lead whose evidence is judged: the consent's own, else the newest real one."""
    known = [lead for lead in facts.leads if lead.submitted_at <= use.at + CLOCK_TOLERANCE]
    if state.is_given and state.latest and use.purpose in CONSENT_PURPOSES:
        own = [lead for lead in known if lead.id == state.latest.lead_id]
        return own[0] if own else None
    return max(known, key=_weight, default=None)


def _weight(lead: LeadFacts) -> tuple[bool, datetime, bool, UUID]:
    """Rank leads: real before test, newer before older; then whatever is the stricter."""
    return not lead.is_test, lead.submitted_at, lead.has_identity_conflict, lead.id


def _group_a(case: _Case) -> Iterator[ReasonCode]:
    """Is there a real, known person and a dated, known form?"""
    lead = case.lead
    if lead and lead.is_test:
        yield ReasonCode.TEST_LEAD  # PERM-1
    if lead and lead.has_identity_conflict:
        yield ReasonCode.IDENTITY_UNRESOLVED  # PERM-2
    if not case.facts.identifier_fits:
        yield ReasonCode.NO_IDENTIFIER  # PERM-0
    if lead and case.relies_on_consent and not _is_form_and_time_known(lead):
        yield ReasonCode.CONSENT_UNPROVEN  # PERM-3


def _is_form_and_time_known(lead: LeadFacts) -> bool:
    is_plausible = lead.submitted_at <= lead.received_at + CLOCK_TOLERANCE
    return lead.has_source_time and is_plausible and lead.is_wording_known


def _group_b(case: _Case) -> Iterator[ReasonCode]:
    """May a processor use it? Only on a recorded instruction, and none can be recorded yet."""
    if case.facts.role is Role.PROCESSOR:
        yield ReasonCode.PROCESSOR_NO_INSTRUCTION  # PERM-6


def _group_c(case: _Case) -> Iterator[ReasonCode]:
    """Did the person object, or is the identifier suppressed?"""
    if not case.relies_on_consent:
        return  # PERM-15: an enquiry may be answered all the same
    objections = (case.state.objection, _objection_elsewhere(case))
    if any(objection and _stands(case, objection.occurred_at) for objection in objections):
        yield ReasonCode.OBJECTED  # PERM-12
    scopes = case.facts.suppressed_since
    if any(c in (None, case.use.channel) and _stands(case, since) for c, since in scopes):
        yield ReasonCode.SUPPRESSED  # PERM-13


def _objection_elsewhere(case: _Case) -> PermissionEvent | None:
    """An objection to direct marketing covers audiences made for it (UK GDPR Art. 21(2)-(3))."""
    if case.use.purpose is not Purpose.AD_AUDIENCE:
        return None
    use = case.use
    return consent_state(case.facts.events, Purpose.DIRECT_MARKETING, use.channel, use.at).objection


def _stands(case: _Case, since: datetime) -> bool:
    """PERM-14: only a later, evidenced consent for this very purpose and channel closes an entry.

    Should that consent fall again, by withdrawal or because its proof is gone, the entry counts.
    """
    if since > case.use.at:
        return False
    given = case.state.latest if case.state.is_given else None
    is_proven = case.lead is not None and _is_evidence_complete(case.lead)
    return not (given and is_proven and given.occurred_at > since)


def _is_evidence_complete(lead: LeadFacts) -> bool:
    return not lead.is_test and lead.has_privacy_link and _is_form_and_time_known(lead)


def _group_d(case: _Case) -> Iterator[ReasonCode]:
    """Is use restricted, or the time of keeping over?"""
    if case.facts.is_restricted:
        yield ReasonCode.RESTRICTED  # PERM-18
    if case.lead and case.use.at >= case.lead.expires_at:
        yield ReasonCode.EXPIRED_RETENTION  # PERM-23


def _group_f(case: _Case) -> Iterator[ReasonCode]:
    """Was the person told who we are and what we do with the data?"""
    if case.relies_on_consent and case.lead and not case.lead.has_privacy_link:
        yield ReasonCode.NOTICE_MISSING  # PERM-30


def _group_g(case: _Case) -> Iterator[ReasonCode]:
    """First key: is there a valid consent for this purpose and channel?"""
    if not case.relies_on_consent:
        return
    if case.state.is_given:  # PERM-42: given again after a withdrawal counts too
        yield from _flaws_of_given(case)
        return
    latest = case.state.latest.kind if case.state.latest else None
    attempt = case.state.attempted.defect if case.state.attempted else None
    if latest in (EventKind.UNKNOWN, EventKind.REVOKED) or attempt in UNPROVEN_TICKS:
        yield ReasonCode.CONSENT_UNPROVEN  # PERM-34
    if latest is EventKind.INVALIDATED or attempt in INVALID_TICKS:
        yield ReasonCode.CONSENT_INVALID  # PERM-35, PERM-36
    yield from _consent_elsewhere(case)
    if latest is EventKind.REFUSED:
        yield ReasonCode.CONSENT_REFUSED  # PERM-39
    if latest in (EventKind.WITHDRAWN, EventKind.OBJECTED):
        yield ReasonCode.CONSENT_WITHDRAWN  # PERM-41


def _flaws_of_given(case: _Case) -> Iterator[ReasonCode]:
    """Name what stands against a consent that was given."""
    if case.lead is None:
        yield ReasonCode.CONSENT_UNPROVEN  # PERM-34: the lead that proves it is gone
    given = case.state.latest
    if given and given.valid_until and case.use.at >= given.valid_until:
        yield ReasonCode.CONSENT_EXPIRED  # PERM-43


def _consent_elsewhere(case: _Case) -> Iterator[ReasonCode]:
    """Name a consent that stands, but for something else."""
    others = {(e.purpose, e.channel) for e in case.facts.events if e.basis is LawfulBasis.CONSENT}
    standing = [
        purpose
        for purpose, channel in others
        if channel and consent_state(case.facts.events, purpose, channel, case.use.at).is_given
    ]
    if case.use.purpose in standing:
        yield ReasonCode.CONSENT_NOT_FOR_CHANNEL  # PERM-37
    if any(purpose is not case.use.purpose for purpose in standing):
        yield ReasonCode.PURPOSE_MISMATCH  # PERM-38


def _group_h(case: _Case) -> Iterator[ReasonCode]:
    """Second key: does the channel's own law permit it?"""
    purpose, channel = case.use.purpose, case.use.channel
    if case.relies_on_consent:
        is_audience = purpose is Purpose.AD_AUDIENCE
        if case.state.is_given and (case.facts.has_platform_signals or not is_audience):
            return
        if is_audience or channel in ELECTRONIC_MAIL:
            yield ReasonCode.CONSENT_MISSING  # PERM-49, PERM-74
        elif channel is Channel.AUTOMATED_CALL:
            yield ReasonCode.CONSENT_NOT_FOR_CHANNEL  # PERM-68
        else:
            yield ReasonCode.NO_LAWFUL_BASIS  # PERM-0
    elif purpose is not Purpose.ENQUIRY_RESPONSE or _open_enquiry(case) is None:
        yield ReasonCode.NO_LAWFUL_BASIS  # PERM-0


def _open_enquiry(case: _Case) -> PermissionEvent | None:
    """Return the person's own latest enquiry that asked for an answer by this channel.

    Where no lead is held any more there is no enquiry left to answer.
    """
    if case.lead is None:
        return None
    real = {lead.id for lead in case.facts.leads if not lead.is_test}
    asked = (
        e
        for e in case.facts.events
        if e.kind is EventKind.ENQUIRED
        and e.lead_id in real
        and e.channel is case.use.channel
        and e.occurred_at <= case.use.at + CLOCK_TOLERANCE
        and (e.valid_until is None or case.use.at < e.valid_until)
    )
    return reduce(later, asked, None)


def _allowance(case: _Case) -> Decision:
    if case.relies_on_consent:
        code, basis = ReasonCode.OK_CONSENT, LawfulBasis.CONSENT  # PERM-33, PERM-73
        event = case.state.latest
    else:
        code, event = ReasonCode.OK_SERVICE, _open_enquiry(case)  # PERM-71
        basis = LawfulBasis.CONTRACT
    ends = [case.use.at + timedelta(days=EXPORT_VALID_DAYS)]  # EXP-1
    ends += [case.lead.expires_at] if case.lead else []
    ends += [event.valid_until] if event and event.valid_until else []
    lead_id = case.lead.id if case.lead else None
    return Decision(True, (code,), case.use.at, basis, event, lead_id, min(ends))
