"""Measure the house beside the straight line, in one run: `python3 dev.py bench`.

Every figure is of a process of its own; the ratios are what counts, not the seconds.
"""

import argparse
import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks import (
    access_pack,
    decisions,
    disclosures,
    expiry,
    expiry_beside,
    google_stream,
    ingest,
    mailbox,
    receiver,
    soak,
    straight_line,
    with_dlt,
)
from benchmarks.graph_server import graph_server
from benchmarks.measured import Cost, measure
from benchmarks.printed import Load, against, heading, show
from models import schema
from models.store import Store
from pipeline.setup import upgrade_store
from tests.acceptance import daemons
from tests.postgres import NoPostgres, Server, running_server

BUDGET_CPU = 2.0
BUDGET_WALL = 2.0
BUDGET_MEMORY = 200.0
BUDGET_EXPIRY = 3.0
BUDGET_DECISION = 20.0
BUDGET_GOOGLE = 1.5
BUDGET_RECEIVER = 1.5
DECISIONS = 1_000_000
BUDGET_MAILBOX = 2.0
BUDGET_BESIDE = 4.0
BUDGET_PACK = 2.0
MAILS = 10_000
PARTS = (
    "decisions",
    "sqlite",
    "postgresql",
    "latency",
    "expiry",
    "google",
    "receiver",
    "soak",
    "email",
    "all-expire",
    "daemons",
    "disclosures",
    "access-pack",
)
"""The last five are run only when they are named."""


