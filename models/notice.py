"""The exact wording that forms showed, stored once per content."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, select
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import Record, controller_key, of_controller, table_of, text_column


class NoticeRecord(Record, table=True):
    """One wording. `id` is the SHA-256 of `content`, the canonical JSON; no personal data."""

    __tablename__ = "notice"
    __table_args__ = (of_controller(),)

    controller_id: str = controller_key()
    id: str = Field(primary_key=True, max_length=64)
    source_id: str = Field(max_length=64)
    form_id: str
    content: str = text_column()
    captured_at: datetime


def unknown_notices(
    connection: Connection, controller_id: str, ids: Collection[str]
) -> frozenset[str]:
    """Return which of some notices the store does not have yet."""
    table = table_of(NoticeRecord)
    known = select(table.c.id).where(
        table.c.controller_id == controller_id, table.c.id.in_(list(ids))
    )
    return frozenset(ids) - set(connection.execute(known).scalars())


def add_notices(connection: Connection, rows: Iterable[Values]) -> None:
    """Add wordings that the store does not have yet."""
    insert_rows(connection, table_of(NoticeRecord), list(rows))


def contents_of(connection: Connection, controller_id: str, ids: Collection[str]) -> dict[str, str]:
    """Return the content of those of some notices that the store has."""
    table = table_of(NoticeRecord)
    wanted = select(table.c.id, table.c.content).where(
        table.c.controller_id == controller_id, table.c.id.in_(list(ids))
    )
    return {row.id: row.content for row in connection.execute(wanted)}


def notice_row(connection: Connection, controller_id: str, notice_id: str) -> Row[tuple[str]]:
    """Return one wording's row: `content`, `captured_at`, `form_id`, `source_id`."""
    table = table_of(NoticeRecord)
    return connection.execute(
        select(table).where(table.c.controller_id == controller_id, table.c.id == notice_id)
    ).one()
