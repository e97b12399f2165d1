"""Typeform: read the answers of a form, with the words of its questions.

Source: typeform.com, developers/webhooks/example-payload.
"""

from connectors._form_webhook_sent import (
    FILE_DROPPED,
    PAYMENT_DROPPED,
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

EVENT = "form_response"

_CONTACT = {"email": "email", "phone_number": "phone"}
_DROPPED = {"file_url": FILE_DROPPED, "payment": PAYMENT_DROPPED}
_UNANSWERED = ("",)


def typeform(body: Body) -> Sent | None:
    """Return what was sent; None if the event is not that of a form that was sent."""
    response = body.get("form_response")
    if body.get("event_type") != EVENT or not isinstance(response, dict):
        return None
    questions = tables(table(response.get("definition")).get("fields"))
    by_id = {text_of(question.get("id")): question for question in questions}
    by_id.pop(None, None)
    fields: list[SentField] = []
    remarks: list[str] = []
    answered: set[str | None] = set()
    for answer in tables(response.get("answers")):
        kind, own = text_of(answer.get("type")) or "", table(answer.get("field"))
        answered.add(text_of(own.get("id")))
        if kind in _DROPPED:
            remarks.append(_DROPPED[kind])
        else:
            fields.append(_field(answer, kind, own, by_id.get(text_of(own.get("id")))))
    # a box that nobody ticked is not among the answers, and yet was there to be ticked
    fields += [
        _question(question, own_id) for own_id, question in by_id.items() if own_id not in answered
    ]
    hidden = table(response.get("hidden"))
    fields += [SentField(named(key), said(hidden[key]), is_hidden=True) for key in hidden]
    submitted_at = instant_of(response.get("submitted_at"))
    if submitted_at is None and response.get("submitted_at") is not None:
        remarks.append(TIME_UNREADABLE)
    return Sent(
        text_of(response.get("token")),
        text_of(response.get("form_id")),
        submitted_at,
        fields,
        tells_wordings=True,
        remarks=remarks,
    )


def _field(answer: Body, kind: str, own: Body, question: Body | None) -> SentField:
    value = answer.get(kind)
    is_group = kind == "choices"
    if kind == "choice":
        choice = table(value)
        value = choice.get("label") if choice.get("label") is not None else choice.get("other")
    elif is_group:
        choices = table(value)
        labels, other = choices.get("labels"), choices.get("other")
        value = [*(labels if isinstance(labels, list) else ()), other]
    title = question.get("title") if question else None
    return SentField(
        named(title, own.get("ref"), own.get("id")),
        said(value),
        is_a=_CONTACT.get(kind),
        shown=named(title),
        is_group=is_group,
    )


def _question(question: Body, own_id: str | None) -> SentField:
    title = question.get("title")
    return SentField(
        named(title, question.get("ref"), own_id), _UNANSWERED, shown=named(title), is_group=False
    )
