"""Gravity Forms: read an entry, whose fields stand under their numbers.

Source: docs.gravityforms.com, entry-object and triggering-webhooks-on-form-submissions.
"""

import re
from datetime import UTC, datetime

from connectors._form_webhook_sent import (
    TECHNICAL_DROPPED,
    TIME_UNREADABLE,
    Body,
    Sent,
    SentField,
    named,
    said,
    text_of,
)

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_OF_THE_ENTRY = frozenset(
    {
        *("id", "form_id", "date_created", "date_updated", "source_url", "post_id", "created_by"),
        *("currency", "is_starred", "is_read", "is_fulfilled", "status", "source_id"),
        *("payment_status", "payment_date", "payment_amount", "payment_method", "transaction_id"),
        "transaction_type",
    }
)
_TECHNICAL = frozenset({"ip", "user_agent"})


def gravity_forms(body: Body) -> Sent | None:
    """Return what was sent; None if the body is no entry."""
    fields = [
        SentField(named(name), said(value) or ("",))
        for name, value in body.items()
        if name not in _OF_THE_ENTRY and name not in _TECHNICAL
    ]
    if not fields:
        return None
    given = text_of(body.get("date_created"))
    submitted_at = _instant(given)
    remarks = [TECHNICAL_DROPPED] if _TECHNICAL & body.keys() else []
    remarks += [TIME_UNREADABLE] if given is not None and submitted_at is None else []
    return Sent(
        text_of(body.get("id")),
        text_of(body.get("form_id")),
        submitted_at,
        fields,
        page_url=text_of(body.get("source_url")),
        remarks=remarks,
    )


def _instant(text: str | None) -> datetime | None:
    """Return when an entry was made: it is written without a zone, and is UTC as documented."""
    if text is None or not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
