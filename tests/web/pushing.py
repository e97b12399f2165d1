"""What the tests of receivers send, and the sources that they send it to."""

import json
from typing import Any

from connectors import registry
from models.store import Store
from pipeline.settings import ConfiguredSource
from tests.build import MARKETING_BY_EMAIL, SUPPRESSION_KEY, controller

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
