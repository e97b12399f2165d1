"""Mails of our own that wait to be sent: written in the transaction that causes them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, func, select
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.claims import claim_rows, drop_rows, postpone_rows
from models.columns import (
    Record,
    controller_key,
    enum_of,
    key,
    of_controller,
    table_of,
    text_column,
)
from models.look_up import delete_among


class MailKind(StrEnum):
    """What a mail is for. None of them advertises anything."""

    CONFIRM_OPT_IN = "confirm_opt_in"
    CONFIRM_IDENTITY = "confirm_identity"


class OutboxRecord(Record, table=True):
    """A mail that waits to be sent. It leaves the table once a server took it, or at its end.

    `subject_id` is the key of what it is about: an opt-in, a request. `due_at` as in the inbox.
    `give_up_at` is when it is dropped unsent.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        of_controller(),
        Index(None, "controller_id", "due_at"),
        Index(None, "controller_id", "subject_id"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    kind: MailKind = enum_of(MailKind)
    subject_id: UUID
    address: str = text_column()
    subject: str = text_column()
    body: str = text_column()
    made_at: datetime
    due_at: datetime
    give_up_at: datetime
    attempts: int = Field(default=0)


def add_mails(connection: Connection, rows: Sequence[Values]) -> None:
    """Add mails to be sent."""
    insert_rows(connection, table_of(OutboxRecord), rows)


def claim_mails(
    connection: Connection, controller_id: str, now: datetime, until: datetime, most: int
) -> list[Row[Any]]:
    """Take mails that are due, oldest first; nobody else is given them before `until`."""
    table = table_of(OutboxRecord)
    own = (table.c.controller_id == controller_id,)
    return claim_rows(connection, table, own, now, until, most)


def postpone_mails(
    connection: Connection, controller_id: str, ids: Collection[UUID], until: datetime
) -> None:
    """Let some mails be tried again later."""
    postpone_rows(connection, table_of(OutboxRecord), controller_id, ids, until)


def drop_mails(connection: Connection, controller_id: str, ids: Collection[UUID]) -> None:
    """Remove mails that were sent or given up."""
    drop_rows(connection, table_of(OutboxRecord), controller_id, ids)


def drop_mails_about(
    connection: Connection, controller_id: str, subjects: Collection[UUID]
) -> None:
    """Remove mails whose cause is gone."""
    delete_among(connection, controller_id, table_of(OutboxRecord).c.subject_id, subjects)


def drop_all_mails(connection: Connection, controller_id: str) -> list[Row[Any]]:
    """Remove every mail of a controller; return what each was: `kind`, `subject_id`."""
    table = table_of(OutboxRecord)
    own = table.delete().where(table.c.controller_id == controller_id)
    return list(connection.execute(own.returning(table.c.kind, table.c.subject_id)))


def mails_waiting(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """Return how many mails of each controller wait, and since when the oldest does."""
    table = table_of(OutboxRecord)
    rows = connection.execute(
        select(
            table.c.controller_id,
            func.count(),
            func.min(table.c.made_at, type_=table.c.made_at.type),
        ).group_by(table.c.controller_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def mails_given_up(connection: Connection, now: datetime) -> list[Row[Any]]:
    """Return the mails whose time is over: `controller_id`, `id`, `kind`, `subject_id`."""
    table = table_of(OutboxRecord)
    columns = (table.c.controller_id, table.c.id, table.c.kind, table.c.subject_id)
    return list(connection.execute(select(*columns).where(table.c.give_up_at <= now)))
