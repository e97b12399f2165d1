"""How the end of a client's contract is dealt with: what was chosen, and what is done of it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlmodel import Field

from models.bulk import Values
from models.columns import (
    Record,
    controller_key,
    enum_of,
    json_column,
    key,
    of_controller,
    table_of,
)
from models.journal import note
from policy.client_contract import ExitChoice


class ClientExit(Record, table=True):
    """The end of one contract: its last day, the client's choice, and when each duty was done.

    `reference` is the contract's, `returned_digest` the SHA-256 of the manifest of what the client
    got back, `certificate` what was certified. No person is named.
    """

    __tablename__ = "client_exit"
    __table_args__ = (of_controller(),)

    controller_id: str = controller_key()
    id: UUID = key()
    reference: str = Field(max_length=200)
    ends_on: date
    exit_days: int
    choice: ExitChoice | None = enum_of(ExitChoice, nullable=True, default=None)
    sub_processors: list[str] = json_column()
    opened_at: datetime
    returned_at: datetime | None = None
    returned_digest: str | None = Field(default=None, max_length=64)
    deleted_at: datetime | None = None
    sub_processors_done_at: datetime | None = None
    certified_at: datetime | None = None
    certificate: dict[str, Any] | None = json_column(nullable=True)


_exit = table_of(ClientExit)


def exits_of(connection: Connection, controllers: Collection[str]) -> list[Row[Any]]:
    """Return the recorded ends of the contracts of some controllers, oldest first."""
    wanted = select(_exit).where(_exit.c.controller_id.in_(list(controllers)))
    return list(connection.execute(wanted.order_by(_exit.c.opened_at, _exit.c.id)))


def put_exit(connection: Connection, row: Values) -> None:
    """Record an end as it stands now: new, or with what was chosen or done of it since."""
    own = (_exit.c.controller_id == row["controller_id"]) & (_exit.c.id == row["id"])
    if connection.execute(select(_exit.c.id).where(own)).first() is None:
        connection.execute(insert(_exit).values(dict(row)))
    else:
        connection.execute(update(_exit).where(own).values(dict(row)))
    note(connection, "client_exit", {"row": dict(row)})


def drop_exits(connection: Connection, controller_id: str, exits: Collection[UUID]) -> None:
    """Forget some ends, of which the journal knows more than a backup."""
    own = (_exit.c.controller_id == controller_id) & _exit.c.id.in_(list(exits))
    connection.execute(delete(_exit).where(own))
