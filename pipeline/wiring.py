"""Put the parts together: clock, store, connectors. The only place that asks the time."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from connectors import registry
from connectors.base import Connector, ConnectorIO
from models import schema
from models.store import Store
from pipeline.declare import declare
from pipeline.settings import ConfiguredSource, Settings
from policy.errors import LeadsError


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the wiring module


@dataclass(frozen=True, slots=True)
class House:
    """An open installation: its settings and its store, whose tables are up to date."""

    settings: Settings
    store: Store


def open_house(settings: Settings) -> House:
    """Open the store of an installation.

    Raises:
        SchemaOutOfDate: a migration is pending; the message names the command.
        StoreUnavailable: the store cannot be opened.
    """
    store = Store(settings.store_url)
    try:
        schema.require_current(store)
        declare(store, settings, now())
    except LeadsError:
        store.close()
        raise
    return House(settings, store)


def build(source: ConfiguredSource) -> Connector:
    """Return the connector of a source, ready to be asked."""
    return registry.source(source.kind).build(source.own, outside(source.id))


def outside(source_id: str) -> ConnectorIO:
    """Return what a connector may touch of the outside; its log names the source."""
    log = structlog.get_logger().bind(source=source_id)
    return ConnectorIO(now=now, sleep=time.sleep, log=log)
