"""Read again what was set aside, after the program or the configuration was mended."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row

from connectors.base import Batch, Connector, Delivery, Problem
from connectors.pushed import Collects
from models import delivery as deliveries
from models.controller import controller_ids
from models.store import Store
from pipeline.collect import collect
from pipeline.ingest import MAX_NAMED, Ingest, IngestReport, SetAside
from pipeline.named_notices import named_notices
from pipeline.pull import UNIT_OF_WORK
from pipeline.settings import ConfiguredSource
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
        SourceError: what was only announced cannot be fetched; it is still set aside.
        StoreError: the store failed; what was not replayed is still set aside.
    """
    ingest = Ingest(store, source, connector, ACTOR)
    report = IngestReport()
    with store.reading() as connection:
        waiting = iter(deliveries.aside_ids(connection, source.controller_id, source.id))
    while chunk := list(islice(waiting, UNIT_OF_WORK)):
        with store.reading() as connection:
            rows = deliveries.aside_by_ids(connection, source.controller_id, chunk)
            shown = named_notices(connection, rows)
        shelved = [(row, _delivery(row, shown)) for row in rows]
        if isinstance(connector, Collects):
            shelved = _fetched(store, source, connector, shelved)
        readable, still = _sorted(connector, shelved)
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


def _fetched(
    store: Store, source: ConfiguredSource, connector: Collects, shelved: Sequence[Shelved]
) -> list[Shelved]:
    """Put in the place of announcements what they announced, where the platform shows it now.

    Raises:
        SourceError: the platform cannot be asked; what it announced is still set aside.
    """
    found = collect(store, source, connector, [delivery for _, delivery in shelved])
    if found.error is not None:
        raise found.error
    came = {each.external_id: each for each in found.deliveries if each.external_id}
    return [(row, came.get(delivery.external_id or "", delivery)) for row, delivery in shelved]


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
            rows = deliveries.aside(connection, controller_ids(connection), after=last)
        if not rows:
            return
        last = rows[-1].id
        for row in rows:
            yield {
                "id": str(row.id),
                "controller": row.controller_id,
                "source": row.source_id,
                "received_at": row.received_at.isoformat(timespec="seconds"),
                "position": row.position,
                "reason": row.reason,
                "detail": row.detail,
                "kept_until": row.delete_after.date().isoformat(),
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
