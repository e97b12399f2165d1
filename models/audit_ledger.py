"""Read the ledger as an auditor does: a time of it, in order, and what it lacks."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Text,
    cast,
    exists,
    func,
    select,
)

from models.columns import of_any, table_of
from models.export import Export
from models.hold import Hold
from models.keys import first_key
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.rights_request import RightsRequestRecord

_ledger = table_of(LedgerRecord)
_AT_A_TIME = 5_000
_MILLISECOND = timedelta(milliseconds=1)
LAST = datetime(9000, 1, 1, tzinfo=UTC)
"""After everything."""
_EXPLAINED: dict[str, tuple[Any, LedgerKind]] = {
    "leads_without_an_entry": (Lead, LedgerKind.LEAD_STORED),
    "lists_without_an_entry": (Export, LedgerKind.EXPORT_MADE),
    "requests_without_an_entry": (RightsRequestRecord, LedgerKind.REQUEST_RECEIVED),
    "holds_without_an_entry": (Hold, LedgerKind.HOLD_PLACED),
}


def entries(
    connection: Connection,
    controllers: Collection[str],
    kinds: Collection[LedgerKind] | None,
    since: datetime | None,
    until: datetime,
) -> Iterator[Row[Any]]:
    """Yield what was written from `since` (None: ever) up to `until`, not included.

    The oldest first, controller by controller; `kinds` None: of every kind. Keys begin with the
    time in milliseconds, so what lies outside is not looked at. A page at a time, so that other
    queries may run in between.
    """
    for controller_id in controllers:
        wanted: list[ColumnElement[bool]] = [_ledger.c.recorded_at < until]
        if kinds is not None:
            wanted.append(_ledger.c.kind.in_(list(kinds)))
        if since is not None:
            wanted.append(_ledger.c.recorded_at >= since)
            wanted.append(_ledger.c.id >= first_key(since))
        wanted.append(_ledger.c.id < first_key(until + _MILLISECOND))
        yield from _paged(connection, [controller_id], wanted)


def entries_like(
    connection: Connection,
    controllers: Collection[str],
    word: str,
    since: datetime | None,
    until: datetime,
) -> Iterator[Row[Any]]:
    """Yield the entries of a time whose kind begins with a word, the oldest first."""
    kinds = [kind for kind in LedgerKind if kind.value.startswith(word)]
    if kinds:
        yield from entries(connection, controllers, kinds, since, until)


def keyed_entries(
    connection: Connection, controllers: Collection[str], since: datetime | None, until: datetime
) -> Iterator[Row[Any]]:
    """Yield the rows whose keys were made in a time, whatever time they claim, by their keys.

    What was written later with an older key is found; so is, without `since`, what lies ahead.
    """
    for controller_id in controllers:
        wanted: list[ColumnElement[bool]] = []
        if since is not None:
            wanted.append(_ledger.c.id >= first_key(since))
            wanted.append(_ledger.c.id < first_key(until + _MILLISECOND))
        yield from _paged(connection, [controller_id], wanted)


def _paged(
    connection: Connection, controllers: Collection[str], wanted: list[ColumnElement[bool]]
) -> Iterator[Row[Any]]:
    whose = of_any(_ledger, controllers)
    own = select(_ledger).where(whose, *wanted).order_by(_ledger.c.id).limit(_AT_A_TIME)
    page = list(connection.execute(own))
    while page:
        yield from page
        if len(page) < _AT_A_TIME:
            return
        page = list(connection.execute(own.where(_ledger.c.id > page[-1].id)))


def unexplained(connection: Connection, controllers: Collection[str]) -> dict[str, int]:
    """Count what the store has and the ledger says nothing of: an entry of it must be gone."""
    found = {}
    for name, (model, kind) in _EXPLAINED.items():
        table = table_of(model)
        own = [table.c.controller_id.in_(list(controllers))]
        if model is Export:
            own.append(table.c.closed_at.is_not(None))  # a broken one was never handed over
        is_told = exists().where(
            _ledger.c.controller_id == table.c.controller_id,
            _ledger.c.subject_id == hex_of(table.c.id),
            _ledger.c.kind == kind,
        )
        counted = select(func.count()).select_from(table).where(*own, ~is_told)
        found[name] = connection.execute(counted).scalar_one()
    return found


def hex_of(column: Column[Any]) -> ColumnElement[str]:
    """Return a key as the ledger writes it, 32 hex digits, on either database."""
    return func.replace(cast(column, Text), "-", "")
