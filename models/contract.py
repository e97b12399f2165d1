"""The contracts of clients and their written instructions, as they were declared over time.

Rows are only added: a contract or an instruction that changes is declared anew, with all that
stands beside it, so that it can be said what was in force at any time. Of an instruction's words
only the hash is kept.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, insert, select
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    Record,
    belongs_to,
    controller_key,
    enum_of,
    json_column,
    key,
    of_controller,
    table_of,
)
from policy.client_contract import ExitChoice


class Contract(Record, table=True):
    """A contract as it was declared at a time; in force until the next declaration.

    `ends_on` is the last day, None for an open end; `exit_choice` None: the client has not chosen.
    `exit_decision` is the id of the decision that gives more days than the rule. `country` is the
    client's. `is_configured` False: from then on there was none.
    """

    __tablename__ = "contract"
    __table_args__ = (of_controller(), Index(None, "controller_id", "declared_at"))

    controller_id: str = controller_key()
    id: UUID = key()
    reference: str = Field(max_length=200)
    starts_on: date
    ends_on: date | None = None
    exit_choice: ExitChoice | None = enum_of(ExitChoice, nullable=True, default=None)
    exit_days: int
    exit_decision: str | None = Field(default=None, max_length=200)
    country: str = Field(max_length=2)
    sub_processors: list[str] = json_column()
    is_configured: bool
    digest: str = Field(max_length=64)
    declared_at: datetime


class InstructionRecord(Record, table=True):
    """A client's written instruction, as it stood beside one declaration of the contract.

    `text_digest` is the SHA-256 of its words in UTF-8; `until_on` the last day, None: open.
    """

    __tablename__ = "instruction"
    __table_args__ = (
        belongs_to("contract", "contract_id"),
        Index(None, "controller_id", "contract_id"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    contract_id: UUID
    reference: str = Field(max_length=200)
    version: str = Field(max_length=64)
    text_digest: str = Field(max_length=64)
    purposes: list[str] = json_column()
    channels: list[str] = json_column()
    recipients: list[str] = json_column()
    covers_special_categories: bool
    from_on: date
    until_on: date | None = None


_contract, _instruction = table_of(Contract), table_of(InstructionRecord)


def contract_at(
    connection: Connection, controller_id: str, at: datetime | None = None
) -> Row[Any] | None:
    """Return the contract as it was declared last before an instant (None: ever), if it was."""
    wanted = select(_contract).where(_contract.c.controller_id == controller_id)
    if at is not None:
        wanted = wanted.where(_contract.c.declared_at <= at)
    newest_first = wanted.order_by(_contract.c.declared_at.desc(), _contract.c.id.desc())
    return connection.execute(newest_first.limit(1)).first()


def instructions_of(
    connection: Connection, controller_id: str, contract_id: UUID
) -> Sequence[Row[Any]]:
    """Return the instructions that stood beside one declaration of a contract."""
    wanted = select(_instruction).where(
        _instruction.c.controller_id == controller_id, _instruction.c.contract_id == contract_id
    )
    return connection.execute(wanted.order_by(_instruction.c.id)).all()


def add_contract(connection: Connection, row: Values, instructions: Sequence[Values]) -> None:
    """Add one declaration of a contract, with the instructions beside it."""
    connection.execute(insert(_contract).values(dict(row)))
    insert_rows(connection, _instruction, instructions)
