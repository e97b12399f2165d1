"""Orders to keep data for a time: they block deletion, and permit nothing (rule RET-15)."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from models.bulk import Values, insert_rows
from models.columns import (
    Record,
    controller_key,
    enum_of,
    key,
    of_controller,
    table_of,
    text_column,
)
from models.journal import note


class HoldScope(StrEnum):
    """What a hold keeps: one lead, all leads of a person, or everything of a controller."""

    LEAD = "lead"
    PERSON = "person"
    CONTROLLER = "controller"


class Hold(Record, table=True):
    """A named matter, what it keeps, who approved it, and when it must be looked at again.

    `scope_id` is the key of the lead or person, None for everything. `review_on` is a London date.
    `matter` may name people, so it goes into no ledger. In force until `released_at`.
    """

    __tablename__ = "hold"
    __table_args__ = (of_controller(),)

    controller_id: str = controller_key()
    id: UUID = key()
    matter: str = text_column()
    scope: HoldScope = enum_of(HoldScope)
    scope_id: UUID | None = None
    approver: str
    opened_at: datetime
    review_on: date
    released_at: datetime | None = None


def add_holds(connection: Connection, rows: Iterable[Values]) -> None:
    """Add holds."""
    added = list(rows)
    insert_rows(connection, table_of(Hold), added)
    for row in added:
        # matter and approver may name people
        kept = {name: row[name] for name in row.keys() - {"matter", "approver"}}
        note(connection, "hold", {"row": kept})


def holds_of(connection: Connection, controllers: Collection[str]) -> list[Row[Any]]:
    """Return every hold of some controllers, released ones too, oldest first."""
    table = table_of(Hold)
    wanted = select(table).where(table.c.controller_id.in_(list(controllers)))
    return list(connection.execute(wanted.order_by(table.c.id)))


def holds_in_force(connection: Connection, controller_id: str) -> list[Row[Any]]:
    """Return the holds of a controller that nobody released, oldest first."""
    return list(connection.execute(_in_force(), {"controller": controller_id}))


@cache
def _in_force() -> Select[Any]:
    # put together once: each turn of an expiry asks
    table = table_of(Hold)
    own = table.c.controller_id == bindparam("controller")
    return select(table).where(own, table.c.released_at.is_(None)).order_by(table.c.id)


def hold_by_id(connection: Connection, hold_id: UUID) -> Row[Any] | None:
    """Return a hold by its key, whoever's data it keeps."""
    table = table_of(Hold)
    return connection.execute(select(table).where(table.c.id == hold_id)).first()


def release_hold(
    connection: Connection, controller_id: str, hold_id: UUID, released_at: datetime
) -> bool:
    """End a hold; say whether it was in force until now."""
    table = table_of(Hold)
    changed = connection.execute(
        update(table)
        .where(
            table.c.controller_id == controller_id,
            table.c.id == hold_id,
            table.c.released_at.is_(None),
        )
        .values(released_at=released_at)
    )
    content = {"controller_id": controller_id, "id": hold_id, "released_at": released_at}
    note(connection, "hold_released", content)
    return changed.rowcount == 1
