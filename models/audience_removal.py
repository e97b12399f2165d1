"""Removals from advertising audiences that wait for their platform: hashes, and not for long.

A row is made in the transaction of the opt-out or erasure that calls for it, since the address may
be gone a moment later. It is deleted when the platform has confirmed, and in any case after 30
days (rule AUD-2). It is not journaled: a hash of an address must not outlive that in a file.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Row,
    Select,
    UniqueConstraint,
    func,
    or_,
    select,
    update,
)
from sqlmodel import Field

from models.audience import AudienceKey
from models.bulk import Values, insert_rows
from models.claims import claim_rows, drop_rows, postpone_rows
from models.columns import (
    Record,
    belongs_to,
    controller_key,
    enum_of,
    json_column,
    key,
    of_any,
    table_of,
)
from models.look_up import look_up
from policy.vocabulary import IdentifierKind


class AudienceRemoval(Record, table=True):
    """One address or number that one audience must lose.

    `digest` is that of the suppression list: who leaves twice waits once. `hashes` are what the
    platform knows them by. `give_up_at` is None until a round has seen the row. `request_id` is
    the platform's, once it works on it, since `sent_at`. `due_at`, `attempts`: `models/claims.py`.
    """

    __tablename__ = "audience_removal"
    __table_args__ = (
        belongs_to("audience", "audience_id"),
        UniqueConstraint("controller_id", "audience_id", "digest"),
        Index(None, "controller_id", "audience_id", "due_at"),
        Index(None, "controller_id", "give_up_at"),
    )

    controller_id: str = controller_key()
    id: UUID = key()
    audience_id: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    kind: IdentifierKind = enum_of(IdentifierKind)
    hashes: list[str] = json_column()
    asked_at: datetime
    give_up_at: datetime | None = None
    due_at: datetime
    attempts: int = 0
    request_id: str | None = Field(default=None, max_length=200)
    sent_at: datetime | None = None


_removal = table_of(AudienceRemoval)


def add_audience_removals(connection: Connection, of: AudienceKey, rows: Sequence[Values]) -> None:
    """Add what one audience must lose; who waits there already stays as they are."""
    digests = [row["digest"] for row in rows]
    found = look_up(connection, (_removal.c.digest,), _of(of), _removal.c.digest, digests)
    waiting = set(found.scalars())
    insert_rows(connection, _removal, [row for row in rows if row["digest"] not in waiting])


def has_unseen_or_over(connection: Connection, controller_id: str, now: datetime) -> bool:
    """Say whether any removal has no end yet, or has come to it."""
    is_due = or_(_removal.c.give_up_at.is_(None), _removal.c.give_up_at <= now)
    found = select(_removal.c.id).where(_removal.c.controller_id == controller_id, is_due)
    return connection.execute(found.limit(1)).first() is not None


def note_seen(connection: Connection, controller_id: str, give_up_at: datetime) -> None:
    """Set the end of those removals that no round has seen yet."""
    unseen = (_removal.c.controller_id == controller_id, _removal.c.give_up_at.is_(None))
    connection.execute(update(_removal).where(*unseen).values(give_up_at=give_up_at))


def drop_given_up(connection: Connection, controller_id: str, now: datetime) -> dict[str, int]:
    """Delete the removals whose time is over; return how many, by audience."""
    over = (_removal.c.controller_id == controller_id, _removal.c.give_up_at <= now)
    counts = connection.execute(
        select(_removal.c.audience_id, func.count()).where(*over).group_by(_removal.c.audience_id)
    )
    found = {row[0]: row[1] for row in counts}
    if found:
        connection.execute(_removal.delete().where(*over))
    return found


def claim_removals(
    connection: Connection,
    of: AudienceKey,
    kind: IdentifierKind,
    now: datetime,
    until: datetime,
    most: int,
) -> list[Row[Any]]:
    """Take removals of one kind that are due and not sent yet; nobody else is given them before."""
    own = (*_of(of), _removal.c.kind == kind, _removal.c.request_id.is_(None))
    return claim_rows(connection, _removal, own, now, until, most)


def postpone_removals(
    connection: Connection, controller_id: str, ids: Collection[UUID], until: datetime
) -> None:
    """Let some removals be taken later, or sooner than the claim on them says."""
    postpone_rows(connection, _removal, controller_id, ids, until)


def note_sent(
    connection: Connection,
    controller_id: str,
    ids: Collection[UUID],
    request_id: str,
    now: datetime,
    follow_at: datetime,
) -> None:
    """Note that a platform works on some removals, and when to ask how far it is."""
    sent = {"request_id": request_id, "sent_at": now, "due_at": follow_at}
    mine = (_removal.c.controller_id == controller_id, _removal.c.id.in_(list(ids)))
    connection.execute(update(_removal).where(*mine).values(sent))


def drop_audience_removals(
    connection: Connection, controller_id: str, ids: Collection[UUID]
) -> None:
    """Delete removals that were confirmed."""
    drop_rows(connection, _removal, controller_id, ids)


def claim_requests(
    connection: Connection, of: AudienceKey, now: datetime, until: datetime
) -> list[Row[Any]]:
    """Take the requests that are due to be followed; nobody else is given them before `until`.

    A row has `request_id`, `sent_at` and `attempts` (how often its removals were claimed before).
    """
    due = (*_of(of), _removal.c.request_id.is_not(None), _removal.c.due_at <= now)
    wanted: Select[Any] = (
        select(
            _removal.c.request_id,
            func.min(_removal.c.sent_at, type_=_removal.c.sent_at.type).label("sent_at"),
            func.max(_removal.c.attempts).label("attempts"),
        )
        .where(*due)
        .group_by(_removal.c.request_id)
    )
    found = list(connection.execute(wanted))
    if found:
        taken = {"due_at": until, "attempts": _removal.c.attempts + 1}
        connection.execute(update(_removal).where(*due).values(taken))
    return found


def postpone_request(
    connection: Connection, of: AudienceKey, request_id: str, until: datetime
) -> None:
    """Ask about a request again later, or sooner than the claim on it says."""
    mine = (*_of(of), _removal.c.request_id == request_id)
    connection.execute(update(_removal).where(*mine).values(due_at=until))


def drop_request(connection: Connection, of: AudienceKey, request_id: str) -> int:
    """Delete what a request has removed; return how many that were."""
    mine = (*_of(of), _removal.c.request_id == request_id)
    return connection.execute(_removal.delete().where(*mine)).rowcount


def reopen_request(
    connection: Connection, of: AudienceKey, request_id: str, due_at: datetime
) -> int:
    """Let what a request has not removed be asked anew; return how many that are."""
    mine = (*_of(of), _removal.c.request_id == request_id)
    anew = {"request_id": None, "sent_at": None, "due_at": due_at}
    return connection.execute(update(_removal).where(*mine).values(anew)).rowcount


def _of(of: AudienceKey) -> tuple[ColumnElement[bool], ...]:
    return _removal.c.controller_id == of.controller_id, _removal.c.audience_id == of.id


def removals_waiting(connection: Connection, controllers: Collection[str]) -> list[Row[Any]]:
    """Return of each audience how many removals wait, since when, and how many were sent.

    A row has `controller_id`, `audience_id`, `waiting` (sent or not), `sent` and `since`.
    """
    sent = func.count(_removal.c.request_id)
    since = func.min(_removal.c.asked_at, type_=_removal.c.asked_at.type)
    columns = (_removal.c.controller_id, _removal.c.audience_id)
    counts = (func.count().label("waiting"), sent.label("sent"), since.label("since"))
    wanted = select(*columns, *counts).where(of_any(_removal, controllers))
    return list(connection.execute(wanted.group_by(*columns)))
