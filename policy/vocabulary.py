"""The words of the house, one meaning each (docs/architecture.md), as enums and frozen facts.

Enums only ever grow: a value that was written to a store or a ledger keeps its meaning.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NewType
from uuid import UUID

ControllerId = NewType("ControllerId", str)
"""Whose data something is. Nothing crosses controllers. Rules: ISO-1 to ISO-4. UK GDPR Art. 28."""
NoticeId = NewType("NoticeId", str)


SAYS_UNDER_AGE = "minor"
"""The remark on a submission whose person said to be under eighteen (rules PERM-25, PERM-26)."""


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


INTERNAL = "internal"
"""The name of the controller itself as the one who gets a list: nobody outside has it."""

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


class Operation(Word):
    """What is done with the data (UK GDPR Art. 4(2)); `use` covers contacting and handing over."""

    USE = "use"
    PROFILE = "profile"
    STORE = "store"
    RETURN_TO_CLIENT = "return_to_client"
    DELETE = "delete"


class SubscriberKind(Word):
    """Who holds the line or the mailbox (PECR reg. 2(1)); what is unknown counts as individual.

    Sole traders and ordinary partnerships are individuals.
    """

    INDIVIDUAL = "individual"
    CORPORATE = "corporate"
    UNKNOWN = "unknown"


class Register(Word):
    """The registers of numbers that do not want marketing calls (PECR reg. 26)."""

    TPS = "tps"
    CTPS = "ctps"


class RecipientRole(Word):
    """What somebody who receives data is for it (UK GDPR Art. 4(7) to (10))."""

    CLIENT = "client"
    PROCESSOR = "processor"
    THIRD_PARTY = "third_party"
    AUTHORITY = "authority"


class TransferMechanism(Word):
    """What lets data leave the United Kingdom (UK GDPR Art. 44A to 49)."""

    REGULATIONS = "regulations"
    IDTA = "idta"
    ADDENDUM = "addendum"
    SCC = "scc"
    BCR = "bcr"
    EXCEPTION = "exception"


class RegulatedCall(Word):
    """Calls about things that have conditions of their own (PECR reg. 21A, 21B)."""

    CLAIMS_MANAGEMENT = "claims_management"
    PENSIONS = "pensions"


class EventKind(Word):
    """What happened to a permission; only `given` and `renewed` permit (UK GDPR Art. 7)."""

    ENQUIRED = "enquired"  # the person asked us to answer
    CLOSED = "closed"  # the enquiry was answered or dropped
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
    AWAITING_CONFIRMATION = "awaiting_confirmation"


class ReasonCode(Word):
    """Every answer of the decision table, in words that a ledger keeps."""

    OK_CONSENT = "OK_CONSENT"
    OK_SERVICE = "OK_SERVICE"
    OK_SOFT_OPTIN = "OK_SOFT_OPTIN"
    OK_CHARITY_SOFT_OPTIN = "OK_CHARITY_SOFT_OPTIN"
    OK_LI_CORPORATE = "OK_LI_CORPORATE"
    OK_CORPORATE_GENERIC = "OK_CORPORATE_GENERIC"
    OK_LI_CALL = "OK_LI_CALL"
    OK_LI_POST = "OK_LI_POST"
    OK_CONTRACT = "OK_CONTRACT"
    OK_LEGAL_OBLIGATION = "OK_LEGAL_OBLIGATION"
    OK_RECOGNISED_LI = "OK_RECOGNISED_LI"
    OK_LEGAL_CLAIM = "OK_LEGAL_CLAIM"
    OK_RIGHTS = "OK_RIGHTS"
    OK_RESTRICTED_USE = "OK_RESTRICTED_USE"
    OK_STORAGE = "OK_STORAGE"
    OK_SUPPRESSION_CHECK = "OK_SUPPRESSION_CHECK"
    OK_AUDIT = "OK_AUDIT"
    OK_PROCESSOR_EXIT = "OK_PROCESSOR_EXIT"
    OK_PROCESSOR_INSTRUCTION = "OK_PROCESSOR_INSTRUCTION"
    TEST_LEAD = "TEST_LEAD"
    IDENTITY_UNRESOLVED = "IDENTITY_UNRESOLVED"
    NO_IDENTIFIER = "NO_IDENTIFIER"
    PROCESSOR_OWN_PURPOSE = "PROCESSOR_OWN_PURPOSE"
    PROCESSOR_NO_INSTRUCTION = "PROCESSOR_NO_INSTRUCTION"
    PROCESSOR_CONTRACT_ENDED = "PROCESSOR_CONTRACT_ENDED"
    ERASED = "ERASED"
    SALE_PROHIBITED = "SALE_PROHIBITED"
    OBJECTED = "OBJECTED"
    SUPPRESSED = "SUPPRESSED"
    RESTRICTED = "RESTRICTED"
    LEGAL_HOLD_ONLY = "LEGAL_HOLD_ONLY"
    EXPIRED_RETENTION = "EXPIRED_RETENTION"
    MINOR = "MINOR"
    SPECIAL_CATEGORY_NO_CONDITION = "SPECIAL_CATEGORY_NO_CONDITION"
    NOTICE_MISSING = "NOTICE_MISSING"
    CONSENT_UNPROVEN = "CONSENT_UNPROVEN"
    CONSENT_INVALID = "CONSENT_INVALID"
    CONSENT_NOT_FOR_CHANNEL = "CONSENT_NOT_FOR_CHANNEL"
    PURPOSE_MISMATCH = "PURPOSE_MISMATCH"
    CONSENT_REFUSED = "CONSENT_REFUSED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    CONSENT_INDIRECT_UNNAMED = "CONSENT_INDIRECT_UNNAMED"
    BASIS_SWAP = "BASIS_SWAP"
    CONSENT_MISSING = "CONSENT_MISSING"
    SOFT_OPTIN_FAILED = "SOFT_OPTIN_FAILED"
    LIA_MISSING = "LIA_MISSING"
    MESSAGE_NONCOMPLIANT = "MESSAGE_NONCOMPLIANT"
    TPS_CHECK_STALE = "TPS_CHECK_STALE"
    TPS_LISTED = "TPS_LISTED"
    CTPS_LISTED = "CTPS_LISTED"
    RECIPIENT_NO_CONTRACT = "RECIPIENT_NO_CONTRACT"
    TRANSFER_NO_SAFEGUARD = "TRANSFER_NO_SAFEGUARD"
    ADM_NO_SAFEGUARD = "ADM_NO_SAFEGUARD"
    NO_LAWFUL_BASIS = "NO_LAWFUL_BASIS"

    @property
    def is_allow(self) -> bool:
        """Say whether the code allows."""
        return self.startswith("OK_")


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
