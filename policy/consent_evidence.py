"""What must be held before a consent counts, and what is missing of it (rules BAS-1 and BAS-2)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from policy.missing import Missing, missing
from policy.vocabulary import Channel, IdentifierKind, Purpose, Word


class ConsentStatus(Word):
    """Where a consent stands; only `given` and `renewed` permit (UK GDPR Art. 7)."""

    REQUESTED = "requested"
    REFUSED = "refused"
    GIVEN = "given"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ConsentEvidence:
    """All that proves one consent. An empty text, None or an empty tuple means: not held.

    Who: the kind of `identifier` that was left. When: `occurred_at`, aware, as the source told it
    (`has_source_time`; False: our own receipt), the zone and the precision it was told in. How: the
    form and its version, the `control` (a checkbox, say), whether it was ticked beforehand or
    required, and the exact `action`. Told what: the notice and the hex SHA-256 of its content, the
    exact `wording` beside the control and the hex SHA-256 of that, the language (BCP 47). For
    whom and what: `controllers` by name, purposes, channels. Then how to withdraw, until when it
    holds (exclusive), where it stands, and, if withdrawn, when and how. `express_statement` and
    `special_category` are for explicit consent only (UK GDPR Art. 9(2)(a)).
    """

    identifier: IdentifierKind | None = None
    occurred_at: datetime | None = None
    has_source_time: bool = False
    time_zone: str = ""
    time_precision: str = ""
    form_id: str = ""
    form_version: str = ""
    control: str = ""
    is_pre_ticked: bool | None = None
    is_required: bool | None = None
    action: str = ""
    notice_id: str = ""
    notice_hash: str = ""
    wording: str = ""
    wording_hash: str = ""
    language: str = ""
    controllers: tuple[str, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    channels: tuple[Channel, ...] = ()
    withdrawal_method: str = ""
    valid_until: datetime | None = None
    status: ConsentStatus | None = None
    withdrawn_at: datetime | None = None
    withdrawn_how: str = ""
    express_statement: str = ""
    special_category: str = ""


def of_consent(consent: ConsentEvidence) -> tuple[Missing, ...]:
    """Name what a consent lacks; empty: all that proves it is held.

    A box that was ticked beforehand or had to be ticked lacks the free choice that makes a consent
    (`empty_default`, `free_choice`). A wording whose hash is another one is not the exact wording.
    A refusal or a withdrawal is proven by the same items: whether the consent stands is its status,
    not asked here. Rule: BAS-1. UK GDPR Art. 4(11), 7(1), 13; ICO guidance on consent; EDPB
    Guidelines 05/2020.
    """
    return missing((*_who_and_when(consent), *_how(consent), *_told(consent), *_scope(consent)))


def of_explicit_consent(consent: ConsentEvidence) -> tuple[Missing, ...]:
    """Name what an explicit consent lacks: all that any consent needs, and an express statement.

    The statement names the special category, in whatever case. Rule: BAS-2. UK GDPR Art. 9(2)(a).
    """
    statement = consent.express_statement.strip().casefold()
    category = consent.special_category.strip().casefold()
    return of_consent(consent) + missing(
        (
            (Missing.EXPRESS_STATEMENT, statement),
            (Missing.CATEGORY_NAMED, category and category in statement),
        )
    )


def text_hash(text: str) -> str:
    """Return the hex SHA-256 of a text in UTF-8, as `wording_hash` and `notice_hash` hold it."""
    return hashlib.sha256(text.encode()).hexdigest()


Items = tuple[tuple[Missing, object], ...]


def _who_and_when(consent: ConsentEvidence) -> Items:
    at = consent.occurred_at
    return (
        (Missing.IDENTIFIER, consent.identifier),
        (Missing.INSTANT, at is not None and at.utcoffset() is not None),
        (Missing.SOURCE_TIME, consent.has_source_time),
        (Missing.TIME_ZONE, consent.time_zone.strip()),
        (Missing.TIME_PRECISION, consent.time_precision.strip()),
    )


def _how(consent: ConsentEvidence) -> Items:
    return (
        (Missing.FORM, consent.form_id.strip()),
        (Missing.FORM_VERSION, consent.form_version.strip()),
        (Missing.CONTROL_TYPE, consent.control.strip()),
        (Missing.DEFAULT_STATE, consent.is_pre_ticked is not None),
        (Missing.EMPTY_DEFAULT, not consent.is_pre_ticked),
        (Missing.OPTIONALITY, consent.is_required is not None),
        (Missing.FREE_CHOICE, not consent.is_required),
        (Missing.ACTION, consent.action.strip()),
    )


def _told(consent: ConsentEvidence) -> Items:
    is_exact = consent.wording_hash == text_hash(consent.wording)
    return (
        (Missing.NOTICE, consent.notice_id.strip()),
        (Missing.NOTICE_HASH, consent.notice_hash.strip()),
        (Missing.WORDING, consent.wording.strip()),
        (Missing.WORDING_HASH, is_exact),
        (Missing.LANGUAGE, consent.language.strip()),
    )


def _scope(consent: ConsentEvidence) -> Items:
    is_withdrawn = consent.status is ConsentStatus.WITHDRAWN
    named = [bool(name.strip()) for name in consent.controllers]
    return (
        (Missing.CONTROLLERS, named and all(named)),
        (Missing.PURPOSES, consent.purposes),
        (Missing.CHANNELS, consent.channels),
        (Missing.WITHDRAWAL_METHOD, consent.withdrawal_method.strip()),
        (Missing.VALIDITY_END, consent.valid_until),
        (Missing.STATE, consent.status),
        (Missing.WITHDRAWN_AT, consent.withdrawn_at or not is_withdrawn),
        (Missing.WITHDRAWN_HOW, consent.withdrawn_how.strip() or not is_withdrawn),
    )
