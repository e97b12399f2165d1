"""One person among a million is found by indexes: no table that grows is read through."""

import re
from pathlib import Path

from models.store import Store
from models.tables import metadata
from tests.build import email, phone
from tests.pipeline.packing import packed
from tests.pipeline.planting import planted
from tests.query_plans import asked_by, plan

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


def test_no_table_that_grows_is_read_through_for_one_person(store: Store, tmp_path: Path) -> None:
    planted(store, tmp_path)
    asked = asked_by(store, lambda: packed(store, tmp_path / "pack", email(), phone()))
    steps = [step for each in asked for step in plan(store, each)]
    named = {name for name in metadata.tables if any(f" {name} " in f"{step} " for step in steps)}
    assert {"lead", "permission_event", "ledger", "listed", "disclosure"} <= named
    assert [step for step in sorted(set(steps)) if _is_slow(step)] == []


def _is_slow(step: str) -> bool:
    """Say whether a step reads all rows, or all of a controller, of a table that grows."""
    if found := re.search(r"Seq Scan on (\w+)", step):
        return found[1] not in SMALL
    what, _, rest = step.partition(" ")
    table = rest.split()[0] if rest else ""
    if what not in {"SCAN", "SEARCH"} or table not in metadata.tables or table in SMALL:
        return False
    return what == "SCAN" or " AND " not in rest
