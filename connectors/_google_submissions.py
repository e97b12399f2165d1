"""A submission of the Google Ads API: from a row of its stream to a delivery, and to what it says.

A delivery is the row as Google's own REST interface writes it (proto3 JSON), so that it can be read
by people, masked, and read again without Google's package. Nothing of the row is left out.

Source: google-ads 34.0.0, resources/types/lead_form_submission_data.py (the same in v23 to v26).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from connectors._google_field_types import FIELD_TYPES
from connectors._google_fields import read_fields
from connectors._google_ids import external_id_of, id_of_test, is_test
from connectors._google_notice import Boxed, shown_of
from connectors._google_questions import OptIns
from connectors._values import instant_of
from connectors.base import Delivery, Marks, Problem, ProblemCode, Submission

MEDIA_TYPE = "application/json"
_RESOURCE = "lead_form_submission_data"
_FIELDS = (
    *("resource_name", "id", "asset", "campaign", "ad_group", "ad_group_ad", "gclid"),
    *("submission_date_time", "lead_form_submission_fields"),
    "custom_lead_form_submission_fields",
)
_COLUMNS = ", ".join(f"{_RESOURCE}.{name}" for name in _FIELDS)
_TELLING = ("resource_name", "id", "asset", "submission_date_time")
_LISTED_COLUMNS = ", ".join(f"{_RESOURCE}.{name}" for name in _TELLING)
_NAMES = dict(FIELD_TYPES)
_ORIGIN = {"campaign": "campaign_id", "adGroup": "ad_group_id", "adGroupAd": "ad_id"}

SEEN_AT_ANOTHER_TIME = "form_seen_at_another_time"

_NOT_JSON = "The stored submission is no JSON object. Pull again."
_NO_ID = "The submission has no resource name, so it cannot be told from another. Pull again."
_NO_FIELDS = (
    "The answers are in no known shape. Bring this version up to date, then replay the delivery."
)


def submissions_query(since: datetime | None) -> str:
    """Return the query for submissions sent since a moment (aware), None: all that Google has.

    Google does not say which clock a time in a condition is told by, so the moment must lie a day
    and more before what is wanted.
    """
    return _query(_COLUMNS, since)


def listing_query(since: datetime | None) -> str:
    """Return the query for what tells submissions apart, and for nobody's answers; as above."""
    return _query(_LISTED_COLUMNS, since)


def _query(columns: str, since: datetime | None) -> str:
    wanted = f"SELECT {columns} FROM {_RESOURCE}"  # noqa: S608 - names of our own
    if since is None:
        return wanted
    return f"{wanted} WHERE {_RESOURCE}.submission_date_time >= '{since:%Y-%m-%d %H:%M:%S}'"


def as_json(submission: Any) -> dict[str, Any]:  # noqa: ANN401 - a message of Google's
    """Return a `LeadFormSubmissionData` as the REST interface writes it.

    A field type that this version does not know keeps its number and its value.
    """
    given = submission.lead_form_submission_fields
    try:
        fields = [{"fieldType": _NAMES[f.field_type], "fieldValue": f.field_value} for f in given]
    except KeyError:
        types = [_NAMES.get(number := f.field_type, number) for f in given]
        fields = [
            {"fieldType": name, "fieldValue": f.field_value}
            for name, f in zip(types, given, strict=True)
        ]
    row = {
        "resourceName": submission.resource_name,
        "id": submission.id,
        "asset": submission.asset,
        "campaign": submission.campaign,
        "adGroup": submission.ad_group,
        "adGroupAd": submission.ad_group_ad,
        "gclid": submission.gclid,
        "submissionDateTime": submission.submission_date_time,
        "leadFormSubmissionFields": fields,
    }
    if own := submission.custom_lead_form_submission_fields:
        row["customLeadFormSubmissionFields"] = [
            {"questionText": each.question_text, "fieldValue": each.field_value} for each in own
        ]
    return row


