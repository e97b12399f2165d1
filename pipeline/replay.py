"""Read again what was set aside, after the program or the configuration was mended."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from connectors.base import Batch, Connector, Delivery, Problem
from models import delivery as deliveries
from models import notice as notices
from models.store import Store
from pipeline.ingest import MAX_NAMED, Ingest, IngestReport, SetAside
from pipeline.pull import UNIT_OF_WORK
from pipeline.settings import ConfiguredSource
from policy.evidence import notice_from
from policy.vocabulary import Notice

ACTOR = "replay"


def replay(
    store: Store,
    source: ConfiguredSource,
    connector: Connector,
    now: Callable[[], datetime],
) -> IngestReport:
    """Read a source's set-aside deliveries again, as they came, with the wording they came with.

    What can be read now becomes leads and leaves the shelf; the rest is set aside as before.

    Raises:
        StoreError: the store failed; what was not replayed is still set aside.
    """
    ingest = Ingest(store, source, connector, ACTOR)
    report = IngestReport()
    with store.reading() as connection:
        waiting = iter(deliveries.aside_ids(connection, source.controller_id, source.id))
    while chunk := list(islice(waiting, UNIT_OF_WORK)):
        with store.reading() as connection:
            rows = deliveries.aside_by_ids(connection, source.controller_id, chunk)
            shown = notices_of(connection, rows)
        readable, still = _sorted(connector, [(row, _delivery(row, shown)) for row in rows])
        batches = [Batch(row.stream or ACTOR, [delivery]) for row, delivery in readable]
        report.add(ingest.take(batches, now(), replaces=[row.id for row, _ in readable]))
        report.add(_still_aside(still))
    return report


def _still_aside(still: Sequence[SetAside]) -> IngestReport:
    return IngestReport(
        rows=len(still),
        counts=Counter(set_aside=len(still)),
        reasons=Counter(each.reason for each in still),
        named=list(still[:MAX_NAMED]),
    )


Shelved = tuple[Row[Any], Delivery]


def _sorted(
    connector: Connector, shelved: Sequence[Shelved]
) -> tuple[list[Shelved], list[SetAside]]:
    """Return what can be read now, and what still cannot: that stays on the shelf, untouched."""
    readable, still = [], []
    for row, delivery in shelved:
        problems = [each for each in connector.read(delivery) if isinstance(each, Problem)]
        if not problems:
            readable.append((row, delivery))
        still += [SetAside(row.position, each.code, each.detail) for each in problems[:1]]
    return readable, still


def shelf(store: Store) -> Iterator[dict[str, str | None]]:
    """Yield what is set aside, oldest first, without its content."""
    last = None
    while True:
        with store.reading() as connection:
            rows = deliveries.aside(connection, after=last)
        if not rows:
            return
        last = rows[-1].id
        for row in rows:
            yield {
                "id": str(row.id),
                "source": row.source_id,
                "received_at": row.received_at.isoformat(timespec="seconds"),
                "position": row.position,
                "reason": row.reason,
                "detail": row.detail,
                "kept_until": row.delete_after.date().isoformat(),
            }


def notices_of(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, Notice]:
    """Return the wordings that some rows refer to, by their ids."""
    wanted = {(row.controller_id, row.notice_id) for row in rows if row.notice_id}
    return {
        notice_id: notice_from(notices.notice_row(connection, controller_id, notice_id).content)
        for controller_id, notice_id in wanted
    }


def _delivery(row: Row[Any], shown: dict[str, Notice]) -> Delivery:
    return Delivery(
        external_id=row.external_id,
        payload=row.payload,
        media_type=row.media_type,
        received_at=row.received_at,
        notice=shown.get(row.notice_id) if row.notice_id else None,
        listed_as_test=row.listed_as_test,
        position=row.position,
    )
