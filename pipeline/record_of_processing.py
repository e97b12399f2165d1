"""The record of processing (Art. 30), from what is configured and kept; nothing of it is made up.

Rules: ROP-1, ROP-2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.store import Store
from pipeline.record_facts import Cells, kept_facts
from pipeline.record_of_activities import activity_rows
from pipeline.record_of_clients import client_row
from pipeline.settings import ControllerSettings, Settings
from policy.vocabulary import Role


@dataclass(frozen=True, slots=True)
class RecordOfProcessing:
    """The record as it stands. Columns and their order: `policy/processing_columns.py`."""

    made_at: datetime
    controller: Sequence[Cells]
    processor: Sequence[Cells]


def record_of_processing(
    store: Store, settings: Settings, controllers: Sequence[ControllerSettings], now: datetime
) -> RecordOfProcessing:
    """Return the lines of some controllers: activities of our own, and a line for each client.

    Args:
        store: what is kept.
        settings: what is configured.
        controllers: whose lines.
        now: as of when contracts and safeguards are judged (aware).
    """
    facts = kept_facts(store, controllers, now)
    own: list[Cells] = []
    clients: list[Cells] = []
    for controller in controllers:
        if controller.role is Role.PROCESSOR:
            clients.append(client_row(settings, controller, facts, now))
        else:
            own += activity_rows(settings, controller, facts, now)
    return RecordOfProcessing(now, own, clients)
