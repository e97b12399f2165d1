"""Put the parts together: clock, store, connectors. The only place that asks the time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from connectors import registry
from connectors.audiences import Removes
from connectors.base import Connector, ConnectorIO, Signs
from models import schema
from models.journal import Journal
from models.store import Store
from pipeline.declare import declare
from pipeline.key_history import remember_keys
from pipeline.link_signer import LinkSigner
from pipeline.settings import ConfiguredAudience, ConfiguredSource, Settings
from policy.errors import ConfigError, LeadsError


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the wiring module


@dataclass(frozen=True, slots=True)
class House:
    """An open installation: its settings, its store, whose tables are up to date, and its clock."""

    settings: Settings
    store: Store
    now: Callable[[], datetime] = now

    @property
    def signer(self) -> LinkSigner | None:
        """Return what signs links and forms, None where no key is configured."""
        return signer_of(self.settings)


def open_house(settings: Settings) -> House:
    """Open the store of an installation.

    Raises:
        SchemaOutOfDate: a migration is pending; the message names the command.
        StoreUnavailable: the store cannot be opened.
    """
    store = Store(settings.store_url, journal_of(settings))
    try:
        schema.require_current(store)
        declare(store, settings, now())
        remember_keys(store, settings, now())
    except LeadsError:
        store.close()
        raise
    return House(settings, store)


def journal_of(settings: Settings) -> Journal | None:
    """Return the journal of what must survive a restore, None where backups have no key."""
    if settings.backup_key is None:
        return None
    return Journal(settings.journal_file, settings.backup_key)


def build(
    source: ConfiguredSource,
    signer: Signs | None = None,
    clock: Callable[[], datetime] = now,
    sleep: Callable[[float], None] = time.sleep,
) -> Connector:
    """Return the connector of a source, ready to be asked."""
    return registry.source(source.kind).build(source.own, outside(source.id, signer, clock, sleep))


def build_audience(audience: ConfiguredAudience, clock: Callable[[], datetime] = now) -> Removes:
    """Return the connector of some audiences, ready to be asked."""
    return registry.audience(audience.kind).build(audience.own, outside(audience.id, clock=clock))


def outside(
    source_id: str,
    signer: Signs | None = None,
    clock: Callable[[], datetime] = now,
    sleep: Callable[[float], None] = time.sleep,
) -> ConnectorIO:
    """Return what a connector may touch of the outside; its log names the source."""
    log = structlog.get_logger().bind(source=source_id)
    return ConnectorIO(now=clock, sleep=sleep, log=log, signer=signer)


def signer_of(settings: Settings) -> LinkSigner | None:
    """Return what signs links and forms, None where no key is configured."""
    return LinkSigner(settings.links_keys) if settings.links_keys else None


def required_signer(settings: Settings) -> LinkSigner:
    """Return what signs links and forms.

    Raises:
        ConfigError: no key is configured; with the cure.
    """
    signer = signer_of(settings)
    if signer is None:
        raise ConfigError(
            "keys.links: no key, so no link or form could be signed. Cure: make one with"
            " `python3 -c 'import secrets; print(secrets.token_hex(32))' > secrets/links.key`,"
            " `chmod 600 secrets/links.key`, and add"
            ' links = [{ file = "secrets/links.key" }] to [keys].'
        )
    return signer
