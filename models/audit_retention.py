"""What a store held at a past time: leads past their end, what was set aside, and the runs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, tuple_

from models.columns import table_of
from models.delivery import DeliveryRecord, JobRun
from models.keys import first_key
from models.lead import Lead

_lead, _aside, _run = table_of(Lead), table_of(DeliveryRecord), table_of(JobRun)
_ORDER = (_lead.c.expires_at, _lead.c.id)
_AT_A_TIME = 1_000


def ended_by(connection: Connection, controller_id: str, at: datetime) -> Iterator[Row[Any]]:
    """Yield the leads that are here, were stored by a time, and whose last day was over then."""
    columns = ("id", "person_id", "source_id", "is_test", "submitted_at", "received_at")
    wanted = (
        select(*(_lead.c[name] for name in (*columns, "expires_at")))
        .where(
            _lead.c.controller_id == controller_id,
            _lead.c.expires_at <= at,
            _lead.c.id < first_key(at),
        )
        .order_by(*_ORDER)
        .limit(_AT_A_TIME)
    )
    page = list(connection.execute(wanted))
    while page:
        yield from page
        if len(page) < _AT_A_TIME:
            return
        last = tuple_(page[-1].expires_at, page[-1].id, types=[each.type for each in _ORDER])
        page = list(connection.execute(wanted.where(tuple_(*_ORDER) > last)))


def stored_count(connection: Connection, controller_id: str, at: datetime) -> int:
    """Return how many of the leads that are here were stored by a time."""
    counted = select(func.count()).where(
        _lead.c.controller_id == controller_id, _lead.c.id < first_key(at)
    )
    return connection.execute(counted).scalar_one()


def set_aside_beyond(connection: Connection, controller_id: str, by: datetime) -> int:
    """Return how many deliveries are set aside that had to be deleted by a time."""
    counted = select(func.count()).where(
        _aside.c.controller_id == controller_id, _aside.c.delete_after <= by
    )
    return connection.execute(counted).scalar_one()


def runs_before(
    connection: Connection, controller_id: str, job: str, at: datetime, limit: int
) -> list[Row[Any]]:
    """Return the last runs of a job that were over by a time, the newest first."""
    wanted = (
        select(_run)
        .where(_run.c.controller_id == controller_id, _run.c.job == job, _run.c.finished_at <= at)
        .order_by(_run.c.finished_at.desc())
        .limit(limit)
    )
    return list(connection.execute(wanted))
