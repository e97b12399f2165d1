"""An expiry that is killed at any point leaves nothing half deleted, and the next one ends it."""

import multiprocessing
import shutil
import time
from datetime import datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random
from typing import Any

import pytest

from models.lead import Lead
from models.store import Store
from tests.acceptance.child import expire_and_tell
from tests.build import NOW, declared, delivery, email, fields, kept, take
from tests.pipeline.stopping import everything, expire_at, stop
from tests.postgres import Server

LEADS = 4_000
KILLS = {"sqlite": 15, "postgresql": 4}
TRIES_A_ROUND = 4
MOST_ROUNDS = 40
NEVER_THE_SAME = {"ledger", "job_run", "removal"}
"""Tables whose rows have keys or times of the run that wrote them; they are compared by content."""


@pytest.fixture(scope="module")
def children() -> ForkServerContext:
    """A server that forks children which have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.acceptance.child"])
    return context


def fill(store: Store) -> datetime:
    """Take leads in, two for every third person, some of whom opt out; return when they end."""
    source = declared(store)
    leads = [
        delivery(str(10_000 + n), fields(f"p{n - n % 3 // 2}@mail.example", None, f"P {n}"))
        for n in range(LEADS)
    ]
    for start in range(0, LEADS, 2_000):
        take(store, source, *leads[start : start + 2_000])
    stop(store, *[email(f"p{n}@mail.example") for n in range(0, LEADS, 50)])
    end: datetime = kept(store, Lead)[0].expires_at
    return end


def run(
    children: ForkServerContext, url: str, at: datetime, kill_after: float | None
) -> tuple[float, bool]:
    """Start an expiry and kill it after some seconds; return how long it ran, and if it ended."""
    ours, theirs = children.Pipe(duplex=False)
    process = children.Process(target=expire_and_tell, args=(url, at, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "begun"
    began = time.monotonic()
    process.join(kill_after)
    process.kill()
    process.join()
    has_ended = process.exitcode == 0
    ours.close()
    process.close()
    return time.monotonic() - began, has_ended


def end_state(store: Store) -> dict[str, Any]:
    """Return what a run leaves, without what no two runs share: keys and times of its own."""
    tables = everything(store)
    state: dict[str, Any] = {k: v for k, v in tables.items() if k not in NEVER_THE_SAME}
    state["ledger"] = sorted((row.kind, row.subject_id or "") for row in tables["ledger"])
    state["removal"] = [(row.digest, row.reason) for row in tables["removal"]]
    return state


def assert_whole(store: Store) -> int:
    """Whatever was interrupted: a lead is there with all that it needs, or gone with all of it."""
    tables = everything(store)
    leads = {row.id for row in tables["lead"]}
    assert {row.lead_id for row in tables["lead_identifier"]} == leads
    assert {row.lead_id for row in tables["permission_event"] if row.lead_id} == leads
    deleted = [row.subject_id for row in tables["ledger"] if row.kind == "lead_deleted"]
    assert len(deleted) == len(set(deleted)) == len(tables["removal"]) == LEADS - len(leads)
    carried = {row.identifier_id for row in tables["lead_identifier"]}
    assert {row.id for row in tables["identifier"]} == carried
    assert {row.id for row in tables["person"]} == {row.person_id for row in tables["lead"]}
    return len(leads)


def kill_some(
    children: ForkServerContext, url: str, at: datetime, rng: Random, whole: float
) -> tuple[int, set[int], dict[str, Any]]:
    """Kill some runs over one store, then let one end; return the kills and what was left."""
    store, kills, sizes = Store(url), 0, set()
    for _ in range(TRIES_A_ROUND):
        _, has_ended = run(children, url, at, rng.uniform(0, whole / 2))
        kills += not has_ended
        sizes.add(assert_whole(store))
    expire_at(store, at)
    state = end_state(store)
    store.close()
    return kills, sizes, state


def test_an_sqlite_store_survives_kills_in_the_middle_of_an_expiry(
    children: ForkServerContext, migrated_sqlite: Path, tmp_path: Path
) -> None:
    full = tmp_path / "full.db"
    shutil.copyfile(migrated_sqlite, full)
    store = Store(f"sqlite:///{full}")
    end = fill(store)
    store.close()

    def fresh(name: str) -> str:
        for path in tmp_path.glob("full.db*"):
            shutil.copyfile(path, tmp_path / path.name.replace("full", name))
        return f"sqlite:///{tmp_path / name}.db"

    undisturbed = fresh("undisturbed")
    whole, has_ended = run(children, undisturbed, end, None)
    assert has_ended
    store = Store(undisturbed)
    assert assert_whole(store) == 0
    expected = end_state(store)
    store.close()
    rng, kills, sizes = Random(2026), 0, set[int]()
    for number in range(MOST_ROUNDS):
        killed, left, state = kill_some(children, fresh(str(number)), end, rng, whole)
        assert state == expected
        kills, sizes = kills + killed, sizes | left
        if kills >= KILLS["sqlite"] and sizes - {0, LEADS}:
            return
    pytest.fail(f"{kills} kills left {sorted(sizes)} leads: they did not come at all points")


def test_a_postgresql_store_survives_kills_in_the_middle_of_an_expiry(
    children: ForkServerContext, postgres: Server, migrated_postgres: str
) -> None:
    rng, kills = Random(2027), 0
    while kills < KILLS["postgresql"]:
        with postgres.database(migrated_postgres) as url:
            store = Store(url)
            end = fill(store)
            store.close()
            killed, _, state = kill_some(children, url, end, rng, 1.5)
            kills += killed
            assert state["lead"] == state["permission_event"] == state["identifier"] == []
            assert len(state["removal"]) == LEADS
    assert end > NOW
