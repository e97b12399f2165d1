"""What the last look at each source found, thing by thing."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    Record,
    belongs_to,
    controller_key,
    enum_of,
    of_any,
    table_of,
    text_column,
)
from policy.looks import Looked


class ProbeRecord(Record, table=True):
    """The outcome of the last look at one thing; `since` is when it became so.

    `ends_at` is when what was looked at stops working by itself. What nobody could say anything of
    keeps its row from before.
    """

    __tablename__ = "source_probe"
    __table_args__ = (belongs_to("source", "source_id"),)

    controller_id: str = controller_key()
    source_id: str = Field(primary_key=True, max_length=64)
    subject: str = Field(primary_key=True, max_length=255)
    about: Looked = enum_of(Looked)
    is_ok: bool
    message: str = text_column()
    since: datetime
    looked_at: datetime
    ends_at: datetime | None = None


def probes(connection: Connection, controllers: Collection[str]) -> list[Row[Any]]:
    """Return the last outcome of everything that was looked at, source by source."""
    table = table_of(ProbeRecord)
    wanted = select(table).where(of_any(table, controllers))
    order = (table.c.controller_id, table.c.source_id, table.c.subject)
    return list(connection.execute(wanted.order_by(*order)))


def probes_of(connection: Connection, controller_id: str, source_id: str) -> dict[str, Row[Any]]:
    """Return the last outcomes of one source, by subject."""
    table = table_of(ProbeRecord)
    wanted = select(table).where(
        table.c.controller_id == controller_id, table.c.source_id == source_id
    )
    return {row.subject: row for row in connection.execute(wanted)}


def put_probes(
    connection: Connection,
    controller_id: str,
    source_id: str,
    rows: Sequence[Values],
    gone: Collection[str],
) -> None:
    """Write outcomes of one source down in place of those before; `gone` subjects are dropped."""
    table = table_of(ProbeRecord)
    subjects = [*gone, *(row["subject"] for row in rows)]
    connection.execute(
        delete(table).where(
            table.c.controller_id == controller_id,
            table.c.source_id == source_id,
            table.c.subject.in_(subjects),
        )
    )
    own = {"controller_id": controller_id, "source_id": source_id}
    insert_rows(connection, table, [own | dict(row) for row in rows])
