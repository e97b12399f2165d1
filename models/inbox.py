"""What was pushed to us and waits to be worked on: durable before it is read, gone once it is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, func, literal, select
from sqlmodel import Field

from models.bulk import insert_records
from models.claims import claim_rows, drop_rows, postpone_rows
from models.columns import Record, belongs_to, bytes_column, controller_key, key, of_any, table_of
from policy.retention import quarantine_began

NOT_WORKED_ON = "not_worked_on"


class InboxRecord(Record, table=True):
    """A push that was found genuine, as it came.

    `due_at` and `attempts` are those of `models/claims.py`.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        belongs_to("source", "source_id"),
        Index(None, "controller_id", "source_id", "due_at"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    source_id: str = Field(max_length=64)
    external_id: str | None = Field(default=None, max_length=255)
    notice_id: str | None = Field(default=None, max_length=64)
    media_type: str = Field(max_length=128)
    received_at: datetime
    due_at: datetime
    attempts: int
    payload: bytes = bytes_column()


COLUMNS = (
    "controller_id", "id", "source_id", "external_id", "notice_id", "media_type",
    "received_at", "due_at", "attempts", "payload",
)  # fmt: skip


def add_pushes(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add pushes, each in the order of `COLUMNS`, keys as hex digits."""
    insert_records(connection, table_of(InboxRecord), COLUMNS, rows)


def due_sources(
    connection: Connection, controllers: Collection[str], now: datetime
) -> list[tuple[str, str]]:
    """Return the sources, as (controller, source), that have something to be worked on."""
    table = table_of(InboxRecord)
    wanted = select(table.c.controller_id, table.c.source_id).where(
        of_any(table, controllers), table.c.due_at <= now
    )
    return [(row[0], row[1]) for row in connection.execute(wanted.distinct())]


def claim(
    connection: Connection,
    controller_id: str,
    source_id: str,
    now: datetime,
    until: datetime,
    most: int,
) -> list[Row[Any]]:
    """Take what is due of a source, oldest first; nobody else is given it before `until`."""
    table = table_of(InboxRecord)
    own = (table.c.controller_id == controller_id, table.c.source_id == source_id)
    return claim_rows(connection, table, own, now, until, most)


def postpone(
    connection: Connection, controller_id: str, ids: Collection[UUID], until: datetime
) -> None:
    """Let some pushes be worked on later, or sooner than the claim on them says."""
    postpone_rows(connection, table_of(InboxRecord), controller_id, ids, until)


def drop_pushes(connection: Connection, controller_id: str, ids: Collection[UUID]) -> None:
    """Remove pushes that were worked on: their bytes stay with their leads, or are set aside."""
    drop_rows(connection, table_of(InboxRecord), controller_id, ids)


def overdue_pushes(
    connection: Connection, controller_id: str, now: datetime, after: UUID | None, limit: int
) -> list[Row[Any]]:
    """Return pushes that nobody has worked on in all the time that an unread delivery is kept.

    So it is with those of a source that is configured no more. `reason` says so; no bytes.
    """
    table = table_of(InboxRecord)
    wanted = (
        select(
            table.c.id,
            table.c.source_id,
            table.c.received_at,
            literal(NOT_WORKED_ON).label("reason"),
        )
        .where(table.c.controller_id == controller_id, table.c.received_at <= quarantine_began(now))
        .order_by(table.c.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(table.c.id > after)
    return list(connection.execute(wanted))


def waiting_page(
    connection: Connection, controller_id: str, source_id: str, after: UUID | None, limit: int
) -> list[Row[Any]]:
    """Return a page of a source's pushes as they came, oldest first, claimed or not."""
    table = table_of(InboxRecord)
    wanted = select(table).where(
        table.c.controller_id == controller_id, table.c.source_id == source_id
    )
    if after is not None:
        wanted = wanted.where(table.c.id > after)
    return list(connection.execute(wanted.order_by(table.c.id).limit(limit)))


def waiting(
    connection: Connection, controllers: Collection[str]
) -> dict[tuple[str, str], tuple[int, datetime]]:
    """Return how many pushes of each source wait, and since when the oldest does."""
    table = table_of(InboxRecord)
    rows = connection.execute(
        select(
            table.c.controller_id,
            table.c.source_id,
            func.count(),
            func.min(table.c.received_at, type_=table.c.received_at.type),
        )
        .where(of_any(table, controllers))
        .group_by(table.c.controller_id, table.c.source_id)
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}
