"""Prove that opt-outs are honoured: each one, when it took effect, and what was done afterwards."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import audit_ledger, audit_uses, ledger
from models.ledger import LedgerKind
from models.permission import EVERY_CHANNEL
from models.store import Store
from pipeline.audit_answer import AuditAnswer, Span, pages
from policy.opt_out import OptOutReason
from policy.opt_out_honoured import Stopped, Used, breaks_opt_out, is_in_scope
from policy.recall import is_recall_late
from policy.vocabulary import Channel, EventKind, Purpose

QUESTION = "Are opt-outs honoured?"
_UNKNOWN = (
    "An opt-out of somebody of whom nothing was held has no identifier; the entry `kept` that"
    " follows when a lead brings the address is checked as one of its own."
)
_APART = "That an address was of the same person as another is unknown once it is deleted."
_AT_A_TIME = 1_000
_KINDS = (LedgerKind.OPTED_OUT, LedgerKind.ADDRESS_DEAD)
_GAVE = (LedgerKind.LEAD_STORED, LedgerKind.PERMISSIONS_RECORDED, LedgerKind.OPT_IN_CONFIRMED)
_PERMITS = frozenset({EventKind.GIVEN.value, EventKind.RENEWED.value})
Use = tuple[UUID, Purpose, Channel]
"""Which identifier, or which lead, was used for what by which channel."""


@dataclass(slots=True)
class _Told:
    """One opt-out of the ledger, and what came after it."""

    row: Row[Any]
    stopped: Stopped
    reason: str
    key: UUID | None
    spreads: bool
    in_the_wait: int = 0
    broken_by: list[UUID] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        return {
            "said_at": self.stopped.said_at,
            "effective_at": self.stopped.effective_at,
            "controller": self.row.controller_id,
            "identifier": str(self.key) if self.key else None,
            "channel": self.stopped.channel or EVERY_CHANNEL,
            "purpose": self.stopped.purpose,
            "way": self.reason,
            "ledger": str(self.row.id),
            "uses_before_it_was_written": self.in_the_wait,
            "later_uses": [str(each) for each in self.broken_by],
        }


def audit_opt_outs(store: Store, controllers: Sequence[str], span: Span) -> AuditAnswer:
    """Return each opt-out of a time with every use that came in spite of it, and how long it took.

    Uses are looked for up to now, whenever the opt-out was.
    """
    found: list[_Told] = []
    with store.reading() as connection:
        for owner in controllers:
            rows = audit_ledger.entries(connection, [owner], _KINDS, *span)
            for page in pages(rows, _AT_A_TIME):
                told = [_told(row) for row in page]
                _judge(connection, owner, told)
                found += told
        recalls = audit_uses.recalls_opened(connection, controllers, *span)
    late = sum(is_recall_late(span.until, r.due_at, r.acknowledged_at) for r in recalls)
    facts = {
        "opt_outs": [each.data for each in found],
        "lag": _lag([each for each in found if each.reason != OptOutReason.KEPT]),
        "recipients_to_be_told": len(recalls),
        "recipients_told": sum(each.acknowledged_at is not None for each in recalls),
    }
    zero = {
        "later_uses": sum(len(each.broken_by) for each in found),
        "recipients_told_late": late,
    }
    return AuditAnswer(
        QUESTION,
        {"since": span.since, "until": span.until, "controllers": list(controllers)},
        facts,
        ("ledger", "export", "disclosure", "permission_event", "recall"),
        zero,
        (_UNKNOWN, _APART),
    )


def _told(row: Row[Any]) -> _Told:
    detail = json.loads(row.body)["detail"]
    said_at = detail.get("said_at")
    stopped = Stopped(
        None if detail["scope"] in (None, EVERY_CHANNEL) else Channel(detail["scope"]),
        Purpose(detail["purpose"]) if detail.get("purpose") else None,
        datetime.fromisoformat(said_at) if said_at else row.recorded_at,
        row.recorded_at,
    )
    key = UUID(row.subject_id) if row.subject_id else None
    is_objection = row.kind == LedgerKind.OPTED_OUT and stopped.purpose is None
    return _Told(row, stopped, detail["reason"], key, is_objection)


def _judge(connection: Connection, owner: str, told: Sequence[_Told]) -> None:
    """Look for uses after some opt-outs, by a few queries over all of them."""
    known = [(each, each.key) for each in told if each.key is not None]
    if not known:
        return
    kin = audit_uses.kin_of(connection, owner, {key for _, key in known})
    everybody = {key for _, key in known}.union(*kin.values())
    since = min(each.stopped.said_at for each, _ in known)
    uses: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in audit_uses.later_uses(connection, owner, everybody, since):
        uses[row.identifier_id].append(row)
    agreed = _agreed(connection, owner, uses)
    for each, key in known:
        theirs = {key} | kin.get(key, set()) if each.spreads else {key}
        for row in (row for one in theirs for row in uses.get(one, ())):
            use = Used(row.purpose, row.channel, row.decided_at)
            times = agreed[row.identifier_id, row.purpose, row.channel]
            if breaks_opt_out(each.stopped, use, times):
                each.broken_by.append(row.id)
            elif is_in_scope(each.stopped, use) and row.decided_at <= each.stopped.effective_at:
                each.in_the_wait += 1


def _agreed(
    connection: Connection, owner: str, uses: Mapping[UUID, Sequence[Row[Any]]]
) -> Mapping[Use, list[datetime]]:
    """Return when somebody agreed to each of some uses.

    By the events that are held; where these went with their lead, by what the ledger says of it.
    """
    agreed: dict[Use, list[datetime]] = defaultdict(list)
    for row in audit_uses.consents_given(connection, owner, list(uses)):
        for channel in Channel if row.channel is None else (row.channel,):
            agreed[row.identifier_id, row.purpose, channel].append(row.occurred_at)
    rows = [row for own in uses.values() for row in own]
    unknown = [r for r in rows if (r.identifier_id, r.purpose, r.channel) not in agreed]
    given = _given_by_leads(connection, owner, {row.lead_id for row in unknown})
    for row in unknown:
        times = given.get((row.lead_id, row.purpose, row.channel), ())
        agreed[row.identifier_id, row.purpose, row.channel] += times
    return agreed


def _given_by_leads(
    connection: Connection, owner: str, leads: Iterable[UUID]
) -> Mapping[Use, list[datetime]]:
    found: dict[Use, list[datetime]] = defaultdict(list)
    subjects = [lead.hex for lead in leads]
    for row in _history(connection, owner, subjects):
        if row.kind not in _GAVE:
            continue
        for kind, purpose, channel, *_ in json.loads(row.body)["detail"].get("permissions", ()):
            if kind in _PERMITS:
                for each in Channel if channel is None else (Channel(channel),):
                    use = UUID(row.subject_id), Purpose(purpose), each
                    found[use].append(row.recorded_at)
    return found


def _history(connection: Connection, owner: str, subjects: Sequence[str]) -> Iterator[Row[Any]]:
    for some in pages(iter(subjects), _AT_A_TIME):
        yield from ledger.history(connection, owner, some)


def _lag(told: Sequence[_Told]) -> dict[str, Any]:
    """Return how long it took from the saying to the effect, in seconds."""
    waits = sorted(each.stopped.effective_at - each.stopped.said_at for each in told)
    if not waits:
        return {}

    def seconds(share: float) -> float:
        return round(waits[min(len(waits) - 1, int(share * len(waits)))].total_seconds(), 3)

    return {
        "opt_outs": len(waits),
        "median_seconds": seconds(0.5),
        "p99_seconds": seconds(0.99),
        "longest_seconds": seconds(1.0),
        "over_48_hours": sum(each > timedelta(hours=48) for each in waits),
    }
