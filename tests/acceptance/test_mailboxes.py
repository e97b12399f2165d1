"""A mailbox that is watched: news at once, a stop that stops, every broken link in the status."""

import multiprocessing
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random
from typing import Any

import pytest

from jobs import mailboxes
from jobs.worker import Worker, own_name
from models.lead import Lead
from models.store import Store
from pipeline import wiring
from pipeline.export import ExportRequest, export
from pipeline.pull import pull
from pipeline.settings import ConfiguredSource
from pipeline.status import status
from pipeline.wiring import House
from policy.vocabulary import Channel, Purpose
from simulator.imap_faults import ImapFault
from simulator.imap_server import ImapServer
from tests import build
from tests.acceptance.mailbox_child import pull_and_tell
from tests.build import LINKS_KEY, MARKETING_BY_EMAIL, SUPPRESSION_KEY, controller, kept
from tests.connectors import mailbox_rig as rig
from tests.connectors.email_corpus import written
from tests.connectors.mailbox_rig import simulated
from tests.postgres import Server

MAILS = 600
_PATIENCE_SECONDS = 30.0


def inbox(port: int, **own: Any) -> ConfiguredSource:
    given = {"poll_minutes": 0.05, "alarm_after_minutes": 1} | own
    return ConfiguredSource(
        "inbox",
        "email_inbox",
        controller(),
        "GB",
        (MARKETING_BY_EMAIL,),
        rig.settings(port, **given),
        SUPPRESSION_KEY,
        [LINKS_KEY],
    )


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the job asks the clock


@contextmanager
def watched(store: Store, source: ConfiguredSource) -> Iterator[None]:
    """Let the daemon's job look at a mailbox while the block runs."""
    build.declared(store, source)
    stop = threading.Event()
    house = House(build.settings(str(store.url), source), store)
    worker = Worker(house, own_name(), stop)
    thread = threading.Thread(target=mailboxes.run, args=(worker, source), daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(_PATIENCE_SECONDS)
    assert not thread.is_alive()


def until(is_so: Callable[[], object]) -> None:
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at, "it did not come"
        time.sleep(0.05)


def message_of(store: Store, source: ConfiguredSource, at: datetime) -> str:
    [found] = status(store, build.settings(str(store.url), source), at).sources
    return f"{found.message or ''} {found.watch_message or ''}".strip()


def test_what_comes_is_a_lead_at_once(sqlite_store: Store) -> None:
    with simulated() as server:
        source = inbox(server.port, poll_minutes=60)
        with watched(sqlite_store, source):
            until(lambda: "IDLE" in server.commands)
            server.mailbox.deliver(written("We need a website."), now())
            until(lambda: kept(sqlite_store, Lead))
        assert message_of(sqlite_store, source, now()) == ""


def test_a_store_that_fails_is_waited_for_and_is_no_fault_of_the_program(tmp_path: Path) -> None:
    source, stop = inbox(9), threading.Event()
    store = Store(f"sqlite:///{tmp_path}/away/leads.db")
    worker = Worker(House(build.settings(str(store.url), source), store), own_name(), stop)
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(mailboxes.run, worker, source)
        with pytest.raises(TimeoutError):
            watching.result(0.3)
        stop.set()
        watching.result(_PATIENCE_SECONDS)


def test_a_stop_by_mail_stops_the_next_export(store: Store, tmp_path: Path) -> None:
    def listed(number: int) -> int:
        request = ExportRequest(
            controller(),
            Purpose.DIRECT_MARKETING,
            Channel.EMAIL,
            build.recipient(),
            tmp_path / f"{number}.csv",
            "sales",
        )
        return export(store, request, SUPPRESSION_KEY, now).allowed

    with simulated() as server:
        source, meta = inbox(server.port), build.source()
        build.declared(store, meta, source)
        build.take(store, meta, build.delivery())
        assert listed(1) == 1
        server.mailbox.deliver(written("Please take me off your list."), now())
        report = pull(store, source, wiring.build(source), now)
        assert report.taken.counts["stopped"] == 1
        assert listed(2) == 0


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (ImapFault.REFUSE_LOGIN, "refuses to sign us in"),
        (ImapFault.BYE, "does not answer, or hung up"),
        (ImapFault.HANG, "does not answer, or hung up"),
    ],
)
def test_a_broken_link_shows_in_the_status_and_goes_when_it_is_mended(
    sqlite_store: Store, fault: ImapFault, told: str
) -> None:
    with simulated() as server:
        source = inbox(server.port, timeout_seconds=1)
        server.faults.ask(fault)
        with watched(sqlite_store, source):
            until(lambda: told in message_of(sqlite_store, source, now()))
            until(lambda: message_of(sqlite_store, source, now()) == "")


