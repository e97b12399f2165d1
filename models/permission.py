"""Permission events, which are only ever added, and suppression entries, which outlive all."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, Row, select, text, update
from sqlmodel import Field

from models.bulk import Values, insert_records, insert_rows
from models.columns import (
    NO_ROWID,
    Record,
    belongs_to,
    controller_key,
    enum_of,
    key,
    of_controller,
    table_of,
)
from models.journal import note
from policy.opt_out import OptOutReason
from policy.vocabulary import BoxDefect, Channel, EventKind, LawfulBasis, Purpose

EVERY_CHANNEL = "all"
IS_OBJECTION = text(f"permission_event.kind = '{EventKind.OBJECTED.value}'")
IS_ENDING = text("permission_event.kind IN ('closed', 'objected', 'withdrawn')")
"""Written out, since a database takes a partial index only for the very condition that made it."""


class PermissionRecord(Record, table=True):
    """One permission event. `occurred_at` is the source's time; `channel` None: every channel."""

    __tablename__ = "permission_event"
    __table_args__ = (
        belongs_to("identifier", "identifier_id"),
        belongs_to("lead", "lead_id"),
        Index(None, "controller_id", "identifier_id"),
        Index(None, "controller_id", "lead_id"),
        Index(
            "ix_permission_event_objections",
            "controller_id",
            "identifier_id",
            sqlite_where=text("kind = 'objected'"),
            postgresql_where=text("kind = 'objected'"),
        ),
        Index(
            "ix_permission_event_endings",
            "controller_id",
            "identifier_id",
            sqlite_where=text("kind IN ('closed', 'objected', 'withdrawn')"),
            postgresql_where=text("kind IN ('closed', 'objected', 'withdrawn')"),
        ),
        NO_ROWID,
    )

    controller_id: str = controller_key()
    id: UUID = key()
    identifier_id: UUID
    lead_id: UUID | None = None
    purpose: Purpose = enum_of(Purpose)
    channel: Channel | None = enum_of(Channel, nullable=True, default=None)
    kind: EventKind = enum_of(EventKind)
    basis: LawfulBasis | None = enum_of(LawfulBasis, nullable=True, default=None)
    defect: BoxDefect | None = enum_of(BoxDefect, nullable=True, default=None)
    box_key: str | None = None
    occurred_at: datetime
    recorded_at: datetime
    valid_until: datetime | None = None


class Suppression(Record, table=True):
    """A keyed digest of an identifier that must not be used for marketing; no value, no name.

    `channel` is one channel or `all`. `key_id` names the key, so that keys can rotate.
    """

    __tablename__ = "suppression"
    __table_args__ = (of_controller(), NO_ROWID)

    controller_id: str = controller_key()
    digest: str = Field(primary_key=True, max_length=64)
    channel: str = Field(primary_key=True, max_length=32)
    key_id: str = Field(max_length=32)
    reason: str = Field(max_length=32)
    since: datetime


EVENT_COLUMNS = (
    "controller_id", "id", "identifier_id", "lead_id", "occurred_at", "recorded_at", "valid_until",
    "purpose", "channel", "kind", "basis", "defect", "box_key",
)  # fmt: skip

_KIND = EVENT_COLUMNS.index("kind")
PERMITTING = frozenset(
    {EventKind.GIVEN, EventKind.RENEWED, EventKind.ATTEMPTED, EventKind.ENQUIRED}
)
"""What may be lost with the store: to have it no more permits less, never more."""


