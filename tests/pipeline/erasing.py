"""How the tests erase."""

from datetime import datetime
from pathlib import Path
from typing import Any

from models.store import Store
from pipeline.erase import Erased, ErasureOrder, erase
from pipeline.export import ExportReport, ExportRequest, export
from policy.vocabulary import Channel, Identifier, Purpose
from tests import build
from tests.build import NOW, SUPPRESSION_KEY, controller, email


def erased(
    store: Store, identifier: Identifier | None = None, *, at: datetime = NOW, **order: Any
) -> Erased:
    """Erase somebody."""
    asked = ErasureOrder(identifier or email(), "test", **order)
    return erase(store, controller(), SUPPRESSION_KEY, asked, at)


def listed(
    store: Store,
    out: Path,
    *,
    recipient: str = "sales",
    channel: Channel = Channel.EMAIL,
    at: datetime = NOW,
) -> ExportReport:
    """Hand a list out."""
    to = build.recipient(recipient)
    request = ExportRequest(controller(), Purpose.DIRECT_MARKETING, channel, to, out, "test")
    return export(store, request, SUPPRESSION_KEY, lambda: at)
