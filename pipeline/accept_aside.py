"""Take in what was set aside for somebody to look at, once somebody has."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy import Row

from connectors.base import Batch, Connector, Delivery, ProblemCode, Submission
from models import delivery as deliveries
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.named_notices import named_notices
from pipeline.settings import ConfiguredSource
from policy.errors import UsageError
from policy.vocabulary import Notice

ACTOR = "accept"
_LOOKED_AT = frozenset({ProblemCode.SPAM, ProblemCode.IN_REVIEW})
_AT_ONCE = 200


@runtime_checkable
class Accepts(Connector, Protocol):
    """A source that sets things aside for somebody to look at."""

    def accepted(self, delivery: Delivery, /) -> Delivery:
        """Return a delivery as one that somebody looked at."""
        ...


@runtime_checkable
class Shows(Connector, Protocol):
    """A source whose deliveries a person can look at, also where no lead is in them."""

    def shown(self, delivery: Delivery, /) -> Mapping[str, str]:
        """Return what stands in a delivery. It never raises."""
        ...


def require_accepting(source: ConfiguredSource, connector: Connector) -> Accepts:
    """Return a connector as one that sets things aside to be looked at.

    Raises:
        UsageError: it sets nothing aside for that.
    """
    if not isinstance(connector, Accepts):
        raise UsageError(
            f"{source.id} sets nothing aside to be looked at. Cure: name a source of kind web_form"
            " or email_inbox."
        )
    return connector


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
    accepting = require_accepting(source, connector)
    with store.reading() as connection:
        rows = deliveries.aside_by_ids(connection, source.controller_id, ids)
        shown = named_notices(connection, rows)
    known = {row.id: row for row in rows if row.source_id == source.id and row.reason in _LOOKED_AT}
    if unknown := [id_ for id_ in ids if id_ not in known]:
        raise UsageError(
            f"{', '.join(map(str, unknown))}: nothing of {source.id} waits for a look under that"
            " id. Cure: take it from `leadledger deliveries list --json`."
        )
    batch = [accepting.accepted(_delivery(row, shown)) for row in known.values()]
    ingest = Ingest(store, source, connector, ACTOR)
    return ingest.take([Batch(ACTOR, batch)], now, replaces=list(known))


def waiting_for_a_look(
    store: Store, source: ConfiguredSource, connector: Accepts
) -> Iterator[dict[str, Any]]:
    """Yield what waits for a look, oldest first, with what was written: it is people's data."""
    with store.reading() as connection:
        ids = iter(deliveries.aside_ids(connection, source.controller_id, source.id))
    while chunk := list(islice(ids, _AT_ONCE)):
        with store.reading() as connection:
            rows = deliveries.aside_by_ids(connection, source.controller_id, chunk)
            shown = named_notices(connection, rows)
        for row in rows:
            if row.reason in _LOOKED_AT:
                yield {
                    "id": str(row.id),
                    "received_at": row.received_at.isoformat(timespec="seconds"),
                    "position": row.position,
                    "reason": row.reason,
                    "detail": row.detail,
                    "written": _written(connector, _delivery(row, shown)),
                }


def _written(connector: Accepts, delivery: Delivery) -> Mapping[str, str]:
    """Return what a person wrote: the lead that accepting would make of it, else all of it."""
    for found in connector.read(connector.accepted(delivery)):
        if isinstance(found, Submission):
            return _contents(found)
    return connector.shown(delivery) if isinstance(connector, Shows) else {}


def _contents(found: Submission) -> dict[str, str]:
    contact = {
        name: ", ".join(value) if isinstance(value, tuple) else value
        for name, value in found.contact._asdict().items()
        if value
    }
    return contact | {name: ", ".join(values) for name, values in found.answers.items()}


def _delivery(row: Row[Any], shown: Mapping[str, Notice]) -> Delivery:
    return Delivery(
        external_id=row.external_id,
        payload=row.payload,
        media_type=row.media_type,
        received_at=row.received_at,
        notice=shown.get(row.notice_id) if row.notice_id else None,
        notice_id=row.notice_id,
    )
