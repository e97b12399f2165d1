"""Jobs that ask platforms end when the daemon does, whatever a platform asks for."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from jobs import backups, pulls
from jobs.turn import Turn
from models.delivery import RunOutcome
from models.store import Store
from pipeline import wiring
from pipeline.watch_sources import watch_sources
from pipeline.wiring import House
from policy.errors import StoreUnavailable
from simulator.faults import Faults
from tests import build
from tests.pulling import assert_complete, pull_once, served, source_at

PATIENCE_SECONDS = 10.0


@pytest.mark.parametrize("path", ["", "leads"])
def test_a_pull_that_waits_for_its_platform_ends_when_told_to_stop(
    sqlite_store: Store, path: str
) -> None:
    with served(40, faults=Faults()) as server:
        server.faults.once("throttle", path, times=1_000, minutes=5)
        source = source_at(server, max_wait_minutes=60)
        build.declared(sqlite_store, source)
        house = House(build.settings(str(sqlite_store.url), source), sqlite_store, wiring.now)
        stop = threading.Event()
        turn = Turn(house, stop)
        timer = threading.Timer(1.0, stop.set)
        timer.start()
        began = time.monotonic()
        pulls.job(source)(turn)
        assert 0.9 < time.monotonic() - began < PATIENCE_SECONDS
        assert turn.is_broken_off
        server.faults.clear()
        pull_once(sqlite_store, server)
        assert_complete(sqlite_store, server.world)


def test_a_backup_ends_when_told_to_stop_and_leaves_no_file(
    sqlite_store: Store, tmp_path: Path
) -> None:
    build.take(sqlite_store, build.declared(sqlite_store), build.delivery())
    settings = build.settings(str(sqlite_store.url), build.source(), folder=tmp_path)
    settings = replace(settings, backup_key=b"k" * 64)
    stop = threading.Event()
    turn = Turn(House(settings, sqlite_store, wiring.now), stop)
    stop.set()
    with pytest.raises(StoreUnavailable, match=r"Told to stop"):
        backups.run(turn)
    assert turn.is_broken_off
    assert list(settings.backup_folder.iterdir()) == []
    stop.clear()
    assert backups.run(Turn(turn.house, stop)).outcome is RunOutcome.DONE
    assert len(list(settings.backup_folder.iterdir())) == 1


def test_looks_at_many_sources_end_after_the_one_in_hand(sqlite_store: Store) -> None:
    with served(1) as server:
        sources = [replace(source_at(server), id=f"meta-{number}") for number in range(3)]
        build.declared(sqlite_store, *sources)
        house = House(build.settings(str(sqlite_store.url), *sources), sqlite_store, wiring.now)
        looked = iter([False, True])
        found = watch_sources(house, house.now, is_stopping=lambda: next(looked))
    assert found.looked_at == ["meta-0"]
