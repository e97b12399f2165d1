"""Give a client its data back: a folder with a file of each kind, whole or not at all."""

import csv
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import orjson
from sqlalchemy import Connection, Table

from models import client_data
from models.copying import plain_value
from models.store import Store
from pipeline.client_exit import Exit
from pipeline.export import NO_ROOM
from pipeline.spreadsheets import neutral
from policy.errors import StoreUnavailable, UsageError

FORM = "leadledger client package 1"
MANIFEST = "manifest.json"
PARTIAL = ".part"
NOTE = """\
This folder holds all that was kept for {controller} under contract {reference}.

Each kind of record stands in two files: .jsonl (one JSON document a line, complete) and .csv (for
spreadsheets; cells that would be formulas begin with an apostrophe). Times are UTC. Bytes, such as
the `payload` of a lead as it came, are base64.

suppressions: people who want no marketing. The list names nobody: `digest` is HMAC-SHA256 under a
key that stays with us. Those who are known stand in permission_events too (objected, withdrawn).
Whoever works on must heed them: ask us to match your list before the data is gone here.
audience_removals: who was still to be taken out of an advertising audience, as the platform knows
them. Nobody here goes on with that: take them out at once, then delete this list.
disclosures: who was in which list. `export_number` is the `number` of a list in exports;
`listed_number` is that of a lead and its address or number in leads_in_lists.
breaches: those of this data that were recorded, with who was told (breach_notices).
rights_requests: what people asked of you. With this folder they are passed on: answer them by
`due_on`.

manifest.json has the number of records and the SHA-256 of each file.
"""


@dataclass(frozen=True, slots=True)
class Package:
    """What a client got back: the folder, its state of the store, rows by kind, and its digest."""

    folder: Path
    made_at: datetime
    rows: dict[str, int]
    digest: str


def make_package(
    store: Store,
    ended: Exit,
    folder: Path,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Package:
    """Write all of a client's data into a new folder that only this user can read.

    One state of the store is read, a few rows at a time. The folder gets its name when it is whole;
    what a broken-off run has left is removed first. A whole one of the same end of a contract is
    taken as it is. Rule: CNT-4. UK GDPR Art. 28(3)(g).

    Raises:
        UsageError: the place is taken, or cannot be written.
        StoreUnavailable: the disk is full.
    """
    if folder.exists():
        return _made_before(folder, ended)
    part = folder.with_name(f".{folder.name}{PARTIAL}")
    try:
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(mode=0o700)
        with store.reading() as connection:
            files = _files(connection, ended, part, progress)
        rows = {name: files[f"{name}.jsonl"]["rows"] for name in client_data.RETURNED}
        content = _manifest(ended, now, files)
        with _private(part / MANIFEST) as file:
            file.write(content)
        _sync(part)
        part.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise _told(folder, error) from error
    return Package(folder, now, rows, hashlib.sha256(content).hexdigest())


def _manifest(ended: Exit, now: datetime, files: dict[str, Any]) -> bytes:
    told = {
        "form": FORM,
        "controller": ended.controller_id,
        "exit": ended.subject,
        "contract": ended.reference,
        "ends_on": ended.ends_on.isoformat(),
        "made_at": now.isoformat(),
        "files": files,
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _files(
    connection: Connection, ended: Exit, part: Path, progress: Callable[[int], None]
) -> dict[str, Any]:
    """Write every file; return what the manifest says of each."""
    files = {}
    for name, table in client_data.RETURNED.items():
        written = _write(connection, table, ended.controller_id, part / name, progress)
        for ending in (".jsonl", ".csv"):
            path = (part / name).with_suffix(ending)
            files[path.name] = {"rows": written, **_told_of(path)}
    note = part / "README.txt"
    with _private(note) as file:
        text = NOTE.format(controller=ended.controller_id, reference=ended.reference)
        file.write(text.encode())
    files[note.name] = _told_of(note)
    return files


def _write(
    connection: Connection,
    table: Table,
    controller_id: str,
    path: Path,
    progress: Callable[[int], None],
) -> int:
    count = 0
    names = [column.name for column in table.columns]
    with _private(path.with_suffix(".jsonl")) as lines, _sheet(path.with_suffix(".csv")) as sheet:
        writer = csv.writer(sheet)
        writer.writerow(names)
        for row in client_data.rows_of(connection, table, controller_id):
            values = [plain_value(value) for value in row]
            lines.write(orjson.dumps(dict(zip(names, values, strict=True))) + b"\n")
            writer.writerow([_cell(value) for value in values])
            count += 1
            progress(1)
    return count


def _cell(value: Any) -> str:  # noqa: ANN401 - any column's plain value
    match value:
        case None:
            return ""
        case str():
            return neutral(value)
        case dict() | list():
            return neutral(orjson.dumps(value).decode())
        case _:
            return str(value)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that only this user can read, and leave it on disk."""
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())  # what is here is deleted in the store next


@contextmanager
def _sheet(path: Path) -> Iterator[TextIO]:
    path.touch(mode=0o600, exist_ok=False)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Leave a folder's own entries on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _told_of(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": _digest(path)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _made_before(folder: Path, ended: Exit) -> Package:
    """Return a package that was made whole before the program was stopped."""
    taken = UsageError(f"{folder} exists already. Cure: choose another name for --out.")
    try:
        content = (folder / MANIFEST).read_bytes()
        told = orjson.loads(content)
        is_ours = told["form"] == FORM and told["exit"] == ended.subject
        if not is_ours or told["controller"] != ended.controller_id:
            raise taken
        if any(_digest(folder / name) != each["sha256"] for name, each in told["files"].items()):
            raise UsageError(f"{folder} was changed since it was made. Cure: choose another --out.")
        rows = {name: told["files"][f"{name}.jsonl"]["rows"] for name in client_data.RETURNED}
        made_at = datetime.fromisoformat(told["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        raise taken from None
    return Package(folder, made_at, rows, hashlib.sha256(content).hexdigest())


def _told(folder: Path, error: OSError) -> StoreUnavailable | UsageError:
    kind = StoreUnavailable if error.errno in NO_ROOM else UsageError
    return kind(
        f"{folder} cannot be written: {error.strerror}. Cure: check the folder above it, its rights"
        " and its disk; nothing was handed over."
    )
