"""Group I: platforms, recipients, countries and machines that decide (PERM-73 to PERM-82)."""

from datetime import date, datetime

from policy.decision_table.case import ACTIVE, MARKETING, Case, Denials
from policy.london import london_date
from policy.places import EEA, UNITED_KINGDOM
from policy.uses import Recipient, Safeguard
from policy.vocabulary import (
    Channel,
    Operation,
    Purpose,
    ReasonCode,
    RecipientRole,
    Role,
    TransferMechanism,
)

EU_ADEQUACY_ENDS = date(2031, 12, 27)
"""The last day of the European Commission's decision that lets data come from the EEA to the UK."""

SAID_TO_PEOPLE = frozenset(Channel) - {Channel.ONLINE_AUDIENCE, Channel.NONE}

WITHIN_OUR_HANDS = MARKETING | {Purpose.ENQUIRY_RESPONSE, Purpose.SUPPRESSION_CHECK}
"""What nobody but us and those who act for us may do with a lead."""

UNTESTED = frozenset({TransferMechanism.REGULATIONS, TransferMechanism.EXCEPTION})


def handing_over(case: Case) -> Denials:
    """Yield what stands against handing data to somebody, or letting a machine decide."""
    use = case.use
    if use.purpose is Purpose.AD_AUDIENCE and use.operation in ACTIVE:
        is_granted = case.state.is_given and case.facts.has_platform_signals
        if not is_granted:
            yield "PERM-74", ReasonCode.CONSENT_MISSING
        if use.message is not None and use.channel in SAID_TO_PEOPLE:
            # to be in an audience is not to be written to or called
            yield "PERM-74", ReasonCode.PURPOSE_MISMATCH
    is_used = use.purpose is Purpose.DIRECT_MARKETING and use.operation in ACTIVE
    if is_used and case.state.is_given and use.channel is Channel.ONLINE_AUDIENCE:
        # whatever it is called, an audience is made of people who agreed to be in one
        yield "PERM-74", ReasonCode.PURPOSE_MISMATCH
    recipient = use.recipient
    if recipient is not None:
        yield from against_recipient(recipient, use.purpose, case.facts.role, use.at)
    if use.purpose is Purpose.THIRD_PARTY_MARKETING:
        yield "PERM-76", ReasonCode.PURPOSE_MISMATCH
    if recipient is not None and not _may_go_to(recipient, case):
        yield "PERM-78", ReasonCode.TRANSFER_NO_SAFEGUARD
    is_scored = use.operation is Operation.PROFILE or use.automated is not None
    if is_scored and _decides_alone(case):
        yield "PERM-82", ReasonCode.ADM_NO_SAFEGUARD


def against_recipient(recipient: Recipient, purpose: Purpose, role: Role, at: datetime) -> Denials:
    """Yield what stands against handing anybody at all to a recipient (PERM-75, PERM-76).

    `role` is what the agency is for the data.
    """
    is_processor = recipient.role is RecipientRole.PROCESSOR
    contract = recipient.contract
    if is_processor and (contract is None or not contract.covers(at)):
        yield "PERM-75", ReasonCode.RECIPIENT_NO_CONTRACT
    if purpose in WITHIN_OUR_HANDS and not _acts_for_us(recipient, role):
        yield "PERM-76", ReasonCode.PURPOSE_MISMATCH


def _acts_for_us(recipient: Recipient, role: Role) -> bool:
    """Say whether a recipient uses data for whoever decides here, and for no ends of its own."""
    if recipient.role is RecipientRole.CLIENT:
        return role is Role.PROCESSOR  # the data is the client's own
    return recipient.role is RecipientRole.PROCESSOR


def needs_safeguard(recipient: Recipient) -> bool:
    """Say whether the recipient's country is one that nothing is settled for (PERM-78, PERM-79)."""
    return recipient.country != UNITED_KINGDOM and recipient.country not in EEA


def _may_go_to(recipient: Recipient, case: Case) -> bool:
    """Say whether data may go to the recipient's country; the EEA needs no more (PERM-79)."""
    if recipient.country == UNITED_KINGDOM:
        is_from_eea = case.facts.subscriber.country in EEA
        return not is_from_eea or london_date(case.use.at) <= EU_ADEQUACY_ENDS
    return is_guarded_abroad(recipient, case.use.at)


def is_guarded_abroad(recipient: Recipient, at: datetime) -> bool:
    """Say whether something protects data in the recipient's country, or need not (PERM-78)."""
    return not needs_safeguard(recipient) or _is_safe(recipient.safeguard, at)


def _is_safe(safeguard: Safeguard | None, at: datetime) -> bool:
    if safeguard is None or not safeguard.in_force.covers(at):
        return False
    tested_on = safeguard.tested_on
    is_tested = tested_on is not None and tested_on <= london_date(at)
    return is_tested or safeguard.mechanism in UNTESTED


def _decides_alone(case: Case) -> bool:
    """Say whether a score decides something of weight without the safeguards of both laws."""
    automated = case.use.automated
    if automated is None:
        return True  # what the score is for was not stated
    is_guarded = automated.has_safeguards and (
        automated.has_eu_gateway or case.facts.subscriber.country not in EEA
    )
    return automated.is_significant and not is_guarded
