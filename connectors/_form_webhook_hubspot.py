"""HubSpot: read what a workflow's webhook sends of a contact.

A workflow sends the contact as it stands, with the list of forms that it has sent, or, flat, the
properties that were chosen for the request. The webhooks of apps announce ids only: no leads.

Source: knowledge.hubspot.com, workflows/how-do-i-use-webhooks-with-hubspot-workflows.
"""

from datetime import UTC, datetime, timedelta

from connectors._form_webhook_sent import (
    TECHNICAL_DROPPED,
    Body,
    Sent,
    SentField,
    named,
    said,
    tables,
    text_of,
)
from connectors._values import instant_of

_CONTACT = {
    "email": "email",
    "phone": "phone",
    "mobilephone": "phone",
    "firstname": "first_name",
    "lastname": "last_name",
    "company": "company",
    "jobtitle": "job_title",
}
_INTERNAL = ("hs_", "hubspot", "num_", "recent_", "notes_", "ip_", "first_conversion", "webinar")
_INTERNAL_WHOLE = frozenset(
    {
        *("createdate", "lastmodifieddate", "lifecyclestage", "currentlyinworkflow", "vid"),
        *("canonical-vid", "portal-id", "is-contact", "profile-url", "subscriptiontype"),
        *("associateddealregistrarid", "surveymonkeyeventlastupdated", "followercount"),
    }
)
_IDS = ("event_id", "eventId", "conversion-id", "submission_id")
_FORMS = ("form_id", "form-id", "formId")
_TIMES = ("submitted_at", "submittedAt")
_START = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_AGO = 253_402_300_799_000  # milliseconds: the end of the calendar


def hubspot(body: Body, form: str | None = None) -> Sent | None:
    """Return what was sent; None where the body holds no property of a contact.

    A contact may have sent several forms: the newest submission of `form` is meant, if there is
    one, else the newest of all.
    """
    properties = body.get("properties")
    own = (*_IDS, *_FORMS, *_TIMES)
    given = properties if isinstance(properties, dict) else {
        key: value for key, value in body.items() if key not in own
    }  # fmt: skip
    if not isinstance(properties, dict) and "subscriptionType" in body:
        return None
    fields: list[SentField] = []
    remarks: list[str] = []
    for name, value in given.items():
        if _is_internal(name):
            remarks.append(TECHNICAL_DROPPED)
            continue
        kept = value.get("value") if isinstance(value, dict) and "value" in value else value
        fields.append(SentField(named(name), said(kept) or ("",), _CONTACT.get(name)))
    if not fields:
        return None
    latest = _meant(tables(body.get("form-submissions")), form)
    external_id = text_of(latest.get("conversion-id")) or _first(body, _IDS)
    form_id = text_of(latest.get("form-id")) or _first(body, _FORMS)
    submitted_at = _instant(latest) or instant_of(_first(body, _TIMES))
    return Sent(
        external_id,
        form_id,
        submitted_at,
        fields,
        page_url=text_of(latest.get("page-url")),
        remarks=remarks,
    )


def _meant(submissions: list[Body], form: str | None) -> Body:
    of_form = [each for each in submissions if text_of(each.get("form-id")) == form]
    return max(of_form or submissions, key=_milliseconds, default={})


def _is_internal(name: str) -> bool:
    bare = name.casefold()
    return bare.startswith(_INTERNAL) or bare in _INTERNAL_WHOLE


def _first(body: Body, names: tuple[str, ...]) -> str | None:
    return next(filter(None, (text_of(body.get(name)) for name in names)), None)


def _milliseconds(submission: Body) -> int:
    given = submission.get("timestamp")
    is_one = isinstance(given, int) and not isinstance(given, bool)
    return given if is_one and isinstance(given, int) and 0 < given <= _LONGEST_AGO else 0


def _instant(submission: Body) -> datetime | None:
    """Return when a form was sent: HubSpot counts milliseconds since 1970, in UTC."""
    given = _milliseconds(submission)
    return _START + timedelta(milliseconds=given) if given else None
