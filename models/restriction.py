"""Whose data may be kept but not used, on which ground, since when and until when.

Rows are added and ended, never taken away: they name a key of ours, which says nothing once the
person is gone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, Select, bindparam, delete, func, select, update
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    NO_ROWID,
    Record,
    belongs_to,
    controller_key,
    enum_of,
    key,
    of_any,
    of_controller,
    table_of,
)
from models.journal import note
from models.lead import Lead
from models.look_up import among, look_up, run_among
from models.person import LeadIdentifier
from policy.restriction import RestrictionGround


class RestrictionRecord(Record, table=True):
    """That use of a person's data is restricted. In force until `lifted_at`.

    `person_id` may be of somebody whom the store does not have (any more, or after a restore yet).
    `request` is the reference of what the person asked for. `told_at` is when they were told that
    it will be lifted, which comes first.
    """

    __tablename__ = "restriction"
    __table_args__ = (of_controller(), Index(None, "controller_id", "person_id"))

    controller_id: str = controller_key()
    id: UUID = key()
    person_id: UUID
    ground: RestrictionGround = enum_of(RestrictionGround)
    since: datetime
    request: str | None = Field(default=None, max_length=32)
    lifted_at: datetime | None = None
    told_at: datetime | None = None


class RestrictionMark(Record, table=True):
    """By which keyed digest of an address or number a restricted person is known when they come.

    Only a restored store has such rows: its backup lacks leads of the person, which are pulled
    again. An erasure takes them out.
    """

    __tablename__ = "restriction_mark"
    __table_args__ = (belongs_to("restriction", "restriction_id"), NO_ROWID)

    controller_id: str = controller_key()
    restriction_id: UUID = key()
    digest: str = Field(primary_key=True, max_length=64)


_restriction, _mark = table_of(RestrictionRecord), table_of(RestrictionMark)
_lead, _link = table_of(Lead), table_of(LeadIdentifier)


def add_restrictions(
    connection: Connection, rows: Iterable[Values], digests: Mapping[UUID, Sequence[str]]
) -> None:
    """Add restrictions; the journal gets the keyed digests of each person (by key) along."""
    added = list(rows)
    insert_rows(connection, _restriction, added)
    for row in added:
        note(connection, "restriction", {"row": row, "digests": digests.get(row["person_id"], ())})


def lift_restriction(
    connection: Connection, controller_id: str, id_: UUID, told_at: datetime, lifted_at: datetime
) -> bool:
    """End a restriction; say whether it was in force until now."""
    changed = connection.execute(
        update(_restriction)
        .where(
            _restriction.c.controller_id == controller_id,
            _restriction.c.id == id_,
            _restriction.c.lifted_at.is_(None),
        )
        .values(lifted_at=lifted_at, told_at=told_at)
    )
    own = _mark.c.controller_id == controller_id, _mark.c.restriction_id == id_
    connection.execute(delete(_mark).where(*own))
    content = {"controller_id": controller_id, "id": id_, "told_at": told_at}
    note(connection, "restriction_lifted", content | {"lifted_at": lifted_at})
    return changed.rowcount == 1


def has_restrictions(connection: Connection, controller_id: str) -> bool:
    """Say whether anybody's data was ever restricted, before people are looked for."""
    found = select(_restriction.c.id).where(_restriction.c.controller_id == controller_id)
    return connection.execute(found.limit(1)).first() is not None