def test_news_that_are_not_told_show_in_the_status(sqlite_store: Store) -> None:
    with simulated() as server:
        source = inbox(server.port)
        server.faults.ask(ImapFault.DROP_IN_IDLE)
        with watched(sqlite_store, source):
            until(lambda: "not told at once" in message_of(sqlite_store, source, now()))
            until(lambda: message_of(sqlite_store, source, now()) == "")


def test_a_folder_that_is_gone_and_a_job_that_is_dead_show_in_the_status(
    sqlite_store: Store,
) -> None:
    with simulated() as server:
        source = inbox(server.port, folders=["Gone"])
        build.declared(sqlite_store, source)
        assert "never looked at" in message_of(sqlite_store, source, now())
        pull(sqlite_store, source, wiring.build(source), now)
        assert "has no folder" in message_of(sqlite_store, source, now())
        good = inbox(server.port)
        pull(sqlite_store, good, wiring.build(good), now)
        assert message_of(sqlite_store, good, now()) == ""
        later = now() + timedelta(minutes=2)
        assert "does not run or hangs" in message_of(sqlite_store, good, later)


def test_looks_that_find_nothing_leave_one_row(sqlite_store: Store) -> None:
    from models.delivery import JobRun  # noqa: PLC0415 - only here

    with simulated() as server:
        source = inbox(server.port)
        build.declared(sqlite_store, source)
        for _ in range(5):
            pull(sqlite_store, source, wiring.build(source), now)
        assert len(kept(sqlite_store, JobRun)) == 1


@pytest.fixture(scope="module")
def children() -> ForkServerContext:
    """A server that forks children which have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.acceptance.mailbox_child"])
    return context


def _kill(children: ForkServerContext, url: str, server: ImapServer, delay: float) -> bool:
    """Start a pull, kill it some seconds after it began; say whether it had ended."""
    ours, theirs = children.Pipe(duplex=False)
    process = children.Process(target=pull_and_tell, args=(url, server.port, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "begun"
    process.join(delay)
    process.kill()
    process.join()
    has_ended = process.exitcode == 0
    ours.close()
    process.close()
    return has_ended


def _survives(children: ForkServerContext, url: str, server: ImapServer, kills: int) -> None:
    """Kill pulls at chance points, number the folder anew in between, then let one end."""
    rng, store = Random(2026), Store(url)
    interrupted = sum(
        not _kill(children, url, server, rng.uniform(0, 0.6)) for _ in range(kills // 2)
    )
    server.mailbox.renumber()
    interrupted += sum(
        not _kill(children, url, server, rng.uniform(0, 0.6)) for _ in range(kills // 2)
    )
    assert interrupted > 1
    source = inbox(server.port)
    assert pull(store, source, wiring.build(source), now).errors == []
    leads = kept(store, Lead)
    assert sorted(lead.answers["message"][0] for lead in leads) == sorted(
        f"Message number {number}" for number in range(MAILS)
    )
    store.close()


@contextmanager
def filled() -> Iterator[ImapServer]:
    with simulated() as server:
        for number in range(MAILS):
            server.mailbox.deliver(written(f"Message number {number}"), now())
        yield server


def test_an_sqlite_store_survives_kills_in_the_middle_of_a_mailbox(
    children: ForkServerContext, migrated_sqlite: Path, tmp_path: Path
) -> None:
    path = tmp_path / "leads.db"
    shutil.copyfile(migrated_sqlite, path)
    with filled() as server:
        _survives(children, f"sqlite:///{path}", server, 50)


def test_a_postgresql_store_survives_kills_in_the_middle_of_a_mailbox(
    children: ForkServerContext, postgres: Server, migrated_postgres: str
) -> None:
    with filled() as server, postgres.database(migrated_postgres) as url:
        _survives(children, url, server, 6)


def test_of_two_daemons_one_watches_and_the_other_takes_over(store: Store) -> None:
    with simulated() as server:
        source = inbox(server.port, poll_minutes=60)
        build.declared(store, source)
        house = House(build.settings(str(store.url), source), store)
        one, two = (
            Worker(house, own_name(), threading.Event(), look_seconds=0.1) for _ in range(2)
        )
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(mailboxes.run, one, source)
            until(lambda: "IDLE" in server.commands)
            second = pool.submit(mailboxes.run, two, source)
            server.mailbox.deliver(written("We need a website."), now())
            until(lambda: kept(store, Lead))
            assert two.held == {}
            one.stop.set()
            first.result(_PATIENCE_SECONDS)
            until(lambda: two.held)
            server.mailbox.deliver(written("We need a shop."), now())
            until(lambda: len(kept(store, Lead)) == 2)
            two.stop.set()
            second.result(_PATIENCE_SECONDS)
