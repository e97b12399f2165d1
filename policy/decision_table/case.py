"""One question to the decision table, with what every group of rows needs to know of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import reduce
from typing import NamedTuple

from policy.consent import ConsentState, consent_state, later
from policy.facts import Facts, LeadFacts
from policy.periods import Period
from policy.uses import UseRequest
from policy.vocabulary import (
    Channel,
    EventKind,
    Operation,
    PermissionEvent,
    Purpose,
    ReasonCode,
    SubscriberKind,
)

CLOCK_TOLERANCE = timedelta(minutes=5)
MARKETING = frozenset({Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE})
ELECTRONIC_MAIL = frozenset({Channel.EMAIL, Channel.SMS})
OUTBOUND = MARKETING | {
    Purpose.ENQUIRY_RESPONSE,
    Purpose.CONTRACT_DELIVERY,
    Purpose.CLIENT_DELIVERY,
    Purpose.THIRD_PARTY_MARKETING,
    Purpose.AUTHORITY_DISCLOSURE,
}
ACTIVE = frozenset({Operation.USE, Operation.PROFILE})
ENDS_ENQUIRY = frozenset({EventKind.CLOSED, EventKind.WITHDRAWN, EventKind.OBJECTED})

Denial = tuple[str, ReasonCode]
"""The row that denies (PERM-<row> of docs/rules.md), and its code."""

Denials = Iterator[Denial]


class Case(NamedTuple):
    """One question with its facts and the state that they fold to.

    `lead` is the one whose evidence counts; `enquiry` the person's own that is still open.
    `is_marketing`: the purpose is direct marketing or an audience for it. `relies_on_consent`:
    nothing but consent could permit the use.
    """

    use: UseRequest
    facts: Facts
    state: ConsentState
    lead: LeadFacts | None
    enquiry: PermissionEvent | None
    is_marketing: bool
    relies_on_consent: bool

    @property
    def is_outbound(self) -> bool:
        """Say whether the use reaches the person or leaves the house."""
        use = self.use
        if use.operation is Operation.USE and use.purpose in OUTBOUND:
            return True
        is_handed_over = use.operation in ACTIVE and use.recipient is not None
        return is_handed_over or use.operation is Operation.RETURN_TO_CLIENT

    @property
    def is_expired(self) -> bool:
        """Say whether the lead's time of keeping is over."""
        return self.lead is not None and self.use.at >= self.lead.expires_at

    @property
    def is_held(self) -> bool:
        """Say whether a legal hold is in force."""
        return is_any_in_force(self.facts.holds, self.use.at)


def case_of(use: UseRequest, facts: Facts) -> Case:
    """Return a question with its state; whose evidence is judged depends on what it rests on."""
    state = consent_state(facts.events, use.purpose, use.channel, use.at)
    is_marketing = use.purpose in MARKETING
    enquiry = None
    if use.purpose is Purpose.ENQUIRY_RESPONSE and use.operation in ACTIVE:
        enquiry = _open_enquiry(use, facts)
    grant = enquiry
    if is_marketing and state.is_given and use.operation in ACTIVE:
        grant = state.latest
    # Whoever was asked for consent is held to the answer: no other basis takes its place (PERM-47).
    was_asked = state.latest is not None or state.attempted is not None
    relies = is_marketing and (was_asked or not claims_other_basis(use, facts))
    lead = _bearing_lead(use, facts, grant)
    return Case(use, facts, state, lead, enquiry, is_marketing, relies)


def claims_other_basis(use: UseRequest, facts: Facts) -> bool:
    """Say whether something but consent is put forward for marketing by a channel."""
    if use.purpose is not Purpose.DIRECT_MARKETING:
        return False
    if use.channel in ELECTRONIC_MAIL:
        if facts.subscriber.kind is SubscriberKind.CORPORATE:
            return facts.assessment is not None or facts.subscriber.is_generic_mailbox
        return facts.soft_opt_in is not None or facts.charity_opt_in is not None
    return use.channel in (Channel.LIVE_CALL, Channel.POST) and facts.assessment is not None


def is_any_in_force(periods: Iterable[Period], at: datetime) -> bool:
    """Say whether one of some periods covers a time."""
    return any(period.covers(at) for period in periods)


def _bearing_lead(use: UseRequest, facts: Facts, grant: PermissionEvent | None) -> LeadFacts | None:
    """Return the lead whose evidence is judged: the permission's own, else the newest real one."""
    known = [lead for lead in facts.leads if lead.submitted_at - use.at <= CLOCK_TOLERANCE]
    if grant is not None:
        known = [lead for lead in known if lead.id == grant.lead_id]
    return known[0] if len(known) == 1 else max(known, key=_weight, default=None)


def _weight(lead: LeadFacts) -> tuple[object, ...]:
    """Rank leads: real before test, newer before older; then whatever is the stricter."""
    return not lead.is_test, lead.submitted_at, lead.has_identity_conflict, lead.id


def _open_enquiry(use: UseRequest, facts: Facts) -> PermissionEvent | None:
    """Return the person's own latest enquiry that asked for an answer by this channel (PERM-71).

    Where its lead is not held any more there is no enquiry left to answer, nor where it was closed
    or the person wants no answer.
    """
    real = {lead.id for lead in facts.leads if not lead.is_test}
    asked = (
        e
        for e in facts.events
        if e.kind is EventKind.ENQUIRED
        and e.lead_id in real
        and e.channel is use.channel
        and e.occurred_at - use.at <= CLOCK_TOLERANCE
        and (e.valid_until is None or use.at < e.valid_until)
        and not _is_ended(e, use, facts)
    )
    return reduce(later, asked, None)


def _is_ended(enquiry: PermissionEvent, use: UseRequest, facts: Facts) -> bool:
    return any(
        e.kind in ENDS_ENQUIRY
        and e.purpose is Purpose.ENQUIRY_RESPONSE
        and e.channel in (None, enquiry.channel)
        and (e.kind is not EventKind.CLOSED or e.lead_id in (None, enquiry.lead_id))
        and enquiry.occurred_at <= e.occurred_at <= use.at
        for e in facts.events
    )
