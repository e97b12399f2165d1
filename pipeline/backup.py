"""Make a backup: one state of the store, encrypted, read back and compared before it counts."""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from sqlalchemy import Connection

from models import copying, schema
from models.copying import Tally, tallying
from models.journal import Journal, Position
from models.store import Store
from pipeline.sealed import SealedWriter, sealed_lines
from policy.errors import BackupBroken, ConfigError, StoreUnavailable
from policy.retention_duties import backup_overwritten_by, may_journal_forget

FORMAT = 1
_NAME = re.compile(r"leadledger-(\d{8}T\d{6}Z)\.backup")
_STAMP = "%Y%m%dT%H%M%SZ"
UNFINISHED = ".unfinished"
_Found = list[tuple[Path, datetime]]


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A backup that was verified; `rotated` are the names of those whose time was over."""

    path: Path
    size: int
    rows: int
    tables: copying.Tables
    rotated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BackupHead:
    """What a backup says of itself: when, of which revision, and where the journal was then."""

    taken_at: datetime
    revision: str
    journal: Position


def required_key(key: bytes | None) -> bytes:
    """Return the key of the backups.

    Raises:
        ConfigError: none is configured; with the cure.
    """
    if key is None:
        raise ConfigError(
            "keys.backup: no key, so no backup could be encrypted. Cure: make one with"
            " `python3 -c 'import secrets; print(secrets.token_hex(32))' > secrets/backup.key`,"
            " `chmod 600 secrets/backup.key`, and add"
            ' backup = { file = "secrets/backup.key" } to [keys].'
        )
    return key


def make_backup(
    store: Store,
    folder: Path,
    key: bytes,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> MadeBackup:
    """Write, read back, compare, name, and then let go of backups whose time is over (RET-17).

    Writers go on meanwhile: all is read in one transaction that sees one state.

    Raises:
        BackupBroken: what was read back differs; no file is left.
        StoreUnavailable: the folder cannot be written, or the store not be read; no file is left.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _drop_unfinished(folder)
        with _unfinished(folder, now) as (part, file):
            written = _write(store, file, key, now, progress)
            _require_same(read_whole(part, key, progress), written)
            path = part.with_suffix(".backup")
            part.rename(path)
            _sync(folder)
        rotated = tuple(_rotate(folder, key, store.journal, now))
    except OSError as error:
        raise StoreUnavailable(
            f"The backup cannot be written: {error.strerror}; no file is left."
            " Cure: make room, and check the folder and its rights."
        ) from None
    rows = sum(count for count, _ in written.values())
    return MadeBackup(path, path.stat().st_size, rows, written, rotated)


@contextmanager
def _unfinished(folder: Path, now: datetime) -> Iterator[tuple[Path, BinaryIO]]:
    """Give a new file, locked so that nobody takes it for one that was left; it goes on a failure.

    Where a backup of the same second stands already, the name says a second later.
    """
    at = now.astimezone(UTC)
    while True:
        part = folder / f"leadledger-{at:{_STAMP}}{UNFINISHED}"
        at += timedelta(seconds=1)
        if not part.with_suffix(".backup").exists():
            with suppress(FileExistsError):
                descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                break
    with os.fdopen(descriptor, "wb") as file:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield part, file
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _require_same(read: copying.Tables, written: copying.Tables) -> None:
    if read != written:
        raise BackupBroken(
            "The backup differs from what was written, so it was thrown away."
            " Cure: check the disk, then try again."
        )


def _write(
    store: Store, file: BinaryIO, key: bytes, now: datetime, progress: Callable[[int], None]
) -> copying.Tables:
    # before the snapshot, so that what the journal has beyond this is all that may be missing
    position = _reached(store.journal)
    with store.reading() as connection:
        head = {
            "format": FORMAT,
            "revision": schema.HEAD,
            "at": now.astimezone(UTC).isoformat(),
            "journal": [position.number, position.code],
        }
        found = _seal_rows(file, key, head, connection, progress)
        file.flush()
        os.fsync(file.fileno())
    return found


def _reached(journal: Journal | None) -> Position:
    """Return where the journal is; a new one gets a line, so that it is missed if it is lost."""
    if journal is None:
        return Position()
    if not journal.position().number:
        journal.append([])
    return journal.position()


def _seal_rows(
    file: BinaryIO,
    key: bytes,
    head: dict[str, Any],
    connection: Connection,
    progress: Callable[[int], None],
) -> copying.Tables:
    sealed = SealedWriter(file, key)
    sealed.write(orjson.dumps(head) + b"\n")
    found: copying.Tables = {}
    for table in copying.all_tables():
        columns = [str(column.name) for column in table.columns]
        sealed.write(orjson.dumps({"table": str(table.name), "columns": columns}) + b"\n")
        tally = Tally()
        for row in tallying(copying.plain_rows(connection, table), tally, progress):
            sealed.write(orjson.dumps(row) + b"\n")
        found[str(table.name)] = tally.result
    sealed.write(orjson.dumps({"end": found}) + b"\n")
    sealed.finish()
    return found


