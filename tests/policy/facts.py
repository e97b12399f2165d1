"""Builders of what policy judges, with safe defaults: a test names only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from policy.decision import Decision
from policy.facts import Facts, LeadFacts, Restriction
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import (
    BoxAnswer,
    BoxDefect,
    BoxMeaning,
    Channel,
    EventKind,
    Identifier,
    IdentifierKind,
    LawfulBasis,
    Notice,
    NoticeBox,
    PermissionEvent,
    Purpose,
    Role,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SUBMITTED_AT = NOW - timedelta(days=10)
EXPIRES_AT = datetime(2028, 2, 20, tzinfo=UTC)
LEAD_ID = UUID(int=1)
PRIYA = Identifier(IdentifierKind.EMAIL, "priya@post.example")
PRIYAS_PHONE = Identifier(IdentifierKind.PHONE, "+447700900123")


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def lead(
    number: int = 1,
    *,
    submitted_at: datetime = SUBMITTED_AT,
    received_at: datetime | None = None,
    expires_at: datetime = EXPIRES_AT,
    **fields: Any,
) -> LeadFacts:
    """`fields` are the other fields of `LeadFacts`, by their names."""
    received = received_at or submitted_at + timedelta(minutes=1)
    return LeadFacts(UUID(int=number), submitted_at, received, expires_at, **fields)


def event(
    kind: EventKind,
    at: datetime = SUBMITTED_AT,
    *,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    channel: Channel | None = Channel.EMAIL,
    lead_number: int | None = 1,
    defect: BoxDefect | None = None,
    valid_until: datetime | None = None,
) -> PermissionEvent:
    basis = LawfulBasis.CONSENT if kind in (EventKind.GIVEN, EventKind.RENEWED) else None
    lead_id = None if lead_number is None else UUID(int=lead_number)
    return PermissionEvent(
        kind, purpose, channel, at, lead_id, basis, defect, "marketing", valid_until
    )


def given(
    at: datetime = SUBMITTED_AT,
    *,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    channel: Channel = Channel.EMAIL,
    lead_number: int = 1,
    valid_until: datetime | None = EXPIRES_AT,
) -> PermissionEvent:
    return event(
        EventKind.GIVEN,
        at,
        purpose=purpose,
        channel=channel,
        lead_number=lead_number,
        valid_until=valid_until,
    )


def enquired(
    at: datetime = SUBMITTED_AT,
    *,
    channel: Channel = Channel.EMAIL,
    lead_number: int = 1,
    valid_until: datetime | None = EXPIRES_AT,
) -> PermissionEvent:
    return PermissionEvent(
        EventKind.ENQUIRED,
        Purpose.ENQUIRY_RESPONSE,
        channel,
        at,
        UUID(int=lead_number),
        LawfulBasis.CONTRACT,
        valid_until=valid_until,
    )


def use(
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    channel: Channel = Channel.EMAIL,
    at: datetime = NOW,
    **fields: Any,
) -> UseRequest:
    """`fields` are the other fields of `UseRequest`, by their names."""
    return UseRequest(purpose, channel, at, **fields)


def facts(
    *events: PermissionEvent,
    leads: tuple[LeadFacts, ...] | None = None,
    role: Role = Role.CONTROLLER,
    is_restricted: bool = False,
    has_platform_signals: bool = True,
    **fields: Any,
) -> Facts:
    """`fields` are the other fields of `Facts`, by their names."""
    if is_restricted:
        fields["restrictions"] = (Restriction(SUBMITTED_AT),)
    held = (lead(),) if leads is None else leads
    return Facts(role, held, events, has_platform_signals=has_platform_signals, **fields)


def decision(
    *events: PermissionEvent,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    channel: Channel = Channel.EMAIL,
    at: datetime = NOW,
    leads: tuple[LeadFacts, ...] | None = None,
) -> Decision:
    return decide(use(purpose, channel, at), facts(*events, leads=leads))


def box(
    key: str = "marketing",
    text: str | None = "Yes, send me news by e-mail.",
    *,
    is_required: bool = False,
    is_pre_ticked: bool = False,
) -> NoticeBox:
    return NoticeBox(key, text, is_required, is_pre_ticked)


def notice(
    *boxes: NoticeBox,
    form_id: str = "form-1",
    privacy_url: str | None = "https://nectra.example/privacy",
    wording_known: bool = True,
) -> Notice:
    return Notice(
        form_id,
        "Website check",
        "en_GB",
        privacy_url,
        "Privacy policy",
        "Consent",
        "We would like to keep in touch.",
        boxes,
        (),
        wording_known,
    )


def answer(
    key: str = "marketing", raw: str | None = "1", *, is_ticked: bool | None = True
) -> BoxAnswer:
    return BoxAnswer(key, raw, is_ticked)


def meaning(
    *channels: Channel,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    key: str | None = "marketing",
    wording: str | None = None,
    form: str | None = None,
) -> BoxMeaning:
    return BoxMeaning(purpose, channels or (Channel.EMAIL,), key, wording, form)
