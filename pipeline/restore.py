"""Put a backup into an empty place, barred from use until what happened since is replayed."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect

from models import copying, ledger, schema
from models.controller import controller_ids
from models.ledger import LedgerKind
from models.store import Store, sqlite_path
from pipeline.backup import BackupHead, BackupReader, read_whole
from pipeline.sealed import sealed_lines
from policy.errors import UsageError

ACTOR = "restore"
DATABASE_NAME = "leads.db"


def restore(
    backup: Path,
    into: str,
    key: bytes,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[str, BackupHead, int]:
    """Restore a backup; return the store's address, what the backup says of itself, and its rows.

    The whole backup is found genuine before a single row of it is written, and all of it is written
    in one transaction (SQLite: into a file that gets its name at the end), so a restore that is
    broken off leaves an empty place.

    Args:
        backup: the file.
        into: a folder, or the address of an empty database.
        key: what the backup was encrypted with.
        now: aware.
        progress: told how many rows were read or written.

    Raises:
        BackupBroken: the file is damaged, of another version, or of another key.
        UsageError: there is no such file, or the place is not empty.
    """
    if not backup.is_file():
        raise UsageError(
            f"There is no {backup}. Cure: name a backup that `leadledger backup` made."
        )
    read_whole(backup, key, progress)
    if "://" in into:
        store = Store(into)
        make_private(store)
        try:
            head, rows = _fill(store, backup, key, now, progress)
        finally:
            store.close()
        return into, head, rows
    folder = Path(into)
    path = folder / DATABASE_NAME
    if path.exists():
        raise UsageError(f"{path} exists already. Cure: restore into an empty folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{DATABASE_NAME}.unfinished"
    _drop(part)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        store = Store(f"sqlite:///{part.absolute().as_posix()}")
        try:
            head, rows = _fill(store, backup, key, now, progress)
        finally:
            store.close()
    except BaseException:
        _drop(part)
        raise
    part.rename(path)
    return f"sqlite:///{path.absolute().as_posix()}", head, rows


def _drop(part: Path) -> None:
    for name in ("", "-wal", "-shm"):
        part.with_name(part.name + name).unlink(missing_ok=True)


def _fill(
    store: Store, backup: Path, key: bytes, now: datetime, progress: Callable[[int], None]
) -> tuple[BackupHead, int]:
    with store.writing("schema") as connection, backup.open("rb") as file:
        require_empty(connection)
        schema.create_in(connection)
        copying.defer_references(connection)
        reader = BackupReader(sealed_lines(file, key))
        head, rows = reader.head(), 0
        tables = {table.name: table for table in copying.all_tables()}
        for name, plain in reader.tables():
            rows += copying.put_rows(connection, tables[name], plain, progress)
        detail = {
            "taken_at": head.taken_at.isoformat(),
            "journal_number": head.journal.number,
            "journal_code": head.journal.code,
        }
        for controller_id in controller_ids(connection):
            entry = (LedgerKind.BACKUP_RESTORED, None, detail)
            ledger.append(connection, controller_id, ACTOR, [entry], now)
        schema.set_restored(connection, is_restored=True)
    return head, rows


def make_private(store: Store) -> None:
    """Make the file of a new SQLite store, for this user only; SQLite would ask the umask."""
    path = sqlite_path(store)
    if path is not None and path.parent.is_dir() and not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def require_empty(connection: Connection) -> None:
    """Refuse a place that holds any table.

    Raises:
        UsageError: it does; nothing was changed.
    """
    if inspect(connection).get_table_names():
        raise UsageError("The place is not empty. Cure: name an empty database or a new folder.")
