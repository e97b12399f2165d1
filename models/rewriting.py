"""Rewrite a database's files, so that the bytes of deleted rows are in none of them.

Deleting marks a place as free. What stood there stays in unused gaps of pages and in the log until
the files themselves are written anew. Whoever decides when, and what to do about what cannot be
rewritten, is `pipeline/scrub.py`.
"""

import os
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from models.columns import metadata
from models.store import Store, translated

STATISTICS = "pg_catalog.pg_statistic"
"""PostgreSQL keeps samples of the values of columns there, addresses among them."""


class Checkpoint(NamedTuple):
    """What became of SQLite's log: whether a reader kept it, and its pages that are left."""

    is_busy: bool
    pages: int


def rewrite_sqlite(store: Store) -> None:
    """Write an SQLite file anew without what was deleted. Writers wait meanwhile.

    Samples of keys, which some builds take when figures are measured, outlive that, so they go
    first; the figures themselves are numbers and stay.

    Raises:
        StoreUnavailable: another program writes, or the disk is full; nothing is lost.
    """
    with translated(), closing(store.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'")
        if cursor.fetchone():
            cursor.execute("DELETE FROM sqlite_stat4")
        cursor.execute("VACUUM")


def cut_log(store: Store) -> Checkpoint:
    """Bring SQLite's log into the file and cut it to nothing, unless somebody still reads from it.

    Raises:
        StoreUnavailable: the file cannot be written.
    """
    with translated(), closing(store.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        [patience] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout=0")  # who asks waits by itself, and says how long
        try:
            [busy, pages, _] = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={patience}")
        return Checkpoint(bool(busy), max(pages, 0))


def sqlite_bytes(path: Path) -> int:
    """Return how large an SQLite store is, its log included."""
    files = (path.with_name(path.name + ending) for ending in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def free_bytes(path: Path) -> int:
    """Return how much room the disk of a file has for us."""
    found = os.statvfs(path.parent)
    return found.f_bavail * found.f_frsize


def rewrite_postgres(store: Store, *, is_full: bool) -> Collection[str]:
    """Free, or write anew, every table of ours on PostgreSQL; return what we have no right to.

    `is_full` writes the tables' files anew under a lock that keeps everybody else out; without it,
    the places are marked as free and overwritten some day. The samples that the planner keeps are
    renewed, and then treated in the same way.

    Raises:
        StoreUnavailable: the server cannot be reached, or somebody holds a table.
    """
    full = "FULL, " if is_full else ""
    refused: list[str] = []
    engine = store.engine.execution_options(isolation_level="AUTOCOMMIT")
    with translated(), engine.connect() as connection:
        connection.execute(_PATIENCE)
        for table in metadata.sorted_tables:
            connection.execute(text(f'VACUUM ({full}ANALYZE) "{table.name}"'))
        if connection.execute(_MAY_REWRITE_STATISTICS).scalar():
            connection.execute(text(f"VACUUM {'FULL ' * is_full}{STATISTICS}"))
        else:
            refused.append("statistics")
        if connection.execute(_MAY_CHECKPOINT).scalar():
            connection.execute(text("CHECKPOINT"))
        else:
            refused.append("checkpoint")
        connection.execute(text("RESET lock_timeout"))
    return refused


def has_readers(store: Store) -> bool:
    """Say whether somebody reads a state of a PostgreSQL store from which deleted rows are visible.

    While they do, these rows are copied into the new files as well.
    """
    with translated(), store.engine.connect() as connection:
        return bool(connection.execute(_READERS).scalar())


_PATIENCE = text("SET lock_timeout = '10s'")
_IS_SUPERUSER = "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
_MAY_REWRITE_STATISTICS = text(
    f"SELECT {_IS_SUPERUSER} OR pg_get_userbyid(datdba) = current_user"  # noqa: S608 - our own words
    " FROM pg_database WHERE datname = current_database()"
)
_MAY_CHECKPOINT = text(
    f"SELECT {_IS_SUPERUSER} OR EXISTS (SELECT 1 FROM pg_roles"  # noqa: S608 - as above
    " WHERE rolname = 'pg_checkpoint' AND pg_has_role(current_user, oid, 'MEMBER'))"
)
_READERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL"
    " AND pid <> pg_backend_pid() AND datname = current_database()"
    " AND backend_type = 'client backend'"
)
