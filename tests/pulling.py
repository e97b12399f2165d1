"""How the tests pull: from the simulator over a real socket, into a real store."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from models.delivery import JobRun, cursors
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.pull import PullReport, pull
from pipeline.settings import ConfiguredSource
from simulator.faults import Faults
from simulator.graph_api import GraphServer
from simulator.world import World
from tests import build
from tests.build import NOW, connector, declared, kept

SEED = 7


@contextmanager
def served(
    leads: int = 200, *, forms: int = 4, faults: Faults | None = None, latency: float = 0.0
) -> Iterator[GraphServer]:
    """Serve a seeded world whose clock stands at NOW."""
    world = World.seeded(SEED, leads, NOW, forms=forms)
    with GraphServer(world, faults=faults, latency=latency) as server:
        yield server


def source_at(server: GraphServer, **own: Any) -> ConfiguredSource:
    """Return a source that asks the server, with small pages so that there are many."""
    return build.source(
        graph_url=server.url, **{"page_size": 20, "connections": 3, "max_wait_minutes": 0} | own
    )


def pull_once(
    store: Store, server: GraphServer, *, at: datetime | None = None, **own: Any
) -> PullReport:
    """Pull one round; waiting costs no time."""
    moment = at or server.world.now
    source = source_at(server, **own)
    declared(store, source)
    return pull(store, source, connector(source, moment), lambda: moment)


def stored_ids(store: Store) -> list[str]:
    """Return the platform's ids of all stored leads, doubles too."""
    return [lead.external_id for lead in kept(store, Lead)]


def assert_complete(store: Store, world: World) -> None:
    """Every lead of the world exactly once, none missing, and each once in the ledger."""
    leads = kept(store, Lead)
    assert Counter(lead.external_id for lead in leads) == Counter(world.lead_ids())
    assert {lead.external_id for lead in leads if lead.is_test} == world.test_lead_ids()
    entries = [r.subject_id for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
    assert Counter(entries) == Counter(lead.id.hex for lead in leads)


def cursors_of(store: Store) -> dict[str, str]:
    """Return how far each form was read."""
    with store.reading() as connection:
        return cursors(connection, "nectra", "meta-main")


def last_run(store: Store) -> Any:
    """Return the record of the latest run."""
    return kept(store, JobRun)[-1]
