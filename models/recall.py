"""Who must be told that something has changed for somebody in a list, and whether they were.

A row names the list and the lead in it, and nobody: each row of a list has its lead's key, and by
that the recipient finds the person also when nothing else is held of them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Row,
    Subquery,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlmodel import Field

from models.columns import (
    NO_ROWID,
    Record,
    belongs_to,
    controller_key,
    enum_of,
    key,
    of_any,
    table_of,
)
from models.disclosure import IN_LISTS, Listed
from models.export import Export
from models.journal import note
from models.look_up import among, run_among
from policy.recall import RecallReason
from policy.rights.told import ToldOutcome
from policy.vocabulary import Channel, Purpose


class Recall(Record, table=True):
    """That the recipient of a list must be told of a lead in it, by when, and how that ended.

    `export_id` is the newest list of that recipient with the lead in it. `why` is the reason on
    record where nobody was told; it names nobody.
    """

    __tablename__ = "recall"
    __table_args__ = (
        belongs_to("export", "export_id"),
        Index(None, "controller_id", "acknowledged_at", "due_at"),
        NO_ROWID,
    )

    controller_id: str = controller_key()
    export_id: UUID = key()
    lead_id: UUID = key()
    reason: RecallReason = enum_of(RecallReason, primary_key=True)
    opened_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None = None
    outcome: ToldOutcome | None = enum_of(ToldOutcome, nullable=True, default=None)
    why: str | None = Field(default=None, max_length=400)


_recall, _export, _listed = table_of(Recall), table_of(Export), table_of(Listed)


def has_exports(connection: Connection, controller_id: str) -> bool:
    """Say whether a controller ever made a list, before anybody is looked for in one."""
    found = select(_export.c.id).where(_export.c.controller_id == controller_id).limit(1)
    return connection.execute(found).first() is not None


class Opening(NamedTuple):
    """Which lists are called back, and why; `channel` None: those for every channel.

    `is_again`: who was told of the same list for the same reason before is told once more.
    """

    reason: RecallReason
    purposes: Sequence[Purpose]
    channel: Channel | None
    opened_at: datetime
    due_at: datetime
    is_again: bool = False


def open_recalls(
    connection: Connection, controller_id: str, leads: Collection[UUID], opening: Opening
) -> int:
    """Note who must be told of some leads, in whole sets; return how many rows are new.

    Of each recipient and lead the newest list counts; what is noted for the same reason already
    stays, or is opened again.
    """
    ranked = _newest_lists(connection, controller_id, opening)
    is_same = (
        (_recall.c.controller_id == controller_id)
        & (_recall.c.export_id == ranked.c.export_id)
        & (_recall.c.lead_id == ranked.c.lead_id)
        & (_recall.c.reason == opening.reason)
    )
    fresh = select(
        literal(controller_id, _recall.c.controller_id.type),
        ranked.c.export_id,
        ranked.c.lead_id,
        literal(opening.reason, _recall.c.reason.type),
        literal(opening.opened_at, _recall.c.opened_at.type),
        literal(opening.due_at, _recall.c.due_at.type),
    ).where(ranked.c.place == 1, ~exists().where(is_same))
    names = ["controller_id", "export_id", "lead_id", "reason", "opened_at", "due_at"]
    added = insert(_recall).from_select(names, fresh).execution_options(preserve_rowcount=True)
    is_newest = exists(select(ranked.c.lead_id).where(is_same, ranked.c.place == 1))
    count = (
        _open_again(connection, controller_id, leads, opening, is_newest) if opening.is_again else 0
    )
    count += run_among(connection, added, leads).rowcount
    if count:
        content: dict[str, object] = {"controller_id": controller_id}
        content |= {"leads": [each.hex for each in leads], "at": opening.opened_at}
        content |= {"reason": opening.reason, "channel": opening.channel}
        note(connection, "recalled", content)
    return count


def _newest_lists(connection: Connection, controller_id: str, opening: Opening) -> Subquery:
    """Return the lists that leads were in, by recipient the newest first (`place` 1)."""
    conditions: list[ColumnElement[bool]] = [_export.c.purpose.in_(list(opening.purposes))]
    if opening.channel is not None:
        conditions.append(_export.c.channel == opening.channel)
    newest = func.row_number().over(
        partition_by=(_export.c.recipient, _listed.c.lead_id), order_by=_export.c.id.desc()
    )
    return (
        select(_export.c.id.label("export_id"), _listed.c.lead_id, newest.label("place"))
        .select_from(IN_LISTS)
        .where(among(connection, controller_id, _listed.c.lead_id), *conditions)
        .subquery("ranked")
    )


def _open_again(
    connection: Connection,
    controller_id: str,
    leads: Collection[UUID],
    opening: Opening,
    is_newest: ColumnElement[bool],
) -> int:
    """Open again what is of an earlier time; return how many had been closed.

    One that is still open counts from now on too, so that an answer to what was listed before does
    not close it; its day stays.
    """
    own = _recall.c.controller_id == controller_id
    earlier = own & is_newest & (_recall.c.opened_at < opening.opened_at)
    still = update(_recall).where(earlier, _recall.c.acknowledged_at.is_(None))
    closed = update(_recall).where(earlier, _recall.c.acknowledged_at.is_not(None))
    anew = {"acknowledged_at": None, "outcome": None, "why": None, "due_at": opening.due_at}
    run_among(connection, still.values(opened_at=opening.opened_at), leads)
    return run_among(connection, closed.values(opened_at=opening.opened_at, **anew), leads).rowcount


def recalls_of(
    connection: Connection,
    controllers: Collection[str],
    recipient: str | None,
    *,
    is_open: bool,
) -> list[Row[Any]]:
    """Return recalls with the list that each is about: what is due first coming first."""
    columns = _export.c.recipient, _export.c.sha256, _export.c.closed_at
    wanted = (
        select(_recall, *columns, _export.c.purpose, _export.c.channel)
        .join(
            _export,
            (_export.c.controller_id == _recall.c.controller_id)
            & (_export.c.id == _recall.c.export_id),
        )
        .where(of_any(_recall, controllers))
        .order_by(_recall.c.due_at, _export.c.recipient, _recall.c.lead_id)
    )
    if recipient is not None:
        wanted = wanted.where(_export.c.recipient == recipient)
    if is_open:
        wanted = wanted.where(_recall.c.acknowledged_at.is_(None))
    return list(connection.execute(wanted))


def recalls_about(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return the recalls of some leads, with `recipient`: open ones, and those that ended."""
    wanted = (
        select(_recall, _export.c.recipient)
        .join(
            _export,
            (_export.c.controller_id == _recall.c.controller_id)
            & (_export.c.id == _recall.c.export_id),
        )
        .where(among(connection, controller_id, _recall.c.lead_id))
    )
    return list(run_among(connection, wanted, leads))


