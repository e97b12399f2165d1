"""Who may be handed data at all, whoever the people are: contract, country, price, ends.

The decision table asks the same of each row (PERM-11, PERM-75 to PERM-79); here it is asked once,
before anything is handed out, and long before, so that somebody can mend it in time. Whatever is
asked here is kept as it stood: with each list (RCP-3), and to be looked up for any time (RCP-5).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from policy.decision_table.i_handing_over import (
    UNTESTED,
    against_recipient,
    is_guarded_abroad,
    needs_safeguard,
)
from policy.london import add_months, london_date
from policy.uses import LegalDuty, Recipient
from policy.vocabulary import Channel, Purpose, ReasonCode, RecipientRole, Role, Word

NO_CONSIDERATION = "none"
"""All that may ever be given in return for data: we do not sell (policy clause 6)."""
WARNED_BEFORE = timedelta(days=30)
TESTED_FOR_MONTHS = 12


class Lack(Word):
    """What a recipient lacks, or will lack soon."""

    SALE = "sale"
    CONTRACT_MISSING = "contract_missing"
    CONTRACT_NOT_BEGUN = "contract_not_begun"
    CONTRACT_OVER = "contract_over"
    CONTRACT_ENDS_SOON = "contract_ends_soon"
    SAFEGUARD_MISSING = "safeguard_missing"
    SAFEGUARD_NOT_IN_FORCE = "safeguard_not_in_force"
    SAFEGUARD_ENDS_SOON = "safeguard_ends_soon"
    TEST_MISSING = "test_missing"
    TEST_OLD = "test_old"


WARNINGS = frozenset({Lack.CONTRACT_ENDS_SOON, Lack.SAFEGUARD_ENDS_SOON, Lack.TEST_OLD})
"""What bars nobody yet; everything else that a recipient lacks does."""


def lacks_of(recipient: Recipient, at: datetime) -> list[Lack]:
    """Return what a recipient lacks at a time (aware), and what it will lack within 30 days.

    A safeguard's test is looked at anew each year: the law of a country changes. Rule: RCP-2. UK
    GDPR Art. 28(3), 44A to 49; own rule for 30 days and a year.
    """
    found = [Lack.SALE] if recipient.has_consideration else []
    return [*found, *_of_contract(recipient, at), *_of_safeguard(recipient, at)]


def _of_contract(recipient: Recipient, at: datetime) -> Iterator[Lack]:
    contract = recipient.contract
    if contract is None:
        if recipient.role is RecipientRole.PROCESSOR:
            yield Lack.CONTRACT_MISSING
    elif contract.is_over(at):
        yield Lack.CONTRACT_OVER
    elif not contract.covers(at):
        yield Lack.CONTRACT_NOT_BEGUN
    elif contract.is_over(at + WARNED_BEFORE):
        yield Lack.CONTRACT_ENDS_SOON


def _of_safeguard(recipient: Recipient, at: datetime) -> Iterator[Lack]:
    if not needs_safeguard(recipient):
        return
    safeguard = recipient.safeguard
    if safeguard is None:
        yield Lack.SAFEGUARD_MISSING
        return
    if not safeguard.in_force.covers(at):
        yield Lack.SAFEGUARD_NOT_IN_FORCE
    elif safeguard.in_force.is_over(at + WARNED_BEFORE):
        yield Lack.SAFEGUARD_ENDS_SOON
    if safeguard.mechanism in UNTESTED:
        return
    today = london_date(at)
    if safeguard.tested_on is None or safeguard.tested_on > today:
        yield Lack.TEST_MISSING
    elif add_months(safeguard.tested_on, TESTED_FOR_MONTHS) < today:
        yield Lack.TEST_OLD


class Handing(NamedTuple):
    """What is to be handed out: for what, by which channel, and what the agency is for the data.

    `duty` is the legal duty that an authority asks by, None if nobody named one.
    """

    purpose: Purpose
    channel: Channel
    role: Role
    duty: LegalDuty | None = None


class Barrier(NamedTuple):
    """Why nobody at all may be handed to a recipient, and what to do about it."""

    reason: ReasonCode
    fact: str
    cure: str


def barriers(
    recipient: Recipient, channels: tuple[Channel, ...], handing: Handing, at: datetime
) -> list[Barrier]:
    """Return what would deny every row of a list, so that it need not be made at all.

    Args:
        recipient: who would get it.
        channels: those that the recipient is registered for.
        handing: what would be handed out.
        at: when (aware).

    Rule: RCP-1. UK GDPR Art. 5(1)(b), 5(2), 28(3), 44A to 49; privacy policy clauses 6 and 7.
    """
    codes = [code for _, code in against_recipient(recipient, handing.purpose, handing.role, at)]
    if recipient.has_consideration:
        codes.insert(0, ReasonCode.SALE_PROHIBITED)
    if not is_guarded_abroad(recipient, at):
        codes.append(ReasonCode.TRANSFER_NO_SAFEGUARD)
    if handing.purpose is Purpose.THIRD_PARTY_MARKETING:
        codes.append(ReasonCode.PURPOSE_MISMATCH)
    found = [Barrier(code, *_SAID[code]) for code in dict.fromkeys(codes)]
    if handing.channel not in channels:
        found.append(_OTHER_CHANNEL)
    is_for_authority = handing.purpose is Purpose.AUTHORITY_DISCLOSURE
    if is_for_authority and recipient.role is not RecipientRole.AUTHORITY:
        found.append(_NO_AUTHORITY)
    elif is_for_authority and handing.duty is None:
        found.append(_NO_DUTY)
    return found


_SAID = {
    ReasonCode.SALE_PROHIBITED: (
        "something of value is given for it",
        "we do not sell data, whatever anybody agreed to; nothing opens this",
    ),
    ReasonCode.RECIPIENT_NO_CONTRACT: (
        "it is a processor, and no contract with it is in force",
        "sign one (UK GDPR Art. 28), and set `contract` of the recipient",
    ),
    ReasonCode.PURPOSE_MISMATCH: (
        "it would use the data for ends of its own, which nobody was told of",
        "hand it to a processor who acts for you, or ask people for that very purpose",
    ),
    ReasonCode.TRANSFER_NO_SAFEGUARD: (
        "nothing that is in force and tested protects data in its country",
        "agree on a safeguard (UK GDPR Art. 46), test it, and set `safeguard` of the recipient",
    ),
}
_OTHER_CHANNEL = Barrier(
    ReasonCode.PURPOSE_MISMATCH,
    "it is not registered for this channel",
    "add the channel to `channels` of the recipient, if its contract covers that",
)
_NO_AUTHORITY = Barrier(
    ReasonCode.NO_LAWFUL_BASIS,
    "it is no authority",
    'name a recipient whose role is "authority"',
)
_NO_DUTY = Barrier(
    ReasonCode.NO_LAWFUL_BASIS,
    "no legal duty to tell it is named",
    "record the request under [[recipients.duties]], and add --authority-request REFERENCE and"
    " --approver NAME",
)


def removal_barriers(
    recipient: Recipient | None, channels: tuple[Channel, ...], role: Role, at: datetime
) -> list[Barrier]:
    """Return why hashes may not be handed to an advertising platform, even to take people out.

    It is a disclosure like any other, so a platform that nobody registered gets none. Rule: RCP-4.
    UK GDPR Art. 5(2), 28(3), 44A to 49; privacy policy clauses 6 and 7.
    """
    if recipient is None:
        return [_UNREGISTERED]
    handing = Handing(Purpose.SUPPRESSION_CHECK, Channel.ONLINE_AUDIENCE, role)
    return barriers(recipient, channels, handing, at)


_UNREGISTERED = Barrier(
    ReasonCode.RECIPIENT_NO_CONTRACT,
    "its platform is no registered recipient",
    "add a [[recipients]] table for the platform, with contract and safeguard, and name it as"
    " `recipient` of the audience (docs/recipients.md)",
)
