"""A run of the schedule happens once, whoever does it and whatever ends in between."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import update

from jobs.perform import MOST_ATTEMPTS, perform
from jobs.turn import Result, Turn
from jobs.worker import LEASE, Worker
from models import scheduled_run as runs
from models.columns import table_of
from models.delivery import RunOutcome
from models.scheduled_run import Claim, ScheduledRun
from models.store import Store
from policy.errors import SourceRefused, SourceUnavailable, StoreUnavailable
from tests.jobs.clockwork import Moved, Noted, entry, runs_since, worker


def _rows(store: Store) -> list[tuple[str, int, str | None]]:
    """Return slot (its time), attempts and outcome of every run, in order."""
    with store.reading() as connection:
        found = runs_since(connection, Moved().at - timedelta(days=3_650))
    return [(f"{row.slot:%d %H:%M}", row.attempts, row.outcome) for row in found]


def test_a_run_that_is_due_is_done_once(store: Store) -> None:
    clock = Moved()
    job = Noted(clock, Result({"leads": 3}))
    one, two = worker(store, clock), worker(store, clock, "two")
    assert perform(one, entry(job))
    assert not perform(one, entry(job))
    assert not perform(two, entry(job))
    assert _rows(store) == [("22 12:00", 1, "done")]
    clock.move(minutes=15)
    assert perform(two, entry(job))
    assert len(job.at) == 2
    with store.reading() as connection:
        newest = runs.newest_run(connection, "noted", "", clock.at)
    assert newest is not None
    assert (newest.counts, newest.holder) == ({"leads": 3}, "two")


def test_of_many_daemons_one_does_it(store: Store) -> None:
    clock = Moved()
    job = Noted(clock)
    workers = [worker(store, clock, f"daemon-{n}") for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda each: perform(each, entry(job)), workers))
    assert sum(done) == len(job.at) == 1


def test_what_was_missed_is_made_up_once_and_counted(store: Store) -> None:
    clock = Moved()
    job = Noted(clock)
    perform(worker(store, clock), entry(job))
    clock.move(hours=5)
    assert perform(worker(store, clock), entry(job))
    assert not perform(worker(store, clock), entry(job))
    assert [slot for slot, _, _ in _rows(store)] == ["22 12:00", "22 17:00"]
    with store.reading() as connection:
        newest = runs.newest_run(connection, "noted", "", clock.at)
    assert newest is not None
    assert newest.missed == 19


def test_a_run_that_is_too_late_is_left_out_and_said_so(store: Store) -> None:
    clock = Moved()
    clock.move(minutes=10)
    job = Noted(clock)
    late = entry(job, every_minutes=60, too_late_minutes=5)
    assert perform(worker(store, clock), late)
    assert job.at == []
    assert _rows(store) == [("22 12:00", 1, "missed")]
    clock.move(minutes=52)
    assert perform(worker(store, clock), late)
    assert len(job.at) == 1


def test_the_run_of_a_daemon_that_died_is_taken_up_when_its_time_is_over(store: Store) -> None:
    clock = Moved()
    dead = worker(store, clock, "dead")
    slot = clock.at
    assert runs.claim(store, Claim("noted", "", slot, "dead", 1), clock.at, clock.at + LEASE)
    job = Noted(clock)
    clock.move(seconds=LEASE.total_seconds() - 1)
    assert not perform(worker(store, clock), entry(job))
    clock.move(seconds=2)
    assert perform(worker(store, clock), entry(job))
    assert _rows(store) == [("22 12:00", 2, "done")]
    # whoever was only thought dead does not end what is another's now
    was = Claim("noted", "", slot, "dead", 1)
    assert not runs.finish(store, was, clock.at, RunOutcome.FAILED, {}, None)
    assert runs.renew(store, {was: 5}, clock.at) == [was]
    assert dead.held == {}


def test_a_daemon_that_lives_keeps_its_run_however_long_it_takes(store: Store) -> None:
    clock = Moved()
    one, two = worker(store, clock), worker(store, clock, "two")
    other = Noted(clock)

    def long(turn: Turn) -> Result:
        for _ in range(5):
            clock.move(seconds=LEASE.total_seconds() * 0.9)
            turn.progress(100)
            one.renew()
            assert not perform(two, entry(other))
        with store.reading() as connection:
            [row] = runs_since(connection, clock.at - timedelta(days=1))
        assert row.progress == 500
        return Result()

    assert perform(one, entry(long))
    assert other.at == []


def test_a_run_that_is_told_to_stop_is_left_to_whoever_comes(store: Store) -> None:
    clock = Moved()
    one = worker(store, clock)

    def stopped(turn: Turn) -> Result:
        one.stop.set()
        assert turn.is_stopping()
        return Result({"leads": 1})

    assert perform(one, entry(stopped))
    assert _rows(store) == [("22 12:00", 1, None)]
    job = Noted(clock)
    assert perform(worker(store, clock, "two"), entry(job))
    assert _rows(store) == [("22 12:00", 2, "done")]


def test_a_run_of_a_daemon_that_is_often_started_anew_is_never_given_up(
    sqlite_store: Store,
) -> None:
    clock = Moved()
    for _ in range(MOST_ATTEMPTS + 2):
        one = worker(sqlite_store, clock)

        def stopped(turn: Turn, one: Worker = one) -> Result:
            one.stop.set()
            assert turn.is_stopping()
            return Result()

        assert perform(one, entry(stopped))
    job = Noted(clock)
    assert perform(worker(sqlite_store, clock), entry(job))
    assert len(job.at) == 1


def test_what_ends_before_it_notices_the_stop_is_over(store: Store) -> None:
    clock = Moved()
    one = worker(store, clock)
    one.stop = threading.Event()
    job = Noted(clock)
    one.stop.set()
    assert perform(one, entry(job))
    assert _rows(store) == [("22 12:00", 1, "done")]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (SourceRefused("the token is no more. Cure: make a new one"), "refused"),
        (SourceUnavailable("no answer. Cure: wait"), None),
        (StoreUnavailable("held. Cure: wait"), None),
        (ZeroDivisionError("for alice@people.example"), None),
    ],
)
def test_a_job_that_fails_is_tried_again_unless_a_person_must_act(
    store: Store, fault: Exception, outcome: str | None
) -> None:
    clock = Moved()
    job = Noted(clock, fault=fault)
    daily = entry(job, daily_at="04:10")
    one = worker(store, clock)
    assert perform(one, daily)
    [(_, _, ended)] = _rows(store)
    assert ended == outcome
    with store.reading() as connection:
        [row] = runs_since(connection, clock.at - timedelta(days=2))
    assert "Cure" in row.message
    assert "alice" not in row.message
    if outcome is None:
        assert not perform(one, daily)
        clock.move(minutes=1)
        job.fault = None
        assert perform(one, daily)
        assert _rows(store) == [("22 04:10", 2, "done")]


def test_a_job_that_comes_again_soon_is_not_tried_in_between(store: Store) -> None:
    clock = Moved()
    job = Noted(clock, fault=SourceUnavailable("no answer. Cure: wait"))
    often = entry(job, every_minutes=1)
    assert perform(worker(store, clock), often)
    assert _rows(store) == [("22 12:00", 1, "unavailable")]


def test_a_job_that_kills_its_daemons_is_given_up_and_said_so(store: Store) -> None:
    clock = Moved()
    slot = clock.at
    for attempt in range(MOST_ATTEMPTS):
        claim = Claim("noted", "", slot, f"daemon-{attempt}", 1)
        assert runs.claim(store, claim, clock.at, clock.at + LEASE)
        clock.move(seconds=LEASE.total_seconds() + 1)
    job = Noted(clock)
    assert perform(worker(store, clock), entry(job))
    assert job.at == []
    assert _rows(store) == [("22 12:00", MOST_ATTEMPTS + 1, "failed")]


def test_a_claim_by_a_wrong_clock_does_not_stop_the_job_for_a_year(store: Store) -> None:
    clock = Moved()
    ahead = Moved(clock.at + timedelta(days=365))
    assert perform(worker(store, ahead, "ahead"), entry(Noted(ahead)))
    job = Noted(clock)
    assert perform(worker(store, clock), entry(job))
    assert not perform(worker(store, clock), entry(job))
    assert len(job.at) == 1


def test_a_run_that_ends_while_another_daemon_takes_it_over_is_not_done_again(store: Store) -> None:
    clock = Moved()
    late = Claim("noted", "", clock.at, "late", 1)
    assert runs.claim(store, late, clock.at, clock.at + LEASE)
    clock.move(seconds=LEASE.total_seconds() + 1)
    job = Noted(clock)
    with ThreadPoolExecutor(1) as pool:
        with store.writing() as connection:
            connection.execute(
                update(table_of(ScheduledRun)).values(finished_at=clock.at, outcome="done")
            )
            other = pool.submit(perform, worker(store, clock, "two"), entry(job))
            with suppress(TimeoutError):
                other.result(0.3)  # on PostgreSQL it waits for the row by now
        assert not other.result()
    assert job.at == []
    assert _rows(store) == [("22 12:00", 1, "done")]


def test_a_run_in_hand_of_a_wrong_clock_does_not_stop_the_job_for_a_day(store: Store) -> None:
    clock = Moved()
    ahead = clock.at + timedelta(days=1)
    assert runs.claim(store, Claim("noted", "", clock.at, "dead", 1), ahead, ahead + LEASE)
    job = Noted(clock)
    assert perform(worker(store, clock), entry(job))
    assert _rows(store) == [("22 12:00", 2, "done")]


def test_old_runs_are_forgotten_but_the_newest_of_each_job(store: Store) -> None:
    clock = Moved()
    for job in ("often", "once"):
        perform(worker(store, clock), entry(Noted(clock), job))
    clock.move(days=1)
    perform(worker(store, clock), entry(Noted(clock), "often"))
    clock.move(days=100)
    with store.writing() as connection:
        assert (
            runs.forget_runs(
                connection, clock.at - timedelta(days=90), clock.at - timedelta(days=95)
            )
            == 1
        )
    assert len(_rows(store)) == 2


def test_runs_that_found_nothing_to_do_are_forgotten_sooner(store: Store) -> None:
    clock = Moved()
    for result in (Result(), Result({"leads": 1}), Result({}, RunOutcome.REFUSED), Result()):
        perform(worker(store, clock), entry(Noted(clock, result)))
        clock.move(minutes=15)
    with store.writing() as connection:
        assert runs.forget_runs(connection, clock.at - timedelta(days=90), clock.at) == 1
    assert [outcome for _, _, outcome in _rows(store)] == ["done", "refused", "done"]
