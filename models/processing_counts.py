"""What the record of processing counts: sets of rows, by controller, and nobody in them."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from models.audience_removal import AudienceRemoval
from models.columns import of_any, table_of
from models.export import Export
from models.lead import Lead
from models.ledger import LedgerRecord
from models.permission import PermissionRecord, Suppression
from models.rights_request import RightsRequestRecord

_lead, _event = table_of(Lead), table_of(PermissionRecord)
_export = table_of(Export)


def bases_by_source(connection: Connection, controllers: Collection[str]) -> list[Row[Any]]:
    """Return on what the leads of each source rest, and for how many identifiers.

    A row has `controller_id`, `source_id`, `basis`, `purpose`, `channel` and `people`.
    """
    whose = (_lead.c.controller_id, _lead.c.source_id)
    what = (_event.c.basis, _event.c.purpose, _event.c.channel)
    people = func.count(_event.c.identifier_id.distinct()).label("people")
    same = (_lead.c.controller_id == _event.c.controller_id) & (_lead.c.id == _event.c.lead_id)
    held = (_event.c.controller_id.in_(list(controllers)), _event.c.basis.is_not(None))
    wanted = select(*whose, *what, people).join(_lead, same).where(*held).group_by(*whose, *what)
    return list(connection.execute(wanted.order_by(*whose, *what)))


def codes_of_lists(connection: Connection, controllers: Collection[str]) -> dict[str, Counter[str]]:
    """Return by which reason codes people were in the lists of each controller: how many rows."""
    wanted = select(_export.c.controller_id, _export.c.codes).where(of_any(_export, controllers))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(wanted):
        found[row.controller_id].update(row.codes)
    return found


def counts_by_controller(
    connection: Connection, controllers: Collection[str], now: datetime
) -> dict[str, dict[str, int]]:
    """Return how many rows each controller has of what the record names, by its word for them.

    `overdue` are leads kept beyond their day (`now` is aware).
    """
    tables: dict[str, Table] = {
        "entries": table_of(Suppression),
        "requests": table_of(RightsRequestRecord),
        "ledger rows": table_of(LedgerRecord),
        "removals waiting": table_of(AudienceRemoval),
    }
    found: dict[str, dict[str, int]] = {each: {} for each in controllers}
    for name, table in tables.items():
        own = table.c.controller_id
        counted = select(own, func.count()).where(own.in_(list(controllers))).group_by(own)
        for controller_id, count in connection.execute(counted):
            found[controller_id][name] = count
    own = _lead.c.controller_id
    late = (own.in_(list(controllers)), _lead.c.expires_at <= now)
    counted = select(own, func.count()).where(*late).group_by(own)
    for controller_id, count in connection.execute(counted):
        found[controller_id]["overdue"] = count
    return found
