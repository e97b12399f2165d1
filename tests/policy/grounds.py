"""Complete evidence for every ground of use: a test takes away the one thing that it is about."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from policy.facts import (
    Assessment,
    CharitySoftOptIn,
    ClientContract,
    Facts,
    IndirectSource,
    Instruction,
    ProcessorContract,
    RegisterCheck,
    SoftOptIn,
    Subscriber,
)
from policy.periods import Period
from policy.uses import (
    AuditAccess,
    AutomatedDecision,
    LegalDuty,
    Message,
    Recipient,
    Safeguard,
)
from policy.vocabulary import (
    Channel,
    LawfulBasis,
    Purpose,
    RecipientRole,
    Register,
    SubscriberKind,
    TransferMechanism,
)
from tests.policy.facts import NOW, days_ago, facts, given, lead

Flaws = dict[str, dict[str, Any]]
"""What is wrong, in words, and the fields that make it so."""

TICK = timedelta(microseconds=1)
"""The shortest step of time there is: an instant, or the last one before it."""

YESTERDAY, LAST_WEEK, LAST_MONTH = days_ago(1), days_ago(9), days_ago(30)

PRODUCT = "search audits"
COMPANY = Subscriber(SubscriberKind.CORPORATE)
OFFICE = Subscriber(SubscriberKind.CORPORATE, is_generic_mailbox=True)
PERSON = Subscriber(SubscriberKind.INDIVIDUAL)
GERMAN = Subscriber(SubscriberKind.INDIVIDUAL, country="DE")

ASSESSMENT = Assessment(
    reference="LIA-4",
    version="2",
    dated=date(2026, 1, 5),
    review_by=date(2027, 1, 5),
    approver="privacy officer",
    is_passed=True,
    purposes=frozenset({Purpose.DIRECT_MARKETING}),
    channels=frozenset({Channel.EMAIL, Channel.SMS, Channel.LIVE_CALL, Channel.POST}),
    notice_names_interest=True,
    shows_right_to_object=True,
)

FLAWS_OF_ASSESSMENT: Flaws = {
    "without a reference": {"reference": " "},
    "without a version": {"version": ""},
    "without a date": {"dated": None},
    "dated tomorrow": {"dated": date(2026, 3, 3)},
    "without a day of review": {"review_by": None},
    "out of date from today on": {"review_by": date(2026, 3, 2)},
    "without an approver": {"approver": ""},
    "that failed": {"is_passed": False},
    "of another purpose": {"purposes": frozenset({Purpose.AD_AUDIENCE})},
    "of other channels": {"channels": frozenset({Channel.NONE})},
    "of an interest that no notice names": {"notice_names_interest": False},
    "without the right to object": {"shows_right_to_object": False},
}
"""Each flaw by itself, as the fields that make it."""

SALE = SoftOptIn(
    reference="ORDER-7",
    dated=date(2026, 1, 9),
    product=PRODUCT,
    collected_by_us=True,
    showed_interest_in_buying=True,
    refusal_offered_then=True,
    refusal_offered_since=True,
)
SUPPORT = CharitySoftOptIn(
    reference="GIFT-3",
    obtained_on=date(2026, 2, 5),
    is_sole_purpose_charitable=True,
    is_for_same_charity=True,
    showed_interest_or_support=True,
    refusal_offered_throughout=True,
)
SOURCE = IndirectSource(
    name="Fair Ltd",
    obtained_at=days_ago(9),
    names_controller=True,
    wording="I agree that Nectra may send me e-mail.",
    diligence_ref="DD-2",
    notice_sent_at=days_ago(8),
)
CONTRACT = ClientContract("C-1", Period(days_ago(30)), "asked us to run the campaign", "to reply")
DUTY = LegalDuty(
    basis=LawfulBasis.LEGAL_OBLIGATION,
    reference="Order 12 of the court",
    scope="one lead",
    dated=date(2026, 3, 2),
    requester="the court",
    approver="privacy officer",
    necessity="nothing else answers the order",
)
AUDIT = AuditAccess(
    "A. Auditor", "all of 2026", Period(YESTERDAY, NOW + timedelta(days=30)), is_logged=True
)
MESSAGE = Message(names_sender=True, has_reply_route=True)
HARMLESS = AutomatedDecision(is_significant=False, has_safeguards=False, has_eu_gateway=False)

INSTRUCTION = Instruction(
    reference="I-1",
    in_force=Period(days_ago(30)),
    purposes=frozenset(Purpose),
    channels=frozenset(Channel),
    recipients=frozenset({"client-1"}),
)
CLIENT = Recipient("client-1", RecipientRole.CLIENT, "GB")
MAILER = Recipient("mailer", RecipientRole.PROCESSOR, "GB", contract=Period(days_ago(30)))
STRANGER = Recipient("stranger", RecipientRole.THIRD_PARTY, "GB")
AUTHORITY = Recipient("the court", RecipientRole.AUTHORITY, "GB")


def processor_contract(
    *instructions: Instruction, start: datetime = LAST_MONTH, end: datetime | None = None
) -> ProcessorContract:
    return ProcessorContract("P-1", Period(start, end), instructions)


def safeguard(
    mechanism: TransferMechanism = TransferMechanism.IDTA,
    start: datetime = LAST_MONTH,
    end: datetime | None = None,
    tested_on: date | None = date(2026, 3, 2),
) -> Safeguard:
    return Safeguard(mechanism, Period(start, end), tested_on)


def abroad(country: str, held: Safeguard | None = None) -> Recipient:
    return replace(MAILER, country=country, safeguard=held)


def checks(
    at: datetime = YESTERDAY, *, tps: bool = False, ctps: bool = False
) -> tuple[RegisterCheck, ...]:
    """Return a check of each register; `tps` and `ctps` say whether the number is listed."""
    return (RegisterCheck(Register.TPS, at, tps), RegisterCheck(Register.CTPS, at, ctps))


def obtained(at: datetime = LAST_WEEK, **changes: Any) -> Facts:
    """Return a consent that somebody else obtained; `changes` are changes of what we know of it."""
    source = replace(SOURCE, obtained_at=at, **{"notice_sent_at": at, **changes})
    held = (lead(submitted_at=at, indirect=source),)
    return facts(given(at, valid_until=None), leads=held)
