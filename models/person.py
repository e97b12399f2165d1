"""People, and the identifiers by which they are known, within one controller."""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, Select, UniqueConstraint, and_, select, update
from sqlmodel import Field

from models.bulk import insert_records
from models.columns import (
    NO_ROWID,
    Record,
    belongs_to,
    controller_key,
    enum_of,
    key,
    of_controller,
    table_of,
)
from models.look_up import among, look_up, run_among
from policy.vocabulary import Identifier, IdentifierKind


class Person(Record, table=True):
    """The leads that share an identifier."""

    __tablename__ = "person"
    __table_args__ = (of_controller(), NO_ROWID)

    controller_id: str = controller_key()
    id: UUID = key()
    created_at: datetime


class IdentifierRecord(Record, table=True):
    """A normalised e-mail address or E.164 number.

    `person_id` is whom a new submission with it belongs to: none for one that several people share,
    and for the mailbox of an office.
    """

    __tablename__ = "identifier"
    __table_args__ = (
        belongs_to("person", "person_id"),
        UniqueConstraint("controller_id", "kind", "value"),
        Index(None, "controller_id", "person_id"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    kind: IdentifierKind = enum_of(IdentifierKind)
    value: str = Field(max_length=320)
    person_id: UUID | None = None


class LeadIdentifier(Record, table=True):
    """Which identifiers a lead carries."""

    __tablename__ = "lead_identifier"
    __table_args__ = (
        belongs_to("lead", "lead_id"),
        belongs_to("identifier", "identifier_id"),
        Index(None, "controller_id", "identifier_id"),
        NO_ROWID,
    )

    controller_id: str = controller_key()
    lead_id: UUID = key()
    identifier_id: UUID = key()


_identifier = table_of(IdentifierRecord)
_AT_A_TIME = 5_000


def known_identifiers(
    connection: Connection, controller_id: str, wanted: Collection[Identifier]
) -> dict[Identifier, tuple[str, str | None]]:
    """Return the key and the owner, as hex digits, of each identifier that the store has."""
    table = table_of(IdentifierRecord)
    found: dict[Identifier, tuple[str, str | None]] = {}
    # a kind at a time: with both in one condition SQLite reads the whole index
    for kind in IdentifierKind:
        values = [identifier.value for identifier in wanted if identifier.kind is kind]
        rows = look_up(
            connection,
            (table.c.value, table.c.id, table.c.person_id),
            (table.c.controller_id == controller_id, table.c.kind == kind),
            table.c.value,
            values,
        )
        for row in rows:
            owner = row.person_id.hex if row.person_id else None
            found[Identifier(kind, row.value)] = (row.id.hex, owner)
    return found


def identifier_of_key(
    connection: Connection, controller_id: str, identifier_id: UUID
) -> Row[Any] | None:
    """Return an identifier by its key: `id`, `kind`, `value`, `person_id`; None if it is gone."""
    return connection.execute(
        _whole().where(
            _identifier.c.controller_id == controller_id, _identifier.c.id == identifier_id
        )
    ).first()


def owned_identifiers(
    connection: Connection, controller_id: str, person_id: UUID
) -> list[Row[Any]]:
    """Return the identifiers that name one person only: `id`, `kind`, `value`, `person_id`."""
    return list(
        connection.execute(
            _whole().where(
                _identifier.c.controller_id == controller_id, _identifier.c.person_id == person_id
            )
        )
    )


def identifiers_of_keys(
    connection: Connection, controller_id: str, keys: Collection[UUID]
) -> list[Row[Any]]:
    """Return identifiers by their keys: `id`, `kind`, `value`, `person_id`; none that is gone."""
    wanted = _whole().where(among(connection, controller_id, _identifier.c.id))
    return list(run_among(connection, wanted, keys))


def identifiers_owned_by(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> list[Row[Any]]:
    """Return the identifiers that name one of some people and nobody else; as above."""
    wanted = _whole().where(among(connection, controller_id, _identifier.c.person_id))
    return list(run_among(connection, wanted, people))


def values_of_kind(
    connection: Connection, controller_id: str, kind: IdentifierKind
) -> Generator[str]:
    """Yield every address, or every number, of a controller; a few thousand are held at a time."""
    wanted = select(_identifier.c.value).where(
        _identifier.c.controller_id == controller_id, _identifier.c.kind == kind
    )
    with connection.execute(wanted.execution_options(yield_per=_AT_A_TIME)) as found:
        yield from found.scalars()


def _whole() -> Select[Any]:
    columns = _identifier.c
    return select(columns.id, columns.kind, columns.value, columns.person_id)


def personal_emails(
    connection: Connection, controller_id: str, people: Collection[str]
) -> dict[str, list[str]]:
    """Return the e-mail addresses that each of some people (hex digits) owns."""
    table = table_of(IdentifierRecord)
    rows = connection.execute(
        select(table.c.person_id, table.c.value).where(
            table.c.controller_id == controller_id,
            table.c.kind == IdentifierKind.EMAIL,
            table.c.person_id.in_([UUID(person_id) for person_id in people]),
        )
    )
    owned: dict[str, list[str]] = {}
    for person_id, value in rows:
        owned.setdefault(person_id.hex, []).append(value)
    return owned


def is_identifier(connection: Connection, controller_id: str, key: UUID) -> bool:
    """Say whether a controller has an identifier of some key."""
    table = table_of(IdentifierRecord)
    found = select(table.c.id).where(table.c.controller_id == controller_id, table.c.id == key)
    return connection.execute(found).first() is not None


def add_people(
    connection: Connection, controller_id: str, ids: Iterable[str], now: datetime
) -> None:
    """Add people, whose keys are given as hex digits."""
    rows = [(controller_id, id_, now) for id_ in ids]
    insert_records(connection, table_of(Person), ("controller_id", "id", "created_at"), rows)


def add_identifiers(
    connection: Connection,
    controller_id: str,
    fresh: Iterable[tuple[Identifier, str, str | None]],
) -> None:
    """Add identifiers that the store lacks, each with its key and owner as hex digits."""
    names = ("controller_id", "id", "kind", "value", "person_id")
    rows = [(controller_id, id_, i.kind.value, i.value, owner) for i, id_, owner in fresh]
    insert_records(connection, table_of(IdentifierRecord), names, rows)


def add_lead_identifiers(
    connection: Connection, controller_id: str, pairs: Sequence[tuple[str, str]]
) -> None:
    """Tie leads to their identifiers, both as hex digits."""
    names = ("controller_id", "lead_id", "identifier_id")
    rows = [(controller_id, lead, identifier) for lead, identifier in pairs]
    insert_records(connection, table_of(LeadIdentifier), names, rows)


def set_owners(
    connection: Connection, controller_id: str, owners: Mapping[str, str | None]
) -> None:
    """Give identifiers (hex digits) another owner; None marks one as shared."""
    table = table_of(IdentifierRecord)
    for identifier_id, person_id in owners.items():
        connection.execute(
            update(table)
            .where(table.c.controller_id == controller_id, table.c.id == UUID(identifier_id))
            .values(person_id=UUID(person_id) if person_id else None)
        )


def identifiers_of_lead(
    connection: Connection, controller_id: str, lead_id: UUID
) -> dict[Identifier, UUID]:
    """Return the identifiers that a lead carries, with their keys."""
    identifier, link = table_of(IdentifierRecord), table_of(LeadIdentifier)
    rows = connection.execute(
        select(identifier.c.kind, identifier.c.value, identifier.c.id)
        .join(
            link,
            and_(
                link.c.controller_id == identifier.c.controller_id,
                link.c.identifier_id == identifier.c.id,
            ),
        )
        .where(link.c.controller_id == controller_id, link.c.lead_id == lead_id)
    )
    return {Identifier(kind, value): key_ for kind, value, key_ in rows}


def links_of_leads(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> set[tuple[str, str]]:
    """Return what some leads carry, as (lead, identifier) in hex digits."""
    table = table_of(LeadIdentifier)
    wanted = select(table.c.lead_id, table.c.identifier_id).where(
        among(connection, controller_id, table.c.lead_id)
    )
    rows = run_among(connection, wanted, leads)
    return {(row.lead_id.hex, row.identifier_id.hex) for row in rows}
