"""Read submissions from a pretend Google Ads API: with the vendor's client alone, and with ours."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

from connectors._google_submissions import submissions_query

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPT_IN = "May we send you offers by e-mail?"


@contextmanager
def google_server(leads: int) -> Iterator[dict[str, Any]]:
    """Serve one account with so many submissions, from a process of its own."""
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, leads), daemon=True)
    process.start()
    theirs.close()
    try:
        yield mine.recv()
    finally:
        mine.close()
        process.join(10)
        process.kill()


def _serve(told: Any, leads: int) -> None:
    from simulator.google_ads_api import GoogleAdsServer
    from simulator.google_world import GoogleWorld

    world = GoogleWorld.seeded(7, leads, NOW, accounts=1, forms=2)
    with GoogleAdsServer(world) as server:
        told.send(
            {
                "endpoint": server.endpoint,
                "key": server.service_account_key(),
                "roots": str(server.roots),
                "manager": world.manager_id,
                "account": next(iter(a for a in world.client_ids if world.submissions(a))),
            }
        )
        try:
            told.recv()
        except EOFError:
            return


def alone(at: dict[str, Any]) -> Callable[[], int]:
    """Read the stream with the client alone, each row into a plain dictionary; return the rows."""
    client = _client(at)
    client.get_service("GoogleAdsService")  # what is imported for it is not measured
    query = submissions_query(None)

    def work() -> int:
        rows = 0
        service = client.get_service("GoogleAdsService")
        for chunk in service.search_stream(customer_id=at["account"], query=query):
            for row in chunk.results:
                rows += bool(_plain(row.lead_form_submission_data))
        return rows

    return work


def _client(at: dict[str, Any]) -> Any:
    os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = at["roots"]
    from google.ads.googleads.client import GoogleAdsClient
    from google.oauth2 import service_account

    make: Any = service_account.Credentials
    scopes = ["https://www.googleapis.com/auth/adwords"]
    return GoogleAdsClient(
        credentials=make.from_service_account_info(json.loads(at["key"]), scopes=scopes),
        endpoint=at["endpoint"],
        login_customer_id=at["manager"],
        version="v26",
        use_proto_plus=False,
    )


def _plain(data: Any) -> dict[str, Any]:
    """Take every field of a row into Python: the least that anybody does who reads it."""
    return {
        "resource_name": data.resource_name,
        "id": data.id,
        "asset": data.asset,
        "campaign": data.campaign,
        "ad_group": data.ad_group,
        "ad_group_ad": data.ad_group_ad,
        "gclid": data.gclid,
        "submission_date_time": data.submission_date_time,
        "fields": [
            {"type": field.field_type, "value": field.field_value}
            for field in data.lead_form_submission_fields
        ],
        "custom": [
            {"question": field.question_text, "value": field.field_value}
            for field in data.custom_lead_form_submission_fields
        ],
    }


def connector(at: dict[str, Any], is_read: bool) -> Callable[[], int]:  # noqa: FBT001 - a pickled argument
    """Poll the stream with the connector, and read every delivery too; return how many."""
    import structlog

    from connectors.base import Batch, ConnectorIO
    from connectors.google_lead_forms import PulledGoogleLeadForms, source
    from pipeline.collection import rare_collection

    _client(at).get_service("GoogleAdsService")  # what is imported for it is not measured
    io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
    built = source.build(source.settings.model_validate(_settings(at)), io)
    if not isinstance(built, PulledGoogleLeadForms):
        raise TypeError("the connector has no way into the API")

    def work() -> int:
        found = 0
        with rare_collection():
            for item in built.poll({}):
                if not isinstance(item, Batch):
                    raise item.error
                if is_read:
                    found += sum(len(built.read(delivery)) for delivery in item.deliveries)
                else:
                    found += len(item.deliveries)
        return found

    return work


def _settings(at: dict[str, Any]) -> dict[str, Any]:
    return {
        "manager_id": at["manager"],
        "customer_ids": [at["account"]],
        "service_account_key": at["key"],
        "endpoint": at["endpoint"],
        "form_language": "en",
        "forms_unchanged_since": "2026-01-01",
        "opt_in_questions": [
            {"key": "email", "question": OPT_IN, "yes": ["Yes, please"], "no": ["No, thank you"]}
        ],
    }
