"""Who may be handed data, as configured, and what they were at any earlier time."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update
from sqlmodel import Field

from models.columns import (
    Record,
    controller_key,
    enum_of,
    json_column,
    of_any,
    of_controller,
    table_of,
)
from models.export import Export
from policy.vocabulary import RecipientRole, TransferMechanism


class RecipientRecord(Record, table=True):
    """One recipient as it stood from `declared_at` on, until `ended_at` (None: still).

    A change in the configuration ends a version and begins the next; none is changed. Days are
    London's, each term's last day belongs to it.
    """

    __tablename__ = "recipient"
    __table_args__ = (of_controller(),)

    controller_id: str = controller_key()
    id: str = Field(primary_key=True, max_length=64)
    version: int = Field(primary_key=True)
    name: str
    role: RecipientRole = enum_of(RecipientRole)
    country: str = Field(max_length=2)
    channels: list[str] = json_column()
    contract_reference: str | None = None
    contract_since: date | None = None
    contract_until: date | None = None
    mechanism: TransferMechanism | None = enum_of(TransferMechanism, nullable=True, default=None)
    safeguard_since: date | None = None
    safeguard_until: date | None = None
    tested_on: date | None = None
    declared_at: datetime
    ended_at: datetime | None = None


_recipient, _export = table_of(RecipientRecord), table_of(Export)
_OWN = frozenset({"version", "declared_at", "ended_at"})
"""What says which version it is; all else is what was configured."""


def declare_recipients(
    connection: Connection,
    controllers: Collection[str],
    configured: Iterable[RecipientRecord],
    now: datetime,
) -> tuple[list[RecipientRecord], list[tuple[str, str]]]:
    """Bring the recipients of some controllers up to what is configured.

    Returns those that are new or changed, and controller and id of those that are no more.
    """
    rows = connection.execute(
        select(_recipient).where(of_any(_recipient, controllers)).order_by(_recipient.c.version)
    )
    known = {(row.controller_id, row.id): row for row in rows}
    changed = []
    for record in configured:
        row = known.pop((record.controller_id, record.id), None)
        if row is not None and row.ended_at is None:
            if _said(row._asdict()) == _said(record.model_dump()):
                continue
            _end(connection, record.controller_id, record.id, now)
        values = record.model_dump() | {"version": row.version + 1 if row else 1}
        connection.execute(_recipient.insert().values(values))
        changed.append(record)
    gone = [of for of, row in known.items() if row.ended_at is None]
    for controller_id, id_ in gone:
        _end(connection, controller_id, id_, now)
    return changed, gone


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _OWN}


def _end(connection: Connection, controller_id: str, id_: str, now: datetime) -> None:
    open_one = (
        _recipient.c.controller_id == controller_id,
        _recipient.c.id == id_,
        _recipient.c.ended_at.is_(None),
    )
    connection.execute(update(_recipient).where(*open_one).values(ended_at=now))


def recipients_at(
    connection: Connection, controllers: Collection[str], at: datetime
) -> list[Row[Any]]:
    """Return the recipients of some controllers as they stood at a time, by controller and id."""
    stood = (
        _recipient.c.controller_id.in_(list(controllers)),
        _recipient.c.declared_at <= at,
        or_(_recipient.c.ended_at.is_(None), _recipient.c.ended_at > at),
    )
    wanted = select(_recipient).where(*stood)
    return list(connection.execute(wanted.order_by(_recipient.c.controller_id, _recipient.c.id)))


def handed_to(connection: Connection, controllers: Collection[str], at: datetime) -> list[Row[Any]]:
    """Return what was handed to whom until a time: lists, people in them, and the last of them.

    A row has `controller_id`, `recipient`, `lists`, `people` (rows of all lists together) and
    `last_at`. A list that was broken off is none.
    """
    last = func.max(_export.c.closed_at, type_=_export.c.closed_at.type)
    counts = (
        func.count().label("lists"),
        func.coalesce(func.sum(_export.c.row_count), 0).label("people"),
        last.label("last_at"),
    )
    whose = (_export.c.controller_id, _export.c.recipient)
    handed = (_export.c.controller_id.in_(list(controllers)), _export.c.closed_at <= at)
    return list(
        connection.execute(select(*whose, *counts).where(*handed).group_by(*whose).order_by(*whose))
    )
