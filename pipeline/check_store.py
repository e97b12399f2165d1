"""Say whether the store can be used, and whether its suppression lists can be read."""

from collections.abc import Iterator

from models import schema
from models.store import Store
from pipeline.finding import Finding
from pipeline.gather import require_own_key
from pipeline.settings import Settings
from policy.errors import ConfigError, LeadsError


def check_store(store: Store) -> Finding:
    """Say whether the store has the tables of this version and can be written."""
    try:
        schema.require_current(store)
        schema.require_writable(store)
    except LeadsError as error:
        return Finding("store", False, str(error))
    return Finding("store", True, f"{store.url.get_backend_name()}, revision {schema.HEAD}")


def check_suppression_lists(store: Store, settings: Settings) -> Iterator[Finding]:
    """Name each suppression list that the key does not fit: none of its opt-outs would be seen."""
    for controller in settings.controllers:
        try:
            with store.reading() as connection:
                require_own_key(connection, controller.id, settings.suppression_key)
        except ConfigError as error:
            yield Finding(f"controllers[{controller.id}]", False, str(error))
