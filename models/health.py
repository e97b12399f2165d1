"""Look at the file of an SQLite store: is it whole, private, and in the right mode?"""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, text

from models.store import Store, sqlite_path, translated

_BESIDE = ("", "-wal", "-shm")


class Damage(NamedTuple):
    """What was found in an SQLite file. `is_finished`: all of it was read in the time there was."""

    is_whole: bool
    broken_references: int
    is_finished: bool


def files_of(store: Store) -> list[Path]:
    """Return the files of an SQLite store that are there, none of any other."""
    path = sqlite_path(store)
    named = [path.with_name(path.name + each) for each in _BESIDE] if path else []
    return [each for each in named if each.is_file()]


def open_to_others(path: Path) -> bool:
    """Say whether anybody but its owner can read or change a file or folder."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def wal_bytes(store: Store) -> int:
    """Return how large the write-ahead log of an SQLite store is; 0 without one."""
    path = sqlite_path(store)
    wal = path.with_name(f"{path.name}-wal") if path else None
    return wal.stat().st_size if wal is not None and wal.is_file() else 0


def journal_mode(store: Store) -> str:
    """Return the journal mode in which an SQLite store is open, in lower case.

    Raises:
        StoreError: it cannot be opened.
    """
    with store.reading() as connection:
        return str(connection.execute(text("PRAGMA journal_mode")).scalar_one()).lower()


def damage(store: Store, seconds: float) -> Damage:
    """Read an SQLite file in search of damage, for so many seconds at most.

    Raises:
        StoreError: it cannot be read.
    """
    unfinished = Damage(is_whole=True, broken_references=0, is_finished=False)
    if seconds <= 0:
        return unfinished
    with translated(), store.reading() as connection, _ended_after(connection, seconds) as raw:
        try:
            found = raw.execute("PRAGMA quick_check(1)").fetchone()
            if found != ("ok",):
                return Damage(is_whole=False, broken_references=0, is_finished=True)
            broken = sum(1 for _ in raw.execute("PRAGMA foreign_key_check"))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return unfinished
    return Damage(is_whole=True, broken_references=broken, is_finished=True)


@contextmanager
def _ended_after(connection: Connection, seconds: float) -> Iterator[sqlite3.Connection]:
    """Give the driver's own connection, whose statement is broken off when the time is over."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - only SQLite is looked at like this
    timer = threading.Timer(seconds, raw.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield raw
    finally:
        timer.cancel()
        timer.join()
