"""People, and the identifiers by which they are known, within one controller."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Index, UniqueConstraint, and_, or_, select, update
from sqlmodel import Field

from models.bulk import Values, insert_rows
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
from policy.vocabulary import Identifier, IdentifierKind


class Person(Record, table=True):
    """The leads that share an identifier. `restricted_at`: no use until it is lifted (Art. 18)."""

    __tablename__ = "person"
    __table_args__ = (of_controller(), NO_ROWID)

    controller_id: str = controller_key()
    id: UUID = key()
    created_at: datetime
    restricted_at: datetime | None = None


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


def known_identifiers(
    connection: Connection, controller_id: str, wanted: Collection[Identifier]
) -> dict[Identifier, tuple[UUID, UUID | None]]:
    """Return the key and the owner of each identifier that the store has."""
    table = table_of(IdentifierRecord)
    by_kind = {kind: [i.value for i in wanted if i.kind is kind] for kind in IdentifierKind}
    matching = [
        and_(table.c.kind == kind, table.c.value.in_(values))
        for kind, values in by_kind.items()
        if values
    ]
    if not matching:
        return {}
    rows = connection.execute(
        select(table.c.kind, table.c.value, table.c.id, table.c.person_id).where(
            table.c.controller_id == controller_id, or_(*matching)
        )
    )
    return {Identifier(kind, value): (id_, person_id) for kind, value, id_, person_id in rows}


def personal_emails(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> dict[UUID, list[str]]:
    """Return the e-mail addresses that each of some people owns."""
    table = table_of(IdentifierRecord)
    rows = connection.execute(
        select(table.c.person_id, table.c.value).where(
            table.c.controller_id == controller_id,
            table.c.kind == IdentifierKind.EMAIL,
            table.c.person_id.in_(list(people)),
        )
    )
    owned: dict[UUID, list[str]] = {}
    for person_id, value in rows:
        owned.setdefault(person_id, []).append(value)
    return owned


def add_people(connection: Connection, rows: Iterable[Values]) -> None:
    """Add people."""
    insert_rows(connection, table_of(Person), list(rows))


def add_identifiers(connection: Connection, rows: Iterable[Values]) -> None:
    """Add identifiers that the store does not have yet."""
    insert_rows(connection, table_of(IdentifierRecord), list(rows))


def add_lead_identifiers(connection: Connection, rows: Iterable[Values]) -> None:
    """Tie leads to their identifiers."""
    insert_rows(connection, table_of(LeadIdentifier), list(rows))


def set_owners(
    connection: Connection, controller_id: str, owners: Mapping[UUID, UUID | None]
) -> None:
    """Give identifiers another owner; None marks one as shared."""
    table = table_of(IdentifierRecord)
    for identifier_id, person_id in owners.items():
        connection.execute(
            update(table)
            .where(table.c.controller_id == controller_id, table.c.id == identifier_id)
            .values(person_id=person_id)
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