def recipients_of(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[tuple[str, int]]:
    """Return who must still be told of some leads, with how many recalls wait for each."""
    wanted = (
        select(_export.c.recipient, func.count().label("recalls"))
        .join(
            _recall,
            (_export.c.controller_id == _recall.c.controller_id)
            & (_export.c.id == _recall.c.export_id),
        )
        .where(
            among(connection, controller_id, _recall.c.lead_id), _recall.c.acknowledged_at.is_(None)
        )
        .group_by(_export.c.recipient)
        .order_by(_export.c.recipient)
    )
    return [(row.recipient, row.recalls) for row in run_among(connection, wanted, leads)]


def acknowledge(
    connection: Connection,
    controller_id: str,
    recipient: str,
    opened_until: datetime,
    told: tuple[ToldOutcome, str | None],
    at: datetime,
) -> int:
    """Close the recalls of a recipient that were opened by a time; return how many were open."""
    lists = select(_export.c.id).where(
        _export.c.controller_id == controller_id, _export.c.recipient == recipient
    )
    changed = connection.execute(
        update(_recall)
        .where(
            _recall.c.controller_id == controller_id,
            _recall.c.export_id.in_(lists),
            _recall.c.opened_at <= opened_until,
            _recall.c.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=at, outcome=told[0], why=told[1])
    )
    whose = {"controller_id": controller_id, "recipient": recipient, "outcome": told[0]}
    note(connection, "recall_acknowledged", {**whose, "until": opened_until, "at": at})
    return changed.rowcount


def late_recalls(
    connection: Connection, controllers: Collection[str], now: datetime
) -> dict[str, tuple[int, datetime]]:
    """Return by controller how many recalls nobody acknowledged in time; when the first was due."""
    late = (
        of_any(_recall, controllers),
        _recall.c.acknowledged_at.is_(None),
        _recall.c.due_at < now,
    )
    owner, at = _recall.c.controller_id, _recall.c.due_at
    wanted = select(owner, func.count(), func.min(at, type_=at.type)).where(*late).group_by(owner)
    return {row[0]: (row[1], row[2]) for row in connection.execute(wanted)}
