"""The append-only, personal-data-free record of everything that happened.

A row's `body` is its canonical bytes: JSON with sorted keys and no white space, of text, whole
numbers and booleans only. `leaf_hash` is the RFC 9162 leaf hash of the body. A lead's payload
appears only as a salted commitment, whose salt is deleted with the lead. Nothing updates or deletes
a row.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Index, Row, func, select
from sqlmodel import Field

from models.bulk import insert_records
from models.columns import (
    NO_ROWID,
    Record,
    bytes_column,
    controller_key,
    enum_of,
    key,
    of_any,
    table_of,
    text_column,
)
from models.journal import note
from models.keys import first_key, new_hex_keys
from models.look_up import among_texts
from policy.vocabulary import Word

LEAF_PREFIX = b"\x00"
BODY_VERSION = 1


class LedgerKind(Word):
    """What happened, in the past tense."""

    SOURCE_CONFIGURED = "source_configured"
    NOTICE_CAPTURED = "notice_captured"
    LEAD_STORED = "lead_stored"
    LEAD_ARRIVED_AGAIN = "lead_arrived_again"
    LEAD_MARKED_AS_TEST = "lead_marked_as_test"
    LEAD_REFUSED = "lead_refused"
    DELIVERY_SET_ASIDE = "delivery_set_aside"
    DELIVERY_REPLAYED = "delivery_replayed"
    PERMISSIONS_RECORDED = "permissions_recorded"
    EXPORT_MADE = "export_made"
    OPTED_OUT = "opted_out"
    HOLD_PLACED = "hold_placed"
    HOLD_RELEASED = "hold_released"
    LEAD_DELETED = "lead_deleted"
    DELIVERY_DELETED = "delivery_deleted"
    REMOVALS_FORGOTTEN = "removals_forgotten"
    OPT_IN_ASKED = "opt_in_asked"
    OPT_IN_CONFIRMED = "opt_in_confirmed"
    OPT_IN_DROPPED = "opt_in_dropped"
    MAIL_SENT = "mail_sent"
    MAIL_DROPPED = "mail_dropped"
    REQUEST_RECEIVED = "request_received"
    REQUEST_IDENTITY_CONFIRMED = "request_identity_confirmed"
    ADDRESS_DEAD = "address_dead"
    MESSAGES_NOTED = "messages_noted"
    BACKUP_RESTORED = "backup_restored"
    RESTORE_REPLAYED = "restore_replayed"
    OPT_OUT_FILE_TAKEN = "opt_out_file_taken"
    AUDIENCE_REMOVAL_ASKED = "audience_removal_asked"
    AUDIENCE_REMOVAL_CONFIRMED = "audience_removal_confirmed"
    AUDIENCE_REMOVAL_FAILED = "audience_removal_failed"
    LINKS_KEY_SET = "links_key_set"
    SUPPRESSION_KEY_SET = "suppression_key_set"
    ALARM_RAISED = "alarm_raised"
    ALARM_CLEARED = "alarm_cleared"
    PERSON_ERASED = "person_erased"
    EXPORT_FILE_DELETED = "export_file_deleted"
    STORE_SCRUBBED = "store_scrubbed"
    RECALL_OPENED = "recall_opened"
    RECALL_ACKNOWLEDGED = "recall_acknowledged"
    BREACH_RECORDED = "breach_recorded"
    BREACH_TOLD = "breach_told"
    BREACH_CLOSED = "breach_closed"
    REQUEST_STEP = "request_step"
    ACCESS_PACK_MADE = "access_pack_made"
    RESTRICTION_SET = "restriction_set"
    RESTRICTION_LIFTED = "restriction_lifted"
    LEAD_CORRECTED = "lead_corrected"
    RECIPIENT_DECLARED = "recipient_declared"
    CONTRACT_DECLARED = "contract_declared"
    INSTRUCTION_DECLARED = "instruction_declared"
    CLIENT_EXIT_RECORDED = "client_exit_recorded"
    CLIENT_DATA_RETURNED = "client_data_returned"
    CLIENT_DATA_DELETED = "client_data_deleted"
    CLIENT_EXIT_CERTIFIED = "client_exit_certified"
    STAFF_ADDED = "staff_added"
    STAFF_REMOVED = "staff_removed"
    STAFF_PASSWORD_SET = "staff_password_set"  # noqa: S105 - a kind of row
    STAFF_SIGNED_IN = "staff_signed_in"
    STAFF_LOCKED = "staff_locked"
    STAFF_ACTED = "staff_acted"
    STAFF_REFUSED = "staff_refused"
    PEOPLE_VIEWED = "people_viewed"
    LEAD_REMARKED = "lead_remarked"


JOURNALED = frozenset(
    {LedgerKind.LEAD_DELETED, LedgerKind.DELIVERY_DELETED, LedgerKind.REQUEST_RECEIVED}
)
"""What is told to the journal too, since a restore must do it again, or tell that it is lost."""


class LedgerRecord(Record, table=True):
    """One thing that happened. `subject_id` is a key of ours, never one of a vendor or a person."""

    __tablename__ = "ledger"
    __table_args__ = (Index(None, "controller_id", "subject_id"), NO_ROWID)

    controller_id: str = controller_key()
    id: UUID = key()
    recorded_at: datetime
    kind: LedgerKind = enum_of(LedgerKind)
    subject_id: str | None = Field(default=None, max_length=64)
    body: str = text_column()
    leaf_hash: bytes = bytes_column()


Entry = tuple[LedgerKind, str | None, Mapping[str, object]]
"""What to append: the kind, the subject's key, and the detail (no personal data; times aware)."""


