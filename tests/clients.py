"""How the tests work with a client whose contract ended yesterday."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from models.store import Store
from pipeline.close_client import Closed, Closing, close_client
from pipeline.declare import declare
from pipeline.export import ExportRequest, export
from pipeline.opt_out import Said, opt_out
from pipeline.settings import ControllerSettings
from policy.vocabulary import Channel, Purpose
from tests import build
from tests.build import NOW, SUPPRESSION_KEY, broken, client, delivery, email, fields, take

BEFORE = NOW - timedelta(days=5)
LAST_DAY = "2026-11-21"
OVER = datetime(2026, 11, 22, tzinfo=UTC)
DUE = OVER + timedelta(days=30)


def leaving(**contract: Any) -> ControllerSettings:
    """Return a client whose contract ended yesterday."""
    return client("shop", **{"ends_on": LAST_DAY, **contract})


def stocked(
    store: Store,
    owner: ControllerSettings,
    folder: Path,
    *,
    leads: int = 3,
    before: datetime = BEFORE,
) -> None:
    """Keep leads of a client, something set aside, a list in the house and two opt-outs."""
    source = build.source(owner=owner)
    declare(store, build.settings(str(store.url), source), before)
    came = [
        delivery(
            str(1_000_001 + number),
            fields(email=f"p{number}@mail.example", phone=None),
            at=before - timedelta(hours=1),
            received_at=before,
        )
        for number in range(leads)
    ]
    take(store, source, *came, broken(received_at=before), at=before)
    request = ExportRequest(
        owner, Purpose.DIRECT_MARKETING, Channel.EMAIL, "internal", folder / "list.csv", "test"
    )
    export(store, request, SUPPRESSION_KEY, lambda: before)
    stopped = [email("stranger@mail.example"), email("unknown@mail.example")]
    said = Said(None, before + timedelta(hours=1), "test")
    opt_out(store, [owner], SUPPRESSION_KEY, stopped, said)


def closed(store: Store, owner: ControllerSettings, *, at: datetime = NOW, **order: Any) -> Closed:
    """Order the end of a client's contract."""
    return close_client(store, owner, SUPPRESSION_KEY, Closing(**order), lambda: at)
