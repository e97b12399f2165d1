"""What alarms are made of: runs, arrivals, deadlines and ages, each by one query over all sources.

No row of a person leaves here: keys, counts and times only.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from models.columns import of_any, table_of
from models.controller import Controller, SourceRecord
from models.delivery import JobRun
from models.lead import Lead
from models.rights_request import RightsRequestRecord
from models.scheduled_run import ScheduledRun
from policy.rights.steps import RequestStatus

RunKey = tuple[str, str, str | None]
"""Whose run, of which job, and over which source, None for a job that is about none."""
SourceKey = tuple[str, str]
"""A controller and its source. An id that moved to another controller is another source there."""


def newest_runs(connection: Connection, controllers: Collection[str]) -> dict[RunKey, Row[Any]]:
    """Return the newest run of each job over each source of some controllers. Rule: ISO-3."""
    table = table_of(JobRun)
    newest_first = func.row_number().over(
        partition_by=(table.c.controller_id, table.c.job, table.c.source_id),
        order_by=(table.c.finished_at.desc(), table.c.id.desc()),
    )
    columns = [c for c in table.c if c.name != "id"]
    ranked = (
        select(*columns, newest_first.label("place")).where(of_any(table, controllers)).subquery()
    )
    rows: Iterable[Row[Any]] = connection.execute(select(ranked).where(ranked.c.place == 1))
    return {(row.controller_id, row.job, row.source_id): row for row in rows}


def spans_of_runs(
    connection: Connection, controllers: Collection[str], good: Collection[str]
) -> dict[RunKey, Row[Any]]:
    """Return of each job over each source when it was first tried, and when it last did well.

    `good` are the outcomes that count as well. Of each: `began_at`, `good_at` (None: never).
    """
    table = table_of(JobRun)
    at = table.c.finished_at
    did_well = table.c.outcome.in_(list(good))
    key = (table.c.controller_id, table.c.job, table.c.source_id)
    rows: Iterable[Row[Any]] = connection.execute(
        select(
            *key,
            func.min(table.c.started_at, type_=at.type).label("began_at"),
            func.max(at, type_=at.type).filter(did_well).label("good_at"),
        )
        .where(of_any(table, controllers))
        .group_by(*key)
    )
    return {(row.controller_id, row.job, row.source_id): row for row in rows}


def scheduled_runs(connection: Connection, good: Collection[str]) -> list[Row[Any]]:
    """Return of each job on the clock that is about no source how its newest run ended.

    Of each: `job`, `outcome`, `finished_at`, `message`, when it was first tried (`began_at`), and
    when it last ended in one of the `good` ways (`good_at`, None: never).
    """
    table = table_of(ScheduledRun)
    at = table.c.finished_at
    ranked = (
        select(
            table.c.job,
            table.c.outcome,
            at,
            table.c.message,
            func.row_number()
            .over(partition_by=table.c.job, order_by=table.c.slot.desc())
            .label("place"),
            func.min(table.c.started_at, type_=at.type)
            .over(partition_by=table.c.job)
            .label("began_at"),
            func.max(at, type_=at.type)
            .filter(table.c.outcome.in_(list(good)))
            .over(partition_by=table.c.job)
            .label("good_at"),
        )
        .where(at.is_not(None), table.c.subject == "")
        .subquery()
    )
    return list(connection.execute(select(ranked).where(ranked.c.place == 1)))


def newest_arrivals(
    connection: Connection, controllers: Collection[str], since: datetime
) -> dict[SourceKey, datetime]:
    """Return when the newest lead of each source came, of those that came since a time."""
    table = table_of(Lead)
    at = table.c.received_at
    key = (table.c.controller_id, table.c.source_id)
    rows = connection.execute(
        select(*key, func.max(at, type_=at.type))
        .where(of_any(table, controllers), table.c.id >= _first_key(since))
        .group_by(*key)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def arrivals_since(
    connection: Connection, sources: Collection[SourceKey], since: datetime
) -> dict[SourceKey, list[datetime]]:
    """Return when the leads of some sources came since a time, the oldest first."""
    table = table_of(Lead)
    found: dict[SourceKey, list[datetime]] = defaultdict(list)
    if not sources:
        return found
    wanted = select(table.c.controller_id, table.c.source_id, table.c.received_at).where(
        of_any(table, {controller_id for controller_id, _ in sources}),
        table.c.id >= _first_key(since),
        table.c.source_id.in_([source_id for _, source_id in sources]),
    )
    for row in connection.execute(wanted.order_by(table.c.received_at)):
        if (row.controller_id, row.source_id) in sources:
            found[row.controller_id, row.source_id].append(row.received_at)
    return found


def _first_key(at: datetime) -> UUID:
    """Return the least key that is made at a time: keys tell times, and are what is indexed."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def requests_due_by(
    connection: Connection,
    controllers: Collection[str],
    statuses: Collection[RequestStatus],
    last: date,
) -> list[Row[Any]]:
    """Return the requests in some states that are due by a day: `controller_id`, `id`, `due_on`."""
    table = table_of(RightsRequestRecord)
    wanted = select(table.c.controller_id, table.c.id, table.c.due_on).where(
        of_any(table, controllers), table.c.status.in_(list(statuses)), table.c.due_on <= last
    )
    return list(connection.execute(wanted.order_by(table.c.due_on)))


def requests_without_day(
    connection: Connection, controllers: Collection[str], statuses: Collection[RequestStatus]
) -> list[Row[Any]]:
    """Return the requests in some states of which no date can be said, those of one owner together.

    Of each: `controller_id`, `id`, `right`, `received_at`, `identity`.
    """
    table = table_of(RightsRequestRecord)
    columns = (table.c.controller_id, table.c.id, table.c.right)
    wanted = select(*columns, table.c.received_at, table.c.identity).where(
        of_any(table, controllers), table.c.status.in_(list(statuses)), table.c.due_on.is_(None)
    )
    return list(connection.execute(wanted.order_by(table.c.controller_id, table.c.id)))


def source_ages(connection: Connection, controllers: Collection[str]) -> dict[SourceKey, datetime]:
    """Return since when each source is known."""
    table = table_of(SourceRecord)
    wanted = select(table.c.controller_id, table.c.id, table.c.created_at)
    rows = connection.execute(wanted.where(of_any(table, controllers)))
    return {(row[0], row[1]): row[2] for row in rows}


def installed_at(connection: Connection) -> datetime | None:
    """Return since when the first controller is known, which is as old as the installation."""
    table = table_of(Controller)
    at = table.c.created_at
    found: datetime | None = connection.execute(select(func.min(at, type_=at.type))).scalar()
    return found