def restrictions_of_people(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> dict[UUID, list[Row[Any]]]:
    """Return the restrictions of some people, lifted ones too, by person."""
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    if people and has_restrictions(connection, controller_id):
        wanted = select(_restriction).where(
            among(connection, controller_id, _restriction.c.person_id)
        )
        for row in run_among(connection, wanted, people):
            found[row.person_id].append(row)
    return found


def in_force_on(connection: Connection, controller_id: str, person_id: UUID) -> bool:
    """Say whether a restriction of some person is in force."""
    found = select(_restriction.c.id).where(
        _restriction.c.controller_id == controller_id,
        _restriction.c.person_id == person_id,
        _restriction.c.lifted_at.is_(None),
    )
    return connection.execute(found.limit(1)).first() is not None


def restrictions_in_force(
    connection: Connection,
    controller_id: str,
    grounds: Collection[RestrictionGround] = tuple(RestrictionGround),
) -> list[Row[Any]]:
    """Return the restrictions of a controller on some grounds that nobody lifted."""
    wanted = _in_force(frozenset(grounds))
    return list(connection.execute(wanted, {"controller": controller_id}))


@cache
def _in_force(grounds: frozenset[RestrictionGround]) -> Select[Any]:
    # put together once: each turn of an expiry asks
    return select(_restriction).where(
        _restriction.c.controller_id == bindparam("controller"),
        _restriction.c.lifted_at.is_(None),
        _restriction.c.ground.in_(grounds),
    )


def restrictions_of(connection: Connection, controllers: Collection[str]) -> list[Row[Any]]:
    """Return every restriction of some controllers, oldest first, each with its number of `leads`.

    None are left where the person's data is gone, or has not come again after a restore.
    """
    leads = (
        select(func.count())
        .where(
            _lead.c.controller_id == _restriction.c.controller_id,
            _lead.c.person_id == _restriction.c.person_id,
        )
        .scalar_subquery()
    )
    wanted = select(_restriction, leads.label("leads")).where(
        _restriction.c.controller_id.in_(list(controllers))
    )
    return list(connection.execute(wanted.order_by(_restriction.c.since, _restriction.c.id)))


def restriction_by_id(
    connection: Connection, controllers: Collection[str], id_: UUID
) -> Row[Any] | None:
    """Return a restriction by its key, if it is of one of some controllers."""
    wanted = select(_restriction).where(of_any(_restriction, controllers), _restriction.c.id == id_)
    return connection.execute(wanted).first()


def add_restriction_marks(
    connection: Connection, controller_id: str, restriction_id: UUID, digests: Iterable[str]
) -> None:
    """Remember by what somebody is known whom the store does not have yet."""
    own = _mark.c.controller_id == controller_id, _mark.c.restriction_id == restriction_id
    known = set(connection.execute(select(_mark.c.digest).where(*own)).scalars())
    fixed = {"controller_id": controller_id, "restriction_id": restriction_id}
    rows = [fixed | {"digest": digest} for digest in sorted(set(digests) - known)]
    insert_rows(connection, _mark, rows)


def drop_restriction_marks(
    connection: Connection, controller_id: str, digests: Collection[str]
) -> None:
    """Wait no more for whoever is known by one of some digests: they were erased."""
    own, known = _mark.c.controller_id == controller_id, _mark.c.digest.in_(sorted(digests))
    theirs = select(_mark.c.restriction_id).where(own, known)
    connection.execute(delete(_mark).where(own, _mark.c.restriction_id.in_(theirs)))


def has_restriction_marks(connection: Connection, controller_id: str) -> bool:
    """Say whether a restricted person is waited for, before digests are computed in vain."""
    found = select(_mark.c.digest).where(_mark.c.controller_id == controller_id).limit(1)
    return connection.execute(found).first() is not None


def restrictions_marked(
    connection: Connection, controller_id: str, digests: Collection[str]
) -> list[tuple[Row[Any], str]]:
    """Return the restrictions in force that wait for one of some digests, each with its digest."""
    rows = look_up(
        connection,
        (_mark.c.digest, _mark.c.restriction_id),
        (_mark.c.controller_id == controller_id,),
        _mark.c.digest,
        digests,
        most=1_000,
    )
    waited = {(row.restriction_id, row.digest) for row in rows}
    wanted = select(_restriction).where(among(connection, controller_id, _restriction.c.id))
    found = {row.id: row for row in run_among(connection, wanted, [id_ for id_, _ in waited])}
    return [(found[id_], digest) for id_, digest in sorted(waited) if found[id_].lifted_at is None]


def carriers_of(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> set[tuple[UUID, UUID]]:
    """Return who has a lead that carries one of some identifiers, as (identifier, person)."""
    wanted = (
        select(_link.c.identifier_id, _lead.c.person_id)
        .join(
            _lead,
            (_lead.c.controller_id == _link.c.controller_id) & (_lead.c.id == _link.c.lead_id),
        )
        .where(
            among(connection, controller_id, _link.c.identifier_id),
            _lead.c.person_id.is_not(None),
        )
    )
    rows = run_among(connection, wanted.distinct(), identifiers)
    return {(row.identifier_id, row.person_id) for row in rows}
