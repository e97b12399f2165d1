"""The words of the house, one meaning each (docs/architecture.md), as enums and frozen facts.

Enums only ever grow: a value that was written to a store or a ledger keeps its meaning.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NewType
from uuid import UUID

ControllerId = NewType("ControllerId", str)
NoticeId = NewType("NoticeId", str)


class Word(StrEnum):
    """A word of a closed list. Hashed as the text that it is, which is many times faster."""

    __hash__ = str.__hash__


class Role(Word):
    """What the agency is for a controller's data (UK GDPR Art. 4(7) and (8))."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


class Purpose(Word):
    """Why data is used: each purpose needs its own lawful basis (UK GDPR Art. 5(1)(b), 6)."""

    ENQUIRY_RESPONSE = "enquiry_response"
    DIRECT_MARKETING = "direct_marketing"
    AD_AUDIENCE = "ad_audience"
    ANALYTICS = "analytics"
    CONTRACT_DELIVERY = "contract_delivery"
    CLIENT_DELIVERY = "client_delivery"
    THIRD_PARTY_MARKETING = "third_party_marketing"
    AUTHORITY_DISCLOSURE = "authority_disclosure"
    LEGAL_CLAIM = "legal_claim"
    RIGHTS_HANDLING = "rights_handling"
    SUPPRESSION_CHECK = "suppression_check"
    AUDIT = "audit"


class Channel(Word):
    """How a person is reached; `sms` includes messaging apps (PECR reg. 2(1))."""

    EMAIL = "email"
    SMS = "sms"
    LIVE_CALL = "live_call"
    AUTOMATED_CALL = "automated_call"
    POST = "post"
    ONLINE_AUDIENCE = "online_audience"
    NONE = "none"


class IdentifierKind(Word):
    """What a normalised identifier is."""

    EMAIL = "email"
    PHONE = "phone"


CHANNEL_IDENTIFIERS: dict[Channel, tuple[IdentifierKind, ...]] = {
    Channel.EMAIL: (IdentifierKind.EMAIL,),
    Channel.SMS: (IdentifierKind.PHONE,),
    Channel.LIVE_CALL: (IdentifierKind.PHONE,),
    Channel.AUTOMATED_CALL: (IdentifierKind.PHONE,),
    Channel.POST: (IdentifierKind.EMAIL, IdentifierKind.PHONE),
    Channel.ONLINE_AUDIENCE: (IdentifierKind.EMAIL, IdentifierKind.PHONE),
    Channel.NONE: (IdentifierKind.EMAIL, IdentifierKind.PHONE),
}
"""The kinds of identifier that a permission for a channel sticks to."""


class LawfulBasis(Word):
    """The letters of UK GDPR Art. 6(1)."""

    CONSENT = "a"
    CONTRACT = "b"
    LEGAL_OBLIGATION = "c"
    RECOGNISED_INTEREST = "ea"
    LEGITIMATE_INTERESTS = "f"


class Grade(Word):
    """How good the evidence of a submission is."""

    A = "A"  # wording, tick, time and policy link
    B = "B"  # wording and time
    C = "C"  # the submission only
    D = "D"  # none

    @property
    def is_better_than(self) -> frozenset["Grade"]:
        """Return the grades that this one outdoes."""
        return frozenset(grade for grade in Grade if grade > self)


class EventKind(Word):
    """What happened to a permission; only `given` and `renewed` permit (UK GDPR Art. 7)."""

    ENQUIRED = "enquired"  # the person asked us to answer
    GIVEN = "given"
    RENEWED = "renewed"
    REFUSED = "refused"  # the box was offered and left empty
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    REVOKED = "revoked"  # ended by us or by the client
    INVALIDATED = "invalidated"  # an earlier consent was found defective
    UNKNOWN = "unknown"  # the box was offered, the answer is missing or unreadable
    ATTEMPTED = "attempted"  # ticked, but so that it cannot count: see the defect


