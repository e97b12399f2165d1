"""Leads whose ticks wait: the readings of a real connector, from a source that cannot tell."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Batch, Delivery, Reading, Submission
from connectors.meta_lead_ads import MetaLeadAds
from models.opt_in import OptIn
from models.outbox import OutboxRecord
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.link_tokens import OPT_IN, token_of
from pipeline.settings import ConfiguredSource, MailSettings
from pipeline.wiring import House
from tests.build import FORM_ID, NOW, connector, declared, delivery, kept, settings, source

HOUR = timedelta(hours=1)


class Unsure:
    """A source where anybody can type anybody's address: each tick needs a confirmation."""

    def __init__(self, inner: MetaLeadAds) -> None:
        self._inner = inner

    def read(self, given: Delivery) -> Sequence[Reading]:
        return [
            each._replace(needs_confirmation=True) if isinstance(each, Submission) else each
            for each in self._inner.read(given)
        ]


def take_unsure(
    store: Store, configured: ConfiguredSource, *deliveries: Delivery, at: datetime = NOW
) -> IngestReport:
    """Take deliveries in whose ticks must be confirmed."""
    ingest = Ingest(store, configured, Unsure(connector(configured, at)), "pull")
    return ingest.take([Batch(FORM_ID, deliveries)], at)


def ticked(store: Store, at: datetime = NOW, **changes: Any) -> ConfiguredSource:
    """Store one lead, sent an hour before, with both boxes ticked; return its source."""
    configured = declared(store, changes.pop("source", None) or source())
    given = {"at": at - HOUR, "received_at": at} | changes
    take_unsure(store, configured, delivery(*given.pop("lead", ()), **given), at=at)
    return configured


def house_of(store: Store, configured: ConfiguredSource, mail: MailSettings | None = None) -> House:
    """Return an installation with a mail server."""
    return House(replace(settings(str(store.url), configured), mail=mail), store)


def waiting(store: Store) -> Any:
    """Return the only opt-in that there is."""
    [row] = kept(store, OptIn)
    return row


def outbox(store: Store) -> list[Any]:
    return kept(store, OutboxRecord)


def token(house: House, row: Any) -> str:
    """Return what the link of an opt-in holds."""
    assert house.signer is not None
    return token_of(house.signer, OPT_IN, row.controller_id, row.id)
