"""All that the store knows of a lead or an identifier, for whoever asks where it came from."""

from collections.abc import Collection
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select

from models.columns import of_any, table_of
from models.disclosure import Listed
from models.lead import Arrival, Lead
from models.look_up import among, run_among
from models.notice import NoticeRecord
from models.permission import PermissionRecord, Suppression
from models.person import IdentifierRecord, LeadIdentifier

_lead, _link, _arrival = table_of(Lead), table_of(LeadIdentifier), table_of(Arrival)
_event, _identifier = table_of(PermissionRecord), table_of(IdentifierRecord)
_notice = table_of(NoticeRecord)


def lead_by_id(
    connection: Connection, controllers: Collection[str], lead_id: UUID
) -> Row[Any] | None:
    """Return a lead by its key, if it is of one of some controllers."""
    wanted = select(_lead).where(of_any(_lead, controllers), _lead.c.id == lead_id)
    return connection.execute(wanted).first()


def leads_carrying(
    connection: Connection, controller_id: str, identifier_id: UUID
) -> list[Row[Any]]:
    """Return the leads that carry an identifier, oldest first."""
    return list(
        connection.execute(
            select(_lead)
            .join(
                _link,
                (_link.c.controller_id == _lead.c.controller_id) & (_link.c.lead_id == _lead.c.id),
            )
            .where(_link.c.controller_id == controller_id, _link.c.identifier_id == identifier_id)
            .order_by(_lead.c.submitted_at)
        )
    )


