"""Delete the leads that are due, as `leadledger expire` does, and as bare statements would."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from models.store import SQLITE_PRAGMAS

SHARE = 25
"""One lead in so many is due: 40,000 of 1,000,000."""
UNIT_OF_WORK = 1_000
DAYS = 28
DEPENDANTS = (
    ("permission_event", "lead_id", "lead"),
    ("arrival", "lead_id", "lead"),
    ("lead_identifier", "lead_id", "lead"),
    ("lead", "id", "lead"),
    ("permission_event", "identifier_id", "identifier"),
    ("identifier", "id", "identifier"),
    ("person", "id", "person"),
)
"""Table, column, and the kind of key: the order in which the foreign keys allow it."""


def make_due(path: Path, share: int = SHARE) -> int:
    """Let one lead in `share` have come to its end, over four weeks; return how many did."""
    with sqlite3.connect(path) as store:
        ids = [id_ for (id_,) in store.execute("SELECT id FROM lead ORDER BY id")][::share]
        # as they came, so they end
        days = [1 + place * DAYS // len(ids) for place in range(len(ids))]
        moments = [f"2024-01-{day:02} 12:00:00.000000" for day in days]
        ends = [f"2026-01-{day:02} 00:00:00.000000" for day in days]
        store.executemany(
            "UPDATE lead SET submitted_at = ?, received_at = ?, expires_at = ? WHERE id = ?",
            zip(moments, moments, ends, ids, strict=True),
        )
    store.close()
    return len(ids)


def copied(path: Path, name: str) -> Path:
    """Return a copy of a store, with nothing left in its log."""
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return Path(shutil.copyfile(path, path.with_name(name)))


def ours(
    config: Path, path: Path, environment: Mapping[str, str] = MappingProxyType({})
) -> Callable[[], int]:
    """Delete what is due by our own step; the work returns how many leads went."""
    from pipeline import wiring
    from pipeline.expire import expire
    from pipeline.load_settings import load_settings

    settings = load_settings(config, {**environment, "LEADLEDGER__STORE__URL": f"sqlite:///{path}"})
    opened = wiring.open_house(settings)

    def work() -> int:
        found = expire(opened.store, settings.controllers, settings.suppression_key, wiring.now)
        return sum(result.deleted.total() for result in found.values())

    return work


def bare(path: Path, afterwards: Path) -> Callable[[], int]:
    """Delete the very same rows by their known keys, a thousand leads at a time, and no more."""
    keys = {
        kind: sorted(_keys(path, kind) - _keys(afterwards, kind))
        for kind in ("lead", "identifier", "person")
    }
    store = sqlite3.connect(path, isolation_level=None)
    [(controller_id,)] = store.execute("SELECT DISTINCT controller_id FROM lead")
    for pragma in SQLITE_PRAGMAS:
        store.execute(f"PRAGMA {pragma}")

    def work() -> int:
        for table, column, kind in DEPENDANTS:
            for unit in _units(keys[kind]):
                store.execute("BEGIN IMMEDIATE")
                # names of our own tables
                store.execute(
                    f"DELETE FROM {table} WHERE controller_id = ?"
                    f" AND {column} IN (SELECT value FROM json_each(?))",
                    (controller_id, json.dumps(unit)),
                )
                store.execute("COMMIT")
        return len(keys["lead"])

    return work


def _keys(path: Path, table: str) -> set[str]:
    with sqlite3.connect(path) as store:
        found = {id_ for (id_,) in store.execute(f"SELECT id FROM {table}")}
    store.close()
    return found


def _units(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[n : n + UNIT_OF_WORK] for n in range(0, len(keys), UNIT_OF_WORK))
