"""One person among a million is found by indexes: no table that grows is read through."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import event

from models.store import Store
from models.tables import metadata
from tests.build import email, phone
from tests.pipeline.packing import packed
from tests.pipeline.planting import planted

SMALL = {
    "audience": "as many as there are advertising accounts",
    "hold": "as many as there are claims",
    "restriction": "one look whether there is any, which ends at the first",
    "rights_request": "requests of one controller: by address through an index, by number not",
    "suppression": "one look whether the key is another, which ends at the first such entry",
    "delivery": "newest first, and at most some thousands: see pipeline/pack_unread.py",
    "inbox": "the same",
}
"""Tables that may be read by their controller alone, and why that is no harm."""


def _asked(store: Store, folder: Path) -> list[tuple[str, Any]]:
    """Return what a copy of somebody asks of a store, with what the statements are given."""
    planted(store, folder)
    asked: list[tuple[str, Any]] = []

    def heard(_c: Any, _cursor: Any, statement: str, given: Any, _x: Any, _many: Any) -> None:
        if statement.startswith("SELECT") and "advisory" not in statement:
            asked.append((statement, given))

    event.listen(store.engine, "before_cursor_execute", heard)
    packed(store, folder / "pack", email(), phone())
    event.remove(store.engine, "before_cursor_execute", heard)
    return asked


def test_no_table_that_grows_is_read_through_for_one_person(store: Store, tmp_path: Path) -> None:
    asked = _asked(store, tmp_path)
    steps = [step for statement, given in asked for step in _plan(store, statement, given)]
    named = {name for name in metadata.tables if any(f" {name} " in f"{step} " for step in steps)}
    assert {"lead", "permission_event", "ledger", "listed", "disclosure"} <= named
    assert [step for step in sorted(set(steps)) if _is_slow(step)] == []


def _plan(store: Store, statement: str, given: Any) -> list[str]:
    with store.reading() as connection:
        if store.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            return [row[3] for row in rows]
        # of a few rows it reads all: what is asked is whether it could do otherwise
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)
        return [row[0].strip() for row in rows]


def _is_slow(step: str) -> bool:
    """Say whether a step reads all rows, or all of a controller, of a table that grows."""
    if found := re.search(r"Seq Scan on (\w+)", step):
        return found[1] not in SMALL
    what, _, rest = step.partition(" ")
    table = rest.split()[0] if rest else ""
    if what not in {"SCAN", "SEARCH"} or table not in metadata.tables or table in SMALL:
        return False
    return what == "SCAN" or " AND " not in rest