def read_submission(delivery: Delivery, opt_ins: OptIns, boxed: Boxed) -> Submission | Problem:
    """Read a row that `as_json` wrote. Pure and repeatable; bad data becomes a `Problem`.

    Args:
        delivery: the row as JSON, with the form's notice where that is known.
        opt_ins: the questions that ask for permission.
        boxed: gives the notice the boxes that those questions are; the same notice, the same
            object.
    """
    try:
        row = orjson.loads(delivery.payload)
    except orjson.JSONDecodeError:
        return Problem(ProblemCode.NOT_JSON, _NOT_JSON, delivery.external_id)
    if not isinstance(row, dict):
        return Problem(ProblemCode.NOT_AN_OBJECT, _NOT_JSON, delivery.external_id)
    name = row.get("resourceName")
    if not isinstance(name, str) or not name:
        return Problem(ProblemCode.ID_MISSING, _NO_ID, delivery.external_id)
    external_id = external_id_of(name)
    submitted_at = instant_of(row.get("submissionDateTime"))
    if submitted_at is None:
        return _without_time(row.get("submissionDateTime"), external_id)
    given = _pairs(row.get("leadFormSubmissionFields"), "fieldType")
    own = _pairs(row.get("customLeadFormSubmissionFields"), "questionText")
    if given is None or own is None:
        return Problem(ProblemCode.FIELDS_UNREADABLE, _NO_FIELDS, external_id)
    fields = read_fields(given)
    custom = opt_ins.read((opt_ins.worded(text), text, value) for text, value in own)
    answers = fields.answers
    for text, values in custom.answers.items():
        answers.setdefault(text, []).extend(values)
    shown = shown_of(delivery, _last(row.get("asset")), custom, boxed)
    number, click = row.get("id"), row.get("gclid")
    number = number if isinstance(number, str) and number else None
    click = click if isinstance(click, str) and click else None
    remarks = fields.remarks + custom.remarks + shown.remarks
    if shown.notice is not None and not shown.notice.wording_known:
        remarks = (*remarks, SEEN_AT_ANOTHER_TIME)
    tests = delivery.listed_as_test or is_test(None, (number, click), [value for _, value in given])
    return Submission(
        id_of_test(name) if tests else external_id,
        submitted_at,
        shown.form_id,
        fields.contact,
        answers,
        shown.boxes,
        tests,
        _origin(row, click),
        shown.notice,
        remarks,
        None if tests else Marks("api", number, click),
    )


def _without_time(given: object, external_id: str) -> Problem:
    if given is None or given == "":
        detail = "The submission has no time. Pull again."
        return Problem(ProblemCode.TIME_MISSING, detail, external_id)
    detail = (
        "The time of the submission is not one with an offset such as +01:00, so the moment is not "
        "known. Bring this version up to date, then replay the delivery."
    )
    return Problem(ProblemCode.TIME_UNREADABLE, detail, external_id)


def _pairs(fields: object, key: str) -> Sequence[tuple[str, str]] | None:
    """Return the names with their values; None if an entry cannot be understood."""
    if fields is None:
        return ()
    try:
        pairs = [(field[key], field.get("fieldValue", "")) for field in fields]  # type: ignore[attr-defined]
    except (TypeError, KeyError, AttributeError):
        return None
    for name, value in pairs:
        if type(name) is not str or type(value) is not str:
            return _with_numbers(pairs)
    return pairs


def _with_numbers(pairs: Sequence[tuple[object, object]]) -> Sequence[tuple[str, str]] | None:
    """Return pairs of which a name is the number of a type that nobody knows yet."""
    for name, value in pairs:
        if isinstance(name, bool) or not isinstance(name, str | int) or not isinstance(value, str):
            return None
    return [(str(name), str(value)) for name, value in pairs]


def _last(name: object) -> str | None:
    """Return the last part of a resource name: `customers/1/assets/22` is asset 22."""
    return name.rpartition("/")[2] if isinstance(name, str) else None


def _origin(row: Mapping[str, object], click: str | None) -> dict[str, str | bool]:
    """Return account, campaign, ad and click, as far as they came."""
    origin: dict[str, str | bool] = {}
    for key, name in _ORIGIN.items():
        found = _last(row.get(key))
        if found:
            # an ad is named by its group and itself: 222~333
            origin[name] = found.rpartition("~")[2] if name == "ad_id" else found
    parts = str(row["resourceName"]).split("/")
    if len(parts) > 1:
        origin["customer_id"] = parts[1]
    if click:
        origin["gclid"] = click
    return origin
