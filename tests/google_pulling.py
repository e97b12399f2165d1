"""How the tests pull from the pretend Google: the real client, over TLS, into a real store."""

from collections import Counter
from datetime import datetime
from typing import Any

import structlog

from connectors import registry
from connectors._google_ids import external_id_of
from connectors.base import Batch, ConnectorIO, Delivery
from connectors.google_lead_forms import GoogleLeadForms
from connectors.google_lead_forms import source as kind
from connectors.pushed import Push
from models.delivery import cursors
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.pull import PullReport, pull
from pipeline.settings import ConfiguredSource
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_world import GoogleWorld
from tests.build import MARKETING_BY_EMAIL, SUPPRESSION_KEY, controller, declared, kept
from tests.connectors.google_rig import settings_of

SOURCE = "google-main"
WEBHOOK_KEY = "a-webhook-key-of-the-tests"


def source_at(server: GoogleAdsServer, **own: Any) -> ConfiguredSource:
    """Return a source that asks the server; waiting costs no time."""
    given = settings_of(server, max_wait_minutes=0, webhook_key=WEBHOOK_KEY, **own)
    settings = kind.settings.model_validate(given)
    meanings = (MARKETING_BY_EMAIL,)
    return ConfiguredSource(
        SOURCE, "google_lead_forms", controller(), "GB", meanings, settings, SUPPRESSION_KEY
    )


def connector_of(source: ConfiguredSource, at: datetime) -> GoogleLeadForms:
    """Return the real connector, with a clock that stands still and a sleep that costs nothing."""
    io = ConnectorIO(now=lambda: at, sleep=lambda _: None, log=structlog.get_logger())
    built = registry.source(source.kind).build(source.own, io)
    assert isinstance(built, GoogleLeadForms)
    return built


def pull_once(
    store: Store, server: GoogleAdsServer, *, at: datetime | None = None, **own: Any
) -> PullReport:
    """Pull one round."""
    moment, source = at or server.world.now, source_at(server, **own)
    declared(store, source)
    return pull(store, source, connector_of(source, moment), lambda: moment)


def push_once(store: Store, server: GoogleAdsServer, resource_name: str) -> IngestReport:
    """Let the webhook send one submission, and take it in."""
    at, source = server.world.now, source_at(server)
    declared(store, source)
    connector = connector_of(source, at)
    body = server.world.webhook_body(resource_name, WEBHOOK_KEY)
    delivery = connector.receive(Push(body, {}, at))
    assert isinstance(delivery, Delivery), delivery
    return Ingest(store, source, connector, "webhook").take([Batch("webhook", [delivery])], at)


def cursors_of(store: Store) -> dict[str, str]:
    """Return how far each stream was read."""
    with store.reading() as connection:
        return cursors(connection, "nectra", SOURCE)


def ids_in(world: GoogleWorld, *accounts: str) -> set[str]:
    """Return the ids of every submission that must be stored, of some accounts or of all."""
    names = [name for a in accounts or world.client_ids for name in world.resource_names(a)]
    return set(map(external_id_of, names))


def stored_ids(store: Store) -> list[str]:
    return [lead.external_id for lead in kept(store, Lead)]


def assert_complete(store: Store, world: GoogleWorld) -> None:
    """Every submission exactly once, none missing, and each once in the ledger."""
    assert Counter(stored_ids(store)) == Counter(ids_in(world))
    entries = [r.subject_id for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
    assert Counter(entries) == Counter(lead.id.hex for lead in kept(store, Lead))
