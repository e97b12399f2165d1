"""Erase what the platform has erased: its person's data goes here too, at once.

A hold delays the deletion; use ends all the same, since the lead's time is over from now on. A lead
that we never had is remembered as gone, so that an old file does not bring it. Rule: RET-26. UK
GDPR Art. 5(1)(d), 17(1), 19.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from models import delivery as deliveries
from models import due, ledger, removal
from models import lead as leads
from models.ledger import Entry, LedgerKind
from models.removal import removal_digest
from pipeline.delete_leads import Doomed, delete_leads
from pipeline.retention_facts import Holds, clock_facts
from pipeline.settings import ConfiguredSource
from policy.retention import Action, plan
from policy.retention_rules import RetentionReason
from policy.vocabulary import ReasonCode


def erase_at_source(
    connection: Connection,
    source: ConfiguredSource,
    external_ids: Sequence[str],
    actor: str,
    now: datetime,
) -> Counter[str]:
    """Erase leads that their platform has erased, in the transaction of their batch.

    Return how many were erased, how many a hold keeps for now, and how many were not here.
    """
    wanted = list(dict.fromkeys(external_ids))
    if not wanted:
        return Counter()
    controller_id, source_id = source.controller_id, source.id
    known = leads.known_leads(connection, controller_id, source_id, wanted)
    rows = due.leads_by_keys(connection, controller_id, [lead.id for lead in known.values()])
    holds = Holds.of(connection, controller_id, now)
    doomed, kept = [], []
    for row in rows:
        planned = plan(now, replace(clock_facts(row, holds), erasure_owed_at=now))
        if planned.action is Action.DELETE:
            ended = (RetentionReason.ERASURE_OWED,)
            doomed.append(Doomed(row, None, ended, ("RET-26", *planned.rules)))
        elif row.expires_at > now:
            kept.append(row)
    if doomed:
        delete_leads(connection, controller_id, source.suppression_key, doomed, actor, now)
    for row in kept:
        leads.better_evidence(connection, controller_id, row.id, {"expires_at": now})
    strangers = [id_ for id_ in wanted if id_ not in known]
    entries = [] if holds.on_everything else _drop_what_is_aside(connection, source, strangers)
    fresh = set(strangers) - removal.removed_before(
        connection, controller_id, source_id, strangers, {}
    )
    reason = RetentionReason.ERASURE_OWED.value
    digests = [removal_digest(controller_id, source_id, id_) for id_ in fresh]
    removed = [(source_id, digest, now, reason, None) for digest in digests]
    removal.add_removals(connection, controller_id, removed)
    if fresh:
        detail = {"source": source_id, "reason": ReasonCode.ERASED, "count": len(fresh)}
        entries.append((LedgerKind.LEAD_REFUSED, None, detail))
    ledger.append(connection, controller_id, actor, entries, now)
    return Counter(
        erased_at_source=len(doomed),
        erasure_held=len(rows) - len(doomed),
        erased_before=len(external_ids) - len(rows),
    )


def _drop_what_is_aside(
    connection: Connection, source: ConfiguredSource, external_ids: Sequence[str]
) -> list[Entry]:
    """Delete what could not be read yet of submissions that are erased. Rules: RET-18, RET-26."""
    named = [(source.id, id_) for id_ in external_ids]
    rows = deliveries.aside_of_leads(connection, source.controller_id, named)
    deliveries.drop_deliveries(connection, source.controller_id, [row.id for row in rows])
    detail = {"source": source.id, "reason": RetentionReason.ERASURE_OWED}
    return [(LedgerKind.DELIVERY_DELETED, row.id.hex, detail) for row in rows]
