"""What people ask of a controller by law, from the page for it, until it is answered."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Index,
    Row,
    Select,
    UniqueConstraint,
    bindparam,
    func,
    select,
    update,
)
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    Record,
    controller_key,
    enum_of,
    key,
    of_any,
    of_controller,
    table_of,
    text_column,
)
from policy.rights.steps import RequestStatus
from policy.rights.table import Right


class IdentityState(StrEnum):
    """Whether it is known that the request comes from whom it is about."""

    NOT_NEEDED = "not_needed"  # this right never needs it
    ASKED = "asked"  # by a mail to the address that was given
    CONFIRMED = "confirmed"
    BY_HAND = "by_hand"  # no mail could go: whoever answers must ask


class RightsRequestRecord(Record, table=True):
    """One request or complaint. `name`, `email`, `phone` and `text` are the person's own.

    `reference` is what the person is told. `due_on` is the London date by which it must be
    answered, or passed on, None while no date can be said; `acknowledge_by` that by which a
    complaint must be acknowledged. `status`, `due_on` and `identity` follow the request's steps
    (`models/rights_step.py`): they are kept beside them so that lists and alarms need not count.
    `is_doubtful`: a field was filled in that people do not see. `mail_at` is when the mail that
    asks who they are may go; its link is good until `confirm_by`. `source_id` and `external_id`
    name the message that it was read in, None for one from the page.
    """

    __tablename__ = "rights_request"
    __table_args__ = (
        of_controller(),
        UniqueConstraint("controller_id", "reference"),
        Index(None, "controller_id", "email"),
        Index(None, "controller_id", "status", "due_on"),
        Index(None, "controller_id", "external_id"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    reference: str = Field(max_length=32)
    right: Right = enum_of(Right)
    received_at: datetime
    due_on: date | None = None
    acknowledge_by: date | None = None
    name: str = text_column()
    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=32)
    text: str = text_column()
    is_doubtful: bool
    status: RequestStatus = enum_of(RequestStatus)
    identity: IdentityState = enum_of(IdentityState)
    identity_confirmed_at: datetime | None = None
    mail_at: datetime | None = None
    confirm_by: datetime | None = None
    message_id: str | None = Field(default=None, max_length=320)
    sent_at: datetime | None = None
    source_id: str | None = Field(default=None, max_length=64)
    external_id: str | None = Field(default=None, max_length=200)


def add_requests(connection: Connection, rows: Sequence[Values]) -> None:
    """Add requests."""
    insert_rows(connection, table_of(RightsRequestRecord), rows)


def request_row(connection: Connection, controller_id: str, id_: UUID) -> Row[Any] | None:
    """Return one request."""
    table = table_of(RightsRequestRecord)
    wanted = select(table).where(table.c.controller_id == controller_id, table.c.id == id_)
    return connection.execute(wanted).first()


def request_of_reference(
    connection: Connection, controller_id: str, reference: str
) -> Row[Any] | None:
    """Return the request that a person knows by a reference."""
    table = table_of(RightsRequestRecord)
    wanted = select(table).where(
        table.c.controller_id == controller_id, table.c.reference == reference
    )
    return connection.execute(wanted).first()


def owners_of_reference(
    connection: Connection, controllers: Collection[str], reference: str
) -> list[str]:
    """Return which of some controllers have a request with a reference."""
    table = table_of(RightsRequestRecord)
    wanted = select(table.c.controller_id).where(
        table.c.controller_id.in_(list(controllers)), table.c.reference == reference
    )
    return list(connection.execute(wanted).scalars())


def same_request(
    connection: Connection, controller_id: str, said: Values, since: datetime, until: datetime
) -> Row[Any] | None:
    """Return a request of a span of time that has the same values in some columns."""
    table = table_of(RightsRequestRecord)
    same = [table.c[name].is_not_distinct_from(value) for name, value in said.items()]
    own = (table.c.controller_id == controller_id, table.c.received_at.between(since, until))
    return connection.execute(select(table).where(*own, *same).limit(1)).first()


def requests_of_messages(
    connection: Connection, controller_id: str, source_id: str, external_ids: Sequence[str]
) -> set[tuple[str, Right]]:
    """Return which requests of some messages are kept already: the message's id and the right."""
    table = table_of(RightsRequestRecord)
    wanted = select(table.c.external_id, table.c.right).where(
        table.c.controller_id == controller_id,
        table.c.source_id == source_id,
        table.c.external_id.in_(list(external_ids)),
    )
    return {(row.external_id, row.right) for row in connection.execute(wanted)}


