"""Which leads were deleted, so that a source that offers one again does not bring it back.

A row names no person and holds nothing of what was sent: the source, and a digest of the source's
own number of the submission. It is part of what remains after a deletion (rule RET-11) and goes
when that goes (rule RET-14).
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select
from sqlmodel import Field

from models.bulk import insert_missing
from models.columns import NO_ROWID, Record, belongs_to, controller_key, table_of
from models.journal import Note, note
from models.look_up import look_up

NOTED_AS = "removal"


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


Removed = tuple[str, str, datetime, str, str | None]
"""One deleted lead: its source, the digest, when (aware) and why it was deleted, and the way."""

_COLUMNS = ("controller_id", "source_id", "digest", "removed_at", "reason", "way")


def removal_digest(controller_id: str, source_id: str, external_id: str) -> str:
    """Return the hex SHA-256 by which a deleted lead is known.

    Controller and source are part of it, so that lists of two of them cannot be compared.
    """
    text = f"{controller_id}\x1f{source_id}\x1f{external_id}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def add_removals(connection: Connection, controller_id: str, removed: Iterable[Removed]) -> int:
    """Note a controller's deleted leads; what is noted already stays. Return how many were new."""
    rows = list(removed)
    if rows:
        note(connection, NOTED_AS, {"controller_id": controller_id, "rows": rows})
    whole = [(controller_id, *row) for row in rows]
    return insert_missing(connection, table_of(Removal), _COLUMNS, whole)


def noted_removals(note_: Note) -> list[Removed]:
    """Return what a note of the journal says of deleted leads.

    Journals of before told of each lead by itself, as a `row` with names.
    """
    if row := note_.get("row"):
        return [_removed(*(row[name] for name in _COLUMNS[1:]))]
    return [_removed(*row) for row in note_["rows"]]


def _removed(source_id: str, digest: str, removed_at: str, reason: str, way: str | None) -> Removed:
    return source_id, digest, datetime.fromisoformat(removed_at), reason, way


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
