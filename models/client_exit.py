"""How the end of a client's contract is dealt with: what was chosen, and what is done of it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update
from sqlmodel import Field

from models.bulk import Values
from models.columns import (
    Record,
    belongs_to,
    controller_key,
    enum_of,
    json_column,
    key,
    table_of,
)
from policy.client_contract import ExitChoice


class ClientExit(Record, table=True):
    """The end of one contract: its last day, the client's choice, and when each duty was done.

    `contract_id` is the declaration of the contract that counted when the end was recorded.
    `returned_digest` is the SHA-256 of the manifest of what the client got back, `certificate` what
    was certified; neither names a person.
    """

    __tablename__ = "client_exit"
    __table_args__ = (belongs_to("contract", "contract_id"),)

    controller_id: str = controller_key()
    id: UUID = key()
    contract_id: UUID
    ends_on: date
    choice: ExitChoice | None = enum_of(ExitChoice, nullable=True, default=None)
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


def add_exit(connection: Connection, row: Values) -> None:
    """Record that a contract ends."""
    connection.execute(insert(_exit).values(dict(row)))


def change_exit(connection: Connection, controller_id: str, exit_id: UUID, values: Values) -> None:
    """Note what was done, or chosen, of an end."""
    own = (_exit.c.controller_id == controller_id) & (_exit.c.id == exit_id)
    connection.execute(update(_exit).where(own).values(dict(values)))
