"""Google's questions for national ids: masked on the lead and in what is kept of the delivery."""

import orjson
import pytest
import structlog

from connectors.base import Batch, ConnectorIO, Delivery
from connectors.google_lead_forms import source as google
from models.delivery import AsideReason, DeliveryRecord
from models.lead import Lead
from models.store import Store
from pipeline.ingest import Ingest
from pipeline.settings import ConfiguredSource
from tests.build import NOW, SUPPRESSION_KEY, controller, declared, kept
from tests.connectors.test_google_fields import NATIONAL_ID_VALUES


def submission(asked: dict[str, str]) -> Delivery:
    """Return a lead of the API that answered some questions for national ids."""
    fields = {"EMAIL": "ann@mail.example", "FULL_NAME": "Ann Lee"} | asked
    row = {
        "resourceName": "customers/9990001112/leadFormSubmissionData/abc",
        "asset": "customers/9990001112/assets/22",
        "submissionDateTime": "2026-11-21 10:00:00+00:00",
        "leadFormSubmissionFields": [
            {"fieldType": name, "fieldValue": value} for name, value in fields.items()
        ],
    }
    return Delivery(row["resourceName"], orjson.dumps(row), "application/json", NOW)  # type: ignore[arg-type]


def took(store: Store, delivery: Delivery) -> None:
    own = google.settings()
    io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
    known = ConfiguredSource(
        "google-main", "google_lead_forms", controller(), "GB", (), own, SUPPRESSION_KEY
    )
    declared(store, known)
    Ingest(store, known, google.build(own, io), "pull").take([Batch("stream", [delivery])], NOW)


@pytest.mark.parametrize("name", NATIONAL_ID_VALUES)
def test_a_national_id_is_masked_whichever_country_gave_it(store: Store, name: str) -> None:
    """SCR-1, SCR-8, SCR-9."""
    value = NATIONAL_ID_VALUES[name]
    took(store, submission({name: value, "CITY": "Leeds"}))
    [lead] = kept(store, Lead)
    assert value not in str(lead.answers)
    assert value.encode() not in lead.payload
    assert orjson.loads(lead.payload)["leadFormSubmissionFields"][-1]["fieldValue"] == "Leeds"
    assert lead.answers["city"] == ["Leeds"]
    assert lead.contact["emails"] == ["ann@mail.example"]
    [held] = kept(store, DeliveryRecord)
    assert held.reason == AsideReason.SENSITIVE_CONTENT
    assert value.encode() in held.payload


def test_all_of_them_at_once_are_masked(store: Store) -> None:
    took(store, submission(dict(NATIONAL_ID_VALUES)))
    [lead] = kept(store, Lead)
    shown = str(lead.answers).encode() + lead.payload
    assert [value for value in NATIONAL_ID_VALUES.values() if value.encode() in shown] == []
    assert lead.payload