def main() -> None:
    """Run what is asked for; everything if nothing is."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--requests", type=int, default=20_000, help="of the receiver (20,000)")
    parser.add_argument("--minutes", type=float, default=10.0, help="of the soak, the daemons (10)")
    parser.add_argument("--kills", type=int, default=20, help="of the soak (20)")
    parser.add_argument("--kill-every", type=float, default=3.0, help="of the daemons, in s (3)")
    parser.add_argument("--exports", type=int, default=1_000, help="of the disclosures (1,000)")
    asked = parser.parse_args()
    by_name: dict[str, Callable[[], int | None]] = {
        "soak": lambda: soaked(asked.minutes, asked.kills),
        "email": lambda: mailed(MAILS),
        "all-expire": lambda: all_expired(asked.leads),
        "daemons": lambda: shared(asked.minutes, asked.kill_every),
        "disclosures": lambda: disclosures.disclosed(asked.exports, asked.leads),
        "access-pack": lambda: answered(asked.leads),
    }
    if asked.only in by_name:
        sys.exit(by_name[asked.only]())
    near = Load(asked.leads, forms=10, limit=500)
    far = Load(asked.leads, forms=50, limit=100, latency=0.05)
    with ExitStack() as stack:
        if asked.only in (None, "decisions"):
            decided(DECISIONS)
        if asked.only in (None, "sqlite"):
            sqlite(near)
        if asked.only in (None, "postgresql"):
            try:
                postgresql(near, stack.enter_context(running_server()))
            except NoPostgres as reason:
                print(f"\nPostgreSQL is not measured: {reason}")
        if asked.only in (None, "latency"):
            latency(far)
        if asked.only in (None, "expiry"):
            expiring(near)
        if asked.only in (None, "google"):
            google(near)
        if asked.only in (None, "receiver"):
            received(asked.requests)


def decided(count: int) -> None:
    """Decide, from facts that are held in memory."""
    heading(f"{count:,} decisions of {decisions.SHAPES:,} shapes")
    found: decisions.Figures = measure(decisions.decisions, count).value
    print(f"  {'a decision':<38} {found.decided:7.2f} microseconds, {found.allowed:.0%} allowed")
    print(f"  {'an empty function of the same shape':<38} {found.nothing:7.2f} microseconds")
    print(f"  A decision takes {found.ratio:.0f} times the empty function.")
    against("microseconds a decision", found.decided, BUDGET_DECISION)


def mailed(count: int) -> None:
    """Pull a mailbox with the libraries alone and with ours, and tell recorded mails apart."""
    heading(f"{count:,} mails from a mailbox into SQLite")
    load = Load(count, forms=1, limit=100)
    with mailbox.mail_server(count) as port:
        alone = measure(mailbox.alone, port)
        show("IMAPClient and email alone", alone, load)
        read = measure(mailbox.ours, Path(tempfile.mkdtemp(prefix="leadledger-bench-")), port, True)
        show("fetched, parsed and told apart", read, load)
        stored = measure(
            mailbox.ours, Path(tempfile.mkdtemp(prefix="leadledger-bench-")), port, False
        )
        show("leadledger pull", stored, load)
    if not alone.value == read.value == stored.value == count:
        raise RuntimeError(f"{alone.value}, {read.value}, {stored.value} of {count} were read")
    against("CPU of the pull", stored.cpu / alone.cpu, BUDGET_MAILBOX)
    heading("Recorded mails, told apart")
    for score in mailbox.classes():
        shares = f"precision {score.precision:4.0%}  recall {score.recall:4.0%}"
        print(f"  {score.name:<12} {score.there:4} mails  {shares}")
    heading("Answers in words that nobody listed: stops heard, and others taken for one")
    for answers in mailbox.answers():
        new = f"when new {answers.heard_when_new:4.0%} and {answers.stopped_when_new:4.0%}"
        now = f"now {answers.now.recall:4.0%} and {answers.now.false_stops:4.0%}"
        size = f"{answers.now.stops:4} + {answers.now.others:<4}"
        print(f"  {answers.name:<8} {size} {new}  {now}, {answers.now.stopped_as_sure} as sure")


def sqlite(load: Load) -> None:
    """Ingest into SQLite, from a server on this machine."""
    heading(f"{load.leads:,} leads into SQLite, {load.limit} a page, {load.forms} forms")
    folder = Path(tempfile.mkdtemp(prefix="leadledger-bench-"))
    with graph_server(load.leads, load.forms, load.limit, load.latency) as url:
        ours = pulled(folder, "sqlite:///leads.db", url, load)
        fetched = fetch(url, load)
        inserted = measure(straight_line.insert_sqlite, folder / "leads.db", folder / "raw.db")
        show("(b) raw executemany of the same rows", inserted, load)
        verdict(ours, fetched, inserted)
        compare_dlt(url, load, f"sqlite:///{folder / 'dlt.db'}", ours)


def postgresql(load: Load, server: Server) -> None:
    """Ingest into PostgreSQL, from a server on this machine; its own CPU is counted nowhere."""
    heading(f"{load.leads:,} leads into PostgreSQL, {load.limit} a page, {load.forms} forms")
    folder = Path(tempfile.mkdtemp(prefix="leadledger-bench-"))
    with (
        server.database() as target,
        server.database() as raw,
        server.database() as other,
        graph_server(load.leads, load.forms, load.limit, load.latency) as url,
    ):
        ours = pulled(folder, target, url, load)
        fetched = fetch(url, load)
        prepare_postgres(folder, raw)
        inserted = measure(straight_line.insert_postgres, plain(target), plain(raw))
        show("(b) raw COPY of the same rows", inserted, load)
        verdict(ours, fetched, inserted)
        compare_dlt(url, load, plain(other), ours)


def latency(load: Load) -> None:
    """Ingest into SQLite, from a server that takes its time."""
    wait = load.latency * 1000
    heading(
        f"{load.leads:,} leads into SQLite, {load.limit} a page, {load.forms} forms, {wait:.0f} ms"
    )
    folder = Path(tempfile.mkdtemp(prefix="leadledger-bench-"))
    with graph_server(load.leads, load.forms, load.limit, load.latency) as url:
        ours = pulled(folder, "sqlite:///leads.db", url, load)
        fetched = fetch(url, load)
        inserted = measure(straight_line.insert_sqlite, folder / "leads.db", folder / "raw.db")
        show("(b) raw executemany of the same rows", inserted, load)
        against("wall", ours.wall / (fetched.wall + inserted.wall), BUDGET_WALL)


def expiring(load: Load) -> None:
    """Delete the leads that are due from an SQLite store, with their dependants and ledger."""
    due = load.leads // expiry.SHARE
    heading(f"{due:,} of {load.leads:,} leads expire from SQLite")
    folder = Path(tempfile.mkdtemp(prefix="leadledger-bench-"))
    with graph_server(load.leads, load.forms, load.limit, load.latency) as url:
        config = ingest.install(folder, "sqlite:///leads.db", url, load.limit)
        measure(ingest.ours, config)
    full = folder / "leads.db"
    expiry.make_due(full)
    path = expiry.copied(full, "ours.db")
    ours = measure(expiry.ours, config, path)
    if ours.value != due:
        raise RuntimeError(f"{ours.value} of {due} leads were deleted")
    show("leadledger expire", ours, replace(load, leads=due))
    bare = measure(expiry.bare, expiry.copied(full, "bare.db"), path)
    show("the bare deletes of the same rows", bare, replace(load, leads=due))
    against("wall", ours.wall / bare.wall, BUDGET_EXPIRY)
    against("memory in MiB", ours.peak, BUDGET_MEMORY)


def all_expired(leads: int) -> None:
    """Delete every lead of a store, alone and while webhooks come in."""
    heading(f"{leads:,} of {leads:,} leads expire from SQLite")
    found = expiry_beside.expire_all(leads)
    load = Load(found.due, forms=10, limit=500)
    show("leadledger expire", found.alone, load)
    show("the bare deletes of the same rows", found.bare, load)
    show(f"the same beside {found.taken:,} webhooks", found.beside, load)
    against("wall", found.alone.wall / found.bare.wall, BUDGET_EXPIRY)
    against("memory in MiB", max(found.alone.peak, found.beside.peak), BUDGET_MEMORY)
    print(f"  webhooks: p99 {found.idle_p99:.1f} ms idle, {found.busy_p99:.1f} ms meanwhile")
    against("p99 of the webhooks", found.busy_p99 / found.idle_p99, BUDGET_BESIDE)


def answered(leads: int) -> None:
    """Write the copies of some people out of many, with as much unread as is searched."""
    heading(f"Copies of one person each, among {leads:,} leads in SQLite")
    for unread, (first, *others) in access_pack.answered(leads):
        print(f"  {unread:,} set aside: the first {first:.2f} s, with all that is loaded for it;")
        print(f"  then {statistics.median(others):.3f} s, at most {max(others):.3f} s")
        against("seconds of the slowest", max(first, *others), BUDGET_PACK)


def shared(minutes: float, kill_every: float) -> int:
    """Let three daemons share a PostgreSQL store while one after the other is killed."""
    heading(f"{minutes:g} minutes of three daemons, one killed every {kill_every:g} s or so")
    with ExitStack() as stack:
        server = stack.enter_context(running_server())
        url = stack.enter_context(server.database())
        store = Store(url)
        schema.upgrade(store)
        store.close()
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="leadledger-soak-"))
        found = daemons.soak_daemons(url, Path(folder), minutes * 60, kill_every)
    for name, count in (
        ("daemons killed", found.kills),
        ("runs of the schedule", found.slots),
        ("done again after they were over", len(found.run_again)),
        ("done by two at the same time", len(found.at_the_same_time)),
        ("left out or not ended", len(found.skipped)),
        ("passed over, and said so", found.passed_over),
        ("leads", found.leads),
        ("leads missing", len(found.missing)),
        ("leads stored more than once", len(found.doubled)),
    ):
        print(f"  {name:<38} {count:9,}")
    for line in (*found.run_again, *found.at_the_same_time, *found.skipped):
        print(f"  {line}")
    return 0 if found.is_whole else 1


def google(load: Load) -> None:
    """Read submissions from a pretend Google Ads API: the vendor's client alone, then ours."""
    heading(f"{load.leads:,} submissions of one Google Ads account, over TLS")
    with google_stream.google_server(load.leads) as at:
        measure(google_stream.alone, at)  # the server makes the answer once and keeps it
        rounds = [
            (
                measure(google_stream.alone, at),
                measure(google_stream.connector, at, False),
                measure(google_stream.connector, at, True),
            )
            for _ in range(3)
        ]
    # the least disturbed of three rounds
    alone, polled, read = (
        min(costs, key=lambda cost: cost.cpu) for costs in zip(*rounds, strict=True)
    )
    for name, cost in (
        ("the client alone, rows as dictionaries", alone),
        ("the connector's poll", polled),
        ("poll, and read into submissions", read),
    ):
        if cost.value != load.leads:
            raise RuntimeError(f"{cost.value} of {load.leads} submissions were read")
        show(name, cost, load)
    against("CPU of the poll", polled.cpu / alone.cpu, BUDGET_GOOGLE)
    print(f"  With reading it is {read.cpu / alone.cpu:.1f} times the client alone.")


