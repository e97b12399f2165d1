"""What a decision about use needs to know, for many identifiers in a few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Text, and_, cast, exists, func, select

from models.columns import table_of
from models.lead import Lead
from models.look_up import among, run_among
from models.notice import NoticeRecord
from models.permission import IS_OBJECTION, PermissionRecord
from models.person import IdentifierRecord, LeadIdentifier
from policy.vocabulary import SAYS_UNDER_AGE, Identifier, IdentifierKind

_lead, _link, _identifier = table_of(Lead), table_of(LeadIdentifier), table_of(IdentifierRecord)
_event, _notice = table_of(PermissionRecord), table_of(NoticeRecord)
_IS_MINOR = cast(_lead.c.remarks, Text).contains(f'"{SAYS_UNDER_AGE}"')


def identifiers_page(
    connection: Connection,
    controller_id: str,
    kinds: Collection[IdentifierKind],
    after: UUID | None,
    limit: int,
) -> list[Row[Any]]:
    """Return a page of identifiers in the order of their keys: `id`, `kind`, `value`."""
    wanted = (
        select(_identifier.c.id, _identifier.c.kind, _identifier.c.value)
        .where(_identifier.c.controller_id == controller_id, _identifier.c.kind.in_(list(kinds)))
        .order_by(_identifier.c.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(_identifier.c.id > after)
    return list(connection.execute(wanted))


def identifier_rows(
    connection: Connection, identifier: Identifier, controller_id: str
) -> list[Row[Any]]:
    """Return an identifier as a controller knows it: `controller_id`, `id`, `kind`, `value`."""
    wanted = select(
        _identifier.c.controller_id, _identifier.c.id, _identifier.c.kind, _identifier.c.value
    ).where(
        _identifier.c.controller_id == controller_id,
        _identifier.c.kind == identifier.kind,
        _identifier.c.value == identifier.value,
    )
    return list(connection.execute(wanted))


def identifiers_by_keys(
    connection: Connection, controller_id: str, keys: Collection[UUID]
) -> list[Row[Any]]:
    """Return some identifiers by their keys: `id`, `kind`, `value`; without those that are gone."""
    wanted = select(_identifier.c.id, _identifier.c.kind, _identifier.c.value).where(
        _identifier.c.controller_id == controller_id, _identifier.c.id.in_(list(keys))
    )
    return list(connection.execute(wanted))


def leads_of(
    connection: Connection, controller_id: str, identifier_ids: Collection[UUID]
) -> list[Row[Any]]:
    """Return the leads that carry some identifiers, with what a decision and a list row need."""
    return list(
        connection.execute(
            select(
                _link.c.identifier_id,
                _lead.c.id,
                _lead.c.person_id,
                _lead.c.source_id,
                _lead.c.form_id,
                _lead.c.notice_id,
                _lead.c.grade,
                _lead.c.is_test,
                _lead.c.has_identity_conflict,
                _lead.c.has_source_time,
                _lead.c.submitted_at,
                _lead.c.received_at,
                _lead.c.expires_at,
                _lead.c.full_name,
                _lead.c.first_name,
                _lead.c.last_name,
                _lead.c.company,
                _lead.c.job_title,
                _IS_MINOR.label("is_minor"),
            )
            .join(
                _lead,
                and_(_lead.c.controller_id == _link.c.controller_id, _lead.c.id == _link.c.lead_id),
            )
            .where(
                _link.c.controller_id == controller_id,
                _link.c.identifier_id.in_(list(identifier_ids)),
            )
        )
    )


def events_of(
    connection: Connection, controller_id: str, identifier_ids: Collection[UUID]
) -> list[Row[Any]]:
    """Return the permission events of some identifiers."""
    return list(
        connection.execute(
            select(_event).where(
                _event.c.controller_id == controller_id,
                _event.c.identifier_id.in_(list(identifier_ids)),
            )
        )
    )


def objections_of_people(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> list[tuple[UUID, Row[Any]]]:
    """Return the objections on any identifier of some people, each with its person."""
    if not people or not _has_objections(connection, controller_id):
        return []
    carried = connection.execute(
        select(_lead.c.person_id, _link.c.identifier_id)
        .join(
            _link,
            and_(_link.c.controller_id == _lead.c.controller_id, _link.c.lead_id == _lead.c.id),
        )
        .where(_lead.c.controller_id == controller_id, _lead.c.person_id.in_(list(people)))
        .distinct()
    )
    owners: dict[UUID, list[UUID]] = defaultdict(list)
    for person_id, identifier_id in carried:
        owners[identifier_id].append(person_id)
    objections = connection.execute(
        select(_event).where(
            _event.c.controller_id == controller_id,
            IS_OBJECTION,
            _event.c.identifier_id.in_(list(owners)),
        )
    )
    return [(person_id, row) for row in objections for person_id in owners[row.identifier_id]]


def _has_objections(connection: Connection, controller_id: str) -> bool:
    """Say whether anybody objected, by an index that holds objections only."""
    found = select(_event.c.id).where(_event.c.controller_id == controller_id, IS_OBJECTION)
    return connection.execute(found.limit(1)).first() is not None


def notices(connection: Connection, controller_id: str) -> dict[str, str]:
    """Return the content of every wording of a controller: a few hundred, whatever the leads."""
    rows = connection.execute(
        select(_notice.c.id, _notice.c.content).where(_notice.c.controller_id == controller_id)
    )
    return {row.id: row.content for row in rows}


def notices_of_source(connection: Connection, controller_id: str, source_id: str) -> list[str]:
    """Return the content of every wording that a source showed."""
    wanted = select(_notice.c.content).where(
        _notice.c.controller_id == controller_id, _notice.c.source_id == source_id
    )
    return list(connection.execute(wanted).scalars())


def test_lead_count(connection: Connection, controller_id: str) -> int:
    """Return how many test leads without identifiers are kept: those that no list would name."""
    carries = exists().where(
        _link.c.controller_id == _lead.c.controller_id, _link.c.lead_id == _lead.c.id
    )
    counted = select(func.count()).where(
        _lead.c.controller_id == controller_id, _lead.c.is_test, ~carries
    )
    return connection.execute(counted).scalar_one()


def unreachable_count(
    connection: Connection, controller_id: str, kinds: Iterable[IdentifierKind]
) -> int:
    """Return how many real leads left no identifier of some kinds."""
    carries = exists().where(
        _link.c.controller_id == _lead.c.controller_id,
        _link.c.lead_id == _lead.c.id,
        _identifier.c.controller_id == _link.c.controller_id,
        _identifier.c.id == _link.c.identifier_id,
        _identifier.c.kind.in_(list(kinds)),
    )
    counted = select(func.count()).where(
        _lead.c.controller_id == controller_id, _lead.c.is_test.is_(False), ~carries
    )
    return connection.execute(counted).scalar_one()


def under_age_of_people(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> dict[UUID, datetime]:
    """Return when some people last said to be under age, on any of their leads."""
    wanted = (
        select(_lead.c.person_id, func.max(_lead.c.submitted_at).label("said_at"))
        .where(among(connection, controller_id, _lead.c.person_id), _IS_MINOR)
        .group_by(_lead.c.person_id)
    )
    return {row.person_id: row.said_at for row in run_among(connection, wanted, people)}
