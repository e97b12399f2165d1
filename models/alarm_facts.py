"""What alarms are made of: runs, arrivals, deadlines and ages, each by one query over everything.

No row of a person leaves here: keys, counts and times only.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from models.columns import table_of
from models.controller import Controller, SourceRecord
from models.delivery import JobRun
from models.lead import Lead
from models.rights_request import RightsRequestRecord
from models.scheduled_run import ScheduledRun
from policy.rights.steps import RequestStatus

RunKey = tuple[str, str | None]
"""A job, and the source that it was about, None for a job that is about none."""


def newest_runs(connection: Connection) -> dict[RunKey, Row[Any]]:
    """Return the newest run of each job over each source."""
    table = table_of(JobRun)
    newest_first = func.row_number().over(
        partition_by=(table.c.job, table.c.source_id),
        order_by=(table.c.finished_at.desc(), table.c.id.desc()),
    )
    columns = [c for c in table.c if c.name not in ("controller_id", "id")]
    ranked = select(*columns, newest_first.label("place")).subquery()
    rows: Iterable[Row[Any]] = connection.execute(select(ranked).where(ranked.c.place == 1))
    return {(row.job, row.source_id): row for row in rows}


def spans_of_runs(connection: Connection, good: Collection[str]) -> dict[RunKey, Row[Any]]:
    """Return of each job over each source when it was first tried, and when it last did well.

    `good` are the outcomes that count as well. Of each: `began_at`, `good_at` (None: never).
    """
    table = table_of(JobRun)
    at = table.c.finished_at
    did_well = table.c.outcome.in_(list(good))
    rows: Iterable[Row[Any]] = connection.execute(
        select(
            table.c.job,
            table.c.source_id,
            func.min(table.c.started_at, type_=at.type).label("began_at"),
            func.max(at, type_=at.type).filter(did_well).label("good_at"),
        ).group_by(table.c.job, table.c.source_id)
    )
    return {(row.job, row.source_id): row for row in rows}


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


def newest_arrivals(connection: Connection, since: datetime) -> dict[str, datetime]:
    """Return when the newest lead of each source came, of those that came since a time."""
    table = table_of(Lead)
    at = table.c.received_at
    rows = connection.execute(
        select(table.c.source_id, func.max(at, type_=at.type))
        .where(table.c.id >= _first_key(since))
        .group_by(table.c.source_id)
    )
    return {row[0]: row[1] for row in rows}


def arrivals_since(
    connection: Connection, sources: Collection[str], since: datetime
) -> dict[str, list[datetime]]:
    """Return when the leads of some sources came since a time, the oldest first."""
    table = table_of(Lead)
    found: dict[str, list[datetime]] = defaultdict(list)
    if not sources:
        return found
    wanted = select(table.c.source_id, table.c.received_at).where(
        table.c.id >= _first_key(since), table.c.source_id.in_(list(sources))
    )
    for row in connection.execute(wanted.order_by(table.c.received_at)):
        found[row.source_id].append(row.received_at)
    return found


def _first_key(at: datetime) -> UUID:
    """Return the least key that is made at a time: keys tell times, and are what is indexed."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def requests_due_by(
    connection: Connection, statuses: Collection[RequestStatus], last: date
) -> list[Row[Any]]:
    """Return the requests in some states that are due by a day: `controller_id`, `id`, `due_on`."""
    table = table_of(RightsRequestRecord)
    wanted = select(table.c.controller_id, table.c.id, table.c.due_on).where(
        table.c.status.in_(list(statuses)), table.c.due_on <= last
    )
    return list(connection.execute(wanted.order_by(table.c.due_on)))


def source_ages(connection: Connection) -> dict[str, datetime]:
    """Return since when each source is known."""
    table = table_of(SourceRecord)
    return {row[0]: row[1] for row in connection.execute(select(table.c.id, table.c.created_at))}


def installed_at(connection: Connection) -> datetime | None:
    """Return since when the first controller is known, which is as old as the installation."""
    table = table_of(Controller)
    at = table.c.created_at
    found: datetime | None = connection.execute(select(func.min(at, type_=at.type))).scalar()
    return found
