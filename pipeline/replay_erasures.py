"""Erase again, in a restored store, what its backup still has of people who were erased since.

Their leads are deleted by the journal's own lines. This is about the rest: requests, mails, holds,
and what was unread when the backup was taken. Nobody knows any more which addresses to look for
there, but the suppression list does: what is found in these bytes is looked up on it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table

from models import delivery, erasure, inbox, ledger, outbox, permission, removal
from models.journal import Note
from models.ledger import Entry, LedgerKind
from pipeline.traces import found_in
from policy.opt_out import OptOutReason
from policy.retention_rules import RetentionReason
from policy.suppression import SuppressionKeys, suppression_digests
from policy.vocabulary import ControllerId

ACTOR = "restore"


def erase_again(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    notes: Mapping[str, Sequence[Note]],
    now: datetime,
) -> int:
    """Do the rest of the journal's erasures again; return how much that was unread went.

    To do it twice changes nothing. Rule: RET-17.
    """
    for note in notes.get("erased", ()):
        keys = {name: [UUID(each) for each in note[name]] for name in ("requests", "mails")}
        erasure.strip_requests(connection, controller_id, keys["requests"])
        outbox.drop_mails(connection, controller_id, keys["mails"])
        scopes = [UUID(each) for each in note["scopes"]]
        erasure.strip_holds(connection, controller_id, scopes)
    return _erase_unread(connection, controller_id, key, now)


def _erase_unread(
    connection: Connection, controller_id: str, key: SuppressionKeys, now: datetime
) -> int:
    """Delete what is unread of leads that are removed, or names who was erased."""
    entries: list[Entry] = []
    for table in erasure.UNREAD:
        gone = _of_removed(connection, controller_id, table)
        for row in erasure.unread_payloads(connection, table, controller_id):
            if _names_erased(connection, controller_id, key, row.payload):
                gone[row.id] = row.source_id
        delivery.drop_deliveries(connection, controller_id, list(gone))
        inbox.drop_pushes(connection, controller_id, list(gone))
        for id_, source_id in gone.items():
            detail = {"source": source_id, "reason": RetentionReason.ERASURE_OWED}
            entries.append((LedgerKind.DELIVERY_DELETED, id_.hex, detail))
    ledger.append(connection, controller_id, ACTOR, entries, now)
    return len(entries)


def _of_removed(connection: Connection, controller_id: str, table: Table) -> dict[UUID, str]:
    """Return what is unread of submissions that were deleted, by the source's own numbers."""
    gone: dict[UUID, str] = {}
    numbered = erasure.unread_numbers(connection, table, controller_id)
    for source_id in {row.source_id for row in numbered}:
        own = {row.external_id: row.id for row in numbered if row.source_id == source_id}
        removed = removal.removed_before(connection, controller_id, source_id, list(own), {})
        gone |= {own[external_id]: source_id for external_id in removed}
    return gone


def _names_erased(
    connection: Connection, controller_id: str, key: SuppressionKeys, payload: bytes
) -> bool:
    digests = [
        digest
        for identifier in found_in(payload)
        for digest in suppression_digests(key, ControllerId(controller_id), identifier)
    ]
    return permission.is_any_listed_for(connection, controller_id, digests, OptOutReason.ERASED)
