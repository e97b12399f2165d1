"""What the tests of audiences share: configured ones, and an installation that knows them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import structlog

from connectors import registry
from connectors.audiences import Removes
from connectors.base import ConnectorIO
from models.audience_removal import AudienceRemoval
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.declare import declare
from pipeline.recipient_settings import RecipientSettings
from pipeline.remove_from_audiences import RemovalReport, remove_from_audiences
from pipeline.settings import ConfiguredAudience, ConfiguredSource, ControllerSettings
from pipeline.wiring import House
from simulator.access import AD_ACCOUNT_ID, APP_SECRET, TOKEN
from simulator.data_manager import DataManagerServer
from simulator.data_manager_answers import ACCOUNT_ID, AUDIENCE_IDS
from simulator.faults import Faults
from simulator.google_access import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from simulator.graph_api import GraphServer
from simulator.world import World
from tests.build import NOW, controller, kept, recipient, settings, source

META, GOOGLE = "meta_custom_audiences", "google_customer_match"
DATA_BRIDGE = {"mechanism": "regulations", "from": date(2023, 10, 12)}
BY_EMAIL, BY_PHONE = "EMAIL_SHA256", "PHONE_SHA256"


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@contextmanager
def meta(faults: Faults | None = None, latency: float = 0.0) -> Iterator[GraphServer]:
    """A pretend Graph API with an ad account."""
    world = World.seeded(7, 0, NOW, forms=1)
    with GraphServer(world, faults=faults, latency=latency) as server:
        yield server


def meta_settings(graph_url: str, **own: Any) -> dict[str, Any]:
    given = {"ad_account_id": AD_ACCOUNT_ID, "access_token": TOKEN, "app_secret": APP_SECRET}
    return given | {"graph_url": graph_url} | own


def google_settings(server: DataManagerServer, **own: Any) -> dict[str, Any]:
    return google_at(server.url, server.token_url, **own)


def google_at(address: str, token_url: str, /, **own: Any) -> dict[str, Any]:
    given = {
        "account_id": ACCOUNT_ID,
        "audience_ids": AUDIENCE_IDS,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
        "token_url": token_url,
        "address": address,
    }
    return {name: value for name, value in (given | own).items() if value is not None}


def platform(owner: str = "nectra", **changes: Any) -> RecipientSettings:
    """Return an advertising platform in a third country that may be handed hashes."""
    given: dict[str, Any] = {"country": "US", "safeguard": DATA_BRIDGE, "controller": owner}
    return recipient("ad-platform", **given | changes)


def configured(
    kind: str, own: dict[str, Any], id_: str = "ads", owner: ControllerSettings | None = None
) -> ConfiguredAudience:
    declared = registry.audience(kind)
    read = declared.settings.model_validate(own)
    whose = owner or controller()
    return ConfiguredAudience(id_, kind, whose, declared.hash_rule, read, platform(whose.id))


def connector(audience: ConfiguredAudience, sleeps: list[float] | None = None) -> Removes:
    """Return the real connector; its sleep only counts."""
    waited = [] if sleeps is None else sleeps
    io = ConnectorIO(now=lambda: NOW, sleep=waited.append, log=structlog.get_logger())
    return registry.audience(audience.kind).build(audience.own, io)


def house_with(
    store: Store,
    *audiences: ConfiguredAudience,
    sources: Sequence[ConfiguredSource] = (),
) -> House:
    """Return an installation whose store knows some audiences."""
    chosen = replace(settings(str(store.url), *(sources or [source()])), audiences=audiences)
    declare(store, chosen, NOW)
    return House(chosen, store)


def round_at(house: House, at: datetime = NOW, **how: Any) -> RemovalReport:
    return remove_from_audiences(house, lambda: at, **how)


def waiting(store: Store) -> list[Any]:
    return kept(store, AudienceRemoval)


def told(store: Store, *kinds: LedgerKind) -> list[Any]:
    """Return what the ledger says of removals, oldest first."""
    wanted = kinds or [kind for kind in LedgerKind if kind.startswith("audience_")]
    return [row for row in kept(store, LedgerRecord) if row.kind in wanted]
