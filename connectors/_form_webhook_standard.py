"""Our own form of a submission, for every tool that can send Standard Webhooks.

    {"type": "form.submitted", "timestamp": "2026-05-12T09:30:00Z",
     "data": {"form_id": "contact", "email": "…", "consent": {"news": true}}}

What is nested is called by its path (`consent.news`). Source: standardwebhooks.com, specification.
"""

from collections.abc import Iterator

from connectors._form_webhook_sent import (
    TIME_UNREADABLE,
    Body,
    Sent,
    SentField,
    named,
    said,
    text_of,
)
from connectors._values import flag_of, instant_of

_OWN = frozenset({"form_id", "submitted_at", "page_url", "is_test"})
_DEEPEST = 8


def standard(body: Body) -> Sent | None:
    """Return what was sent; None if there is no `data`."""
    data = body.get("data")
    if not isinstance(data, dict):
        return None
    fields = list(_fields({key: value for key, value in data.items() if key not in _OWN}, "", 0))
    given = data.get("submitted_at", body.get("timestamp"))
    submitted_at = instant_of(given)
    return Sent(
        None,  # it is in a header
        text_of(data.get("form_id")),
        submitted_at,
        fields,
        page_url=text_of(data.get("page_url")),
        is_test=bool(flag_of(data.get("is_test"))),
        remarks=[TIME_UNREADABLE] if given is not None and submitted_at is None else [],
    )


def _fields(given: Body, before: str, depth: int) -> Iterator[SentField]:
    for key, value in given.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and value and depth < _DEEPEST:
            yield from _fields(value, f"{name}.", depth + 1)
        else:
            yield SentField(named(name), said(value) or ("",), is_group=isinstance(value, list))