class BoxDefect(Word):
    """Why a box, ticked or not, gives no consent."""

    NOT_TICKED = "not_ticked"
    REQUIRED = "required"
    PRE_TICKED = "pre_ticked"
    NO_WORDING = "no_wording"
    NOT_ON_FORM = "not_on_form"
    NOT_MAPPED = "not_mapped"
    RESPONSE_MISSING = "response_missing"
    VALUE_UNREADABLE = "value_unreadable"
    TIME_UNPROVEN = "time_unproven"


class ReasonCode(Word):
    """Every answer of the decision table, in words that a ledger keeps."""

    OK_CONSENT = "OK_CONSENT"
    OK_SERVICE = "OK_SERVICE"
    TEST_LEAD = "TEST_LEAD"
    IDENTITY_UNRESOLVED = "IDENTITY_UNRESOLVED"
    NO_IDENTIFIER = "NO_IDENTIFIER"
    OBJECTED = "OBJECTED"
    SUPPRESSED = "SUPPRESSED"
    RESTRICTED = "RESTRICTED"
    EXPIRED_RETENTION = "EXPIRED_RETENTION"
    NOTICE_MISSING = "NOTICE_MISSING"
    CONSENT_UNPROVEN = "CONSENT_UNPROVEN"
    CONSENT_INVALID = "CONSENT_INVALID"
    CONSENT_NOT_FOR_CHANNEL = "CONSENT_NOT_FOR_CHANNEL"
    PURPOSE_MISMATCH = "PURPOSE_MISMATCH"
    CONSENT_REFUSED = "CONSENT_REFUSED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    CONSENT_MISSING = "CONSENT_MISSING"
    PROCESSOR_NO_INSTRUCTION = "PROCESSOR_NO_INSTRUCTION"
    NO_LAWFUL_BASIS = "NO_LAWFUL_BASIS"


class Identifier(NamedTuple):
    """A normalised e-mail address or E.164 number. Printed, it shows its kind only."""

    kind: IdentifierKind
    value: str

    def __repr__(self) -> str:
        """Hide the value: it is somebody's."""
        return f"Identifier({self.kind.value})"


@dataclass(frozen=True, slots=True)
class NoticeBox:
    """One consent box of a form, as it was offered."""

    key: str
    text: str | None
    is_required: bool
    is_pre_ticked: bool


@dataclass(frozen=True, slots=True)
class NoticeQuestion:
    """One question of a form: its machine key, its wording, the vendor's type and the options."""

    key: str
    label: str
    type: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """The exact wording a form showed. Holds no personal data.

    `wording_known` is False where the platform would not give the legal text: then nothing that was
    ticked on the form can be proven.
    """

    form_id: str
    name: str
    locale: str | None
    privacy_url: str | None
    privacy_link_text: str | None
    title: str | None
    body: str | None
    boxes: tuple[NoticeBox, ...]
    questions: tuple[NoticeQuestion, ...]
    wording_known: bool = True
    surroundings: str | None = None
    """Canonical JSON of what stood around the boxes: links in the text, headline, context card."""


@dataclass(frozen=True, slots=True)
class BoxAnswer:
    """What came back for one box: the raw value, and the tick (None: missing or unreadable)."""

    key: str
    raw: str | None
    is_ticked: bool | None


@dataclass(frozen=True, slots=True)
class BoxMeaning:
    """What the configuration says that a tick means.

    A box is named by its key, its exact wording, its form, or several of these: all that are given
    must fit.
    """

    purpose: Purpose
    channels: tuple[Channel, ...]
    key: str | None = None
    wording: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class PermissionEvent:
    """One append-only fact about one identifier, purpose and channel (None: every channel).

    `occurred_at` is the source's time, in UTC. `lead_id` names the lead that is the evidence.
    """

    kind: EventKind
    purpose: Purpose
    channel: Channel | None
    occurred_at: datetime
    lead_id: UUID | None = None
    basis: LawfulBasis | None = None
    defect: BoxDefect | None = None
    box_key: str | None = None
    valid_until: datetime | None = None
