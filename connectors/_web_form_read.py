"""Read a delivery of our own form: pure, repeatable, and judged by what stands in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeGuard

import orjson

from connectors._values import instant_of
from connectors._web_form_draft import ACCEPTED_MEDIA_TYPE, VERSION
from connectors._web_form_fields import USUAL, YES
from connectors._web_form_settings import WebFormSettings
from connectors._web_form_spam import Captcha, problem_with
from connectors._web_form_typos import meant_by
from connectors.base import Contact, Delivery, Problem, ProblemCode, Submission
from policy.vocabulary import BoxAnswer, Notice

NOTICE_UNPROVEN = "notice_unproven"
WORDING_UNKNOWN = "wording_unknown"
OPEN_FOR_LONG = "open_for_long"
EMAIL_TYPO_SUSPECTED = "email_typo_suspected"
ORIGIN_UNKNOWN = "origin_unknown"
UNKNOWN_FIELDS = "unknown_fields"
_CAPTCHAS: dict[object, Captcha] = {
    "passed": "passed", "failed": "failed", "missing": "missing", "unreachable": "unreachable",
}  # fmt: skip

Texts = Mapping[str, Sequence[str]]


def read(delivery: Delivery, settings: WebFormSettings) -> Submission | Problem:
    """Read a submission, or say why it is set aside. Never raises on bad data."""
    found = _object(delivery)
    if isinstance(found, Problem):
        return found
    fields, ticks = found.get("fields"), found.get("ticks")
    given_id, visit = found.get("id"), found.get("visit")
    if not isinstance(given_id, str) or not given_id:
        detail = "The submission has no id. Read it with the version that wrote it."
        return Problem(ProblemCode.ID_MISSING, detail, delivery.external_id)
    known = found.get("v") == VERSION
    if not (known and _are_texts(fields) and _are_texts(ticks) and isinstance(visit, dict)):
        detail = "The submission is in no known shape. Read it with the version that wrote it."
        return Problem(ProblemCode.FIELDS_UNREADABLE, detail, given_id)
    if delivery.media_type != ACCEPTED_MEDIA_TYPE:
        problem = problem_with(
            fields,
            is_lured=found.get("lure") not in (None, [], [""]),
            is_hasty=_open_for(found) < timedelta(seconds=settings.min_seconds),
            captcha=_CAPTCHAS.get(_text(found.get("captcha"))),
            most_links=settings.most_links,
        )
        if problem:
            return Problem(problem.code, problem.detail, given_id)
    return _submission(given_id, found, fields, ticks, delivery, settings)


def _object(delivery: Delivery) -> dict[str, Any] | Problem:
    try:
        found = orjson.loads(delivery.payload)
    except orjson.JSONDecodeError:
        detail = "The submission is no JSON. Read it with the version that wrote it."
        return Problem(ProblemCode.NOT_JSON, detail, delivery.external_id)
    if isinstance(found, dict):
        return found
    detail = "The submission is JSON of another kind. Read it with the version that wrote it."
    return Problem(ProblemCode.NOT_AN_OBJECT, detail, delivery.external_id)


def _submission(
    given_id: str,
    found: Mapping[str, Any],
    fields: Texts,
    ticks: Texts,
    delivery: Delivery,
    settings: WebFormSettings,
) -> Submission:
    notice = delivery.notice
    asked = {question.key for question in notice.questions} if notice else set()
    asked |= {field.key for field in settings.fields}
    misnamed = {name: given for name, given in fields.items() if name not in asked}
    boxes = None if notice is None else _boxes(notice, ticks, misnamed)
    contact = _contact(fields)
    answers = {
        name: [_tidy(value) for value in values if value.strip()]
        for name, values in fields.items()
        if name in asked and name not in Contact._fields and name not in {"email", "phone"}
    }
    return Submission(
        external_id=given_id,
        submitted_at=instant_of(found.get("received_at")),
        form_id=_text(found.get("form")),
        contact=contact,
        answers={name: values for name, values in answers.items() if values},
        boxes=boxes,
        is_test=False,
        origin=_origin(found["visit"]),
        notice=notice,
        remarks=tuple(_remarks(found, fields.keys() - asked, contact, notice, settings)),
        needs_confirmation=found.get("double_opt_in") is True
        and any(box.is_ticked for box in boxes or ()),
    )


def _boxes(notice: Notice, ticks: Texts, misnamed: Texts) -> tuple[BoxAnswer, ...]:
    """Return each box that was shown, and any other that was sent: a tick sends one word only.

    What a page of one's own sends under a box's key, without the prefix of a tick, is an answer
    that cannot be read: neither a consent nor a refusal.
    """
    shown = [box.key for box in notice.boxes]
    answers = {key: misnamed[key] for key in shown if key in misnamed} | dict(ticks)
    return tuple(
        _answer(name, answers.get(name, ()), is_named_right=name not in misnamed)
        for name in dict.fromkeys([*shown, *sorted(ticks)])
    )


def _answer(key: str, given: Sequence[str], *, is_named_right: bool) -> BoxAnswer:
    if not given:
        # browsers send nothing for an empty box, and the signed wording proves that it was shown
        return BoxAnswer(key, None, is_ticked=False)
    is_ticked = True if is_named_right and set(given) == {YES} else None
    return BoxAnswer(key, given[0] if len(given) == 1 else ", ".join(given), is_ticked)


def _contact(fields: Texts) -> Contact:
    def one(name: str) -> str | None:
        return next((tidy for value in fields.get(name, ()) if (tidy := _tidy(value))), None)

    def several(name: str) -> tuple[str, ...]:
        return tuple(tidy for value in fields.get(name, ()) if (tidy := _tidy(value)))

    return Contact(
        full_name=one("full_name"),
        first_name=one("first_name"),
        last_name=one("last_name"),
        emails=several("email"),
        phones=several("phone"),
        company=one("company"),
        job_title=one("job_title"),
    )


def _tidy(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def _remarks(
    found: Mapping[str, Any],
    unknown: set[str],
    contact: Contact,
    notice: Notice | None,
    settings: WebFormSettings,
) -> list[str]:
    origin = found["visit"].get("origin")
    odd = {
        NOTICE_UNPROVEN: not found.get("notice"),
        WORDING_UNKNOWN: bool(found.get("notice")) and notice is None,
        OPEN_FOR_LONG: bool(found.get("rendered_at"))
        and _open_for(found) > timedelta(hours=settings.max_hours),
        EMAIL_TYPO_SUSPECTED: any(meant_by(email) for email in contact.emails),
        ORIGIN_UNKNOWN: origin in {None, "null"},
        # what no form of ours asked stays in the bytes that came, and goes into no profile
        UNKNOWN_FIELDS: bool(unknown - USUAL.keys()),
    }
    return [remark for remark, is_so in odd.items() if is_so]


def _open_for(found: Mapping[str, Any]) -> timedelta:
    """Return how long the page was open; for ever where nothing says so."""
    rendered = instant_of(found.get("rendered_at"))
    received: datetime | None = instant_of(found.get("received_at"))
    return received - rendered if rendered and received else timedelta.max


def _origin(visit: Mapping[str, Any]) -> dict[str, str | bool]:
    """Return page, campaign and what was allowed of the click."""
    parts = [visit.get(name) for name in ("campaign", "clicks", "cookie_choice", "signals")]
    flat = {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}
    named = {"page": visit.get("page")} | flat
    return {name: value for name, value in named.items() if isinstance(value, str)}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _are_texts(value: object) -> TypeGuard[dict[str, list[str]]]:
    return isinstance(value, dict) and all(
        isinstance(each, list) and all(isinstance(text, str) for text in each)
        for each in value.values()
    )