def identity_mails_to(
    connection: Connection, controller_id: str, email: str, since: datetime
) -> list[datetime]:
    """Return when mails that ask who somebody is went, or will go, to an address since a time."""
    table = table_of(RightsRequestRecord)
    wanted = select(table.c.mail_at).where(
        table.c.controller_id == controller_id,
        table.c.email == email,
        table.c.mail_at >= since,
    )
    return list(connection.execute(wanted).scalars())


def note_request_mail(
    connection: Connection, controller_id: str, id_: UUID, message_id: str, at: datetime
) -> None:
    """Write down by which mail somebody was asked who they are, and when a server took it."""
    table = table_of(RightsRequestRecord)
    connection.execute(
        update(table)
        .where(table.c.controller_id == controller_id, table.c.id == id_)
        .values(message_id=message_id, sent_at=at)
    )


def confirm_identity_once(
    connection: Connection, controller_id: str, id_: UUID, at: datetime
) -> bool:
    """Note that the owner of the address has confirmed a request; False if it was not waiting."""
    table = table_of(RightsRequestRecord)
    changed = connection.execute(
        update(table)
        .where(
            table.c.controller_id == controller_id,
            table.c.id == id_,
            table.c.identity == IdentityState.ASKED,
        )
        .values(identity=IdentityState.CONFIRMED, identity_confirmed_at=at)
    )
    return changed.rowcount == 1


def keep_in_step(connection: Connection, controller_id: str, id_: UUID, values: Values) -> None:
    """Write down what the steps of a request add up to."""
    table = table_of(RightsRequestRecord)
    connection.execute(
        update(table)
        .where(table.c.controller_id == controller_id, table.c.id == id_)
        .values(dict(values))
    )


def requests_of(
    connection: Connection, controllers: Collection[str], statuses: Collection[RequestStatus]
) -> list[Row[Any]]:
    """Return the requests of some controllers in some states, what is due first coming first."""
    table = table_of(RightsRequestRecord)
    wanted = select(table).where(of_any(table, controllers), table.c.status.in_(list(statuses)))
    return list(connection.execute(wanted.order_by(table.c.due_on.nulls_last(), table.c.id)))


def received_between(
    connection: Connection, controller_id: str, since: datetime | None, until: datetime
) -> list[Row[Any]]:
    """Return what was asked in a time, the first first, without a word of the people."""
    table = table_of(RightsRequestRecord)
    private = ("name", "email", "phone", "text")
    wanted = select(*(column for column in table.c if column.name not in private)).where(
        table.c.controller_id == controller_id, table.c.received_at < until
    )
    if since is not None:
        wanted = wanted.where(table.c.received_at >= since)
    return list(connection.execute(wanted.order_by(table.c.received_at, table.c.id)))


def requests_due(
    connection: Connection, controllers: Collection[str], statuses: Collection[RequestStatus]
) -> tuple[int, date | None]:
    """Return how many requests are in some states, and the first date on which one is due."""
    table = table_of(RightsRequestRecord)
    wanted = select(func.count(), func.min(table.c.due_on, type_=table.c.due_on.type)).where(
        of_any(table, controllers), table.c.status.in_(list(statuses))
    )
    count, first = connection.execute(wanted).one()
    return count, first


def unanswered(
    connection: Connection, controller_id: str, rights: Collection[Right]
) -> list[Row[Any]]:
    """Return requests of some rights that wait: `email`, `phone`, `received_at`."""
    wanted = _unanswered(frozenset(rights))
    return list(connection.execute(wanted, {"controller": controller_id}))


@cache
def _unanswered(rights: frozenset[Right]) -> Select[Any]:
    # put together once: each turn of an expiry asks
    table = table_of(RightsRequestRecord)
    return select(table.c.email, table.c.phone, table.c.received_at).where(
        table.c.controller_id == bindparam("controller"),
        table.c.status.not_in([RequestStatus.ANSWERED, RequestStatus.CLOSED]),
        table.c.right.in_(rights),
    )
