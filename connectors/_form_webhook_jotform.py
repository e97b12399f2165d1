"""Jotform: read the answers that it sends as JSON inside a form.

Source: jotform.com/help/245, and recorded deliveries. Files that people uploaded, timers and the
like stand under names of their own beside the questions (`q3_name`), and are left out.
"""

import re
from collections.abc import Iterator

from connectors._form_webhook_bodies import json_body
from connectors._form_webhook_sent import (
    FILE_DROPPED,
    Body,
    Sent,
    SentField,
    named,
    said,
    text_of,
)

_QUESTION = re.compile(r"(q[0-9]{1,5})_(.{1,200})", re.DOTALL)
_HALF_NAMES = {"first": "first_name", "last": "last_name"}
_PHONE_PARTS = ({"area", "phone"}, {"country", "area", "phone"}, {"full"})
_DATE_PARTS = ("year", "month", "day")


def jotform(body: Body) -> Sent | None:
    """Return what was sent; None if it holds no answers.

    Raises:
        UnreadableError: the answers are no JSON object.
    """
    given = text_of(body.get("rawRequest"))
    if given is None:
        return None
    raw = json_body(given.encode())
    fields = [field for name, value in raw.items() for field in _fields(name, value)]
    remarks = [FILE_DROPPED] if "temp_upload" in raw else []
    return Sent(
        text_of(body.get("submissionID")),
        text_of(body.get("formID")),
        None,  # no time comes with it
        fields,
        remarks=remarks,
    )


def _fields(name: str, value: object) -> Iterator[SentField]:
    question = _QUESTION.fullmatch(name)
    if question is None:
        return
    bare = question[2]
    if not isinstance(value, dict):
        yield SentField(named(bare, name), said(value) or ("",), is_group=isinstance(value, list))
        return
    parts = value.keys()
    if parts & _HALF_NAMES.keys():
        for part in parts:
            names = named(f"{bare}.{part}", f"{name}.{part}")
            yield SentField(names, said(value[part]), is_a=_HALF_NAMES.get(part))
    elif set(parts) in _PHONE_PARTS:
        number = " ".join(filter(None, (text_of(part) for part in value.values())))
        yield SentField(named(bare, name), (number,), is_a="phone")
    elif set(parts) >= set(_DATE_PARTS):
        day = "-".join(text_of(value[part]) or "" for part in _DATE_PARTS).strip("-")
        yield SentField(named(bare, name), (day,))
    else:
        yield SentField(named(bare, name), _listed(value))


def _listed(value: Body) -> tuple[str, ...]:
    """Return the answers of a question with several parts; those of a list of choices as such."""
    if all(part.isdigit() for part in value):
        return tuple(text for part in value.values() for text in said(part))
    return said(value)
