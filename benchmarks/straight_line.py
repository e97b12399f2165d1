"""The straight line: fetch with a plain HTTP client and fast JSON, insert the very same rows."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.graph_server import TOKEN, form
from models.store import SQLITE_PRAGMAS

ROWS_A_COMMIT = 1_000
TABLES = (
    "notice", "person", "identifier", "lead", "lead_identifier", "permission_event", "ledger",
)  # fmt: skip
AHEAD = ("person", "identifier", "lead")


def fetch(url: str, forms: int, limit: int, connections: int) -> Callable[[], int]:
    """Only fetch and parse every page, with a plain HTTP client and fast JSON."""
    import orjson
    import requests

    def one_form(form_id: object) -> int:
        session = requests.Session()
        count, after = 0, None
        while True:
            params = {"limit": str(limit), "access_token": TOKEN}
            params |= {"after": after} if after else {}
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
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")

    def work() -> int:
        holes = {table: ",".join("?" * len(rows[table][0])) for table in TABLES}
        for unit in _units(rows):
            connection.execute("BEGIN IMMEDIATE")
            for table, chunk in unit.items():
                insert = f"INSERT INTO {table} VALUES ({holes[table]})"
                connection.executemany(insert, chunk)
            connection.execute("COMMIT")
        return len(rows["lead"])

    return work


def insert_postgres(url: str, target: str) -> Callable[[], int]:
    """COPY the very rows that ours left, a thousand leads a commit."""
    import psycopg

    with psycopg.connect(url) as source:
        rows = {
            table: source.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in TABLES
        }
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


def _json_columns(connection: Any, table: str) -> set[int]:
    from psycopg.postgres import types

    described = connection.execute(f"SELECT * FROM {table} LIMIT 0").description
    return {n for n, column in enumerate(described) if column.type_code == types["jsonb"].oid}


def _rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def _empty_copy(filled: Path, target: Path) -> None:
    """Make the same tables and indexes, with the rows that the others refer to."""
    with sqlite3.connect(filled) as source, sqlite3.connect(target) as copy:
        # SQLite's own tables (sqlite_stat1) cannot be made
        wanted = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        for (statement,) in source.execute(wanted):
            copy.execute(statement)
        for table in ("controller", "source"):
            for row in source.execute(f"SELECT * FROM {table}"):
                insert = f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})"
                copy.execute(insert, row)


def _units(rows: dict[str, list[Any]]) -> Iterator[dict[str, list[Any]]]:
    """Deal the rows out over as many commits as there are thousands of leads."""
    commits = -(-len(rows["lead"]) // ROWS_A_COMMIT)
    sources = {table: iter(own) for table, own in rows.items()}
    sizes = {table: -(-len(own) // commits) for table, own in rows.items()}
    for number in range(commits):
        # what others refer to goes a little ahead: every wording, and a few people
        lead = (
            {}
            if number
            else {t: len(rows[t]) // 50 for t in AHEAD} | {"notice": len(rows["notice"])}
        )
        wanted = {t: sizes[t] + lead.get(t, 0) for t in TABLES}
        yield {t: chunk for t, s in wanted.items() if (chunk := list(islice(sources[t], s)))}
