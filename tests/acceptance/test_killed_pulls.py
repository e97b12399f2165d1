"""A pull that is killed at any point loses nothing and doubles nothing."""

import multiprocessing
import time
from multiprocessing.context import ForkServerContext
from random import Random

import pytest

from models.lead import Lead
from models.store import Store
from simulator.graph_api import GraphServer
from tests.acceptance.child import pull_and_tell, pull_at_the_same_time
from tests.build import kept
from tests.postgres import Server
from tests.pulling import assert_complete, pull_once, served

LEADS = 2_300
"""Three units of work, so that a kill can come before, between and inside transactions."""
KILLS = {"sqlite": 50, "postgresql": 15}
TRIES_A_ROUND = 5
MOST_ROUNDS = 40


@pytest.fixture(scope="module")
def children() -> ForkServerContext:
    """A server that forks children which have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.acceptance.child"])
    return context


def _run(
    children: ForkServerContext, url: str, graph: GraphServer, kill_after: float | None
) -> tuple[float, str | None]:
    """Start a pull and kill it after some seconds; return how long it ran, and how it ended."""
    ours, theirs = children.Pipe(duplex=False)
    process = children.Process(target=pull_and_tell, args=(url, graph.url, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "begun"
    began = time.monotonic()
    process.join(kill_after)
    process.kill()
    process.join()
    ended = ours.recv() if process.exitcode == 0 else None
    ours.close()
    process.close()
    return time.monotonic() - began, ended


def _assert_whole(store: Store) -> int:
    """Whatever was interrupted: no lead without its person, nothing twice; return how many."""
    leads = kept(store, Lead)
    assert len({lead.external_id for lead in leads}) == len(leads)
    assert all(lead.person_id is not None for lead in leads if not lead.is_test)
    return len(leads)


def _round(
    children: ForkServerContext, url: str, graph: GraphServer, rng: Random, whole: float
) -> tuple[int, set[int]]:
    """Kill some pulls into one store, then let one end; return the kills and what they left."""
    store, kills, sizes = Store(url), 0, set()
    for _ in range(TRIES_A_ROUND):
        _, ended = _run(children, url, graph, rng.uniform(0, whole))
        kills += ended is None
        sizes.add(_assert_whole(store))
    pull_once(store, graph, page_size=100)
    assert_complete(store, graph.world)
    store.close()
    return kills, sizes


def test_an_sqlite_store_survives_kills_at_fifty_points(
    children: ForkServerContext,
    migrated_sqlite: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder, rng, kills, sizes = tmp_path_factory.mktemp("killed"), Random(2026), 0, set[int]()
    with served(LEADS, latency=0.004) as graph:

        def fresh(number: int) -> str:
            path = folder / f"{number}.db"
            path.write_bytes(migrated_sqlite.read_bytes())  # type: ignore[attr-defined]
            return f"sqlite:///{path}"

        whole, ended = _run(children, fresh(0), graph, None)
        assert ended == "done"
        total = len(graph.world.lead_ids())
        for number in range(1, MOST_ROUNDS + 1):
            killed, left = _round(children, fresh(number), graph, rng, whole)
            kills, sizes = kills + killed, sizes | left
            # before, and between, units of work
            if kills >= KILLS["sqlite"] and 0 in sizes and sizes - {0, total}:
                return
    pytest.fail(f"{kills} kills left {sorted(sizes)} leads: they did not come at all points")


def test_a_postgresql_store_survives_kills(
    children: ForkServerContext, postgres: Server, migrated_postgres: str
) -> None:
    rng, kills = Random(2027), 0
    with served(LEADS, latency=0.004) as graph:
        with postgres.database(migrated_postgres) as url:
            whole, ended = _run(children, url, graph, None)
            assert ended == "done"
        while kills < KILLS["postgresql"]:
            with postgres.database(migrated_postgres) as url:
                kills += _round(children, url, graph, rng, whole)[0]


def test_two_pulls_at_the_same_time_store_every_lead_once(
    children: ForkServerContext, store: Store, store_url: str
) -> None:
    with served(1_200) as graph:
        together = children.Barrier(2)
        ours, theirs = children.Pipe(duplex=False)
        arguments = (store_url, graph.url, together, theirs)
        started = [children.Process(target=pull_at_the_same_time, args=arguments) for _ in range(2)]
        for process in started:
            process.start()
        for process in started:
            process.join(timeout=90)
        assert [process.exitcode for process in started] == [0, 0]
        assert [ours.recv(), ours.recv()] == ["done", "done"]
        ours.close()
        theirs.close()
        _assert_whole(store)
        assert_complete(store, graph.world)
