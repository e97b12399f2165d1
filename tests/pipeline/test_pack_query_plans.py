"""One person among a million is found by indexes: no table that grows is read through."""

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


def test_sqlite_reads_no_table_through_for_one_person(sqlite_store: Store, tmp_path: Path) -> None:
    planted(sqlite_store, tmp_path)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(sqlite_store.engine, "before_cursor_execute")
    def heard(_c: Any, _cursor: Any, statement: str, given: Any, _x: Any, _many: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, given))

    packed(sqlite_store, tmp_path / "pack", email(), phone())
    event.remove(sqlite_store.engine, "before_cursor_execute", heard)
    read = {step for statement, given in asked for step in _plan(sqlite_store, statement, given)}
    found = {step.split()[1] for step in read if step.startswith(("SEARCH", "SCAN"))}
    assert {"lead", "permission_event", "ledger", "disclosure", "lead_identifier"} <= found
    assert [step for step in sorted(read) if _is_slow(step)] == []


def _plan(store: Store, statement: str, given: Any) -> list[str]:
    with store.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        return [row[3] for row in rows]


def _is_slow(step: str) -> bool:
    """Say whether a step reads all rows, or all of a controller, of a table that grows."""
    what, _, rest = step.partition(" ")
    table = rest.split()[0] if rest else ""
    if what not in {"SCAN", "SEARCH"} or table not in metadata.tables or table in SMALL:
        return False
    return what == "SCAN" or " AND " not in rest
