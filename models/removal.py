"""Which leads were deleted, so that a source that offers one again does not bring it back.

A row names no person and holds nothing of what was sent: the source, and a digest of the source's
own number of the submission. It is part of what remains after a deletion (rule RET-11) and goes
when that goes (rule RET-14).
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select
from sqlmodel import Field

from models.bulk import insert_records
from models.columns import NO_ROWID, Record, belongs_to, controller_key, table_of
from models.journal import note
from models.look_up import look_up, looking_up, run_look_up


class Removal(Record, table=True):
    """One lead that was deleted, when, and why (a reason of the policy).

    `way` is None where the digest is of the source's own number; else it is a mark of the lead
    (`models/mark.py`), which counts for copies that come by another way.
    """

    __tablename__ = "removal"
    __table_args__ = (belongs_to("source", "source_id"), NO_ROWID)

    controller_id: str = controller_key()
    source_id: str = Field(primary_key=True, max_length=64)
    digest: str = Field(primary_key=True, max_length=64)
    removed_at: datetime
    reason: str = Field(max_length=32)
    way: str | None = Field(default=None, max_length=16)


REMOVAL_COLUMNS = ("controller_id", "source_id", "digest", "removed_at", "reason", "way")


def removal_digest(controller_id: str, source_id: str, external_id: str) -> str:
    """Return the hex SHA-256 by which a deleted lead is known.

    Controller and source are part of it, so that lists of two of them cannot be compared.
    """
    text = f"{controller_id}\x1f{source_id}\x1f{external_id}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def add_removals(
    connection: Connection, rows: Iterable[tuple[str, str, str, datetime, str, str | None]]
) -> None:
    """Note deleted leads, each in the order of `REMOVAL_COLUMNS`; what is noted already stays."""
    table = table_of(Removal)
    fresh = {row[:3]: row for row in rows}
    for controller_id, source_id in {row[:2] for row in fresh}:
        digests = [key[2] for key in fresh if key[:2] == (controller_id, source_id)]
        own = {"controller": controller_id, "source": source_id}
        for row in run_look_up(connection, _noted(connection.dialect.name), digests, own):
            del fresh[controller_id, source_id, row.digest]
    insert_records(connection, table, REMOVAL_COLUMNS, list(fresh.values()))
    for each in fresh.values():
        note(connection, "removal", {"row": dict(zip(REMOVAL_COLUMNS, each, strict=True))})


@cache
def _noted(dialect: str) -> Select[Any]:
    # put together once: each turn of an expiry asks
    table = table_of(Removal)
    own = (
        table.c.controller_id == bindparam("controller"),
        table.c.source_id == bindparam("source"),
    )
    return looking_up(dialect, (table.c.digest,), own, table.c.digest)


def removed_before(
    connection: Connection,
    controller_id: str,
    source_id: str,
    external_ids: Collection[str],
    marks: Mapping[str, tuple[str, Collection[str]]],
) -> set[str]:
    """Return which of a source's submissions (by its own ids) were kept once, and deleted.

    `marks` are digest → (way, external ids) of submissions that may have come by another way.
    """
    table = table_of(Removal)
    own = (table.c.controller_id == controller_id, table.c.source_id == source_id)
    # most stores have deleted nothing of a source yet: no digest is computed in vain
    if not external_ids or not connection.execute(select(1).where(*own).limit(1)).first():
        return set()
    digests = {removal_digest(controller_id, source_id, id_): id_ for id_ in external_ids}
    wanted = [*digests, *marks]
    found: set[str] = set()
    for row in look_up(connection, (table.c.digest, table.c.way), own, table.c.digest, wanted):
        if row.way is None:
            found.add(digests[row.digest])
        elif marks[row.digest][0] != row.way:
            found.update(marks[row.digest][1])
    return found


def removal_times(connection: Connection, controller_id: str) -> list[tuple[datetime, int]]:
    """Return when deletions happened, oldest first, and how many leads each time: a row a run."""
    table = table_of(Removal)
    rows = connection.execute(
        select(table.c.removed_at, func.count())
        .where(table.c.controller_id == controller_id, table.c.way.is_(None))
        .group_by(table.c.removed_at)
        .order_by(table.c.removed_at)
    )
    return [(removed_at, count) for removed_at, count in rows]


def drop_removals(connection: Connection, controller_id: str, until: datetime) -> int:
    """Forget deletions at or before a time; return how many."""
    table = table_of(Removal)
    gone = delete(table).where(table.c.controller_id == controller_id, table.c.removed_at <= until)
    return connection.execute(gone).rowcount
