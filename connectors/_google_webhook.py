"""Google's webhook for lead forms: check a delivery, and read it.

Source: developers.google.com, google-ads/webhook/docs/implementation.
"""

from collections.abc import Mapping

from connectors._google_fields import read_fields
from connectors._google_ids import external_id_of, id_of_test, is_test
from connectors._google_notice import Boxed, shown_of
from connectors._google_questions import OptIns
from connectors._google_webhook_columns import columns_of
from connectors._google_webhook_key import (
    KEY,
    Member,
    NotAnObjectError,
    WebhookKeys,
    members_of,
    without_key,
)
from connectors._values import flag_of, id_of, instant_of, whole
from connectors.base import Delivery, Marks, Problem, ProblemCode, Submission
from connectors.pushed import Push, Refusal

WEBHOOK_MEDIA_TYPE = "application/vnd.leadledger.google-webhook+json"
"""The body of a webhook as it came, without its `google_key`."""

LARGEST_BODY = 262_144
"""The most bytes of a body; a lead has about two thousand."""

TIME_MISSING = "time_missing"
TIME_UNREADABLE = "time_unreadable"
IS_TEST_UNREADABLE = "is_test_unreadable"

_ORIGIN = {
    "campaign_id": "campaign_id",
    "adgroup_id": "ad_group_id",
    "creative_id": "ad_id",
    "asset_group_id": "asset_group_id",
    "gcl_id": "gclid",
    "lead_source": "lead_source",
    "lead_stage": "lead_stage",
}
_BAD, _FORBIDDEN, _TOO_LARGE, _NOT_READY = 400, 403, 413, 503


def receive(push: Push, keys: WebhookKeys) -> Delivery | Refusal:
    """Return a webhook's body as a delivery, without its key, or say why it is not taken in.

    Google gives a lead up after a 4xx and tries again after a 5xx. So what could never be taken in
    is refused with 4xx; while no key is set, with 503, and the leads come once there is one.
    """
    if not keys.secrets():
        return Refusal(_NOT_READY, "No webhook key is set for this source. Set one and try again.")
    body = _body(push.body)
    if isinstance(body, Refusal):
        return body
    text, members = body
    lead = {member.name: member.value for member in members}
    lead_id = _text(lead.get("lead_id"))
    tests = is_test(lead.get("is_test"), (lead_id, _text(lead.get("gcl_id"))), ())
    key = lead.get(KEY)
    if not isinstance(key, str) or not keys.fit(key, id_of(lead.get("form_id")), is_test=tests):
        return Refusal(_FORBIDDEN, "google_key is not the key of this webhook. Check the form.")
    return Delivery(
        external_id=_external_id(lead_id, is_a_test=tests),
        payload=without_key(text, members, keys.secrets()).encode(),
        media_type=WEBHOOK_MEDIA_TYPE,
        received_at=push.received_at,
    )


def _body(body: bytes) -> tuple[str, list[Member]] | Refusal:
    if len(body) > LARGEST_BODY:
        return Refusal(_TOO_LARGE, "The body is larger than 256 KiB. Send one lead at a time.")
    try:
        text = body.decode()
        members = members_of(text)
    except NotAnObjectError:
        return Refusal(_BAD, "The body is no JSON object. Send the lead as one object.")
    except (ValueError, RecursionError):
        return Refusal(_BAD, "The body is no JSON in UTF-8. Send the lead as one JSON object.")
    if len({member.name for member in members}) < len(members):
        # which of two values counts is anybody's guess, so one could be checked and another read
        return Refusal(_BAD, "The body has a name twice. Send each name once.")
    return text, members


