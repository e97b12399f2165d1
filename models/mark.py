"""By what a stored lead is known again when the same submission comes by another way.

A row names no person and holds nothing of what was sent: only a digest. It goes with its lead; of a
deleted lead `models/removal.py` keeps what is needed so that no copy brings it back.
"""

import hashlib
from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Index, select
from sqlmodel import Field

from models.bulk import insert_records
from models.columns import NO_ROWID, Record, belongs_to, controller_key, table_of
from models.look_up import look_up, select_among


class LeadMark(Record, table=True):
    """One mark of a lead: the way it came by, and the digest of what the vendor knows it by."""

    __tablename__ = "lead_mark"
    __table_args__ = (
        belongs_to("lead", "lead_id"),
        Index(None, "controller_id", "lead_id"),
        NO_ROWID,
    )

    controller_id: str = controller_key()
    source_id: str = Field(primary_key=True, max_length=64)
    way: str = Field(primary_key=True, max_length=16)
    digest: str = Field(primary_key=True, max_length=64)
    lead_id: UUID = Field(primary_key=True)


MARK_COLUMNS = ("controller_id", "source_id", "way", "digest", "lead_id")


class Mark(NamedTuple):
    """A mark as it is kept: which way, and the digest."""

    way: str
    digest: str


def mark_digest(controller_id: str, source_id: str, what: str) -> str:
    """Return the hex SHA-256 of a mark.

    Controller and source are part of it, so that the marks of two of them cannot be compared.
    """
    text = f"{controller_id}\x1f{source_id}\x1fmark\x1f{what}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def add_marks(connection: Connection, rows: Iterable[tuple[str, str, str, str, str]]) -> None:
    """Add marks, each in the order of `MARK_COLUMNS`, the lead's key as hex digits."""
    insert_records(connection, table_of(LeadMark), MARK_COLUMNS, list(rows))


def has_other_ways(connection: Connection, controller_id: str, source_id: str, way: str) -> bool:
    """Say whether a lead of a source came by another way than this one."""
    table = table_of(LeadMark)
    other = select(1).where(
        table.c.controller_id == controller_id, table.c.source_id == source_id, table.c.way != way
    )
    return connection.execute(other.limit(1)).first() is not None


def leads_with(
    connection: Connection, controller_id: str, source_id: str, way: str, digests: Iterable[str]
) -> list[tuple[str, UUID]]:
    """Return (digest, lead) of the leads that came by another way and bear some marks.

    Of each digest two leads at the most: more than one is no answer.
    """
    table = table_of(LeadMark)
    within = (
        table.c.controller_id == controller_id,
        table.c.source_id == source_id,
        table.c.way != way,
    )
    found = look_up(
        connection, (table.c.digest, table.c.lead_id), within, table.c.digest, digests, most=2
    )
    return [(row.digest, row.lead_id) for row in found]


def marks_of(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> dict[UUID, list[Mark]]:
    """Return the marks of some leads."""
    table = table_of(LeadMark)
    columns = table.c.lead_id, table.c.way, table.c.digest
    found: dict[UUID, list[Mark]] = {}
    for row in select_among(connection, controller_id, columns, table.c.lead_id, leads):
        found.setdefault(row.lead_id, []).append(Mark(row.way, row.digest))
    return found
