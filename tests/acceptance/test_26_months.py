"""Twenty-six months of the daemon on a simulated clock, with leads, opt-outs, holds and faults."""

import os
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from pipeline.timing import ScheduleSettings
from simulator.catalogue import NEWSLETTER
from simulator.graph_api import GraphServer
from simulator.world import World
from tests import build
from tests.acceptance.years import DAY, Years
from tests.jobs.clockwork import runs_since

BEGINS = datetime(2028, 1, 5, 6, 0, tzinfo=UTC)
"""Before a leap day, so that its leads come to their end before the end."""
ENDS = datetime(2030, 3, 10, 6, 0, tzinfo=UTC)
LEADS_A_DAY = 5
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it has a name of its own
FAULTS = ("html_502", "transient", "truncated_json", "throttle", "expired_token", "empty_page")
A_DAY = Counter(pull=1, expire=2, housekeeping=1)
SOME_DAYS = Counter(reconcile=1, scrub=1, reconcile_all=1, alarms=1)
SCHEDULE = ScheduleSettings.model_validate(
    {
        "pull": {"every_minutes": 1_440, "jitter_seconds": 300},
        "expire": {"cron": "20 4,16 * * *"},
        "housekeeping": {"daily_at": "05:10"},
        "alarms": {"cron": "0 9 * * tue,fri"},
        "reconcile": {"cron": "40 3 * * mon"},
        "reconcile_all": {"cron": "40 5 1 * *"},
        "scrub": {"cron": "40 4 * * sun"},
        "probe": {"on": False},
        "optout_files": {"on": False},
    }
)


def _years(url: str, graph: GraphServer) -> Years:
    source = build.source(graph_url=graph.url, connections=1, max_wait_minutes=0)
    settings = replace(build.settings(url, source), schedule=SCHEDULE)
    return Years(settings, graph, BEGINS, Random(26))


def _day(years: Years, form_id: str) -> None:
    """Let a day pass: people send, some have enough, the platform has moods, the daemon works."""
    rng, begins = years.rng, years.at
    moments = sorted(rng.random() for _ in range(rng.randrange(2 * LEADS_A_DAY + 1)))
    for part in moments:
        years.until(max(years.at, begins + DAY * part))
        years.send(form_id)
        if years.people and rng.random() < 0.05:
            years.opt_out()
    if rng.random() < 0.03:
        years.hold()
    years.release_holds()
    if rng.random() < 0.10:
        kind = rng.choice(FAULTS)
        years.graph.faults.once(kind, times=rng.randrange(1, 4))
        years.seen[kind] += 1
    years.until(max(years.at, begins + DAY))
    years.graph.faults.clear()


def test_for_26_months_nothing_is_lost_kept_too_long_or_used_against_somebodys_will(
    migrated_sqlite: Path,
) -> None:
    world = World(rng=Random(26), now=BEGINS)
    form = world.add_form(NEWSLETTER)
    # ten thousand commits: in memory where there is such a place, since kills are only pretended
    place = str(MEMORY) if os.access(MEMORY, os.W_OK) else None
    with GraphServer(world) as graph, TemporaryDirectory(dir=place) as folder:
        store = Path(shutil.copy(migrated_sqlite, Path(folder) / "leads.db"))
        years = _years(f"sqlite:///{store}", graph)
        years.boot()
        while years.at < ENDS:
            _day(years, form.id)
            years.judge()
        _each_run_was_done_once(years)
        years.store.close()
    seen = years.seen
    assert seen["days"] > 780
    assert len(years.sent) > 3_500
    assert seen["expired"] > 100
    assert min(seen[kind] for kind in (*FAULTS, "kills", "holds", "opt_outs")) > 3
    assert min(seen["allowed"], seen["denied"], seen["left after an opt-out"]) > 50
    assert seen["held beyond its day"] > 0


def _each_run_was_done_once(years: Years) -> None:
    """Every slot is one row, ended once; what began more often was killed in between."""
    # a kill may come when the work is done and nobody has written that down yet
    again = sum(count - 1 for count in years.ended.values() if count > 1)
    assert again <= years.seen["kills"] // 2
    with years.store.reading() as connection:
        rows = runs_since(connection, years.at - timedelta(days=60))
    kept = {(row.job, row.subject, row.slot) for row in rows if row.outcome == "done"}
    assert kept <= set(years.ended)
    broken_off = years.started.total() - years.ended.total()
    assert broken_off <= years.seen["kills"] + years.seen["failed"]


@pytest.mark.parametrize("day", ["2028-03-26", "2028-10-29", "2028-02-29"])
def test_on_the_days_on_which_clocks_or_calendars_jump_each_job_runs_as_on_any_other(
    sqlite_url: str, day: str
) -> None:
    world = World(rng=Random(26), now=BEGINS)
    form = world.add_form(NEWSLETTER)
    with GraphServer(world) as graph:
        years = _years(sqlite_url, graph)
        years.at = datetime.fromisoformat(f"{day}T06:00:00+00:00") - 2 * DAY
        years.boot()
        _day(years, form.id)  # the first makes up for what was never run
        for _ in range(3):
            before = years.ended.copy()
            _day(years, form.id)
            years.judge()
            ran = Counter(job for job, _, _ in (years.ended - before).elements())
            assert ran - SOME_DAYS == A_DAY
        years.store.close()
