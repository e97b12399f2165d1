"""A mailbox as a source, and mails of people as they arrive in it."""

from datetime import datetime
from typing import Any

import structlog

from connectors import registry
from connectors._email_read import MEDIA_TYPE
from connectors.base import Batch, ConnectorIO, Delivery
from connectors.email_inbox import EmailInbox
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.settings import ConfiguredSource, ControllerSettings
from tests.build import LINKS_KEY, MARKETING_BY_EMAIL, NOW, SUPPRESSION_KEY, controller
from tests.connectors import email_corpus as corpus

PRIYA = "priya.sharma@mail.example"
PROVEN = "Authentication-Results: in.my-agency.example; dmarc=pass header.from=mail.example\r\n"


def inbox(
    id_: str = "inbox", owner: ControllerSettings | None = None, **own: Any
) -> ConfiguredSource:
    """Return a mailbox of a controller."""
    return ConfiguredSource(
        id_,
        "email_inbox",
        owner or controller(),
        "GB",
        (MARKETING_BY_EMAIL,),
        corpus.settings(**own),
        SUPPRESSION_KEY,
        [LINKS_KEY],
    )


def connector_of(source: ConfiguredSource, now: datetime = NOW) -> EmailInbox:
    """Return the real connector."""
    io = ConnectorIO(now=lambda: now, sleep=lambda _: None, log=structlog.get_logger())
    built = registry.source(source.kind).build(source.own, io)
    assert isinstance(built, EmailInbox)
    return built


def mail(raw: bytes, at: datetime = NOW) -> Delivery:
    """Return a mail that reached the mailbox."""
    return Delivery(None, raw, MEDIA_TYPE, at, position="INBOX 1")


def recorded(name: str, at: datetime = NOW) -> Delivery:
    """Return a mail of the corpus."""
    return mail((corpus.ROOT / f"{name}.eml").read_bytes(), at)


def says(body: str, at: datetime = NOW, **given: Any) -> Delivery:
    """Return a mail in which somebody says something."""
    return mail(corpus.written(body, **given), at)


def arrive(
    store: Store, source: ConfiguredSource, *mails: Delivery, at: datetime = NOW
) -> IngestReport:
    """Take mails in, as a pull does."""
    ingest = Ingest(store, source, connector_of(source, at), "pull")
    return ingest.take([Batch("INBOX", mails)], at)
