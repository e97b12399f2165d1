"""Drop what was kept for a while only: records of runs, counts of refusals."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from models.columns import of_any, table_of
from models.delivery import JobRun
from models.refused_push import RefusedPush


def forget_job_runs(connection: Connection, controller_id: str, before: datetime) -> int:
    """Drop records of runs that ended before, but the newest of each job, source and outcome."""
    table = table_of(JobRun)
    own = table.c.controller_id == controller_id
    newest = (
        select(func.max(table.c.finished_at))
        .where(own)
        .group_by(table.c.job, table.c.source_id, table.c.outcome)
    )
    old = (own, table.c.finished_at < before, table.c.finished_at.not_in(newest))
    return connection.execute(delete(table).where(*old)).rowcount


def forget_refusals(connection: Connection, controllers: Collection[str], day: str) -> int:
    """Drop the counts of refused requests of the days before one (ISO, London)."""
    table = table_of(RefusedPush)
    old = (of_any(table, controllers), table.c.day < day)
    return connection.execute(delete(table).where(*old)).rowcount
