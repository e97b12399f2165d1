"""A pull from Google that is killed at any point loses nothing and doubles nothing."""

import json
import multiprocessing
import shutil
from collections.abc import Iterable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random

import pytest

from models.lead import Lead
from models.store import Store
from simulator.google_ads_api import GoogleAdsServer
from tests.acceptance.google_child import pull_and_tell
from tests.build import kept
from tests.connectors.google_rig import served, settings_of
from tests.google_pulling import assert_complete, cursors_of, pull_once
from tests.postgres import Server

LEADS = 4_500
"""Three units of work, so that a kill can come before, between and inside transactions."""
LONGEST_DELAY = 0.25
"""Seconds after a unit of work: long enough to be in the middle of the next."""


@pytest.fixture(scope="module")
def children() -> ForkServerContext:
    """A server that forks children which have imported everything already, but no gRPC."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.acceptance.google_child"])
    return context


def _kill(
    children: ForkServerContext, url: str, server: GoogleAdsServer, units: int, delay: float
) -> bool:
    """Start a pull, kill it some seconds after so many units of work; say whether it had ended."""
    ours, theirs = children.Pipe(duplex=False)
    told = json.dumps(settings_of(server, max_wait_minutes=0))
    process = children.Process(target=pull_and_tell, args=(url, server.roots, told, theirs))
    process.start()
    theirs.close()
    for _ in range(1 + units):  # it says when it begins, and when a unit is done
        assert isinstance(ours.recv(), int)
    process.join(delay)
    process.kill()
    process.join()
    has_ended = process.exitcode == 0
    ours.close()
    process.close()
    return has_ended


def _assert_whole(store: Store) -> int:
    """Whatever was interrupted: no lead without its person, nothing twice."""
    leads = kept(store, Lead)
    assert len({lead.external_id for lead in leads}) == len(leads)
    assert all(lead.person_id is not None for lead in leads)
    return len(leads)


def _killed_and_ended(
    children: ForkServerContext, url: str, server: GoogleAdsServer, after_units: Iterable[int]
) -> None:
    """Kill pulls into one store, then let one end."""
    rng, store, sizes, kills = Random(2026), Store(url), set[int](), 0
    for units in after_units:
        kills += not _kill(children, url, server, units, rng.uniform(0, LONGEST_DELAY))
        sizes.add(_assert_whole(store))
        # the cursor of an account moves with its last lead only
        known = set(cursors_of(store)) & set(server.world.client_ids)
        stored = {lead.external_id for lead in kept(store, Lead)}
        assert all(server.world.resource_names(account) <= stored for account in known)
    assert kills > 1
    assert sizes - {0, LEADS}, f"the kills left {sorted(sizes)} leads: none came in the middle"
    pull_once(store, server)
    assert_complete(store, server.world)
    assert set(server.world.client_ids) <= set(cursors_of(store))
    store.close()


def test_an_sqlite_store_survives_kills_before_between_and_within_units_of_work(
    children: ForkServerContext, migrated_sqlite: Path, tmp_path: Path
) -> None:
    path = tmp_path / "leads.db"
    shutil.copyfile(migrated_sqlite, path)
    with served(LEADS, chunk=500, accounts=2) as server:
        _killed_and_ended(children, f"sqlite:///{path}", server, (1, 0, 1, 2, 1))


def test_a_postgresql_store_survives_kills(
    children: ForkServerContext, postgres: Server, migrated_postgres: str
) -> None:
    with (
        served(LEADS, chunk=500, accounts=2) as server,
        postgres.database(migrated_postgres) as url,
    ):
        _killed_and_ended(children, url, server, (1, 1, 2))
