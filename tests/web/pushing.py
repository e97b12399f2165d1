"""What the tests of receivers send, and the sources that they send it to."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from connectors import registry
from connectors._google_webhook import WEBHOOK_MEDIA_TYPE as GOOGLE_BODY
from connectors._meta_webhook import WEBHOOK_MEDIA_TYPE as META_BODY
from connectors.base import Delivery
from models import inbox
from models.keys import new_hex_keys
from models.store import Store
from pipeline.keep_pushes import inbox_row
from pipeline.settings import ConfiguredSource
from simulator.access import APP_SECRET
from simulator.world import PAGE_ID
from tests.build import MARKETING_BY_EMAIL, NOW, SUPPRESSION_KEY, controller

GOOGLE = "google-main"
GOOGLE_KEY = "a-webhook-key-of-the-tests"
TOLD = {"content-type": "application/json"}


def google_source(**own: Any) -> ConfiguredSource:
    """Return a source that Google tells; nothing is pulled."""
    settings = registry.source("google_lead_forms").settings
    given = settings.model_validate({"webhook_key": GOOGLE_KEY} | own)
    return ConfiguredSource(
        GOOGLE,
        "google_lead_forms",
        controller(),
        "GB",
        (MARKETING_BY_EMAIL,),
        given,
        SUPPRESSION_KEY,
    )


def google_body(lead_id: str = "lead-1", key: str | None = GOOGLE_KEY, **changes: object) -> bytes:
    """Return what Google posts for one lead."""
    body: dict[str, Any] = {
        "lead_id": lead_id,
        "api_version": "1.0",
        "form_id": 20260000000001,
        "google_key": key,
        "is_test": False,
        "gcl_id": "",
        "lead_submit_time": "2026-11-21T10:00:00Z",
        "user_column_data": [
            {"column_id": "FULL_NAME", "string_value": "Priya Sharma"},
            {"column_id": "EMAIL", "string_value": f"priya.{lead_id}@mail.example"},
        ],
    }
    return json.dumps(body | changes).encode()


def rows_in(store: Store, table: str) -> int:
    """Return how many rows a table has."""
    with store.reading() as connection:
        found = connection.exec_driver_sql(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(found.scalar_one())


def meta_body(*lead_ids: str | int, page_id: str = PAGE_ID, **others: object) -> bytes:
    """Return what Meta posts for some leads of a page: one entry with a change each."""
    changes = [
        {
            "field": "leadgen",
            "value": {
                "leadgen_id": lead_id,
                "page_id": page_id,
                "form_id": "1",
                "created_time": 1_795_000_000,
            },
        }
        for lead_id in lead_ids
    ]
    entry = {"id": page_id, "time": 1_795_000_001, "changes": changes}
    return json.dumps({"object": "page", "entry": [entry]} | others).encode()


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    """Return the headers of a body that the app signed."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return TOLD | {"x-hub-signature-256": f"sha256={signature}"}


def push_into_inbox(
    store: Store, source: ConfiguredSource, *bodies: bytes, at: datetime = NOW
) -> None:
    """Put bodies into the inbox, as a receiver does with genuine ones."""
    rows = [
        inbox_row(
            source,
            Delivery(None, body, media_type_of(source), at),
            new_hex_keys(1, at)[0],
            at,
            attempts=0,
        )
        for body in bodies
    ]
    with store.writing() as connection:
        inbox.add_pushes(connection, rows)


def media_type_of(source: ConfiguredSource) -> str:
    """Return what the bodies of a source's webhook are kept as."""
    return META_BODY if source.kind == "meta_lead_ads" else GOOGLE_BODY
