"""What came and could not be read, how far each stream was read, and the record of runs."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
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
    belongs_to,
    bytes_column,
    controller_key,
    json_column,
    key,
    table_of,
    text_column,
)
from models.look_up import delete_among


class AsideReason(StrEnum):
    """Why a delivery is set aside although it could be read; a connector names the other reasons.

    `sensitive_content`: its lead is stored with answers masked, and these are the bytes that came.
    They are never read into a lead again.
    """

    SENSITIVE_CONTENT = "sensitive_content"


class DeliveryRecord(Record, table=True):
    """A delivery set aside: its bytes as they came, the reason, and until when it is kept.

    `digest` is the SHA-256 of the payload: the same bytes are set aside once, however often they
    come.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        belongs_to("source", "source_id"),
        UniqueConstraint("controller_id", "source_id", "digest"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    source_id: str = Field(max_length=64)
    stream: str | None = None
    external_id: str | None = Field(default=None, max_length=255)
    notice_id: str | None = Field(default=None, max_length=64)
    listed_as_test: bool
    position: str | None = None
    reason: str = Field(max_length=32)
    detail: str = text_column()
    received_at: datetime
    delete_after: datetime
    media_type: str = Field(max_length=128)
    payload: bytes = bytes_column()
    digest: bytes = bytes_column()


class Cursor(Record, table=True):
    """How far one stream of a source was read; moved only together with its leads."""

    __tablename__ = "cursor"
    __table_args__ = (belongs_to("source", "source_id"),)

    controller_id: str = controller_key()
    source_id: str = Field(primary_key=True, max_length=64)
    stream: str = Field(primary_key=True, max_length=255)
    value: str
    moved_at: datetime


class RunOutcome(StrEnum):
    """How a run ended; `missed`: it could not begin before it was too late, and was left out."""

    DONE = "done"
    SET_ASIDE = "set_aside"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    CHANGED = "changed"
    FAILED = "failed"
    MISSED = "missed"


class JobRun(Record, table=True):
    """One run of a job over one source: when, how it ended, its counts, and the cure."""

    __tablename__ = "job_run"

    controller_id: str = controller_key()
    id: UUID = key()
    job: str = Field(max_length=64)
    source_id: str | None = Field(default=None, max_length=64)
    started_at: datetime
    finished_at: datetime
    outcome: str = Field(max_length=32)
    counts: dict[str, Any] = json_column()
    message: str | None = text_column(nullable=True)


def cursors(connection: Connection, controller_id: str, source_id: str) -> dict[str, str]:
    """Return how far each stream of a source was read."""
    table = table_of(Cursor)
    rows = connection.execute(
        select(table.c.stream, table.c.value).where(
            table.c.controller_id == controller_id, table.c.source_id == source_id
        )
    )
    return {row.stream: row.value for row in rows}


def move_cursors(
    connection: Connection,
    controller_id: str,
    source_id: str,
    moved: Mapping[str, str],
    now: datetime,
) -> None:
    """Move streams' cursors, in the transaction that stores what lies before them."""
    table = table_of(Cursor)
    for stream, value in moved.items():
        keys = {"controller_id": controller_id, "source_id": source_id, "stream": stream}
        row = {"value": value, "moved_at": now}
        same = [table.c[name] == kept for name, kept in keys.items()]
        if not connection.execute(table.update().where(*same).values(row)).rowcount:
            connection.execute(table.insert().values(keys | row))


def set_aside(
    connection: Connection, controller_id: str, source_id: str, rows: Collection[Values]
) -> list[Values]:
    """Set deliveries aside, each content once. Return those that were not there before."""
    table = table_of(DeliveryRecord)
    digests = [row["digest"] for row in rows]
    known = set(
        connection.execute(
            select(table.c.digest).where(
                table.c.controller_id == controller_id,
                table.c.source_id == source_id,
                table.c.digest.in_(digests),
            )
        ).scalars()
    )
    fresh = {row["digest"]: row for row in rows if row["digest"] not in known}
    insert_rows(connection, table, list(fresh.values()))
    return list(fresh.values())


def aside(
    connection: Connection,
    source_id: str | None = None,
    after: UUID | None = None,
    limit: int = 500,
) -> list[Row[Any]]:
    """Return deliveries that are set aside, oldest first, a page at a time."""
    table = table_of(DeliveryRecord)
    wanted = select(table).order_by(table.c.id).limit(limit)
    if source_id is not None:
        wanted = wanted.where(table.c.source_id == source_id)
    if after is not None:
        wanted = wanted.where(table.c.id > after)
    return list(connection.execute(wanted))


def aside_ids(connection: Connection, controller_id: str, source_id: str) -> list[UUID]:
    """Return the keys of a source's deliveries that wait to be read, oldest first."""
    table = table_of(DeliveryRecord)
    wanted = select(table.c.id).where(
        table.c.controller_id == controller_id,
        table.c.source_id == source_id,
        table.c.reason != AsideReason.SENSITIVE_CONTENT,
    )
    return list(connection.execute(wanted.order_by(table.c.id)).scalars())


def aside_by_ids(
    connection: Connection, controller_id: str, ids: Collection[UUID]
) -> list[Row[Any]]:
    """Return some deliveries that are set aside, oldest first."""
    table = table_of(DeliveryRecord)
    wanted = select(table).where(table.c.controller_id == controller_id, table.c.id.in_(list(ids)))
    return list(connection.execute(wanted.order_by(table.c.id)))


def aside_counts(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how many deliveries are set aside, by source and reason."""
    table = table_of(DeliveryRecord)
    rows = connection.execute(
        select(table.c.source_id, table.c.reason, func.count()).group_by(
            table.c.source_id, table.c.reason
        )
    )
    return {(source_id, reason): count for source_id, reason, count in rows}


def drop_deliveries(connection: Connection, controller_id: str, ids: Collection[UUID]) -> None:
    """Remove deliveries that were read after all: their bytes now stay with their leads."""
    delete_among(connection, controller_id, table_of(DeliveryRecord).c.id, ids)


def overdue_deliveries(
    connection: Connection, controller_id: str, now: datetime, after: UUID | None, limit: int
) -> list[Row[Any]]:
    """Return deliveries that are kept beyond their time, without their bytes, a page at a time."""
    table = table_of(DeliveryRecord)
    wanted = (
        select(table.c.id, table.c.source_id, table.c.reason, table.c.received_at)
        .where(table.c.controller_id == controller_id, table.c.delete_after <= now)
        .order_by(table.c.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(table.c.id > after)
    return list(connection.execute(wanted))


def aside_of_leads(
    connection: Connection, controller_id: str, leads: Collection[tuple[str, str]]
) -> list[Row[Any]]:
    """Return what is set aside of some leads, named by source and the source's own id.

    Of each: `id`, `source_id`, `external_id`.
    """
    table = table_of(DeliveryRecord)
    own = table.c.controller_id == controller_id
    # most stores keep nothing aside, and then the list of ids need not be sent
    if not connection.execute(_anything_aside(), {"controller": controller_id}).first():
        return []
    ids = [external_id for _, external_id in leads]
    named = select(table.c.id, table.c.source_id, table.c.external_id)
    rows: list[Row[Any]] = list(connection.execute(named.where(own, table.c.external_id.in_(ids))))
    wanted = set(leads)
    return [row for row in rows if (row.source_id, row.external_id) in wanted]


@cache
def _anything_aside() -> Select[Any]:
    table = table_of(DeliveryRecord)
    return select(1).where(table.c.controller_id == bindparam("controller")).limit(1)


def aside_with(
    connection: Connection, controller_id: str, source_id: str, external_ids: Collection[str]
) -> dict[str, list[Row[Any]]]:
    """Return what is set aside under some ids because it could not be read: `id`, `reason`."""
    table = table_of(DeliveryRecord)
    wanted = select(table.c.external_id, table.c.id, table.c.reason).where(
        table.c.controller_id == controller_id,
        table.c.source_id == source_id,
        table.c.external_id.in_(list(external_ids)),
        table.c.reason != AsideReason.SENSITIVE_CONTENT,
    )
    rows: list[Row[Any]] = list(connection.execute(wanted))
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.external_id, []).append(row)
    return found


def record_run(connection: Connection, row: Values) -> None:
    """Write down how a run went."""
    insert_rows(connection, table_of(JobRun), [row])


def renew_run(connection: Connection, row: Values) -> bool:
    """Let the run before stand for this one too if both brought nothing; say whether it does."""
    table = table_of(JobRun)
    own = (
        table.c.controller_id == row["controller_id"],
        table.c.job == row["job"],
        table.c.source_id == row["source_id"],
    )
    before = connection.execute(select(table).where(*own).order_by(table.c.id.desc())).first()
    if before is None or before.outcome != RunOutcome.DONE or before.counts or before.message:
        return False
    connection.execute(
        update(table).where(*own, table.c.id == before.id).values(finished_at=row["finished_at"])
    )
    return True


def last_runs(
    connection: Connection, job: str, outcomes: Collection[str] | None = None
) -> dict[str, Row[Any]]:
    """Return the latest run of a job for each source, of those that ended in some way."""
    table = table_of(JobRun)
    wanted = [table.c.job == job]
    if outcomes is not None:
        wanted.append(table.c.outcome.in_(list(outcomes)))
    newest_first = func.row_number().over(
        partition_by=table.c.source_id, order_by=table.c.id.desc()
    )
    ranked = select(table, newest_first.label("place")).where(*wanted).subquery()
    rows = connection.execute(select(ranked).where(ranked.c.place == 1))
    return {row.source_id: row for row in rows}


def cursor_rows(connection: Connection) -> Iterable[Row[Any]]:
    """Return every stream with how far it was read."""
    return list(connection.execute(select(table_of(Cursor))))
