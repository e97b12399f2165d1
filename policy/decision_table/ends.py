"""When an allow ends by itself (EXP-1): the earliest end of all that it rests on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from policy.decision_table.allowances import Allowance
from policy.decision_table.b_processor import instructions_in_force
from policy.decision_table.case import Case
from policy.decision_table.consent_term import consent_ends, first_use_ends
from policy.decision_table.f_notice import source_notice_ends
from policy.decision_table.h_calls import check_ends, latest_checks
from policy.decision_table.i_handing_over import EU_ADEQUACY_ENDS, needs_safeguard
from policy.facts import IndirectSource
from policy.london import midnight
from policy.periods import Period
from policy.places import EEA, UNITED_KINGDOM
from policy.retention import EXPORT_VALID_DAYS
from policy.uses import Recipient
from policy.vocabulary import Channel, LawfulBasis, Purpose, ReasonCode, RecipientRole, Role

LAST = datetime.max.replace(tzinfo=UTC)
LISTED_FOR = timedelta(days=EXPORT_VALID_DAYS)


def _relied_on(case: Case) -> Iterator[Period]:
    """Yield the contracts, instructions and the like without which the use ends."""
    use, facts = case.use, case.facts
    if facts.role is Role.PROCESSOR and facts.processor_contract is not None:
        yield facts.processor_contract.period
        yield from (each.in_force for each in instructions_in_force(case))
    if use.purpose is Purpose.CONTRACT_DELIVERY and facts.client_contract is not None:
        yield facts.client_contract.period
    if use.purpose is Purpose.AUDIT and use.audit is not None:
        yield use.audit.period
    if use.purpose is Purpose.RIGHTS_HANDLING:
        yield from (each for each in facts.access_requests if each.covers(use.at))
    if use.purpose is Purpose.LEGAL_CLAIM and case.is_expired:
        yield from (each for each in facts.holds if each.covers(use.at))
    recipient = use.recipient
    if recipient is not None:
        if recipient.contract is not None and recipient.role is RecipientRole.PROCESSOR:
            yield recipient.contract
        if recipient.safeguard is not None and needs_safeguard(recipient):
            yield recipient.safeguard.in_force


def ends(case: Case, found: Allowance) -> Iterator[datetime]:
    """Yield the instants at which an allow ends by itself: the earliest of them counts (EXP-1)."""
    yield LAST - max(LAST - case.use.at - LISTED_FOR, timedelta())
    for period in _relied_on(case):
        if period.end is not None:
            yield period.end
    if case.lead is not None and case.use.at < case.lead.expires_at:
        yield case.lead.expires_at
    event = found.rests_on
    if event is not None and found.basis is LawfulBasis.CONSENT:
        yield consent_ends(event)
    elif event is not None and event.valid_until is not None:
        yield event.valid_until
    if case.lead is not None and case.lead.indirect is not None:
        yield from _ends_of_indirect(case, found, case.lead.indirect)
    if case.use.recipient is not None:
        yield from _end_of_adequacy(case, case.use.recipient)
    is_interest = found.basis is LawfulBasis.LEGITIMATE_INTERESTS
    if case.is_marketing and is_interest and found.code is not ReasonCode.OK_CORPORATE_GENERIC:
        yield from _ends_of_interest(case)


def _ends_of_indirect(case: Case, found: Allowance, source: IndirectSource) -> Iterator[datetime]:
    """Yield the last moments for a first use, and for the notice that goes with it."""
    at, given = case.use.at, found.rests_on
    is_unused = source.first_used_at is None or source.first_used_at > at
    if is_unused and given is not None and found.basis is LawfulBasis.CONSENT:
        yield first_use_ends(given)
    is_untold = source.notice_sent_at is None or source.notice_sent_at > at
    if is_untold and case.is_outbound:
        yield source_notice_ends(source)


def _end_of_adequacy(case: Case, recipient: Recipient) -> Iterator[datetime]:
    if recipient.country == UNITED_KINGDOM and case.facts.subscriber.country in EEA:
        yield midnight(EU_ADEQUACY_ENDS + timedelta(days=1))


def _ends_of_interest(case: Case) -> Iterator[datetime]:
    """Yield when the assessment must be reviewed, and when the checks of a number are too old."""
    assessments = [each for each in (case.facts.assessment,) if each is not None]
    yield from (midnight(each.review_by) for each in assessments if each.review_by is not None)
    if case.use.channel is Channel.LIVE_CALL:
        yield from (check_ends(check) for check in latest_checks(case).values())
