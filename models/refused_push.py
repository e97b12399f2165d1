"""How many requests to our receivers were refused: counts by day, nothing of what was in them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Field

from models.columns import NO_ROWID, Record, belongs_to, controller_key, of_any, table_of


class RefusedPush(Record, table=True):
    """What was refused of one source on one London day (ISO), by the HTTP status of the answer."""

    __tablename__ = "refused_push"
    __table_args__ = (belongs_to("source", "source_id"), NO_ROWID)

    controller_id: str = controller_key()
    source_id: str = Field(primary_key=True, max_length=64)
    day: str = Field(primary_key=True, max_length=10)
    status: int = Field(primary_key=True)
    refused: int
    last_at: datetime


Counted = Mapping[tuple[str, str, int], int]
"""How many were refused, by controller, source and status."""


def count_refused(connection: Connection, counted: Counted, day: str, at: datetime) -> None:
    """Add to a day's counts; several processes may do so."""
    table = table_of(RefusedPush)
    for (controller_id, source_id, status), count in counted.items():
        keys: dict[str, Any] = {
            "controller_id": controller_id, "source_id": source_id, "day": day, "status": status,
        }  # fmt: skip
        same = [table.c[name] == value for name, value in keys.items()]
        more = {"refused": table.c.refused + count, "last_at": at}
        if not connection.execute(table.update().where(*same).values(more)).rowcount:
            connection.execute(table.insert().values(keys | {"refused": count, "last_at": at}))


def refused_since(connection: Connection, controllers: Collection[str], day: str) -> list[Row[Any]]:
    """Return what was refused on a day and later: each row as it is kept."""
    table = table_of(RefusedPush)
    wanted = select(table).where(of_any(table, controllers), table.c.day >= day)
    return list(connection.execute(wanted.order_by(table.c.source_id, table.c.day, table.c.status)))