@dataclass(slots=True)
class BackupReader:
    """Reads a backup from its beginning to its end, once; every line was found genuine."""

    lines: Iterator[bytes]

    def head(self) -> BackupHead:
        """Return what the backup says of itself; to be asked first.

        Raises:
            BackupBroken: it is of another version of this program, or damaged.
        """
        found = orjson.loads(next(self.lines))
        if found.get("format") != FORMAT or found["revision"] != schema.HEAD:
            raise BackupBroken(
                f"The backup is of revision {found.get('revision')}, this version knows"
                f" {schema.HEAD}. Cure: restore it with the version that made it, then upgrade."
            )
        taken_at = datetime.fromisoformat(found["at"])
        return BackupHead(taken_at, found["revision"], Position(*found["journal"]))

    def tables(self) -> Iterator[tuple[str, Iterator[copying.PlainRow]]]:
        """Yield each table's name and its rows, which must be taken before the next table.

        Raises:
            BackupBroken: rows are not those that were counted.
        """
        found: copying.Tables = {}
        line = orjson.loads(next(self.lines))
        while "end" not in line:
            tally = Tally()
            after: list[dict[str, Any]] = []
            yield line["table"], self._rows(tally, after)
            found[line["table"]] = tally.result
            line = after[0]
        if {name: tuple(result) for name, result in line["end"].items()} != found:
            raise BackupBroken("The backup does not add up. Cure: take another backup.")
        if next(self.lines, None) is not None:
            raise BackupBroken("The backup goes on after its end. Cure: take another backup.")

    def _rows(self, tally: Tally, after: list[dict[str, Any]]) -> Iterator[copying.PlainRow]:
        for raw in self.lines:
            line = orjson.loads(raw)
            if isinstance(line, dict):
                after.append(line)
                return
            tally.add(line)
            yield line


def read_whole(
    path: Path, key: bytes, progress: Callable[[int], None] = lambda _: None
) -> copying.Tables:
    """Decrypt a backup to its end without keeping anything; return what each table holds.

    Raises:
        BackupBroken: it is damaged, or was made with another key.
    """
    found: copying.Tables = {}
    with path.open("rb") as file:
        reader = BackupReader(sealed_lines(file, key))
        reader.head()
        for name, rows in reader.tables():
            tally = Tally()
            for _ in tallying(rows, tally, progress):
                pass
            found[name] = tally.result
    return found


def newest_backup(folder: Path) -> datetime | None:
    """Return when the newest backup in a folder was made."""
    return max((at for _, at in _backups(folder)), default=None)


def newest_backup_file(folder: Path) -> Path | None:
    """Return the newest backup in a folder."""
    return max(_backups(folder), key=lambda found: found[1], default=(None, None))[0]


def read_head(path: Path, key: bytes) -> BackupHead:
    """Open a backup and return what it says of itself, without reading the rest.

    Raises:
        BackupBroken: it is damaged, of another version, or was made with another key.
    """
    with path.open("rb") as file:
        return BackupReader(sealed_lines(file, key)).head()


def _backups(folder: Path) -> Iterator[tuple[Path, datetime]]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if found := _NAME.fullmatch(path.name):
            with suppress(ValueError):
                yield path, datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)


def _rotate(folder: Path, key: bytes, journal: Journal | None, now: datetime) -> list[str]:
    """Delete the backups whose time is over, and let the journal forget what all others know."""
    found = sorted(_backups(folder))
    over = [(path, made_at) for path, made_at in found if backup_overwritten_by(made_at) <= now]
    left = found[len(over) :]
    place = _forgettable(over, left, key) if over and left and journal is not None else None
    for path, _ in over:
        path.unlink()
    if place is not None and journal is not None:
        # the backup is good all the same, and `leadledger check` looks at the journal
        with suppress(BackupBroken, OSError):
            journal.cut(place)
    return [path.name for path, _ in over]


def _forgettable(over: _Found, left: _Found, key: bytes) -> Position | None:
    """Return up to where every backup that is left knows what the journal says."""
    try:
        oldest = read_head(left[0][0], key).journal
        places = [
            read_head(path, key).journal
            for path, made_at in over
            if may_journal_forget(made_at, left[0][1])
        ]
    except (BackupBroken, OSError):
        return None  # of another version or key: what is kept too long does no harm
    known = [place for place in places if 0 < place.number < oldest.number]
    return max(known, key=lambda place: place.number, default=None)


def _drop_unfinished(folder: Path) -> None:
    """Take away what a killed run left: nothing vouches for it. A run under way keeps its own."""
    for path in folder.glob(f"leadledger-*{UNFINISHED}"):
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
