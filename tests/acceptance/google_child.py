"""What the children do that are killed in the middle of a pull from Google."""

import json
import os
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog

from connectors.base import ConnectorIO
from connectors.google_lead_forms import source as kind
from models.store import Store
from pipeline.pull import pull
from pipeline.settings import ConfiguredSource
from simulator.google_certificate import ROOTS_VARIABLE
from tests.build import MARKETING_BY_EMAIL, NOW, SUPPRESSION_KEY, controller, declared
from tests.google_pulling import SOURCE


def pull_and_tell(store_url: str, roots: Path, settings: str, parent: Connection) -> None:
    """Say that the work begins, pull once, and say of each unit of work how much it held."""
    os.environ[ROOTS_VARIABLE] = str(roots)
    own: dict[str, Any] = json.loads(settings)
    source = ConfiguredSource(
        SOURCE,
        "google_lead_forms",
        controller(),
        "GB",
        (MARKETING_BY_EMAIL,),
        kind.settings.model_validate(own),
        SUPPRESSION_KEY,
    )
    io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
    store = Store(store_url)
    declared(store, source)
    connector = kind.build(source.own, io)  # type: ignore[arg-type]
    parent.send(0)
    pull(store, source, connector, lambda: NOW, parent.send)
    store.close()
