"""Take in what was set aside for somebody to look at, once somebody has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from connectors.base import Batch, Connector, Delivery, ProblemCode
from models import delivery as deliveries
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.named_notices import named_notices
from pipeline.settings import ConfiguredSource
from policy.errors import UsageError

ACTOR = "accept"
_LOOKED_AT = frozenset({ProblemCode.SPAM, ProblemCode.IN_REVIEW})


@runtime_checkable
class Accepts(Connector, Protocol):
    """A source that sets things aside for somebody to look at."""

    def accepted(self, delivery: Delivery, /) -> Delivery:
        """Return a delivery as one that somebody looked at."""
        ...


def accept_aside(
    store: Store,
    source: ConfiguredSource,
    connector: Connector,
    ids: Sequence[UUID],
    now: datetime,
) -> IngestReport:
    """Take some deliveries in that waited for a look; the ids are those of the list.

    Raises:
        UsageError: an id is none of this source that waits for a look; nothing was taken in.
        StoreError: the store failed; everything is set aside as before.
    """
    if not isinstance(connector, Accepts):
        raise UsageError(
            f"{source.id} sets nothing aside to be looked at. Cure: name a source of kind web_form."
        )
    with store.reading() as connection:
        rows = deliveries.aside_by_ids(connection, source.controller_id, ids)
        shown = named_notices(connection, rows)
    known = {row.id: row for row in rows if row.source_id == source.id and row.reason in _LOOKED_AT}
    if unknown := [id_ for id_ in ids if id_ not in known]:
        raise UsageError(
            f"{', '.join(map(str, unknown))}: nothing of {source.id} waits for a look under that"
            " id. Cure: take it from `leadledger deliveries list --json`."
        )
    batch = [
        connector.accepted(
            Delivery(
                external_id=row.external_id,
                payload=row.payload,
                media_type=row.media_type,
                received_at=row.received_at,
                notice=shown.get(row.notice_id) if row.notice_id else None,
                notice_id=row.notice_id,
            )
        )
        for row in known.values()
    ]
    ingest = Ingest(store, source, connector, ACTOR)
    return ingest.take([Batch(ACTOR, batch)], now, replaces=list(known))
