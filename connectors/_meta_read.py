"""Read a Meta lead, or a row of a downloaded file, into a submission.

Source: developers.facebook.com, marketing-api, lead-ads/retrieving, v26.0.
"""

from collections.abc import Mapping, Sequence

import orjson

from connectors import _meta_rows
from connectors._meta_boxes import boxes_of
from connectors._meta_fields import (
    ANSWER,
    FormShape,
    contact_of,
    is_test_data,
    kind_of_name,
    shape_of,
)
from connectors._values import flag_of, id_of, instant_of, texts_of
from connectors.base import Delivery, Problem, ProblemCode, Submission

JSON_MEDIA_TYPE = "application/json"

_ORIGIN_KEYS = (
    "platform",
    "ad_id",
    "ad_name",
    "adset_id",
    "adset_name",
    "campaign_id",
    "campaign_name",
    "partner_name",
    "retailer_item_id",
)
_NO_KINDS: Mapping[str, str] = {}
_DUMMY_MARK = b"test lead: dummy data for"

_Values = dict[str, list[str]]


def read(delivery: Delivery) -> Sequence[Submission | Problem]:
    """Read one lead object or one file row. Pure and repeatable; bad data becomes a `Problem`.

    The payload is a lead as Graph sends it (`application/json`), or a row as `open_file`
    made it (`_meta_rows.ROW_MEDIA_TYPE`).
    """
    if delivery.media_type == _meta_rows.ROW_MEDIA_TYPE:
        return (_meta_rows.read_row(delivery),)
    if delivery.media_type != JSON_MEDIA_TYPE:
        detail = "The item is neither a Meta lead nor a row of a Meta file. Import it elsewhere."
        return (Problem(ProblemCode.NOT_JSON, detail, delivery.external_id),)
    try:
        lead = orjson.loads(delivery.payload)
    except orjson.JSONDecodeError:
        return (_not_json(delivery),)
    if isinstance(lead, dict):
        return (_lead(delivery, lead),)
    detail = "A lead is a JSON object, but this is another kind of value. Fetch the lead again."
    return (Problem(ProblemCode.NOT_AN_OBJECT, detail, delivery.external_id),)


def _not_json(delivery: Delivery) -> Problem:
    try:
        delivery.payload.decode()
    except UnicodeDecodeError:
        detail = "The lead's bytes are not UTF-8. Fetch the lead again."
        return Problem(ProblemCode.ENCODING, detail, delivery.external_id)
    detail = "The lead is not whole JSON. Fetch the lead again."
    return Problem(ProblemCode.NOT_JSON, detail, delivery.external_id)


def _lead(delivery: Delivery, lead: Mapping[str, object]) -> Submission | Problem:
    """Read a lead object of the Graph API."""
    external_id = id_of(lead.get("id"))
    if external_id is None:
        return _without_id(lead.get("id"), delivery.external_id)
    submitted_at = instant_of(lead.get("created_time"))
    if submitted_at is None:
        return _without_time(lead.get("created_time"), external_id)
    form_id, shape, remarks = _form(delivery, lead.get("form_id"))
    fields = _fields(lead.get("field_data"), shape)
    if fields is None:
        detail = (
            "field_data is not a list of names with values. Ask Meta for field_data and fetch the "
            "lead again."
        )
        return Problem(ProblemCode.FIELDS_UNREADABLE, detail, external_id)
    found, answers = fields
    is_test = delivery.listed_as_test
    contact, surplus = contact_of(found)
    if not is_test:
        shown = _all_values(found, answers) if _DUMMY_MARK in delivery.payload else ()
        is_test = is_test_data(contact, shown)
    if surplus:
        remarks.append("several_values")
        for kind, values in surplus.items():
            answers[kind] = answers.get(kind, []) + values
    boxes, oddities = boxes_of(lead.get("custom_disclaimer_responses"), shape)
    remarks.extend(oddities)
    if not (contact.emails or contact.phones):
        remarks.append("no_contact")
    return Submission(
        external_id,
        submitted_at,
        form_id,
        contact,
        answers,
        boxes,
        is_test,
        _origin(lead),
        shape.notice if shape else None,
        tuple(remarks),
    )


def _without_id(given: object, known_id: str | None) -> Problem:
    if given is None or given == "":
        detail = "The lead has no id, so it cannot be told from another. Fetch the lead again."
        return Problem(ProblemCode.ID_MISSING, detail, known_id)
    detail = (
        "The lead's id is not a whole number in digits, as if a spreadsheet or a float had rounded "
        "it. Fetch the lead again and keep ids as text."
    )
    return Problem(ProblemCode.ID_MANGLED, detail, known_id)


def _without_time(given: object, external_id: str) -> Problem:
    if given is None or given == "":
        detail = "The lead has no created_time. Ask Meta for created_time and fetch it again."
        return Problem(ProblemCode.TIME_MISSING, detail, external_id)
    detail = (
        "created_time is not an ISO time with an offset such as +0000, so the moment is not known. "
        "Fetch the lead again."
    )
    return Problem(ProblemCode.TIME_UNREADABLE, detail, external_id)


def _form(delivery: Delivery, given_id: object) -> tuple[str | None, FormShape | None, list[str]]:
    """Return the form's id, its shape if the notice is the one of that form, and remarks."""
    form_id = id_of(given_id)
    notice = delivery.notice
    if notice is None:
        return form_id, None, []
    if form_id is not None and notice.form_id != form_id:
        # The wording of another form proves nothing about what this person saw.
        return form_id, None, ["notice_of_another_form"]
    return notice.form_id, shape_of(notice), []


def _fields(field_data: object, shape: FormShape | None) -> tuple[_Values, _Values] | None:
    """Return contact values by kind and answers by name; None if an entry cannot be understood."""
    if not isinstance(field_data, list):
        return None
    kinds = shape.kinds if shape else _NO_KINDS
    found: _Values = {}
    answers: _Values = {}
    for entry in field_data:
        if not isinstance(entry, dict):
            return None
        name = entry.get("name")
        values = texts_of(entry.get("values"))
        if values is None or not isinstance(name, str):
            return None
        kind = kinds.get(name) or kind_of_name(name)
        target, key = (answers, name) if kind == ANSWER else (found, kind)
        if key in target:
            target[key] = target[key] + values
        else:
            target[key] = values
    return found, answers


def _all_values(*groups: _Values) -> list[str]:
    return [value for group in groups for values in group.values() for value in values]


def _origin(lead: Mapping[str, object]) -> dict[str, str | bool]:
    """Return campaign, ad and platform as far as they came; organic and test leads have no ad."""
    origin: dict[str, str | bool] = {}
    for key in _ORIGIN_KEYS:
        value = lead.get(key)
        if not value:
            continue
        if isinstance(value, str):
            origin[key] = value
        elif isinstance(value, int) and not isinstance(value, bool):
            origin[key] = str(value)
    is_organic = flag_of(lead.get("is_organic"))
    if is_organic is not None:
        origin["is_organic"] = is_organic
    return origin
