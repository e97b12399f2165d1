"""The use that somebody asks for: purpose, channel, time, message, recipient.

Everything that permits is absent unless somebody states it. Times are aware.
"""

from dataclasses import dataclass
from datetime import date, datetime

from policy.periods import Period
from policy.vocabulary import (
    Channel,
    LawfulBasis,
    Operation,
    Purpose,
    RecipientRole,
    RegulatedCall,
    TransferMechanism,
)

NEVER_LISTED = frozenset({Purpose.SUPPRESSION_CHECK})
"""Whoever looks somebody up has them already: a list would name all who want to be left alone."""


def may_be_listed(purpose: Purpose) -> bool:
    """Say whether a list of people may be made for a purpose at all.

    To look an opt-out up is allowed for everybody, those too who opted out, are restricted or have
    expired, so a list of it would hold all of them. Rule: EXP-2. UK GDPR Art. 5(1)(b), 5(1)(c),
    21(3).
    """
    return purpose not in NEVER_LISTED


@dataclass(frozen=True, slots=True)
class Message:
    """The message or call that is to be made (PECR reg. 21(A1), 21A, 21B, 23, 24).

    `names_sender`: the sender, or the caller, is named. `has_reply_route`: an address to opt out
    at, or a number that is shown. `promotes`: it sells, whatever else it does. `asks_for_consent`:
    it asks the person to opt in. `meets_pension_conditions`: the caller is authorised or a trustee,
    and the person agreed or is its client. `carries_source_notice`: it holds what UK GDPR Art. 14
    asks for.
    """

    names_sender: bool
    has_reply_route: bool
    promotes: bool = False
    asks_for_consent: bool = False
    carries_source_notice: bool = False
    regulated: RegulatedCall | None = None
    meets_pension_conditions: bool = False


@dataclass(frozen=True, slots=True)
class Safeguard:
    """What lets data go to another country (UK GDPR Art. 45A to 49).

    `tested_on` is the day of the test whether protection is "not materially lower"; regulations and
    the listed exceptions need none.
    """

    mechanism: TransferMechanism
    in_force: Period
    tested_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the data. `country` is an ISO 3166 code, `contract` the Art. 28 contract's period.

    `has_consideration`: money or anything else of value is given for it.
    """

    id: str
    role: RecipientRole
    country: str
    contract: Period | None = None
    safeguard: Safeguard | None = None
    has_consideration: bool = False


@dataclass(frozen=True, slots=True)
class LegalDuty:
    """Why an authority may be told: an enactment or order, or a condition of Annex 1.

    `basis` is legal obligation (Art. 6(1)(c)) or recognised interest (Art. 6(1)(ea)); an empty text
    is a missing one.
    """

    basis: LawfulBasis
    reference: str
    scope: str
    dated: date | None
    requester: str
    approver: str
    necessity: str


@dataclass(frozen=True, slots=True)
class AuditAccess:
    """An auditor's access: whose, to what, for how long, and that it is logged."""

    auditor: str
    scope: str
    period: Period
    is_logged: bool


@dataclass(frozen=True, slots=True)
class AutomatedDecision:
    """A score that decides something (UK GDPR Art. 22A to 22C; EU GDPR Art. 22)."""

    is_significant: bool
    has_safeguards: bool
    has_eu_gateway: bool


@dataclass(frozen=True, slots=True)
class UseRequest:
    """What somebody wants to do: the purpose, the channel, and when (aware).

    `fields` are the fields that would be used (None: all of them). `message` None: a list is made
    and nothing is said yet, so what binds the message is judged when there is one. `recipient`
    None: nobody outside gets anything. `product` is the class of product that is offered. `matter`
    names the legal claim. `is_for_agency`: for the agency's own ends, with a client's data.
    `special_category_score`: the audience or score was derived from a special category.
    """

    purpose: Purpose
    channel: Channel
    at: datetime
    operation: Operation = Operation.USE
    message: Message | None = None
    recipient: Recipient | None = None
    product: str | None = None
    fields: frozenset[str] | None = None
    duty: LegalDuty | None = None
    audit: AuditAccess | None = None
    automated: AutomatedDecision | None = None
    matter: str | None = None
    is_for_agency: bool = False
    special_category_score: bool = False
