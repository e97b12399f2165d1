"""The recorded files of anybody's making, and what each must be read as.

files/  a file as somebody handed it over    beside it: each record, or the refusal
rows/   a row as `open_file` delivers it     beside it: the submission, or the problem

`make update-golden` writes what is beside them anew; review what changed. `OWN` says what the
operator of a file has set otherwise than `SETTINGS`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from connectors.base import ConnectorIO, Delivery
from connectors.lead_files import LeadFiles
from connectors.lead_files import source as declared
from policy.errors import UsageError
from tests.connectors import meta_corpus

ROOT = Path(__file__).parent / "payloads" / "lead_files"
RECEIVED_AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROW = "application/vnd.leadledger.lead_files"

SETTINGS: dict[str, Any] = {
    "form": "spring-fair-2026",
    "language": "en-GB",
    "privacy_url": "https://nectra.example/privacy",
    "date_format": "%d/%m/%Y %H:%M",
    "time_zone": "Europe/London",
    "columns": {
        "submitted_at": "Signed up at",
        "full_name": "Name",
        "email": "E-mail",
        "phone": "Phone",
        "company": "Company",
    },
    "tick_boxes": [
        {
            "key": "email_updates",
            "column": "Newsletter",
            "wording": "Yes, send me news by e-mail.",
            "yes": ["yes"],
            "no": ["no", ""],
        }
    ],
}
GERMAN = {
    "language": "de",
    "date_format": "%d.%m.%Y %H:%M",
    "time_zone": "Europe/Berlin",
    "columns": {
        "submitted_at": "Eingegangen am",
        "first_name": "Vorname",
        "last_name": "Nachname",
        "email": "E-Mail-Adresse",
        "phone": "Telefon",
    },
    "tick_boxes": [
        {
            "key": "email_updates",
            "column": "Einwilligung",
            "wording": "Ja, ich möchte Neuigkeiten per E-Mail erhalten.",
            "yes": ["ja"],
            "no": ["nein"],
        }
    ],
}
NESTED = {
    "date_format": "iso",
    "columns": {
        "id": "id",
        "submitted_at": "at",
        "full_name": "person.name",
        "email": "person.emails",
        "phone": "person.phone",
    },
    "tick_boxes": [
        SETTINGS["tick_boxes"][0] | {"column": "ticks.news", "yes": ["true"], "no": ["false"]}
    ],
}
OWN: Mapping[str, Mapping[str, Any]] = {
    "german_semicolons_cp1252": GERMAN | {"encoding": "cp1252"},
    "german_semicolons_not_named": GERMAN,
    "american_dates": {"date_format": "%m/%d/%Y %I:%M %p", "time_zone": "America/New_York"},
    "dates_without_a_format": {"date_format": "iso"},
    "nested_items": NESTED,
    "items_a_line": NESTED,
    "ids_of_a_spreadsheet": {"columns": SETTINGS["columns"] | {"id": "Lead no"}},
    "collected_on_a_day": {
        "collected_on": "2026-05-17",
        "columns": {"full_name": "Name", "email": "E-mail"},
        "tick_boxes": [],
    },
    "columns_left_out": {"ignore": ["Date of birth"]},
    "national_numbers": {"national_numbers": True},
}


def built(**own: Any) -> LeadFiles:
    """Return the real connector with `SETTINGS`, changed as given."""
    settings = declared.settings.model_validate(SETTINGS | own)
    io = ConnectorIO(now=lambda: RECEIVED_AT, sleep=lambda _: None, log=structlog.get_logger())
    connector = declared.build(settings, io)
    assert isinstance(connector, LeadFiles)
    return connector


def payloads(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).iterdir())
    return [path for path in found if not path.name.endswith(".expected.json")]


def records(path: Path) -> object:
    """Return each record of a file as it is read, or the refusal."""
    connector = built(**OWN.get(path.stem, {}))
    try:
        deliveries = list(connector.open_file(path))
    except UsageError as error:
        return {"refused": str(error)}
    return [
        {
            "position": delivery.position,
            "media_type": delivery.media_type,
            "read": [meta_corpus.as_json(each) for each in connector.read(delivery)],
        }
        for delivery in deliveries
    ]


def row(payload: bytes, media_type: str = ROW) -> Delivery:
    return Delivery(None, payload, media_type, RECEIVED_AT)
