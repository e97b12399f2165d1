"""How the tests lose leads on purpose, and compare what is left with the platform's list."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.columns import table_of
from models.lead import Arrival, Lead
from models.mark import LeadMark
from models.permission import PermissionRecord
from models.person import LeadIdentifier
from models.reconciled import Reconciled
from models.store import Store
from pipeline.compared import ReconcileReport
from pipeline.reconcile import reconcile
from pipeline.settings import ConfiguredSource
from simulator.graph_api import GraphServer
from tests.build import connector, declared, kept
from tests.pulling import source_at


def compare(
    store: Store,
    server: GraphServer,
    *,
    days: int = 90,
    at: datetime | None = None,
    is_rehearsal: bool = False,
    **own: Any,
) -> ReconcileReport:
    """Compare a Meta source once; waiting costs no time."""
    source = source_at(server, **own)
    declared(store, source)
    moment = at or server.world.now
    return compare_with(store, source, connector(source, moment), moment, days, is_rehearsal)


def compare_with(
    store: Store,
    source: ConfiguredSource,
    asked: object,
    at: datetime,
    days: int = 90,
    is_rehearsal: bool = False,  # noqa: FBT001, FBT002 - the same
) -> ReconcileReport:
    """Compare any source once."""
    return reconcile(store, source, asked, lambda: at, days, is_rehearsal=is_rehearsal)


def lose(store: Store, external_ids: Iterable[str]) -> None:
    """Delete leads behind the program's back: no trace of them is left."""
    lead = table_of(Lead)
    with store.writing() as connection:
        wanted = select(lead.c.id).where(lead.c.external_id.in_(list(external_ids)))
        keys = list(connection.execute(wanted).scalars())
        for model in (PermissionRecord, LeadIdentifier, Arrival, LeadMark):
            table = table_of(model)
            connection.execute(table.delete().where(table.c.lead_id.in_(keys)))
        connection.execute(lead.delete().where(lead.c.id.in_(keys)))


def results(store: Store) -> dict[str, int]:
    """Return what is written down of all days together."""
    rows = kept(store, Reconciled)
    names = ("listed", "stored", "tests", "removed", "aside", "waiting", "gaps_fetched")
    found = {name: sum(getattr(row, name) for row in rows) for name in (*names, "gaps_open")}
    return {name: count for name, count in found.items() if count}
