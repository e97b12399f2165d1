"""What is known of one identifier within one controller, as decisions need it.

Everything that permits is absent unless somebody states it: `None`, an empty sequence or False
means "not known", and what is not known denies. Only what ingestion establishes of every lead (its
time, its wording, its privacy link, that the channel fits) must be denied in so many words. Times
are aware UTC; days are London dates.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from policy.errors import UsageError
from policy.missing import Missing
from policy.periods import Period
from policy.vocabulary import (
    Channel,
    PermissionEvent,
    Purpose,
    Register,
    Role,
    SubscriberKind,
)

_CODE = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class IndirectSource:
    """A lead that somebody else passed on (UK GDPR Art. 14; PECR reg. 22(2)).

    `names_controller`: the wording that the person agreed to names us. `wording`, `diligence_ref`
    are that wording and the record of checking the source; `notice_sent_at` is when the person got
    the notice of Art. 14, `first_used_at` when the details were first used.
    """

    name: str
    obtained_at: datetime
    names_controller: bool = False
    wording: str | None = None
    diligence_ref: str | None = None
    notice_sent_at: datetime | None = None
    first_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What is known of one lead that carries the identifier.

    `missing_evidence` names what else is known to be missing of a consent's evidence (BAS-1).
    `special_category_fields` hold content of UK GDPR Art. 9 or 10 that is not masked;
    `has_special_condition` says that a condition for it is recorded. `expires_at` is exclusive.
    """

    id: UUID
    submitted_at: datetime
    received_at: datetime
    expires_at: datetime
    is_test: bool = False
    has_identity_conflict: bool = False
    has_source_time: bool = True
    is_wording_known: bool = True
    has_privacy_link: bool = True
    special_category_fields: frozenset[str] = frozenset()
    has_special_condition: bool = False
    missing_evidence: frozenset[Missing] = frozenset()
    indirect: IndirectSource | None = None


class Restriction(NamedTuple):
    """Use is restricted (UK GDPR Art. 18): since when, lifted when, the person told when."""

    since: datetime
    lifted_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who holds the line or the mailbox. `country` is an ISO 3166 code (None: taken as the UK).

    `is_generic_mailbox`: an office's mailbox that names nobody and says nothing of anybody.
    `has_national_rule`: for an EEA country, that its own rule on marketing was looked up and set.
    """

    kind: SubscriberKind = SubscriberKind.UNKNOWN
    is_generic_mailbox: bool = False
    country: str | None = None
    has_national_rule: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no code: "de" would be no state of the EEA, whose law asks for more.

        Raises:
            UsageError: the country is not two capital letters.
        """
        if self.country is not None and _CODE.fullmatch(self.country) is None:
            raise UsageError(
                f"The country {self.country!r} is no code of ISO 3166. Cure: give two capital"
                " letters, such as DE."
            )


@dataclass(frozen=True, slots=True)
class Assessment:
    """A legitimate interests assessment (UK GDPR Art. 6(1)(f), 13(1)(d), 21(4)).

    `review_by` is the first day on which it is out of date. `notice_names_interest` and
    `shows_right_to_object`: the person was told of the interest, and of the right to object no
    later than in the first message.
    """

    reference: str
    version: str
    dated: date | None
    review_by: date | None
    approver: str
    is_passed: bool
    purposes: frozenset[Purpose]
    channels: frozenset[Channel]
    notice_names_interest: bool
    shows_right_to_object: bool


@dataclass(frozen=True, slots=True)
class SoftOptIn:
    """A sale, or talks about one, in which we got the details (PECR reg. 22(3))."""

    reference: str
    dated: date | None
    product: str
    collected_by_us: bool
    showed_interest_in_buying: bool
    refusal_offered_then: bool
    refusal_offered_since: bool


@dataclass(frozen=True, slots=True)
class CharitySoftOptIn:
    """Interest in, or support of, a charity (PECR reg. 22(3A))."""

    reference: str
    obtained_on: date | None
    is_sole_purpose_charitable: bool
    is_for_same_charity: bool
    showed_interest_or_support: bool
    refusal_offered_throughout: bool


@dataclass(frozen=True, slots=True)
class RegisterCheck:
    """What a register said of a number, and when."""

    register: Register
    checked_at: datetime
    is_listed: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """A client's written instruction (UK GDPR Art. 28(3)(a)); `recipients` are their ids."""

    reference: str
    in_force: Period
    purposes: frozenset[Purpose]
    channels: frozenset[Channel]
    recipients: frozenset[str] = frozenset()
    covers_special_categories: bool = False


@dataclass(frozen=True, slots=True)
class ProcessorContract:
    """The contract under which the agency processes for a client (UK GDPR Art. 28(3))."""

    reference: str
    period: Period
    instructions: Sequence[Instruction] = ()


@dataclass(frozen=True, slots=True)
class ClientContract:
    """A contract with the person: what it is, what they asked for, why the data is needed."""

    reference: str
    period: Period
    step_asked_for: str
    necessity: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a decision rests on, for one identifier within one controller.

    `leads` carry the identifier. `events` are the identifier's own, and the objections of the
    person's other identifiers. `suppressed_since` are the suppression entries that match: the
    channel (None: all) and since when. `line_refused_since`: whoever holds the line told us not to
    call it. `holds` are legal holds, `access_requests` open requests for access, portability or a
    complaint. `born_on` is the latest day of birth that fits what is known. `identifier_fits` says
    whether the channel can reach the identifier at all; `has_platform_signals` whether the person
    granted both that an ad platform gets the data and that it personalises advertisements.
    """

    role: Role
    leads: Sequence[LeadFacts]
    events: Sequence[PermissionEvent]
    suppressed_since: Sequence[tuple[Channel | None, datetime]] = ()
    restrictions: Sequence[Restriction] = ()
    holds: Sequence[Period] = ()
    access_requests: Sequence[Period] = ()
    line_refused_since: datetime | None = None
    erased_at: datetime | None = None
    died_at: datetime | None = None
    born_on: date | None = None
    has_parental_authority: bool = False
    identifier_fits: bool = True
    has_platform_signals: bool = False
    subscriber: Subscriber = Subscriber()
    register_checks: Sequence[RegisterCheck] = ()
    assessment: Assessment | None = None
    soft_opt_in: SoftOptIn | None = None
    charity_opt_in: CharitySoftOptIn | None = None
    client_contract: ClientContract | None = None
    processor_contract: ProcessorContract | None = None
