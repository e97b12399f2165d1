"""What comparing ours with a platform's list found, kept for each form and day.

Numbers only: no person, and no id of a platform's.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select
from sqlmodel import Field

from models.bulk import insert_records
from models.columns import NO_ROWID, Record, belongs_to, controller_key, of_any, table_of


class Reconciled(Record, table=True):
    """One London day of one form, as it was compared last.

    Each lead that the platform listed counts once as `stored`, `tests`, `removed`, `aside`,
    `waiting` or `gaps_open`. `gaps_fetched` were missing at first, summed up over all comparisons.
    `stream` is the part of the source that is listed by itself.
    """

    __tablename__ = "reconciled"
    __table_args__ = (belongs_to("source", "source_id"), NO_ROWID)

    controller_id: str = controller_key()
    source_id: str = Field(primary_key=True, max_length=64)
    stream: str = Field(primary_key=True, max_length=255)
    form_id: str = Field(primary_key=True, max_length=255)
    day: date = Field(primary_key=True)
    compared_at: datetime
    listed: int
    stored: int
    tests: int
    removed: int
    aside: int
    waiting: int
    gaps_fetched: int
    gaps_open: int


COLUMNS = (
    "controller_id", "source_id", "stream", "form_id", "day", "compared_at",
    "listed", "stored", "tests", "removed", "aside", "waiting", "gaps_fetched", "gaps_open",
)  # fmt: skip


def replace_results(
    connection: Connection,
    controller_id: str,
    source_id: str,
    streams: Collection[str],
    since: date,
    rows: Iterable[tuple[Any, ...]],
) -> None:
    """Put new results (in the order of `COLUMNS`) in the place of those of some streams' days.

    `rows` are of these streams, of `since` and later; what was fetched before is added to them.
    """
    table = table_of(Reconciled)
    own = (
        table.c.controller_id == controller_id,
        table.c.source_id == source_id,
        table.c.stream.in_(list(streams)),
        table.c.day >= since,
    )
    keys = (table.c.stream, table.c.form_id, table.c.day)
    before = {
        (row.stream, row.form_id, row.day): row.gaps_fetched
        for row in connection.execute(select(*keys, table.c.gaps_fetched).where(*own))
    }
    connection.execute(delete(table).where(*own))
    fetched = COLUMNS.index("gaps_fetched")
    fresh = [
        (*row[:fetched], row[fetched] + before.get(row[2:5], 0), *row[fetched + 1 :])
        for row in rows
    ]
    insert_records(connection, table, COLUMNS, fresh)


def forget_results(connection: Connection, controller_id: str, before: date) -> None:
    """Drop the results of days before one."""
    table = table_of(Reconciled)
    old = (table.c.controller_id == controller_id, table.c.day < before)
    connection.execute(delete(table).where(*old))


def open_gaps(connection: Connection, controllers: Collection[str]) -> list[Row[Any]]:
    """Return the days that have open gaps: `controller_id`, `source_id`, `form_id`, `day`, `gaps`.

    Oldest first.
    """
    table = table_of(Reconciled)
    key = (table.c.controller_id, table.c.source_id, table.c.form_id, table.c.day)
    gaps = func.sum(table.c.gaps_open).label("gaps")
    wanted = select(*key, gaps).where(of_any(table, controllers), table.c.gaps_open > 0)
    return list(connection.execute(wanted.group_by(*key).order_by(table.c.day)))
