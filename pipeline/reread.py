"""Read stored leads again, after the configuration gave boxes a meaning.

What a tick means is the operator's to say, and often it is said after the first leads came in. The
bytes and the wording are kept, so the boxes can be judged again. This only ever adds events, as of
the day on which the person acted: a later refusal or opt-out keeps the last word, and a meaning
that was taken out of the configuration does not take back what was recorded under it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from connectors.base import Connector, Delivery, Submission
from models import ledger, trail
from models.ledger import Entry
from models.store import Store
from pipeline.collection import rare_collection
from pipeline.keep_notices import keep_notices
from pipeline.meet_again import prove
from pipeline.named_notices import named_notices
from pipeline.prepare import Prepared, Preparer, still_waiting
from pipeline.settings import ConfiguredSource
from policy.vocabulary import BoxDefect, Notice

ACTOR = "reread"
UNIT_OF_WORK = 500


@dataclass(slots=True)
class RereadReport:
    """How many leads were read again, and of how many the boxes are now worth something else."""

    examined: int = 0
    changed: int = 0


def reread(
    store: Store,
    source: ConfiguredSource,
    connector: Connector,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> RereadReport:
    """Judge the boxes of a source's stored leads by today's configuration.

    Raises:
        StoreError: the store failed; what was judged before stays, and to run it again is safe.
    """
    report = RereadReport()
    preparer = Preparer(source)
    after: UUID | None = None
    with rare_collection():
        while True:
            with store.writing(source.controller_id) as connection:
                rows = trail.stored_page(
                    connection, source.controller_id, source.id, after, UNIT_OF_WORK
                )
                if not rows:
                    return report
                changed = _changed(connection, source, connector, preparer, rows)
                entries = _write(connection, source, preparer, changed, now())
                ledger.append(connection, source.controller_id, ACTOR, entries, now())
            after = rows[-1].id
            report.examined += len(rows)
            report.changed += len(changed)
            progress(len(rows))


def _changed(
    connection: Connection,
    source: ConfiguredSource,
    connector: Connector,
    preparer: Preparer,
    rows: Sequence[Row[Any]],
) -> list[tuple[Prepared, Row[Any]]]:
    """Return those of some leads whose boxes are worth something else now."""
    arrivals: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for arrival in trail.arrivals_of(connection, source.controller_id, [row.id for row in rows]):
        arrivals[arrival.lead_id].append(arrival)
    every = [*rows, *(arrival for own in arrivals.values() for arrival in own)]
    shown = named_notices(connection, every)
    changed = []
    for row in rows:
        deliveries = [_delivery(row, kept, shown) for kept in (row, *arrivals[row.id])]
        best = _best(deliveries, connector, preparer)
        if best is not None and _had_to_wait(row):
            best = still_waiting(best)
        if best is not None and _as_json(best.findings.as_kept) != _as_json(row.findings):
            changed.append((best, row))
    return changed


def _write(
    connection: Connection,
    source: ConfiguredSource,
    preparer: Preparer,
    changed: Sequence[tuple[Prepared, Row[Any]]],
    now: datetime,
) -> list[Entry]:
    """Write what has changed; return the ledger's entries."""
    # a question that counts as a box only now makes the wording another one
    wanted = {best.notice_id for best, _ in changed if best.notice_id}
    wordings = {id_: preparer.notices[id_] for id_ in wanted}
    entries = keep_notices(connection, source, wordings, now)
    return entries + [
        prove(connection, source.controller_id, best, lead, now) for best, lead in changed
    ]


def _best(
    deliveries: Sequence[Delivery], connector: Connector, preparer: Preparer
) -> Prepared | None:
    """Return the reading with the best evidence; None if nothing can be read any more."""
    read = [
        preparer.prepare(outcome, delivery)
        for delivery in deliveries
        for outcome in connector.read(delivery)
        if isinstance(outcome, Submission)
    ]
    return min(read, key=lambda prepared: prepared.grade, default=None)


def _delivery(lead: Row[Any], kept: Row[Any], shown: dict[str, Notice]) -> Delivery:
    return Delivery(
        external_id=lead.external_id,
        payload=kept.payload,
        media_type=kept.media_type,
        received_at=kept.received_at,
        notice=shown.get(kept.notice_id) if kept.notice_id else None,
        listed_as_test=lead.is_test,
    )


def _had_to_wait(lead: Row[Any]) -> bool:
    """Say whether a tick on a lead had to be confirmed when it came."""
    return any(each["defect"] == BoxDefect.AWAITING_CONFIRMATION for each in lead.findings)


def _as_json(findings: Sequence[dict[str, Any]]) -> str:
    return json.dumps(findings, sort_keys=True)
