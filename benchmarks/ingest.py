"""Ingest of leads from a local Graph server, beside the straight line to the same rows."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.graph_server import PAGE_ID, TOKEN, form, graph_server
from benchmarks.measured import Cost, measure

ROWS_A_COMMIT = 1_000
TABLES = (
    "notice", "person", "identifier", "lead", "lead_identifier", "permission_event", "ledger",
)  # fmt: skip
CONFIG = """
[store]
url = "{store}"
[keys]
suppression = {{ file = "key" }}
[[controllers]]
id = "nectra"
name = "Nectra Technologies"
privacy_contact = "privacy@nectra.example"
[[sources]]
id = "meta-main"
kind = "meta_lead_ads"
controller = "nectra"
page_id = "{page}"
access_token = {{ file = "token" }}
graph_url = "{url}"
page_size = {limit}
[[sources.boxes]]
key = "email_updates"
purpose = "direct_marketing"
channels = ["email"]
"""


def install(folder: Path, store: str, url: str, limit: int) -> Path:
    """Make an installation whose one source is the local server."""
    for name, text in (("key", "k" * 64), ("token", TOKEN)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(text)
    config = folder / "config.toml"
    config.write_text(CONFIG.format(store=store, page=PAGE_ID, url=url, limit=limit))
    return config


def ours(config: Path) -> Callable[[], int]:
    """Pull everything, as `leadledger pull` does."""
    from pipeline import wiring
    from pipeline.load_settings import load_settings
    from pipeline.pull import pull
    from pipeline.setup import upgrade_store

    settings = load_settings(config, {})
    upgrade_store(settings)
    opened = wiring.open_house(settings)
    [source] = settings.sources
    connector = wiring.build(source)

    def work() -> int:
        report = pull(opened.store, source, connector, wiring.now)
        for error in report.errors:
            raise error
        return report.taken.counts["stored"]

    return work


def fetch(url: str, forms: int, limit: int, connections: int) -> Callable[[], int]:
    """Only fetch and parse every page, with a plain HTTP client and fast JSON."""
    import orjson
    import requests

    def one_form(form_id: object) -> int:
        session = requests.Session()
        count, after = 0, None
        while True:
            params = {"limit": str(limit), "access_token": TOKEN} | ({"after": after} if after else {})
            page = orjson.loads(session.get(f"{url}/v26.0/{form_id}/leads", params=params).content)
            count += len(page["data"])
            paging = page.get("paging", {})
            if "next" not in paging:
                return count
            after = paging["cursors"]["after"]

    def work() -> int:
        ids = [form(number)["id"] for number in range(forms)]
        with ThreadPoolExecutor(connections) as pool:
            return sum(pool.map(one_form, ids))

    return work


def insert_sqlite(filled: Path, target: Path) -> Callable[[], int]:
    """Insert the very rows that ours left, with the bare driver, a thousand leads a commit."""
    rows = {table: _rows(filled, table) for table in TABLES}
    target.unlink(missing_ok=True)
    _empty_copy(filled, target)
    connection = sqlite3.connect(target, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")

    def work() -> int:
        holes = {table: ",".join("?" * len(rows[table][0])) for table in TABLES}
        for unit in _units(rows):
            connection.execute("BEGIN IMMEDIATE")
            for table, chunk in unit.items():
                connection.executemany(f"INSERT INTO {table} VALUES ({holes[table]})", chunk)  # noqa: S608
            connection.execute("COMMIT")
        return len(rows["lead"])

    return work


def insert_postgres(url: str, target: str) -> Callable[[], int]:
    """COPY the very rows that ours left, a thousand leads a commit."""
    import psycopg

    with psycopg.connect(url) as source:
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        kinds = {table: _json_columns(source, table) for table in TABLES}
    from psycopg.types.json import Jsonb

    for table, places in kinds.items():
        rows[table] = [
            tuple(Jsonb(v) if n in places else v for n, v in enumerate(row)) for row in rows[table]
        ]
    connection = psycopg.connect(target)

    def work() -> int:
        for unit in _units(rows):
            with connection.transaction(), connection.cursor() as cursor:
                for table, chunk in unit.items():
                    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                        for row in chunk:
                            copy.write_row(row)
        return len(rows["lead"])

    return work


def _json_columns(connection: Any, table: str) -> set[int]:  # noqa: ANN401 - psycopg's
    from psycopg.postgres import types

    described = connection.execute(f"SELECT * FROM {table} LIMIT 0").description
    return {n for n, column in enumerate(described) if column.type_code == types["jsonb"].oid}


def _rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        order = "" if table in ("notice",) else " ORDER BY rowid" if table == "lead" else ""
        return connection.execute(f"SELECT * FROM {table}{order}").fetchall()  # noqa: S608


def _empty_copy(filled: Path, target: Path) -> None:
    """Make the same tables and indexes, with the rows that the others refer to."""
    with sqlite3.connect(filled) as source, sqlite3.connect(target) as copy:
        for (statement,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
            copy.execute(statement)
        for table in ("controller", "source"):
            for row in source.execute(f"SELECT * FROM {table}"):  # noqa: S608
                copy.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)  # noqa: S608


def _units(rows: dict[str, list[Any]]) -> Iterator[dict[str, list[Any]]]:
    """Deal the rows out over as many commits as there are thousands of leads."""
    commits = -(-len(rows["lead"]) // ROWS_A_COMMIT)
    sources = {table: iter(own) for table, own in rows.items()}
    sizes = {table: -(-len(own) // commits) for table, own in rows.items()}
    for number in range(commits):
        sizes_now = {t: len(rows[t]) if t == "notice" and not number else s for t, s in sizes.items()}
        yield {t: chunk for t, s in sizes_now.items() if (chunk := list(islice(sources[t], s)))}


def dlt(url: str, forms: int, limit: int, target: str) -> Callable[[], int]:
    """Load the same leads with dlt's REST source, without basis, matching or ledger."""
    import os

    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "DESTINATION__CREDENTIALS": target}
    import dlt as tool
    from dlt.sources.rest_api import rest_api_source

    resources = [
        {
            "name": f"leads_{number}",
            "table_name": "leads",
            "primary_key": "id",
            "write_disposition": "append",
            "endpoint": {
                "path": f"v26.0/{form(number)['id']}/leads",
                "params": {"limit": limit, "access_token": TOKEN},
                "data_selector": "data",
                "paginator": {
                    "type": "cursor", "cursor_path": "paging.cursors.after",
                    "cursor_param": "after",
                },
            },
        }
        for number in range(forms)
    ]
    source = rest_api_source({"client": {"base_url": url}, "resources": resources})
    folder = tempfile.mkdtemp()
    pipeline = tool.pipeline(
        "benchmark", pipelines_dir=folder, dataset_name="bench",
        destination=tool.destinations.sqlalchemy(target) if "sqlite" in target else "postgres",
    )  # fmt: skip

    def work() -> int:
        pipeline.run(source)
        return int(pipeline.last_trace.last_normalize_info.row_counts["leads"])

    return work


def calls(url: str) -> int:  # noqa: ARG001 - kept with its server
    raise NotImplementedError


def show(name: str, cost: Cost, leads: int) -> None:
    """Print one line."""
    print(f"  {name:<34} {cost}  {leads / cost.wall:8,.0f} leads/s")