def add_events(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Append permission events, each in the order of `EVENT_COLUMNS`, keys as hex digits.

    Nothing changes or removes one but the erasure of its lead.
    """
    insert_records(connection, table_of(PermissionRecord), EVENT_COLUMNS, rows)
    for row in rows:
        if row[_KIND] not in PERMITTING:
            plain = {name: _plain(value) for name, value in zip(EVENT_COLUMNS, row, strict=True)}
            note(connection, "event", {"row": plain})


def _plain(value: object) -> object:
    return value.hex if isinstance(value, UUID) else value


def has_suppressions(connection: Connection, controller_id: str) -> bool:
    """Say whether a controller has any suppression entry, before digests are computed in vain."""
    table = table_of(Suppression)
    found = select(table.c.digest).where(table.c.controller_id == controller_id).limit(1)
    return connection.execute(found).first() is not None


def has_other_keys(connection: Connection, controller_id: str, key_ids: Collection[str]) -> bool:
    """Say whether any suppression entry of a controller was made with none of some keys."""
    table = table_of(Suppression)
    found = select(table.c.digest).where(
        table.c.controller_id == controller_id, table.c.key_id.not_in(list(key_ids))
    )
    return connection.execute(found.limit(1)).first() is not None


def suppressions(
    connection: Connection,
    controller_id: str,
    digests: Iterable[str],
    *,
    besides: Collection[str] = (),
) -> dict[str, list[tuple[Channel | None, datetime]]]:
    """Return the entries that match some digests: the channel (None: every one) and since when.

    `besides` are reasons whose entries are left out.
    """
    table = table_of(Suppression)
    rows = connection.execute(
        select(table.c.digest, table.c.channel, table.c.since).where(
            table.c.controller_id == controller_id,
            table.c.digest.in_(list(digests)),
            table.c.reason.not_in(list(besides)),
        )
    )
    found: dict[str, list[tuple[Channel | None, datetime]]] = {}
    for digest, channel, since in rows:
        scope = None if channel == EVERY_CHANNEL else Channel(channel)
        found.setdefault(digest, []).append((scope, since))
    return found


def is_any_listed_for(
    connection: Connection, controller_id: str, digests: Collection[str], reason: OptOutReason
) -> bool:
    """Say whether one of some digests is on the list for a reason."""
    table = table_of(Suppression)
    found = select(table.c.digest).where(
        table.c.controller_id == controller_id,
        table.c.reason == reason.value,
        table.c.digest.in_(list(digests)),
    )
    return bool(digests) and connection.execute(found.limit(1)).first() is not None


def suppress(connection: Connection, rows: Iterable[Values]) -> None:
    """Add suppression entries that the store does not have yet."""
    added = list(rows)
    insert_rows(connection, table_of(Suppression), added)
    for row in added:
        note(connection, "suppression", {"row": row})


def suppress_again(
    connection: Connection,
    controller_id: str,
    channel: Channel | None,
    digests: Sequence[str],
    since: datetime,
) -> None:
    """Let entries of one scope (None: every channel) count from a later time; never from earlier.

    A consent that was given before the last opt-out, and arrives after it, must not outlive it.
    """
    if not digests:
        return
    table = table_of(Suppression)
    connection.execute(
        update(table)
        .where(
            table.c.controller_id == controller_id,
            table.c.digest.in_(list(digests)),
            table.c.channel == (channel.value if channel else EVERY_CHANNEL),
            table.c.since < since,
        )
        .values(since=since)
    )
    content = {"controller_id": controller_id, "digests": list(digests), "since": since}
    scope = channel.value if channel else EVERY_CHANNEL
    note(connection, "suppressed_again", content | {"channel": scope})


def let_person_outrank_bounce(
    connection: Connection,
    controller_id: str,
    channel: Channel | None,
    digests: Sequence[str],
    reason: OptOutReason,
) -> None:
    """Let entries of one scope that say only that an address is dead say what its person said.

    What a person says covers whatever else names them, also if it is met later; that an address is
    dead covers nothing else. So the entry must not go on passing for a server's word.
    """
    if not digests:
        return
    table = table_of(Suppression)
    scope = channel.value if channel else EVERY_CHANNEL
    connection.execute(
        update(table)
        .where(
            table.c.controller_id == controller_id,
            table.c.digest.in_(list(digests)),
            table.c.channel == scope,
            table.c.reason == OptOutReason.BOUNCE.value,
        )
        .values(reason=reason.value)
    )
    content = {"controller_id": controller_id, "digests": list(digests), "channel": scope}
    note(connection, "person_outranked_bounce", content | {"reason": reason.value})


def recorded_for_lead(
    connection: Connection, controller_id: str, lead_id: UUID
) -> set[tuple[UUID, Purpose, Channel | None, EventKind]]:
    """Return what a lead's events say already: identifier, purpose, channel and kind."""
    table = table_of(PermissionRecord)
    rows = connection.execute(
        select(table.c.identifier_id, table.c.purpose, table.c.channel, table.c.kind).where(
            table.c.controller_id == controller_id, table.c.lead_id == lead_id
        )
    )
    return {(row.identifier_id, row.purpose, row.channel, row.kind) for row in rows}


def events_of_lead(connection: Connection, controller_id: str, lead_id: UUID) -> list[Row[Any]]:
    """Return the events that rest on a lead."""
    table = table_of(PermissionRecord)
    wanted = select(table).where(table.c.controller_id == controller_id, table.c.lead_id == lead_id)
    return list(connection.execute(wanted))


def awaits_confirmation(connection: Connection, controller_id: str, lead_id: UUID) -> bool:
    """Say whether a tick on a lead had to be confirmed when it came."""
    table = table_of(PermissionRecord)
    found = select(table.c.id).where(
        table.c.controller_id == controller_id,
        table.c.lead_id == lead_id,
        table.c.defect == BoxDefect.AWAITING_CONFIRMATION,
    )
    return connection.execute(found.limit(1)).first() is not None