def arrivals_of(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return the further deliveries of some leads, oldest first."""
    wanted = select(_arrival).where(among(connection, controller_id, _arrival.c.lead_id))
    # not sorted by SQLite, which would read every arrival in that order
    return sorted(run_among(connection, wanted, leads), key=attrgetter("id"))


def events_of_leads(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return the permission events of some leads, with the identifier's kind.

    Those that rest on the leads, and those without a lead on identifiers that the leads carry: what
    people took back, whichever lead they had in mind.
    """
    carried = select(_link.c.identifier_id).where(
        _link.c.controller_id == controller_id, _link.c.lead_id.in_(list(leads))
    )
    wanted = (
        select(_event, _identifier.c.kind.label("identifier_kind"))
        .join(
            _identifier,
            (_identifier.c.controller_id == _event.c.controller_id)
            & (_identifier.c.id == _event.c.identifier_id),
        )
        .where(
            _event.c.controller_id == controller_id,
            or_(
                _event.c.lead_id.in_(list(leads)),
                _event.c.lead_id.is_(None) & _event.c.identifier_id.in_(carried),
            ),
        )
        .order_by(_event.c.occurred_at, _event.c.id)
    )
    return list(connection.execute(wanted))


def identifiers_of_leads(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[UUID]:
    """Return the keys of the identifiers that some leads carry."""
    wanted = select(_link.c.identifier_id).where(
        _link.c.controller_id == controller_id, _link.c.lead_id.in_(list(leads))
    )
    return list(connection.execute(wanted.distinct()).scalars())


def identifiers_by_lead(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return what identifiers some leads carry: `lead_id`, `id`, `kind`, `value`."""
    wanted = (
        select(_link.c.lead_id, _identifier.c.id, _identifier.c.kind, _identifier.c.value)
        .join(
            _identifier,
            (_identifier.c.controller_id == _link.c.controller_id)
            & (_identifier.c.id == _link.c.identifier_id),
        )
        .where(_link.c.controller_id == controller_id, _link.c.lead_id.in_(list(leads)))
        .order_by(_identifier.c.id)
    )
    return list(connection.execute(wanted))


def leads_page(
    connection: Connection,
    controllers: Collection[str],
    source_id: str | None,
    after: UUID | None,
    limit: int,
) -> list[Row[Any]]:
    """Return a page of the leads of some controllers, newest stored first, without payloads."""
    columns = [c for c in _lead.c if c.name not in ("payload", "salt", "commitment")]
    own = of_any(_lead, controllers)
    wanted = select(*columns).where(own).order_by(_lead.c.id.desc()).limit(limit)
    if source_id is not None:
        wanted = wanted.where(_lead.c.source_id == source_id)
    if after is not None:
        wanted = wanted.where(_lead.c.id < after)
    return list(connection.execute(wanted))


def stored_page(
    connection: Connection, controller_id: str, source_id: str, after: UUID | None, limit: int
) -> list[Row[Any]]:
    """Return a page of a source's leads in the order of their keys, with their payloads."""
    wanted = (
        select(
            _lead.c.controller_id,
            _lead.c.id,
            _lead.c.external_id,
            _lead.c.notice_id,
            _lead.c.is_test,
            _lead.c.submitted_at,
            _lead.c.received_at,
            _lead.c.expires_at,
            _lead.c.findings,
            _lead.c.media_type,
            _lead.c.payload,
        )
        .where(_lead.c.controller_id == controller_id, _lead.c.source_id == source_id)
        .order_by(_lead.c.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(_lead.c.id > after)
    return list(connection.execute(wanted))


def lead_totals(
    connection: Connection, controllers: Collection[str]
) -> dict[tuple[str, str], Row[Any]]:
    """Return, by controller and source: `leads`, `tests`, `newest` (UTC), by one pass."""
    rows = connection.execute(
        select(
            _lead.c.controller_id,
            _lead.c.source_id,
            func.count().label("leads"),
            func.count().filter(_lead.c.is_test).label("tests"),
            func.max(_lead.c.submitted_at).label("newest"),
        )
        .where(of_any(_lead, controllers))
        .group_by(_lead.c.controller_id, _lead.c.source_id)
    )
    return {(row.controller_id, row.source_id): row for row in rows}


def overdue_count(connection: Connection, controllers: Collection[str], now: datetime) -> int:
    """Return how many leads are kept beyond their time."""
    overdue = select(func.count()).where(of_any(_lead, controllers), _lead.c.expires_at <= now)
    return connection.execute(overdue).scalar_one()


def suppression_counts(connection: Connection, controllers: Collection[str]) -> dict[str, int]:
    """Return how many suppression entries there are, by their reason."""
    table = table_of(Suppression)
    own = select(table.c.reason, func.count()).where(of_any(table, controllers))
    counted = own.group_by(table.c.reason)
    found: dict[str, int] = dict(connection.execute(counted.order_by(table.c.reason)).all())
    return found


def bases_by_notice(connection: Connection, controllers: Collection[str]) -> list[Row[Any]]:
    """Return how many identifiers rest on each basis: `content`, `basis`, `purpose`, `channel`."""
    people = func.count(_event.c.identifier_id.distinct()).label("people")
    return list(
        connection.execute(
            select(_notice.c.content, _event.c.basis, _event.c.purpose, _event.c.channel, people)
            .join(
                _lead,
                (_lead.c.controller_id == _event.c.controller_id)
                & (_lead.c.id == _event.c.lead_id),
            )
            .outerjoin(
                _notice,
                (_notice.c.controller_id == _lead.c.controller_id)
                & (_notice.c.id == _lead.c.notice_id),
            )
            .where(of_any(_event, controllers), _event.c.basis.is_not(None))
            .group_by(_notice.c.content, _event.c.basis, _event.c.purpose, _event.c.channel)
        )
    )


def first_disclosed(connection: Connection, controllers: Collection[str]) -> UUID | None:
    """Return a lead of the first disclosure on record, of one of some controllers."""
    table = table_of(Listed)
    own = select(table.c.lead_id).where(of_any(table, controllers))
    first = own.order_by(table.c.controller_id, table.c.number).limit(1)
    return connection.execute(first).scalar()


def arrivals(
    connection: Connection, controller_id: str, source_id: str, since: datetime
) -> list[datetime]:
    """Return when the leads of a source came since a time, the oldest first; the last 10,000."""
    table = table_of(Lead)
    wanted = (
        select(table.c.received_at)
        .where(
            table.c.controller_id == controller_id,
            table.c.source_id == source_id,
            table.c.received_at >= since,
        )
        .order_by(table.c.received_at.desc())
        .limit(10_000)
    )
    return sorted(connection.execute(wanted).scalars())
