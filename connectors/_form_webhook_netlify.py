"""Netlify: read a submission of a form that Netlify found in the pages.

Source: docs.netlify.com, forms/notifications, and recorded submissions.
"""

from connectors._form_webhook_sent import (
    FILE_DROPPED,
    TECHNICAL_DROPPED,
    TIME_UNREADABLE,
    Body,
    Sent,
    SentField,
    named,
    said,
    tables,
    text_of,
)
from connectors._values import instant_of

_TECHNICAL = frozenset(
    {
        *("ip", "user_agent", "form-name", "bot-field", "honeypot"),
        *("g-recaptcha-response", "h-captcha-response", "cf-turnstile-response"),
    }
)
_CSRF = ("csrf", "authenticity_token", "xsrf")
_REFERRER = "referrer"


def netlify(body: Body) -> Sent | None:
    """Return what was sent; None if the body has no `data`."""
    data = body.get("data")
    if not isinstance(data, dict):
        return None
    titles = {
        text_of(each.get("name")): each.get("title")
        for each in tables(body.get("ordered_human_fields"))
    }
    fields: list[SentField] = []
    remarks: list[str] = []
    for name, value in data.items():
        if _is_technical(name):
            remarks.append(TECHNICAL_DROPPED)
        elif _is_file(value):
            remarks.append(FILE_DROPPED)
        elif name != _REFERRER:
            # a title may run over several lines of the page
            fields.append(SentField(named(titles.get(text_of(name)), name), said(value) or ("",)))
    submitted_at = instant_of(body.get("created_at"))
    if submitted_at is None and body.get("created_at") is not None:
        remarks.append(TIME_UNREADABLE)
    return Sent(
        text_of(body.get("id")),
        text_of(body.get("form_id")),
        submitted_at,
        fields,
        page_url=text_of(data.get(_REFERRER)),
        remarks=remarks,
    )


def _is_technical(name: str) -> bool:
    bare = name.casefold()
    return bare in _TECHNICAL or any(part in bare for part in _CSRF)


def _is_file(value: object) -> bool:
    return isinstance(value, dict) and "filename" in value and "url" in value
