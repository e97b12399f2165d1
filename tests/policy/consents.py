"""A consent that is proven whole, and the record of it that lacks nothing, to take away from."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from policy.consent_evidence import ConsentEvidence, ConsentStatus, text_hash
from policy.consent_records.details import Party, RecordDetails
from policy.vocabulary import Channel, IdentifierKind, Purpose

GIVEN_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
VALID_UNTIL = datetime(2028, 3, 2, tzinfo=UTC)
WORDING = "Yes, Northgate Studio may e-mail me its news."
STATEMENT = "I agree that you use what I said about my Health."

PROVEN = ConsentEvidence(
    identifier=IdentifierKind.EMAIL,
    occurred_at=GIVEN_AT,
    has_source_time=True,
    time_zone="UTC",
    time_precision="second",
    form_id="form-1",
    form_version="version-7",
    control="checkbox",
    is_pre_ticked=False,
    is_required=False,
    action="ticked: 1",
    notice_id="notice-7",
    notice_hash=text_hash("the whole notice"),
    wording=WORDING,
    wording_hash=text_hash(WORDING),
    language="en-GB",
    controllers=("Northgate Studio",),
    purposes=(Purpose.DIRECT_MARKETING,),
    channels=(Channel.EMAIL,),
    withdrawal_method="mailto:privacy@northgate.example",
    valid_until=VALID_UNTIL,
    status=ConsentStatus.GIVEN,
)

EXPLICIT = replace(PROVEN, express_statement=STATEMENT, special_category="health")

WHOLE = RecordDetails(
    record_id=UUID(int=1),
    subject=UUID(int=2),
    identifier=UUID(int=3),
    event=ConsentStatus.GIVEN,
    controllers=(
        Party(
            "agency",
            "Northgate Studio",
            "privacy@northgate.example",
            "1 North Gate, Testford",
        ),
    ),
    notice_url="https://northgate.example/privacy",
    jurisdiction="GB",
    keep_until=VALID_UNTIL,
    recipients=(),
    storage_locations=("GB", "IE"),
)


def proven(**changes: Any) -> ConsentEvidence:
    """Return the proven consent with some items changed."""
    return replace(PROVEN, **changes)


def whole(**changes: Any) -> RecordDetails:
    """Return the details that lack nothing, with some changed."""
    return replace(WHOLE, **changes)
