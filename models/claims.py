"""Rows that wait to be worked on, by any number of workers: taken with a lease, postponed, removed.

A table of such rows has `controller_id`, `id`, `due_at` and `attempts`. Who takes a row moves its
`due_at` ahead: so nobody else takes it meanwhile, and it is taken again if the first never comes
back.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, select, update


def claim_rows(
    connection: Connection,
    table: Table,
    within: Collection[ColumnElement[bool]],
    now: datetime,
    until: datetime,
    most: int,
) -> list[Row[Any]]:
    """Take what is due of some rows, oldest first; nobody else is given it before `until`.

    Several workers may ask at once: on PostgreSQL each passes over what another is taking (SKIP
    LOCKED), on SQLite there is one writer at a time.
    """
    free = (
        select(table.c.id)
        .where(*within, table.c.due_at <= now)
        .order_by(table.c.due_at, table.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(free).scalars())
    if not ids:
        return []
    mine = (*within, table.c.id.in_(ids))
    connection.execute(
        update(table).where(*mine).values(due_at=until, attempts=table.c.attempts + 1)
    )
    return list(connection.execute(select(table).where(*mine).order_by(table.c.id)))


def postpone_rows(
    connection: Connection,
    table: Table,
    controller_id: str,
    ids: Collection[UUID],
    until: datetime,
) -> None:
    """Let some rows be taken later, or sooner than the claim on them says."""
    mine = (table.c.controller_id == controller_id, table.c.id.in_(list(ids)))
    connection.execute(update(table).where(*mine).values(due_at=until))


def drop_rows(
    connection: Connection, table: Table, controller_id: str, ids: Collection[UUID]
) -> None:
    """Remove rows that were worked on."""
    mine = (table.c.controller_id == controller_id, table.c.id.in_(list(ids)))
    connection.execute(table.delete().where(*mine))
