"""Builders with safe defaults: a test names only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog
from sqlalchemy import Row, select
from sqlmodel import SQLModel

from connectors import registry
from connectors.base import Batch, ConnectorIO, Delivery
from connectors.meta_lead_ads import MetaLeadAds, MetaLeadAdsSettings
from models import permission
from models.columns import table_of
from models.permission import EVERY_CHANNEL
from models.store import Store
from pipeline.declare import declare
from pipeline.ingest import Ingest, IngestReport
from pipeline.settings import ConfiguredSource, ControllerSettings, Settings
from policy.suppression import SuppressionKeys, key_fingerprint, suppression_digest
from policy.vocabulary import (
    BoxMeaning,
    Channel,
    ControllerId,
    Identifier,
    IdentifierKind,
    Notice,
    NoticeBox,
    Purpose,
    Role,
)
from simulator.graph_api import APP_SECRET, TOKEN
from simulator.world import PAGE_ID

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SUPPRESSION_KEY = SuppressionKeys(b"a-suppression-key-of-the-tests-0123456789")
LINKS_KEY = b"a-key-for-links-of-the-tests-0123456789ab"
FORM_ID = "555000111222333"
MARKETING_BY_EMAIL = BoxMeaning(Purpose.DIRECT_MARKETING, (Channel.EMAIL,), key="email_updates")
MARKETING_BY_CALL = BoxMeaning(Purpose.DIRECT_MARKETING, (Channel.LIVE_CALL,), key="call_updates")


def controller(id_: str = "nectra", role: Role = Role.CONTROLLER) -> ControllerSettings:
    return ControllerSettings(
        id=id_, name=id_.title(), role=role, privacy_contact=f"privacy@{id_}.example"
    )


INSTRUCTION: Mapping[str, Any] = {
    "reference": "INS-1",
    "text": "Write to those who asked for news by e-mail.",
    "purposes": ["direct_marketing"],
    "channels": ["email"],
    "recipients": ["shop"],
    "from": "2025-01-01",
}


def client(
    id_: str = "shop", *instructions: Mapping[str, Any], **contract: Any
) -> ControllerSettings:
    """Return a client under a contract, with one instruction unless others are given.

    Instructions name what differs from `INSTRUCTION`.
    """
    given = instructions or ({},)
    agreed = {"reference": "DPA-1", "starts_on": "2025-01-01", "exit": "return_and_delete"}
    return ControllerSettings.model_validate(
        {
            "id": id_,
            "name": id_.title(),
            "role": "processor",
            "privacy_contact": f"privacy@{id_}.example",
            "contract": agreed | contract,
            "instructions": [{**INSTRUCTION, **each} for each in given],
        }
    )


def source(
    id_: str = "meta-main",
    *,
    owner: ControllerSettings | None = None,
    meanings: Sequence[BoxMeaning] = (MARKETING_BY_EMAIL, MARKETING_BY_CALL),
    graph_url: str = "http://127.0.0.1:9",
    **own: Any,
) -> ConfiguredSource:
    """Return a Meta source; nothing answers at its default address."""
    given = {"page_id": PAGE_ID, "access_token": TOKEN, "app_secret": APP_SECRET} | own
    read = MetaLeadAdsSettings.model_validate({**given, "graph_url": graph_url})
    return ConfiguredSource(
        id_, "meta_lead_ads", owner or controller(), "GB", meanings, read, SUPPRESSION_KEY
    )


def settings(url: str, *sources: ConfiguredSource, folder: Path = Path()) -> Settings:
    owners = {one.controller.id: one.controller for one in sources} or {"nectra": controller()}
    return Settings(folder, url, SUPPRESSION_KEY, list(owners.values()), list(sources), [LINKS_KEY])


def declared(store: Store, *sources: ConfiguredSource) -> ConfiguredSource:
    """Make sources known to the store; return the first."""
    known = sources or (source(),)
    declare(store, settings(str(store.url), *known), NOW)
    return known[0]


def connector(
    configured: ConfiguredSource, now: datetime = NOW, sleeps: list[float] | None = None
) -> MetaLeadAds:
    """Return the real connector, with a clock that stands still and a sleep that only counts."""
    waited = [] if sleeps is None else sleeps
    io = ConnectorIO(now=lambda: now, sleep=waited.append, log=structlog.get_logger())
    built = registry.source(configured.kind).build(configured.own, io)
    assert isinstance(built, MetaLeadAds)
    return built


def notice(**changes: Any) -> Notice:
    """Return a form with two optional, empty, worded boxes and a policy link."""
    shown: dict[str, Any] = {
        "form_id": FORM_ID,
        "name": "Newsletter 2026",
        "locale": "en_GB",
        "privacy_url": "https://nectra.example/privacy",
        "privacy_link_text": "Privacy policy",
        "title": "Keeping in touch",
        "body": "You can take this back at any time.",
        "boxes": (
            NoticeBox("email_updates", "Yes, send me news by e-mail.", False, False),
            NoticeBox("call_updates", "Yes, call me about offers.", False, False),
        ),
        "questions": (),
    }
    return Notice(**shown | changes)


FORM = notice()


def fields(
    email: str | None = "priya.sharma@mail.example",
    phone: str | None = "+447700900123",
    name: str | None = "Priya Sharma",
    **answers: str,
) -> dict[str, str]:
    given = {"email": email, "phone_number": phone, "full_name": name} | answers
    return {key: value for key, value in given.items() if value is not None}


def payload(
    lead_id: str,
    given: Mapping[str, str] | None = None,
    *,
    at: datetime = NOW - timedelta(days=1),
    boxes: Mapping[str, str] | None = None,
    **more: Any,
) -> bytes:
    """Return a lead as the Graph API gives it; both boxes ticked unless `boxes` says otherwise."""
    ticked = {"email_updates": "1", "call_updates": "1"} if boxes is None else boxes
    answered = fields() if given is None else given
    return orjson.dumps(
        {
            "id": lead_id,
            "created_time": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "form_id": FORM_ID,
            "platform": "fb",
            "field_data": [{"name": key, "values": [value]} for key, value in answered.items()],
            "custom_disclaimer_responses": [
                {"checkbox_key": key, "is_checked": raw} for key, raw in ticked.items()
            ],
        }
        | more
    )


def delivery(lead_id: str = "100000000000001", *args: Any, **kwargs: Any) -> Delivery:
    """Return a delivery as a pull brings it: `payload`'s arguments, and those of `Delivery`."""
    own = {k: kwargs.pop(k) for k in ("notice", "listed_as_test", "received_at") if k in kwargs}
    return Delivery(
        external_id=lead_id,
        payload=payload(lead_id, *args, **kwargs),
        media_type="application/json",
        received_at=own.get("received_at", NOW),
        notice=own.get("notice", FORM),
        listed_as_test=own.get("listed_as_test", False),
    )


