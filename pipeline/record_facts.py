"""What the store knows for the record of processing, read by a few statements for all at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from models import processing_counts, trail
from models import recipient as recipients
from models.store import Store
from pipeline.list_clients import ListedClient, list_clients
from pipeline.settings import ConfiguredSource, ControllerSettings

Cells = dict[str, tuple[str, ...]]
"""One line of the record: the texts of each column, by the column's key."""


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """What is kept, by controller. `leads` and `bases` are by controller and source."""

    leads: Mapping[tuple[str, str], Row[Any]]
    bases: Mapping[tuple[str, str], Sequence[Row[Any]]]
    codes: Mapping[str, Mapping[str, int]]
    handed: Mapping[str, Sequence[Row[Any]]]
    counts: Mapping[str, Mapping[str, int]]
    clients: Mapping[str, ListedClient]


def leads_cells(
    whose: ControllerSettings, sources: Sequence[ConfiguredSource], facts: KeptFacts
) -> tuple[str, ...]:
    """Return how many leads are kept of each source."""
    rows = [(each.id, facts.leads.get((whose.id, each.id))) for each in sources]
    return tuple(f"leads of {id_}: {row.leads if row else 0:,}" for id_, row in rows)


def handed_cells(handed: Sequence[Row[Any]]) -> tuple[str, ...]:
    """Return how many lists went to whom, and the people in all of them together."""
    return tuple(f"lists to {r.recipient}: {r.lists:,}, rows in them: {r.people:,}" for r in handed)


def kept_facts(store: Store, whose: Sequence[ControllerSettings], now: datetime) -> KeptFacts:
    """Return what is kept of some controllers, as it stands at one moment (aware)."""
    controllers = [each.id for each in whose]
    bases: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    handed: dict[str, list[Row[Any]]] = defaultdict(list)
    with store.reading() as connection:
        leads = trail.lead_totals(connection, controllers)
        for row in processing_counts.bases_by_source(connection, controllers):
            bases[row.controller_id, row.source_id].append(row)
        codes = processing_counts.codes_of_lists(connection, controllers)
        for row in recipients.handed_to(connection, controllers, now):
            handed[row.controller_id].append(row)
        counts = processing_counts.counts_by_controller(connection, controllers, now)
    clients = {each.controller: each for each in list_clients(store, whose, now)}
    return KeptFacts(leads, bases, codes, handed, counts, clients)