def received(requests: int) -> None:
    """Take pushes of Meta in: the bare endpoint, then ours, in turns."""
    heading(f"{requests:,} pushes of Meta over {receiver.CONNECTIONS} connections, into SQLite")
    found = receiver.rounds(requests)
    for bare, ours in zip(found.bare, found.ours, strict=True):
        print(f"  {'a bare endpoint that shares commits':<38} {bare}")
        print(f"  {'leadledger serve':<38} {ours}")
    against("the bare endpoint's rate, to ours", found.ratio, BUDGET_RECEIVER)
    print(f"  Ours needs {found.cpu_ratio:.1f} times the CPU. Every 2xx is a row.")


def soaked(minutes: float, kills: int) -> int:
    """Push while the process is killed; return 1 unless every 2xx is one lead."""
    heading(f"{minutes:g} minutes of pushes, {kills} kills, into SQLite")
    with tempfile.TemporaryDirectory(prefix="leadledger-soak-") as folder:
        found = soak.soak_new(Path(folder), minutes * 60, kills)
    answers = found.answers
    print(f"  {'answered with 2xx':<38} {len(found.taken):9,}")
    print(f"  {'of these lost':<38} {len(found.lost):9,}")
    print(f"  {'leads':<38} {len(found.stored):9,}")
    print(f"  {'of these stored more than once':<38} {len(found.doubled):9,}")
    print(f"  {'requests without an answer':<38} {answers.unanswered:9,}")
    print(f"  {'other answers':<38} {sum(answers.others.values()):9,}  {dict(answers.others)}")
    print(f"  {'restarts':<38} {found.kills:9,}")
    print(f"  {'p50, p99 of the answers, in ms':<38} ", end="")
    print(f"{answers.milliseconds(0.5):.1f}, {answers.milliseconds(0.99):.1f}")
    print(
        "  Nothing was lost or doubled." if found.is_whole else "  SOMETHING WAS LOST OR DOUBLED."
    )
    return 0 if found.is_whole else 1