_COLUMNS = ("controller_id", "id", "recorded_at", "kind", "subject_id", "body", "leaf_hash")


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return HMAC-SHA256 of a payload under its lead's salt."""
    return hmac.digest(salt, payload, "sha256")


def leaf_hash(body: bytes) -> bytes:
    """Return the leaf hash of RFC 9162 section 2.1.1."""
    return hashlib.sha256(LEAF_PREFIX + body).digest()


def append(
    connection: Connection,
    controller_id: str,
    actor: str,
    entries: Collection[Entry],
    now: datetime,
) -> None:
    """Append what happened, in the transaction in which it happens. `now` is aware."""
    recorded_at = now.astimezone(UTC)
    stamp = recorded_at.isoformat(timespec="microseconds")
    rows: list[tuple[Any, ...]] = []
    for key_, (kind, subject_id, detail) in zip(
        new_hex_keys(len(entries), now), entries, strict=True
    ):
        content = {
            "actor": actor,
            "at": stamp,
            "controller": controller_id,
            "detail": detail,
            "id": key_,
            "kind": kind,
            "subject": subject_id,
            "v": BODY_VERSION,
        }
        body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
        leaf = leaf_hash(body)
        if kind in JOURNALED:
            content = {"controller_id": controller_id, "id": subject_id, "detail": detail}
            note(connection, kind, content)
        rows.append((controller_id, key_, recorded_at, kind, subject_id, body.decode(), leaf))
    insert_records(connection, table_of(LedgerRecord), _COLUMNS, rows)


def last_of_kind(
    connection: Connection, controllers: Collection[str], kind: LedgerKind
) -> Row[Any] | None:
    """Return the newest entry of a kind among those of some controllers."""
    table = table_of(LedgerRecord)
    wanted = select(table).where(of_any(table, controllers), table.c.kind == kind)
    return connection.execute(wanted.order_by(table.c.recorded_at.desc()).limit(1)).first()


def first_since(
    connection: Connection,
    controller_id: str,
    kinds: Collection[LedgerKind],
    since: datetime | None,
) -> datetime | None:
    """Return when something of some kinds first happened after a time (None: ever).

    Keys begin with the time in milliseconds, so only what came after is looked at.
    """
    table = table_of(LedgerRecord)
    wanted = select(table.c.recorded_at).where(
        table.c.controller_id == controller_id, table.c.kind.in_(list(kinds))
    )
    if since is not None:
        wanted = wanted.where(table.c.id >= first_key(since), table.c.recorded_at > since)
    first = connection.execute(wanted.order_by(table.c.id).limit(1)).first()
    return first.recorded_at if first else None


def count_since(
    connection: Connection, controller_id: str, kind: LedgerKind, since: datetime
) -> int:
    """Return how many entries of a kind were made since a time."""
    table = table_of(LedgerRecord)
    counted = select(func.count()).where(
        table.c.controller_id == controller_id,
        table.c.id >= first_key(since),
        table.c.kind == kind,
    )
    return connection.execute(counted).scalar_one()


def of_kinds(
    connection: Connection,
    controllers: Collection[str],
    kinds: Collection[LedgerKind],
    since: datetime,
) -> list[Row[Any]]:
    """Return what happened of some kinds from a time on, oldest first.

    Keys begin with the time in milliseconds, so only what came after is looked at.
    """
    table = table_of(LedgerRecord)
    wanted = select(table).where(
        table.c.controller_id.in_(list(controllers)),
        table.c.id >= first_key(since),
        table.c.kind.in_(list(kinds)),
        table.c.recorded_at >= since,
    )
    return list(connection.execute(wanted.order_by(table.c.recorded_at, table.c.id)))


def history(connection: Connection, controller_id: str, subjects: Iterable[str]) -> list[Row[Any]]:
    """Return what happened to some subjects, oldest first."""
    table = table_of(LedgerRecord)
    # SQLite keeps rows in the tree of their keys, and would rather read all of it than take an
    # index that does not hold the whole row; so the keys come from the index, the rows by them
    indexed = table.alias()
    about_them = among_texts(connection, controller_id, indexed.c.subject_id, subjects)
    keys = select(indexed.c.id).where(about_them)
    wanted = select(table).where(table.c.controller_id == controller_id, table.c.id.in_(keys))
    return sorted(connection.execute(wanted), key=attrgetter("id"))


def about(connection: Connection, controllers: Collection[str], subject: str) -> list[Row[Any]]:
    """Return what happened to one subject of some controllers, oldest first."""
    table = table_of(LedgerRecord)
    wanted = select(table).where(of_any(table, controllers), table.c.subject_id == subject)
    return list(connection.execute(wanted.order_by(table.c.recorded_at)))
