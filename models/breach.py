"""The register of breaches of personal data, and who was told of each (UK GDPR Art. 33(5))."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, select, update
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
    of_any,
    of_controller,
    table_of,
    text_column,
)
from models.journal import note
from policy.rights.breach import BreachKind, BreachRisk, BreachTold
from policy.vocabulary import Role


class Breach(Record, table=True):
    """One breach. The texts say what happened, and name nobody.

    `aware_at` is when we became aware, `role` what we were for the data then. `people` and
    `records` are rough numbers, None while nobody knows. In the register for good, told or not.
    """

    __tablename__ = "breach"
    __table_args__ = (of_controller(), Index(None, "controller_id", "closed_at"))

    controller_id: str = controller_key()
    id: UUID = key()
    aware_at: datetime
    recorded_at: datetime
    role: Role = enum_of(Role)
    kind: BreachKind = enum_of(BreachKind)
    nature: str = text_column()
    people: int | None = None
    records: int | None = None
    effects: str = text_column()
    action: str = text_column()
    risk: BreachRisk = enum_of(BreachRisk)
    closed_at: datetime | None = None


class BreachNotice(Record, table=True):
    """That somebody was told of a breach, in whole or in part, or why they were not.

    `contains` are words of `policy.rights.breach.BreachContent`; `why_not` is None where somebody
    was told.
    """

    __tablename__ = "breach_notice"
    __table_args__ = (
        belongs_to("breach", "breach_id"),
        Index(None, "controller_id", "breach_id"),
        NO_ROWID,
    )

    controller_id: str = controller_key()
    id: UUID = key()
    breach_id: UUID
    whom: BreachTold = enum_of(BreachTold)
    at: datetime
    contains: list[str] = json_column()
    why_not: str | None = Field(default=None, max_length=400)


_breach, _notice = table_of(Breach), table_of(BreachNotice)


def add_breach(connection: Connection, row: Values) -> None:
    """Put a breach into the register."""
    insert_rows(connection, _breach, [row])
    note(connection, "breach", {"row": row})


def add_breach_notice(connection: Connection, row: Values) -> None:
    """Note that somebody was told, or why not."""
    insert_rows(connection, _notice, [row])
    note(connection, "breach_notice", {"row": row})


def change_breach(
    connection: Connection, controller_id: str, breach_id: UUID, changes: Mapping[str, Any]
) -> None:
    """Say what is known of a breach by now; the ledger keeps what was said before."""
    own = (_breach.c.controller_id == controller_id, _breach.c.id == breach_id)
    connection.execute(update(_breach).where(*own).values(dict(changes)))
    content = {"controller_id": controller_id, "id": breach_id, "changes": dict(changes)}
    note(connection, "breach_changed", content)


def breach_by_id(
    connection: Connection, controllers: Collection[str], breach_id: UUID
) -> Row[Any] | None:
    """Return a breach by its key, if it is about data of one of some controllers."""
    wanted = select(_breach).where(of_any(_breach, controllers), _breach.c.id == breach_id)
    return connection.execute(wanted).first()


def breaches_of(
    connection: Connection, controllers: Collection[str], *, is_open: bool = False
) -> list[Row[Any]]:
    """Return the breaches of some controllers, the oldest first; only open ones if asked."""
    wanted = select(_breach).where(_breach.c.controller_id.in_(list(controllers)))
    if is_open:
        wanted = wanted.where(_breach.c.closed_at.is_(None))
    return list(connection.execute(wanted.order_by(_breach.c.aware_at, _breach.c.id)))


def breach_notices_of(
    connection: Connection, controllers: Collection[str], *, is_open: bool = False
) -> dict[UUID, list[Row[Any]]]:
    """Return who was told of the breaches of some controllers, by breach, the oldest first."""
    wanted = select(_notice).where(_notice.c.controller_id.in_(list(controllers)))
    if is_open:
        opened = select(_breach.c.id).where(
            of_any(_breach, controllers), _breach.c.closed_at.is_(None)
        )
        wanted = wanted.where(_notice.c.breach_id.in_(opened))
    found: dict[UUID, list[Row[Any]]] = {}
    for row in connection.execute(wanted.order_by(_notice.c.at, _notice.c.id)):
        found.setdefault(row.breach_id, []).append(row)
    return found