def pulled(folder: Path, store: str, url: str, load: Load) -> Cost:
    """Measure ours, and how many calls it took."""
    config = ingest.install(folder, store, url, load.limit)
    cost = measure(ingest.ours, config)
    stored, calls = cost.value
    if stored != load.leads:
        raise RuntimeError(f"{stored} of {load.leads} leads were stored")
    show("leadledger pull", cost, load)
    print(f"  {'':<38} {calls / load.leads * 1000:.1f} calls per 1,000 leads")
    return cost


def fetch(url: str, load: Load) -> Cost:
    """Measure fetching alone."""
    cost = measure(straight_line.fetch, url, load.forms, load.limit, load.connections)
    if cost.value != load.leads:
        raise RuntimeError(f"{cost.value} of {load.leads} leads were fetched")
    show("(a) fetching alone", cost, load)
    return cost


def compare_dlt(url: str, load: Load, target: str, ours: Cost) -> None:
    """Measure dlt, where it is installed."""
    if importlib.util.find_spec("dlt") is None:
        print("  (d) dlt is not installed: pip install -c constraints.txt -e '.[bench]'")
        return
    try:
        cost = measure(with_dlt.load, url, load.forms, load.limit, target)
    except RuntimeError as error:
        print(f"  (d) dlt could not be measured: {error}; its own words stand above")
        return
    show("(d) dlt", cost, load)
    print(f"  dlt takes {cost.cpu / ours.cpu:.1f} times our CPU.")


def prepare_postgres(folder: Path, url: str) -> None:
    """Make our tables in an empty database, with the controller and source that rows refer to."""
    from pipeline import wiring
    from pipeline.load_settings import load_settings

    settings = load_settings(folder / "config.toml", {"LEADLEDGER__STORE__URL": url})
    upgrade_store(settings)
    wiring.open_house(settings).store.close()


def plain(url: str) -> str:
    """Return an address as psycopg itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def verdict(ours: Cost, fetched: Cost, inserted: Cost) -> None:
    """Print the ratios to the straight line."""
    straight = fetched.cpu + inserted.cpu
    print(f"  {'(c) the straight line, (a) + (b)':<38} {straight:7.2f} s CPU")
    against("CPU", ours.cpu / straight, BUDGET_CPU)
    against("memory in MiB", ours.peak, BUDGET_MEMORY)


if __name__ == "__main__":
    main()
