"""Call people back from lists that left: whoever got one is told of what has changed since.

A recall names the list and the lead's key in it, which stands in each of its rows; it holds no
detail of the person, so that it can be kept, shown and sent after an erasure as well.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models import due, erasure, recall
from models.ledger import Entry, LedgerKind
from models.recall import Opening
from policy.recall import RecallReason, is_told_again, recall_due_at, recalled_purposes
from policy.rights.told import ToldOutcome
from policy.vocabulary import Channel


def recall_stopped(
    connection: Connection,
    controller_id: str,
    identifiers: Collection[UUID],
    scope: Channel | None,
    now: datetime,
) -> list[Entry]:
    """Call people back who opted out with some identifiers; return the ledger's entries.

    An objection covers every identifier of its person, so it calls back whatever rests on any lead
    of theirs. Rules: RCL-1, CON-3.
    """
    if not identifiers or not recall.has_exports(connection, controller_id):
        return []
    people = due.people_carrying(connection, controller_id, identifiers)
    leads = [row.lead_id for row in due.identifiers_of_people(connection, controller_id, people)]
    return _open(connection, controller_id, set(leads), RecallReason.OPTED_OUT, scope, now)


def recall_erased(
    connection: Connection, controller_id: str, leads: Collection[UUID], now: datetime
) -> list[Entry]:
    """Call erased leads back; return the ledger's entries. Rule: RCL-1."""
    if not leads or not recall.has_exports(connection, controller_id):
        return []
    return _open(connection, controller_id, leads, RecallReason.ERASED, None, now)


def recall_people(
    connection: Connection,
    controller_id: str,
    people: Collection[UUID],
    reason: RecallReason,
    now: datetime,
) -> list[Entry]:
    """Call all leads of some people back; return the ledger's entries. Rules: RCL-1, T-15."""
    if not people or not recall.has_exports(connection, controller_id):
        return []
    rows = erasure.leads_of_people(connection, controller_id, people, ())
    leads = {row.id for row in rows}
    return _open(connection, controller_id, leads, reason, None, now) if leads else []


def recall_rectified(
    connection: Connection, controller_id: str, leads: Collection[UUID], now: datetime
) -> list[Entry]:
    """Call corrected leads back; return the ledger's entries. Rules: RCL-1, T-15."""
    if not leads or not recall.has_exports(connection, controller_id):
        return []
    return _open(connection, controller_id, leads, RecallReason.RECTIFIED, None, now)


def _open(
    connection: Connection,
    controller_id: str,
    leads: Collection[UUID],
    reason: RecallReason,
    scope: Channel | None,
    now: datetime,
) -> list[Entry]:
    due_at = recall_due_at(now, reason)
    purposes, is_again = recalled_purposes(reason), is_told_again(reason)
    opening = Opening(reason, purposes, scope, now, due_at, is_again)
    count = recall.open_recalls(connection, controller_id, leads, opening)
    detail = {"reason": reason, "count": count, "due": due_at.isoformat()}
    return [(LedgerKind.RECALL_OPENED, None, detail)] if count else []


def recall_again(
    connection: Connection, controller_id: str, notes: Iterable[dict[str, Any]]
) -> int:
    """Open recalls again that the journal has; return how many a restored store lacked."""
    count = 0
    for note in notes:
        leads = [UUID(each) for each in note["leads"]]
        scope = Channel(note["channel"]) if note["channel"] else None
        reason, at = RecallReason(note["reason"]), datetime.fromisoformat(note["at"])
        count += bool(_open(connection, controller_id, leads, reason, scope, at))
    return count


def acknowledge_again(
    connection: Connection, controller_id: str, notes: Iterable[dict[str, Any]]
) -> None:
    """Close recalls again that the journal says were acknowledged."""
    for note in notes:
        told = ToldOutcome(note["outcome"]), None
        until, at = datetime.fromisoformat(note["until"]), datetime.fromisoformat(note["at"])
        recall.acknowledge(connection, controller_id, note["recipient"], until, told, at)
