"""Leads of Local Services Ads: calls, messages and bookings, a product beside lead forms.

The number that Google gives is often a relay, useless without its extension and the same for many
people: it is kept as an answer and is nobody's identifier. Nothing was shown and nothing ticked.

Source: google-ads 34.0.0, resources/types/local_services_lead.py. `contact_details.email` exists up
to v24, `campaign` from v26 on.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from connectors._google_ids import external_id_of
from connectors._wall_time import wall_time_of
from connectors.base import (
    Contact,
    Delivery,
    Problem,
    ProblemCode,
    Reading,
    SourceErasure,
    Submission,
)

MEDIA_TYPE = "application/vnd.leadledger.google-local-services+json"
_COLUMNS = (
    *("resource_name", "id", "category_id", "service_id", "contact_details", "lead_type"),
    *("lead_status", "creation_date_time", "locale"),
)
LOCAL_SERVICES_QUERY = (
    f"SELECT {', '.join(f'local_services_lead.{name}' for name in _COLUMNS)}"  # noqa: S608 - names of our own
    " FROM local_services_lead"
)
WIPED_OUT = "WIPED_OUT"
NUMBER_MAY_BE_A_RELAY = "number_may_be_a_relay"
_NO_TIME = (
    "The lead's time cannot be read by the clock of the account's time zone. Check the time zone "
    "of the account in Google Ads, then pull again."
)
_CONTACT = ("consumer_name", "phone_number", "phone_number_extension", "email")


def delivery_of(lead: Any, time_zone: str, received_at: datetime) -> Delivery:  # noqa: ANN401 - a message of Google's
    """Return a `LocalServicesLead` as a delivery: JSON, with the account's time zone beside it.

    Args:
        lead: the message.
        time_zone: the account's zone (IANA), by whose clock Google tells the lead's time.
        received_at: when it was read (aware UTC).
    """
    contact = lead.contact_details
    row = {
        "resourceName": lead.resource_name,
        "id": str(lead.id),
        "categoryId": lead.category_id,
        "serviceId": lead.service_id,
        "contactDetails": {name: getattr(contact, name, "") for name in _CONTACT},
        "leadType": _word(lead, "lead_type"),
        "leadStatus": _word(lead, "lead_status"),
        "creationDateTime": lead.creation_date_time,
        "locale": lead.locale,
        "timeZone": time_zone,
    }
    external_id = external_id_of(lead.resource_name)
    return Delivery(external_id, orjson.dumps(row), MEDIA_TYPE, received_at)


def _word(message: Any, field: str) -> str:  # noqa: ANN401 - the same
    number = getattr(message, field)
    known = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number.get(number)
    return known.name if known else str(number)


def read_lead(delivery: Delivery) -> Reading:
    """Read a delivery of `delivery_of`. What Google has wiped out is to be erased here too."""
    try:
        lead = orjson.loads(delivery.payload)
    except orjson.JSONDecodeError:
        lead = None
    if not isinstance(lead, dict):
        detail = "The stored lead is no JSON object. Pull again."
        return Problem(ProblemCode.NOT_JSON, detail, delivery.external_id)
    name = lead.get("resourceName")
    if not isinstance(name, str) or not name:
        detail = "The lead has no resource name, so it cannot be told from another. Pull again."
        return Problem(ProblemCode.ID_MISSING, detail, delivery.external_id)
    # v25 renamed localServicesLead to localServicesLeads: the same lead under both
    external_id = external_id_of(name.replace("/localServicesLead/", "/localServicesLeads/"))
    if lead.get("leadStatus") == WIPED_OUT:
        return SourceErasure(external_id)
    time = wall_time_of(_text(lead, "creationDateTime"), _zone(lead.get("timeZone")), None)
    if isinstance(time, Problem):
        return replace(time, external_id=external_id, detail=_NO_TIME)
    details = lead.get("contactDetails")
    given = {name: _text(details, name) for name in _CONTACT} if isinstance(details, dict) else {}
    answers = {name: [given[name]] for name in _CONTACT[1:3] if given.get(name)}
    remarks = list(time.remarks)
    if given.get("phone_number"):
        remarks.append(NUMBER_MAY_BE_A_RELAY)
    if not given.get("email"):
        remarks.append("no_contact")
    return Submission(
        external_id=external_id,
        submitted_at=time.instant,
        form_id=None,
        contact=Contact(
            full_name=given.get("consumer_name") or None,
            emails=(given["email"],) if given.get("email") else (),
        ),
        answers=answers,
        boxes=(),
        is_test=False,
        origin=_origin(lead, name),
        remarks=tuple(remarks),
    )


def _text(values: Mapping[str, object], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _origin(lead: Mapping[str, object], name: str) -> dict[str, str | bool]:
    kept = {
        "lead_type": _text(lead, "leadType").lower(),
        "category_id": _text(lead, "categoryId"),
        "service_id": _text(lead, "serviceId"),
        "customer_id": name.split("/")[1] if name.count("/") > 1 else "",
        "product": "local_services",
    }
    return {key: value for key, value in kept.items() if value}