def broken(content: bytes = b'{"id": "1000', **changes: Any) -> Delivery:
    """Return a delivery that cannot be read."""
    came: dict[str, Any] = {
        "external_id": None,
        "payload": content,
        "media_type": "application/json",
        "received_at": NOW,
        "notice": FORM,
    }
    return Delivery(**came | changes)


def take(
    store: Store,
    configured: ConfiguredSource,
    *deliveries: Delivery,
    at: datetime = NOW,
    cursor: str | None = None,
) -> IngestReport:
    """Take deliveries in, in one unit of work."""
    ingest = Ingest(store, configured, connector(configured, at), "pull")
    return ingest.take([Batch(FORM_ID, deliveries, cursor)], at)


def email(value: str = "priya.sharma@mail.example") -> Identifier:
    return Identifier(IdentifierKind.EMAIL, value)


def phone(value: str = "+447700900123") -> Identifier:
    return Identifier(IdentifierKind.PHONE, value)


def suppress(
    store: Store,
    identifier: Identifier,
    *,
    since: datetime = NOW,
    channel: Channel | None = None,
    controller_id: str = "nectra",
) -> None:
    """Put an identifier on the suppression list."""
    row = {
        "controller_id": controller_id,
        "digest": suppression_digest(SUPPRESSION_KEY, ControllerId(controller_id), identifier),
        "channel": channel.value if channel else EVERY_CHANNEL,
        "key_id": key_fingerprint(SUPPRESSION_KEY),
        "reason": "opt_out",
        "since": since,
    }
    with store.writing(controller_id) as connection:
        permission.suppress(connection, [row])


def kept(store: Store, model: type[SQLModel]) -> list[Row[Any]]:
    """Return every row of a table, in the order of its keys."""
    table = table_of(model)
    with store.reading() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)))
