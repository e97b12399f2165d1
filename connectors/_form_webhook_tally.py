"""Tally: read the fields of a form, with choices by their words instead of their ids.

Source: developers.tally.so, webhooks; tally.so/help/webhooks.
"""

from collections.abc import Mapping

from connectors._form_webhook_sent import (
    FILE_DROPPED,
    PAYMENT_DROPPED,
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

EVENT = "FORM_RESPONSE"
OPTION_UNKNOWN = "option_unknown"

_CONTACT = {"INPUT_EMAIL": "email", "INPUT_PHONE_NUMBER": "phone"}
_DROPPED = {
    "FILE_UPLOAD": FILE_DROPPED,
    "SIGNATURE": FILE_DROPPED,
    "PAYMENT": PAYMENT_DROPPED,
}
_HIDDEN = frozenset({"HIDDEN_FIELDS", "CALCULATED_FIELDS"})
_GROUPS = frozenset({"CHECKBOXES", "MULTI_SELECT"})


def tally(body: Body) -> Sent | None:
    """Return what was sent; None if the event is not that of a form that was sent."""
    data = body.get("data")
    if body.get("eventType") != EVENT or not isinstance(data, dict):
        return None
    given = tables(data.get("fields"))
    single = _single_options(given)
    fields: list[SentField] = []
    remarks: list[str] = []
    for field in given:
        kind = text_of(field.get("type")) or ""
        if kind in _DROPPED:
            remarks += [_DROPPED[kind]] if field.get("value") else []
            continue
        read, is_odd = _field(field, kind, single)
        fields.append(read)
        remarks += [OPTION_UNKNOWN] if is_odd else []
    submitted_at = instant_of(data.get("createdAt"))
    if submitted_at is None and data.get("createdAt") is not None:
        remarks.append(TIME_UNREADABLE)
    return Sent(
        text_of(data.get("responseId")),
        text_of(data.get("formId")),
        submitted_at,
        fields,
        tells_wordings=True,
        remarks=remarks,
    )


def _options(field: Body) -> dict[str, str]:
    found = ((text_of(each.get("id")), text_of(each.get("text"))) for each in _listed(field))
    return {own_id: text for own_id, text in found if own_id and text}


def _listed(field: Body) -> list[Body]:
    return tables(field.get("options"))


def _single_options(fields: list[Body]) -> Mapping[str, str]:
    """Return the words of every option by the key of the field that Tally sends for it alone."""
    return {
        f"{key}_{own_id}": text
        for field in fields
        if (key := text_of(field.get("key")))
        for own_id, text in _options(field).items()
    }


def _field(field: Body, kind: str, single: Mapping[str, str]) -> tuple[SentField, bool]:
    """Return one field, and whether a choice was made that is not among its options."""
    key, options, value = text_of(field.get("key")) or "", _options(field), field.get("value")
    own_words = single.get(key)
    values = said(value)
    is_odd = bool(_listed(field)) and any(each and each not in options for each in values)
    values = tuple(options.get(each, each) for each in values)
    read = SentField(
        named(field.get("label"), key),
        values or ("",),
        is_a=_CONTACT.get(kind),
        shown=named(own_words, field.get("label"), *options.values()),
        is_hidden=kind in _HIDDEN,
        is_group=kind in _GROUPS and own_words is None,
        is_detail=own_words is not None,
    )
    return read, is_odd
