"""Find the leads whose time of keeping may be over, and what the policy must know of them.

Nothing here decides what is due: these are candidates, found by an index, a page at a time.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, bindparam, select, tuple_

from models.columns import table_of
from models.delivery import DeliveryRecord
from models.lead import Lead
from models.look_up import among, among_of, run_among, run_among_of, select_among
from models.permission import IS_ENDING, PermissionRecord
from models.person import IdentifierRecord, LeadIdentifier
from policy.vocabulary import EventKind

_lead, _link = table_of(Lead), table_of(LeadIdentifier)
_aside = table_of(DeliveryRecord)
_event, _identifier = table_of(PermissionRecord), table_of(IdentifierRecord)

_FACTS = (
    _lead.c.id,
    _lead.c.person_id,
    _lead.c.source_id,
    _lead.c.external_id,
    _lead.c.is_test,
    _lead.c.submitted_at,
    _lead.c.received_at,
    _lead.c.expires_at,
)


class Place(NamedTuple):
    """How far a walk through the leads has come, in the order in which they end."""

    expires_at: datetime
    id: UUID


def ended_leads(
    connection: Connection, controller_id: str, now: datetime, after: Place | None, limit: int
) -> list[Row[Any]]:
    """Return leads whose last day is over, the oldest end first, a page at a time."""
    said: dict[str, object] = {"controller": controller_id, "now": now, "most": limit}
    if after is not None:
        said |= {"last_end": after.expires_at, "last_id": after.id}
    return list(connection.execute(_ended(is_first=after is None), said).all())


@cache
def _ended(*, is_first: bool) -> Select[Any]:
    wanted = (
        select(*_FACTS)
        .where(
            _lead.c.controller_id == bindparam("controller"),
            _lead.c.expires_at <= bindparam("now"),
        )
        .order_by(_lead.c.expires_at, _lead.c.id)
        .limit(bindparam("most", type_=Integer()))
    )
    if is_first:
        return wanted
    last = (
        bindparam("last_end", type_=_lead.c.expires_at.type),
        bindparam("last_id", type_=_lead.c.id.type),
    )
    return wanted.where(tuple_(_lead.c.expires_at, _lead.c.id) > tuple_(*last))


def leads_until(
    connection: Connection, controller_id: str, last: UUID, after: UUID | None, limit: int
) -> list[Row[Any]]:
    """Return leads whose key sorts before another, in the order of their keys, a page at a time."""
    wanted = (
        select(*_FACTS)
        .where(_lead.c.controller_id == controller_id, _lead.c.id < last)
        .order_by(_lead.c.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(_lead.c.id > after)
    return list(connection.execute(wanted))


def leads_by_keys(
    connection: Connection, controller_id: str, keys: Collection[UUID]
) -> list[Row[Any]]:
    """Return some leads by their keys."""
    wanted = select(*_FACTS).where(among(connection, controller_id, _lead.c.id))
    return list(run_among(connection, wanted, keys))


def identifiers_with_endings(
    connection: Connection, controller_id: str, after: UUID | None, limit: int
) -> list[UUID]:
    """Return identifiers whose person took something back, or whose enquiry was closed."""
    wanted = (
        select(_event.c.identifier_id)
        .where(_event.c.controller_id == controller_id, IS_ENDING)
        .distinct()
        .order_by(_event.c.identifier_id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(_event.c.identifier_id > after)
    return list(connection.execute(wanted).scalars())


def people_carrying(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> list[UUID]:
    """Return the people of whom a lead carries one of some identifiers."""
    wanted = (
        select(_lead.c.person_id)
        .join(_link, _is_link_of_lead())
        .where(
            among(connection, controller_id, _link.c.identifier_id),
            _lead.c.person_id.is_not(None),
        )
        .distinct()
    )
    return list(run_among(connection, wanted, identifiers).scalars())


def running_leads_of_people(
    connection: Connection, controller_id: str, people: Collection[UUID], now: datetime
) -> list[Row[Any]]:
    """Return the leads of some people whose last day is still to come."""
    wanted = select(*_FACTS).where(
        among(connection, controller_id, _lead.c.person_id),
        _lead.c.expires_at > now,
    )
    return list(run_among(connection, wanted, people))


def identifiers_of_people(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> list[Row[Any]]:
    """Return what the leads of some people carry: `person_id`, `lead_id`, `id`, `kind`, `value`.

    `owner_id` is whom the identifier names: nobody, where several people share it.
    """
    wanted = (
        select(
            _lead.c.person_id,
            _link.c.lead_id,
            _identifier.c.person_id.label("owner_id"),
            _identifier.c.id,
            _identifier.c.kind,
            _identifier.c.value,
        )
        .join(_link, _is_link_of_lead())
        .join(
            _identifier,
            (_identifier.c.controller_id == _link.c.controller_id)
            & (_identifier.c.id == _link.c.identifier_id),
        )
        .where(among(connection, controller_id, _lead.c.person_id))
    )
    return list(run_among(connection, wanted, people))


def leads_of_deliveries(
    connection: Connection, controller_id: str, deliveries: Collection[UUID]
) -> list[Row[Any]]:
    """Return the leads that came with what was set aside: `delivery_id`, `id`, `person_id`."""
    wanted = (
        select(_aside.c.id.label("delivery_id"), _lead.c.id, _lead.c.person_id)
        .join(
            _lead,
            (_lead.c.controller_id == _aside.c.controller_id)
            & (_lead.c.source_id == _aside.c.source_id)
            & (_lead.c.external_id == _aside.c.external_id),
        )
        .where(among(connection, controller_id, _aside.c.id))
    )
    return list(run_among(connection, wanted, deliveries))


def carried_by(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> Sequence[Row[Any]]:
    """Return what some leads carry: `lead_id`, `identifier_id`."""
    columns = _link.c.lead_id, _link.c.identifier_id
    return select_among(connection, controller_id, columns, _link.c.lead_id, leads)


def endings_of(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> list[Row[Any]]:
    """Return what was taken back on some identifiers, by the events' columns."""
    if not identifiers:
        return []
    wanted = _endings(connection.dialect.name)
    return list(run_among_of(connection, wanted, controller_id, identifiers))


@cache
def _endings(dialect: str) -> Select[Any]:
    return select(_event).where(
        among_of(dialect, _event.c.identifier_id),
        IS_ENDING,
        _event.c.kind.in_([EventKind.OBJECTED, EventKind.WITHDRAWN]),
    )


def events_of_people(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> list[Row[Any]]:
    """Return the permission events of many identifiers."""
    wanted = select(_event).where(among(connection, controller_id, _event.c.identifier_id))
    return list(run_among(connection, wanted, identifiers))


def _is_link_of_lead() -> ColumnElement[bool]:
    return (_link.c.controller_id == _lead.c.controller_id) & (_link.c.lead_id == _lead.c.id)
