"""An import that is killed at any point is ended by importing the file again: every row once."""

import multiprocessing
import shutil
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random

import pytest

from models.delivery import DeliveryRecord
from models.lead import Arrival, Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from tests.acceptance.importing_child import import_and_tell
from tests.build import kept
from tests.importing import bring, row, written

GOOD = 5_000
BAD = 60
KILLS = 15
TRIES_A_ROUND = 3
MOST_ROUNDS = 40


@pytest.fixture(scope="module")
def children() -> ForkServerContext:
    """A server that forks children which have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.acceptance.importing_child"])
    return context


def run(
    children: ForkServerContext, url: str, path: Path, kill_after: float | None
) -> tuple[float, bool]:
    """Start an import and kill it after some seconds; return how long it ran, and if it ended."""
    ours, theirs = children.Pipe(duplex=False)
    process = children.Process(target=import_and_tell, args=(url, path, theirs))
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


def assert_whole(store: Store) -> int:
    """Whatever was interrupted: each lead once, with its person and its place in the ledger."""
    leads = kept(store, Lead)
    assert len({lead.external_id for lead in leads}) == len(leads)
    assert all(lead.person_id is not None for lead in leads)
    stored = [r.subject_id for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
    assert sorted(stored) == sorted(lead.id.hex for lead in leads)
    return len(leads)


def test_an_import_that_was_killed_goes_on_and_accounts_for_every_row(
    children: ForkServerContext, migrated_sqlite: Path, tmp_path: Path
) -> None:
    rows = [row(number) for number in range(GOOD)]
    rows[:: GOOD // BAD] = [row(n, Phone=f"0{n}") for n in range(0, GOOD, GOOD // BAD)]
    bad = len(range(0, GOOD, GOOD // BAD))
    path = written(tmp_path / "fair.csv", rows)

    def fresh(name: str) -> str:
        shutil.copyfile(migrated_sqlite, tmp_path / f"{name}.db")
        return f"sqlite:///{tmp_path / name}.db"

    whole, has_ended = run(children, fresh("undisturbed"), path, None)
    assert has_ended
    rng, kills, sizes = Random(2026), 0, set[int]()
    for number in range(MOST_ROUNDS):
        url = fresh(str(number))
        store = Store(url)
        for _ in range(TRIES_A_ROUND):
            _, has_ended = run(children, url, path, rng.uniform(0, whole))
            kills += not has_ended
            sizes.add(assert_whole(store))
        before = assert_whole(store)
        report = bring(store, path)
        assert report.rows == GOOD
        assert report.counts["stored"] == GOOD - bad - before
        assert report.counts["duplicates"] == before
        assert report.counts["set_aside"] == report.reasons["phone_ambiguous"] == bad
        assert assert_whole(store) == GOOD - bad
        assert kept(store, Arrival) == []
        assert len(kept(store, DeliveryRecord)) == bad
        store.close()
        if kills >= KILLS and sizes - {0, GOOD - bad}:
            return
    pytest.fail(f"{kills} kills left {sorted(sizes)} leads: they did not come at all points")
