"""What the daemon runs: each job once, with the step that it is called after."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from jobs.perform import perform
from jobs.schedule import schedule
from jobs.slots import longest_gap
from jobs.worker import Worker
from models import scheduled_run as runs
from models.store import Store
from pipeline.alarm_settings import AlarmSettings
from pipeline.find_alarms import Surroundings, find_alarms
from pipeline.settings import Settings
from pipeline.timing import ScheduleSettings
from pipeline.wiring import House
from policy.alarms import AlarmKind
from simulator.catalogue import NEWSLETTER
from simulator.graph_api import GraphServer
from simulator.world import World
from tests import build
from tests.jobs.clockwork import Moved, timing


def _settings(store: Store, folder: Path, graph_url: str) -> Settings:
    source = build.source(graph_url=graph_url, max_wait_minutes=0)
    known = build.settings(str(store.url), source, folder=folder)
    return replace(
        known, backup_key=b"a-key-for-backups-of-the-tests-0123456789", alarms=AlarmSettings()
    )


def test_every_job_that_has_something_to_do_is_there_once(
    sqlite_store: Store, tmp_path: Path
) -> None:
    settings = _settings(sqlite_store, tmp_path, "http://127.0.0.1:9")
    entries = schedule(House(settings, sqlite_store, Moved()))
    names = [entry.name for entry in entries]
    assert len(names) == len(set(names))
    assert {entry.job for entry in entries} == set(ScheduleSettings.model_fields) - {"audiences"}


def test_a_job_that_is_switched_off_is_not_run_and_a_source_may_have_times_of_its_own(
    sqlite_store: Store, tmp_path: Path
) -> None:
    settings = _settings(sqlite_store, tmp_path, "http://127.0.0.1:9")
    off = timing(on=False)
    when = ScheduleSettings(expire=off, backup=off)
    [source] = settings.sources
    own = replace(source, timing=timing(every_minutes=3))
    house = House(replace(settings, schedule=when, sources=[own]), sqlite_store, Moved())
    entries = {entry.job: entry for entry in schedule(house)}
    assert not {"expire", "backup"} & entries.keys()
    assert entries["pull"].timing.every_minutes == 3


def test_what_was_never_pulled_is_not_compared_and_so_no_gap(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with GraphServer(World.seeded(4, 20, build.NOW, forms=2)) as server:
        settings = _settings(sqlite_store, tmp_path, server.url)
        [source] = settings.sources
        build.declared(sqlite_store, source)
        house = House(settings, sqlite_store, Moved())
        worker = Worker(house, "one", threading.Event())
        entries = {entry.job: entry for entry in schedule(house)}
        assert not perform(worker, entries["reconcile"])
        assert perform(worker, entries["pull"])
        assert perform(worker, entries["reconcile"])
    with sqlite_store.reading() as connection:
        newest = runs.newest_run(connection, "reconcile", source.id, build.NOW)
    assert newest is not None
    assert newest.counts.get("fetched", 0) == 0
    off = replace(settings, schedule=ScheduleSettings(pull=timing(on=False)))
    alone = {entry.job: entry for entry in schedule(replace(house, settings=off))}
    assert alone["reconcile"].after is None


def test_every_job_runs_and_what_it_did_is_written_down(store: Store, tmp_path: Path) -> None:
    clock = Moved()
    world = World(rng=Random(5), now=clock.at)
    world.add_form(NEWSLETTER)
    world.add_random_leads(5, clock.at - timedelta(hours=3))
    world.now = clock.at
    with GraphServer(world) as graph:
        settings = _settings(store, tmp_path, graph.url)
        build.declared(store, *settings.sources)
        house = House(settings, store, clock)
        worker = Worker(house, "one", threading.Event())
        for entry in schedule(house):
            assert perform(worker, entry), entry.name
    with store.reading() as connection:
        rows = {row.job: row for row in runs.newest_runs(connection, clock.at).values()}
    assert {job: row.outcome for job, row in rows.items()} == dict.fromkeys(rows, "done")
    assert rows["pull"].counts["stored"] == 5
    assert rows["reconcile"].counts["stored"] == 5
    assert rows["backup"].counts["rows"] > 5


def test_a_job_on_the_clock_that_fails_is_an_alarm(store: Store, tmp_path: Path) -> None:
    clock = Moved()
    settings = _settings(store, tmp_path / "gone", "http://127.0.0.1:9")
    (tmp_path / "gone").write_text("a file where the folder should be")
    build.declared(store, *settings.sources)
    house = House(settings, store, clock)
    worker = Worker(house, "one", threading.Event())
    [backup] = [entry for entry in schedule(house) if entry.job == "backup"]
    for _ in range(10):
        perform(worker, backup)
        clock.move(hours=1)
    [row] = [
        each
        for each in find_alarms(house, clock.at, Surroundings(free_bytes=10**12))
        if each.kind is AlarmKind.BACKUP_FAILED
    ]
    assert "leadledger backup" in row.cure


def test_the_longest_time_between_two_runs_is_what_may_be_waited_for() -> None:
    assert longest_gap(timing(every_minutes=15), build.NOW).total_seconds() == 900
    working_days = longest_gap(timing(cron="10 4 * * mon-fri"), build.NOW)
    assert working_days.total_seconds() == 3 * 86_400
