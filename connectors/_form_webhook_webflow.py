"""Webflow: read the fields of a form by their labels.

Source: developers.webflow.com, data/reference/webhooks/events/form-submission.
"""

from connectors._form_webhook_sent import (
    FILE_DROPPED,
    TIME_UNREADABLE,
    Body,
    Sent,
    SentField,
    named,
    said,
    table,
    tables,
    text_of,
)
from connectors._values import instant_of

EVENT = "form_submission"

_FILE = "FormFileUploadInput"


def webflow(body: Body) -> Sent | None:
    """Return what was sent; None if the event is not that of a form that was sent."""
    payload = body.get("payload")
    if body.get("triggerType") != EVENT or not isinstance(payload, dict):
        return None
    schema = {text_of(each.get("fieldName")): each for each in tables(payload.get("schema"))}
    fields: list[SentField] = []
    remarks: list[str] = []
    for label, value in table(payload.get("data")).items():
        described = schema.get(text_of(label), {})
        if described.get("fieldType") == _FILE:
            remarks.append(FILE_DROPPED)
            continue
        names = named(label, described.get("fieldElementId"))
        fields.append(SentField(names, said(value) or ("",)))
    submitted_at = instant_of(payload.get("submittedAt"))
    if submitted_at is None and payload.get("submittedAt") is not None:
        remarks.append(TIME_UNREADABLE)
    return Sent(
        text_of(payload.get("id")),
        text_of(payload.get("formId")),
        submitted_at,
        fields,
        page_url=text_of(payload.get("pageUrl")),
        remarks=remarks,
    )
