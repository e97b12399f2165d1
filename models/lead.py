"""Stored submissions, and the further ways by which the same submission arrived."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, UniqueConstraint, func, select, update
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    Record,
    belongs_to,
    bytes_column,
    controller_key,
    enum_of,
    json_column,
    key,
    table_of,
    text_column,
)
from models.look_up import among, look_up, run_among
from policy.vocabulary import Grade


class Lead(Record, table=True):
    """One submission, stored exactly once per (source, external id).

    `payload` is the delivery as it came, but for sensitive answers: they are masked, and the remark
    `sensitive_content_masked` says so. `commitment` is HMAC-SHA256 of what came under `salt`: the
    ledger holds it for ever, and it says nothing once the salt is gone. `findings` says of each
    box what was sent back and what it was worth. `submitted_at` is the source's time (or that
    of receipt where `has_source_time` is false). `person_id` is None for test leads, which are
    nobody's.
    """

    __tablename__ = "lead"
    __table_args__ = (
        belongs_to("source", "source_id"),
        belongs_to("person", "person_id"),
        belongs_to("notice", "notice_id"),
        UniqueConstraint("controller_id", "source_id", "external_id"),
        Index(None, "controller_id", "person_id"),
        Index(None, "controller_id", "expires_at", "id"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    source_id: str = Field(max_length=64)
    external_id: str = Field(max_length=255)
    person_id: UUID | None = None
    form_id: str | None = None
    notice_id: str | None = Field(default=None, max_length=64)
    grade: Grade = enum_of(Grade)
    is_test: bool
    has_identity_conflict: bool
    has_source_time: bool
    submitted_at: datetime
    received_at: datetime
    expires_at: datetime
    full_name: str | None = text_column(nullable=True)
    first_name: str | None = text_column(nullable=True)
    last_name: str | None = text_column(nullable=True)
    company: str | None = text_column(nullable=True)
    job_title: str | None = text_column(nullable=True)
    contact: dict[str, Any] = json_column()
    answers: dict[str, Any] = json_column()
    origin: dict[str, Any] = json_column()
    findings: list[dict[str, Any]] = json_column()
    remarks: list[str] = json_column()
    media_type: str = Field(max_length=128)
    payload: bytes = bytes_column()
    salt: bytes = bytes_column()
    commitment: bytes = bytes_column()


class Arrival(Record, table=True):
    """Another delivery of a lead, with other bytes: kept beside it, never merged into it."""

    __tablename__ = "arrival"
    __table_args__ = (
        belongs_to("lead", "lead_id"),
        belongs_to("notice", "notice_id"),
        UniqueConstraint("controller_id", "lead_id", "commitment"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    lead_id: UUID
    notice_id: str | None = Field(default=None, max_length=64)
    received_at: datetime
    media_type: str = Field(max_length=128)
    payload: bytes = bytes_column()
    commitment: bytes = bytes_column()


class KnownLead(Record):
    """What ingest must know of a lead that it meets again."""

    id: UUID
    external_id: str
    person_id: UUID | None
    grade: Grade
    notice_id: str | None
    is_test: bool
    salt: bytes
    commitment: bytes
    has_source_time: bool
    submitted_at: datetime
    expires_at: datetime


def known_leads(
    connection: Connection, controller_id: str, source_id: str, external_ids: Collection[str]
) -> dict[str, KnownLead]:
    """Return the leads of a source that the store already has, by external id."""
    table = table_of(Lead)
    columns = [table.c[name] for name in KnownLead.model_fields]
    rows = look_up(
        connection,
        columns,
        (table.c.controller_id == controller_id, table.c.source_id == source_id),
        table.c.external_id,
        external_ids,
    )
    return {row.external_id: KnownLead.model_construct(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for it


def known_by_keys(
    connection: Connection, controller_id: str, keys: Collection[UUID]
) -> dict[UUID, KnownLead]:
    """Return some leads, by their keys."""
    table = table_of(Lead)
    columns = [table.c[name] for name in KnownLead.model_fields]
    wanted = select(*columns).where(among(connection, controller_id, table.c.id))
    rows = run_among(connection, wanted, keys)
    return {row.id: KnownLead.model_construct(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for it


def stored_by_form(
    connection: Connection, controller_id: str, source_id: str, since: datetime, until: datetime
) -> dict[str, int]:
    """Return how many leads of each form were sent in a time (`until` not included)."""
    table = table_of(Lead)
    wanted = (
        select(table.c.form_id, func.count())
        .where(
            table.c.controller_id == controller_id,
            table.c.source_id == source_id,
            table.c.form_id.is_not(None),
            table.c.submitted_at >= since,
            table.c.submitted_at < until,
        )
        .group_by(table.c.form_id)
    )
    found: dict[str, int] = dict(connection.execute(wanted).all())
    return found


def known_arrivals(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> set[tuple[UUID, bytes]]:
    """Return which further deliveries of some leads are kept, as (lead, commitment)."""
    table = table_of(Arrival)
    rows = connection.execute(
        select(table.c.lead_id, table.c.commitment).where(
            table.c.controller_id == controller_id, table.c.lead_id.in_(list(leads))
        )
    )
    return {(lead_id, commitment) for lead_id, commitment in rows}


def names_of_people(
    connection: Connection, controller_id: str, people: Collection[str]
) -> dict[str, list[str]]:
    """Return the names under which some people (hex digits) submitted."""
    table = table_of(Lead)
    rows = connection.execute(
        select(table.c.person_id, table.c.full_name, table.c.first_name, table.c.last_name).where(
            table.c.controller_id == controller_id,
            table.c.person_id.in_([UUID(person_id) for person_id in people]),
        )
    )
    names: dict[str, list[str]] = {}
    for person_id, full, first, last in rows:
        name = full or " ".join(filter(None, (first, last)))
        if name:
            names.setdefault(person_id.hex, []).append(name)
    return names


def add_leads(connection: Connection, rows: Iterable[Values]) -> None:
    """Add leads that the store does not have yet."""
    insert_rows(connection, table_of(Lead), list(rows))


def add_arrivals(connection: Connection, rows: Iterable[Values]) -> None:
    """Keep further deliveries of leads."""
    insert_rows(connection, table_of(Arrival), list(rows))


def better_evidence(
    connection: Connection, controller_id: str, lead_id: UUID, changes: Mapping[str, object]
) -> None:
    """Replace what a lead's evidence says by what a better delivery of it says."""
    table = table_of(Lead)
    connection.execute(
        update(table)
        .where(table.c.controller_id == controller_id, table.c.id == lead_id)
        .values(dict(changes))
    )


def add_remark(
    connection: Connection, controller_id: str, leads: Collection[UUID], remark: str
) -> list[UUID]:
    """Add a remark to those of some leads that lack it; return which these were."""
    table = table_of(Lead)
    wanted = select(table.c.id, table.c.remarks).where(among(connection, controller_id, table.c.id))
    alike: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
    for row in run_among(connection, wanted.order_by(table.c.id), leads):
        if remark not in row.remarks:
            alike[tuple(row.remarks)].append(row.id)
    for remarks, ids in alike.items():
        changed = update(table).where(among(connection, controller_id, table.c.id))
        run_among(connection, changed.values(remarks=[*remarks, remark]), ids)
    return [id_ for ids in alike.values() for id_ in ids]
