"""The record outside the store of what must survive a restore: erasures, opt-outs, holds.

A transaction that does such a thing is journaled, and the journal is on disk, before it commits: a
crash in between leaves a line about something that did not happen, and to replay that only
restricts. The other order would lose somebody's opt-out. A line holds keys and keyed digests, never
a value of a person; each carries a code over itself and the line before, so that a line that is
missing, changed or moved is found.
"""

import fcntl
import hmac
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from policy.errors import BackupBroken, StoreUnavailable

NOTED = "leadledger_noted"
_START = "0" * 64
_TAIL_BYTES = 1 << 16
Note = dict[str, Any]


def note(connection: Connection, what: str, content: Mapping[str, object]) -> None:
    """Remember, in the transaction that does it, something that a restore must not undo."""
    noted = connection.get_execution_options().get(NOTED)
    if noted is not None:
        noted.append({"what": what, **content})


@dataclass(frozen=True, slots=True)
class Position:
    """How far a journal has come: the number of its last line, and that line's code."""

    number: int = 0
    code: str = _START


class Journal:
    """One journal file, of one machine. Several programs may append at the same time."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Name the file; it is made with the first line."""
        self.path = path
        self._key = hmac.digest(key, b"leadledger journal", "sha256")

    def append(self, notes: list[Note]) -> None:
        """Add one line, and return when it is on disk.

        Raises:
            StoreUnavailable: it cannot be written; the transaction must not commit then.
            BackupBroken: the last line is not one of ours.
        """
        try:
            with self._locked() as descriptor:
                last, is_torn = self._last(descriptor)
                body = orjson.dumps(
                    {"n": last.number + 1, "notes": notes}, option=orjson.OPT_SORT_KEYS
                )
                line = body + b"\t" + self._code(last.code, body).encode() + b"\n"
                # what a crash left of a line stays, as evidence; its transaction never committed
                _write_all(descriptor, (b"\n" if is_torn else b"") + line)
                os.fsync(descriptor)
        except OSError as error:
            raise StoreUnavailable(
                f"The journal cannot be written ({error.strerror}), so nothing was changed."
                " Cure: make room, and check backup.journal and its rights."
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[int]:
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if is_new:
                _sync_folder(self.path.parent)
            yield descriptor
        finally:
            os.close(descriptor)

    def position(self) -> Position:
        """Return how far the journal has come.

        Raises:
            BackupBroken: its end is not of ours.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return Position()
        try:
            return self._last(descriptor)[0]
        finally:
            os.close(descriptor)

    def _last(self, descriptor: int) -> tuple[Position, bool]:
        """Return the place of the last whole line, and whether a torn one stands after it."""
        size = os.fstat(descriptor).st_size
        reach = _TAIL_BYTES
        while True:
            content = os.pread(descriptor, min(reach, size), max(0, size - reach))
            lines = content.split(b"\n")
            whole = lines[:-1] if reach >= size else lines[1:-1]
            for line in reversed(whole):
                if (found := _parsed(line)) is not None:
                    return Position(found[0]["n"], found[1]), bool(lines[-1])
            if reach >= size:
                return Position(), bool(lines[-1])
            reach *= 2

    def read(self, reached: Position) -> Iterator[Note]:
        """Yield every note, oldest first.

        Args:
            reached: where the journal was at the time of the backup.

        Raises:
            BackupBroken: a line is missing, changed or moved, the journal is older than the
                backup, or it is not there.
        """
        last, has_reached = Position(), reached.number == 0
        try:
            with self.path.open("rb") as file:
                for line in file:
                    found = _parsed(line.rstrip(b"\n"))
                    if found is None:
                        continue  # torn: what follows proves whether a line was lost with it
                    body, code = found
                    proven = self._code(last.code, line.partition(b"\t")[0])
                    if body["n"] != last.number + 1 or not hmac.compare_digest(code, proven):
                        raise BackupBroken(_broken_after(last.number))
                    last = Position(body["n"], code)
                    has_reached = has_reached or last == reached
                    yield from body["notes"]
        except FileNotFoundError:
            raise BackupBroken(f"There is no journal at {self.path}. {_LOST}") from None
        if not has_reached:
            raise BackupBroken(
                f"The journal ends at line {last.number}, before the backup was made"
                f" (line {reached.number}), so it is another one or was cut. {_LOST}"
            )

    def _code(self, before: str, body: bytes) -> str:
        return hmac.digest(self._key, before.encode() + body, "sha256").hex()


_LOST = (
    "Cure: name the right file in backup.journal or with --journal; if it is lost, see"
    " --journal-lost."
)


def _broken_after(number: int) -> str:
    return f"The journal does not add up after line {number}: a line is lost or changed. {_LOST}"


def _parsed(line: bytes) -> tuple[Note, str] | None:
    body, tab, code = line.partition(b"\t")
    if not tab or len(code) != len(_START):
        return None
    try:
        return orjson.loads(body), code.decode("ascii")
    except ValueError:
        return None


def _write_all(descriptor: int, content: bytes) -> None:
    waiting = memoryview(content)
    while waiting:
        waiting = waiting[os.write(descriptor, waiting) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