def read_webhook(delivery: Delivery, opt_ins: OptIns, boxed: Boxed) -> Submission | Problem:
    """Read a delivery of `receive`. Pure and repeatable; bad data becomes a `Problem`.

    Args:
        delivery: the body; with the form's notice where that is known.
        opt_ins: the questions that ask for permission.
        boxed: gives the notice the boxes that those questions are; the same notice, the same
            object.
    """
    lead = _lead(delivery)
    if isinstance(lead, Problem):
        return lead
    columns = columns_of(lead.get("user_column_data"), opt_ins)
    if columns is None:
        detail = (
            "user_column_data is not a list of objects, so no answer can be read. Fetch the lead "
            "through the API, or import the form's download."
        )
        return Problem(ProblemCode.FIELDS_UNREADABLE, detail, delivery.external_id)
    lead_id, click_id = _text(lead.get("lead_id")), _text(lead.get("gcl_id"))
    tests = is_test(lead.get("is_test"), (lead_id, click_id), columns.values)
    tests = tests or delivery.listed_as_test
    external_id = _external_id(lead_id, is_a_test=tests)
    if external_id is None:
        return _without_id(lead.get("lead_id"), delivery.external_id)
    fields = read_fields(columns.fields)
    custom = opt_ins.read(columns.questions)
    for name, values in custom.answers.items():
        fields.answers.setdefault(name, []).extend(values)
    shown = shown_of(delivery, lead.get("form_id"), custom, boxed)
    odd = (*_oddities(lead), *columns.remarks, *fields.remarks, *custom.remarks, *shown.remarks)
    return Submission(
        external_id,
        instant_of(lead.get("lead_submit_time")),
        shown.form_id,
        fields.contact,
        fields.answers,
        shown.boxes,
        tests,
        _origin(lead),
        shown.notice,
        tuple(dict.fromkeys(odd)),
        None if tests else Marks("webhook", number=lead_id, click_id=click_id),
    )


def _lead(delivery: Delivery) -> dict[str, object] | Problem:
    """Return the object in a delivery, or why there is none."""
    known_id = delivery.external_id
    try:
        text = delivery.payload.decode()
    except UnicodeDecodeError:
        detail = "The body is not UTF-8. Fetch the lead through the API."
        return Problem(ProblemCode.ENCODING, detail, known_id)
    try:
        members = members_of(text)
    except NotAnObjectError:
        detail = "A lead is a JSON object, but this is another kind of value. Send the lead again."
        return Problem(ProblemCode.NOT_AN_OBJECT, detail, known_id)
    except (ValueError, RecursionError):
        detail = "The body is not whole JSON. Fetch the lead through the API."
        return Problem(ProblemCode.NOT_JSON, detail, known_id)
    lead = {member.name: member.value for member in members}
    if len(lead) == len(members):
        return lead
    detail = "The body has a name twice, so what it says is not clear. Send each name once."
    return Problem(ProblemCode.NOT_JSON, detail, known_id)


def _text(value: object) -> str | None:
    """Return an id or another short text; a number in digits; None if there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value else None
    text = whole(value).strip() if isinstance(value, str) else ""
    return text or None


def _external_id(lead_id: str | None, *, is_a_test: bool) -> str | None:
    if is_a_test:
        return id_of_test(lead_id or "without an id")
    return external_id_of(lead_id) if lead_id else None


def _without_id(given: object, known_id: str | None) -> Problem:
    if given is None or given == "" or isinstance(given, str):
        detail = (
            "The lead has no lead_id, so it cannot be told from another. Fetch the lead through "
            "the API, or import the form's download."
        )
        return Problem(ProblemCode.ID_MISSING, detail, known_id)
    detail = (
        "lead_id is neither text nor a whole number, as if a program between Google and here had "
        "changed it. Have it passed on as text."
    )
    return Problem(ProblemCode.ID_MANGLED, detail, known_id)


def _oddities(lead: Mapping[str, object]) -> list[str]:
    odd: list[str] = []
    time, flag = lead.get("lead_submit_time"), lead.get("is_test")
    if time is None or time == "":
        odd.append(TIME_MISSING)
    elif instant_of(time) is None:
        odd.append(TIME_UNREADABLE)
    if flag is not None and flag_of(flag) is None:
        odd.append(IS_TEST_UNREADABLE)
    return odd


def _origin(lead: Mapping[str, object]) -> dict[str, str | bool]:
    """Return campaign, ad and click as far as they came."""
    found = ((key, _text(lead.get(name))) for name, key in _ORIGIN.items())
    return {key: text for key, text in found if text and text != "0"}
