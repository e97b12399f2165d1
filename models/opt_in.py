"""Ticks that wait until the owner of an address has confirmed them, and those that were."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, select, update
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import Record, belongs_to, controller_key, json_column, key, table_of
from models.look_up import delete_among, select_among
from models.person import IdentifierRecord


class OptIn(Record, table=True):
    """What one person was asked to confirm: the boxes of a lead, at one of its addresses.

    `notice_id` is the wording that the boxes had, `template` the SHA-256 of the mail's text.
    `mail_at` is when the mail may go; `message_id` and `sent_at` stay empty until a server took it.
    Nobody has confirmed while `confirmed_at` is None, and nobody can any more from `expires_at`.
    """

    __tablename__ = "opt_in"
    __table_args__ = (
        belongs_to("lead", "lead_id"),
        belongs_to("identifier", "identifier_id"),
        belongs_to("notice", "notice_id"),
        Index(None, "controller_id", "lead_id"),
        Index(None, "controller_id", "identifier_id"),
        Index(None, "controller_id", "expires_at"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    lead_id: UUID
    identifier_id: UUID
    notice_id: str = Field(max_length=64)
    boxes: list[str] = json_column()
    template: str = Field(max_length=64)
    asked_at: datetime
    mail_at: datetime
    expires_at: datetime
    message_id: str | None = Field(default=None, max_length=320)
    sent_at: datetime | None = None
    confirmed_at: datetime | None = None


def add_opt_ins(connection: Connection, rows: Sequence[Values]) -> None:
    """Add what people are asked to confirm."""
    insert_rows(connection, table_of(OptIn), rows)


def opt_in_row(connection: Connection, controller_id: str, id_: UUID) -> Row[Any] | None:
    """Return one of them with the address that it was asked at (`kind`, `value`)."""
    table, identifier = table_of(OptIn), table_of(IdentifierRecord)
    wanted = (
        select(table, identifier.c.kind, identifier.c.value)
        .join(
            identifier,
            (identifier.c.controller_id == table.c.controller_id)
            & (identifier.c.id == table.c.identifier_id),
        )
        .where(table.c.controller_id == controller_id, table.c.id == id_)
    )
    return connection.execute(wanted).first()


def mails_to(
    connection: Connection, controller_id: str, identifiers: Collection[UUID], since: datetime
) -> dict[UUID, list[datetime]]:
    """Return when mails went, or will go, to some addresses since a time."""
    table = table_of(OptIn)
    rows = connection.execute(
        select(table.c.identifier_id, table.c.mail_at).where(
            table.c.controller_id == controller_id,
            table.c.identifier_id.in_(list(identifiers)),
            table.c.mail_at >= since,
        )
    )
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for identifier_id, mail_at in rows:
        found[identifier_id].append(mail_at)
    return found


def note_opt_in_mail(
    connection: Connection, controller_id: str, id_: UUID, message_id: str, at: datetime
) -> None:
    """Write down by which mail somebody was asked, and when a server took it."""
    table = table_of(OptIn)
    connection.execute(
        update(table)
        .where(table.c.controller_id == controller_id, table.c.id == id_)
        .values(message_id=message_id, sent_at=at)
    )


def confirm_once(connection: Connection, controller_id: str, id_: UUID, at: datetime) -> bool:
    """Note that it was confirmed; False if it had been already."""
    table = table_of(OptIn)
    changed = connection.execute(
        update(table)
        .where(
            table.c.controller_id == controller_id,
            table.c.id == id_,
            table.c.confirmed_at.is_(None),
        )
        .values(confirmed_at=at)
    )
    return changed.rowcount == 1


def controllers_with_unconfirmed(connection: Connection, now: datetime) -> list[str]:
    """Return the controllers that have something which nobody confirmed in time."""
    table = table_of(OptIn)
    wanted = select(table.c.controller_id).where(
        table.c.expires_at <= now, table.c.confirmed_at.is_(None)
    )
    return list(connection.execute(wanted.distinct()).scalars())


def unconfirmed(
    connection: Connection, controller_id: str, now: datetime, most: int
) -> list[Row[Any]]:
    """Return what nobody confirmed in time: `id`, `lead_id`."""
    table = table_of(OptIn)
    wanted = select(table.c.id, table.c.lead_id).where(
        table.c.controller_id == controller_id,
        table.c.expires_at <= now,
        table.c.confirmed_at.is_(None),
    )
    return list(connection.execute(wanted.order_by(table.c.expires_at).limit(most)))


def opt_ins_of(connection: Connection, controller_id: str, leads: Collection[UUID]) -> list[UUID]:
    """Return the keys of all that some leads were asked to confirm."""
    table = table_of(OptIn)
    found = select_among(connection, controller_id, (table.c.id,), table.c.lead_id, leads)
    return [row.id for row in found]


def drop_opt_ins(connection: Connection, controller_id: str, ids: Collection[UUID]) -> None:
    """Remove them."""
    delete_among(connection, controller_id, table_of(OptIn).c.id, ids)
