"""Files that left, and who was in them."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, select
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    NO_ROWID,
    Record,
    belongs_to,
    controller_key,
    enum_of,
    json_column,
    key,
    of_controller,
    table_of,
    text_column,
)
from models.look_up import among, run_among
from policy.vocabulary import Channel, Purpose, ReasonCode


class Export(Record, table=True):
    """A file that left: for what, to whom, its SHA-256, and why the others were not in it.

    It is opened before the first disclosure and closed when the file is whole. One that stays open
    was broken off: its file was never handed over, and its disclosures name more, not fewer. `path`
    is where the file was written, None for one that was deleted since or has no known place.
    """

    __tablename__ = "export"
    __table_args__ = (of_controller(),)

    controller_id: str = controller_key()
    id: UUID = key()
    purpose: Purpose = enum_of(Purpose)
    channel: Channel = enum_of(Channel)
    recipient: str
    actor: str
    opened_at: datetime
    closed_at: datetime | None = None
    format: str = Field(max_length=16)
    sha256: str | None = Field(default=None, max_length=64)
    row_count: int | None = None
    withheld: dict[str, Any] | None = json_column(nullable=True)
    path: str | None = text_column(nullable=True)


class Disclosure(Record, table=True):
    """Who was in an export: the lead, the identifier, and the decision at that time.

    Kept when the lead is erased, so that recipients can be told; the keys name nobody by then.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        belongs_to("export", "export_id"),
        Index(None, "controller_id", "lead_id"),
        NO_ROWID,
    )

    controller_id: str = controller_key()
    export_id: UUID = key()
    identifier_id: UUID = key()
    lead_id: UUID
    code: ReasonCode = enum_of(ReasonCode)
    decided_at: datetime
    valid_until: datetime


def add_export(connection: Connection, row: Values) -> None:
    """Write down that a file is being made."""
    insert_rows(connection, table_of(Export), [row])


def close_export(connection: Connection, controller_id: str, id_: UUID, row: Values) -> None:
    """Write down that a file is whole: its hash and counts."""
    table = table_of(Export)
    same = (table.c.controller_id == controller_id) & (table.c.id == id_)
    connection.execute(table.update().where(same).values(dict(row)))


def add_disclosures(connection: Connection, rows: Iterable[Values]) -> None:
    """Write down who was in a file."""
    insert_rows(connection, table_of(Disclosure), list(rows))


def exports_with(
    connection: Connection, controller_id: str, leads: Iterable[UUID]
) -> list[Row[Any]]:
    """Return the exports that some leads were in, oldest first."""
    export, disclosure = table_of(Export), table_of(Disclosure)
    indexed = disclosure.alias()
    # the index holds the keys and no more: see `models.ledger.history`
    keys = (
        select(indexed.c.export_id, indexed.c.identifier_id)
        .where(among(connection, controller_id, indexed.c.lead_id))
        .subquery()
    )
    wanted = (
        select(
            export,
            disclosure.c.lead_id,
            disclosure.c.code,
            disclosure.c.decided_at,
            disclosure.c.valid_until,
        )
        .join(
            disclosure,
            (disclosure.c.controller_id == export.c.controller_id)
            & (disclosure.c.export_id == export.c.id),
        )
        .join(
            keys,
            (keys.c.export_id == disclosure.c.export_id)
            & (keys.c.identifier_id == disclosure.c.identifier_id),
        )
        .where(export.c.controller_id == controller_id)
    )
    # not sorted by SQLite, which would read every list of the controller in that order
    return sorted(run_among(connection, wanted, list(leads)), key=attrgetter("id"))
