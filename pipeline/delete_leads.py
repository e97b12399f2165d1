"""Delete leads with all that hangs on them, and leave what must remain: no more and no less.

What remains is the suppression list, the ledger, and a digest of the source's own number of the
lead, so that it stays out when it is offered again (rule RET-11).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row

from models import delivery as deliveries
from models import due, expiry, ledger, mark, opt_in, outbox, removal
from models.ledger import Entry, LedgerKind
from models.mark import Mark
from models.removal import Removed, removal_digest
from pipeline import keep_objections
from pipeline.leave_audiences import identifiers_leave
from pipeline.recall import recall_erased
from policy.retention_rules import RetentionReason
from policy.suppression import SuppressionKeys


class Doomed(NamedTuple):
    """A lead to be deleted, and why: what ended its time, and the rules that say so.

    `opted_out_at` is since when its person has opted out of all marketing, if that is known.
    """

    lead: Row[Any]
    opted_out_at: datetime | None
    ended: Sequence[RetentionReason]
    rules: Sequence[str]


def delete_leads(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    doomed: Sequence[Doomed],
    actor: str,
    now: datetime,
) -> None:
    """Delete leads of one controller, in the transaction that decided it. `now` is aware."""
    ids = [each.lead.id for each in doomed]
    marks = mark.marks_of(connection, controller_id, ids)
    opted_out = {
        each.lead.person_id: each.opted_out_at
        for each in doomed
        if each.opted_out_at is not None and each.lead.person_id is not None
    }
    owners = {each.lead.id: each.lead.person_id for each in doomed}
    carriers: dict[UUID, set[UUID]] = defaultdict(set)
    for row in due.carried_by(connection, controller_id, ids):
        carriers[row.identifier_id].add(owners[row.lead_id])
    said = keep_objections.said_on(connection, controller_id, carriers, opted_out)
    shared = expiry.unlink(connection, controller_id, ids, carriers)
    alone = carriers.keys() - shared
    keep_objections.keep(connection, controller_id, key, said, alone, opted_out)
    keep_objections.hand_on(connection, controller_id, said, alone, now)
    if shared:
        expiry.detach_refusals(connection, controller_id, ids)
    asked = opt_in.opt_ins_of(connection, controller_id, ids)
    outbox.drop_mails_about(connection, controller_id, asked)
    opt_in.drop_opt_ins(connection, controller_id, asked)
    identifiers_leave(connection, controller_id, key, alone, now)
    expiry.delete_leads(connection, controller_id, ids)
    expiry.delete_identifiers(connection, controller_id, alone)
    people = {person_id for person_id in owners.values() if person_id is not None}
    expiry.delete_people(connection, controller_id, people)
    entries = [_entry(each) for each in doomed]
    entries += _drop_what_is_aside(connection, controller_id, doomed)
    erased = [each.lead.id for each in doomed if each.ended[0] is RetentionReason.ERASURE_OWED]
    entries += recall_erased(connection, controller_id, erased, now)
    removal.add_removals(connection, controller_id, _removals(controller_id, doomed, marks, now))
    ledger.append(connection, controller_id, actor, entries, now)


def _removals(
    controller_id: str,
    doomed: Sequence[Doomed],
    marks: Mapping[UUID, Sequence[Mark]],
    now: datetime,
) -> Iterator[Removed]:
    """Yield what is remembered of each lead, so that neither it nor a copy of it comes back."""
    for each in doomed:
        source_id, reason = each.lead.source_id, each.ended[0].value
        digest = removal_digest(controller_id, source_id, each.lead.external_id)
        yield source_id, digest, now, reason, None
        for own in marks.get(each.lead.id, ()):
            yield source_id, own.digest, now, reason, own.way


def _drop_what_is_aside(
    connection: Connection, controller_id: str, doomed: Sequence[Doomed]
) -> list[Entry]:
    """Delete what was set aside of the leads, such as bytes with sensitive answers in them."""
    reasons = {(each.lead.source_id, each.lead.external_id): each.ended[0] for each in doomed}
    rows = deliveries.aside_of_leads(connection, controller_id, reasons)
    deliveries.drop_deliveries(connection, controller_id, [row.id for row in rows])
    return [
        (
            LedgerKind.DELIVERY_DELETED,
            row.id.hex,
            {"source": row.source_id, "reason": reasons[row.source_id, row.external_id]},
        )
        for row in rows
    ]


def _entry(doomed: Doomed) -> Entry:
    detail = {
        "source": doomed.lead.source_id,
        "reasons": doomed.ended,
        "rules": doomed.rules,
        "ended": doomed.lead.expires_at,
    }
    return LedgerKind.LEAD_DELETED, doomed.lead.id.hex, detail
