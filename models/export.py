"""Files that left: for what, to whom, and why others were not in them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, func, select
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    Record,
    controller_key,
    enum_of,
    json_column,
    key,
    of_controller,
    table_of,
    text_column,
)
from policy.vocabulary import Channel, Purpose, RecipientRole, TransferMechanism


class Export(Record, table=True):
    """A file that left: for what, to whom, its SHA-256, and why the others were not in it.

    It is opened before the first disclosure and closed when the file is whole. One that stays open
    was broken off: its file was never handed over, and its disclosures name more, not fewer. `path`
    is where the file was written, None for one that was deleted since or has no known place.
    `recipient_role` and what follows are those of its recipient at that time: None for the
    controller itself, and for lists from before recipients were registered. `authority_request`
    and `approver`: by which request an authority was told, and who approved it.
    """

    __tablename__ = "export"
    __table_args__ = (of_controller(), Index(None, "controller_id", "number", unique=True))

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
    recipient_role: RecipientRole | None = enum_of(RecipientRole, nullable=True, default=None)
    contract_reference: str | None = None
    country: str | None = Field(default=None, max_length=2)
    mechanism: TransferMechanism | None = enum_of(TransferMechanism, nullable=True, default=None)
    tested_on: date | None = None
    authority_request: str | None = None
    approver: str | None = None
    number: int
    codes: dict[str, int] = json_column()


_export = table_of(Export)


def add_export(connection: Connection, row: Values) -> None:
    """Write down that a file is being made; it gets the next number of its controller.

    To be called in a transaction that writes for this controller only.
    """
    own = _export.c.controller_id == row["controller_id"]
    last = connection.execute(select(func.max(_export.c.number)).where(own)).scalar() or 0
    insert_rows(connection, _export, [{**row, "number": last + 1, "codes": {}}])


def close_export(connection: Connection, controller_id: str, id_: UUID, row: Values) -> None:
    """Write down that a file is whole: its hash and counts."""
    same = (_export.c.controller_id == controller_id) & (_export.c.id == id_)
    connection.execute(_export.update().where(same).values(dict(row)))
