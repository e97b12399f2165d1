"""How the tests stop, hold and expire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.store import Store
from models.tables import metadata
from pipeline.expire import Expired, expire
from pipeline.opt_out import OptOutReport, Said, opt_out
from policy.vocabulary import Channel, Identifier
from tests.build import NOW, SUPPRESSION_KEY, controller


def stop(
    store: Store,
    *identifiers: Identifier,
    at: datetime = NOW,
    scope: Channel | None = None,
    controllers: Sequence[str] = ("nectra",),
    is_rehearsal: bool = False,
) -> OptOutReport:
    """Let people opt out."""
    said = Said(scope, at, "test", is_rehearsal=is_rehearsal)
    return opt_out(
        store, [controller(id_) for id_ in controllers], SUPPRESSION_KEY, identifiers, said
    )


def expire_at(
    store: Store, at: datetime, *, controller_id: str = "nectra", is_rehearsal: bool = False
) -> Expired:
    """Delete what is due at a time."""
    owner = controller(controller_id)
    found = expire(store, [owner], SUPPRESSION_KEY, lambda: at, is_rehearsal=is_rehearsal)
    return found[controller_id]


def everything(store: Store) -> dict[str, list[Any]]:
    """Return every row of every table, so that "nothing changed" can be said."""
    with store.reading() as connection:
        return {
            table.name: list(connection.execute(table.select().order_by(*table.primary_key)))
            for table in metadata.sorted_tables
        }
