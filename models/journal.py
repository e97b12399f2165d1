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
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from sqlalchemy import Connection

from policy.errors import BackupBroken, StoreUnavailable

NOTED = "leadledger_noted"
_START = "0" * 64
_CUT = "cut"
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
        self._left: tuple[Position, tuple[int, ...]] | None = None

    def append(self, notes: list[Note]) -> None:
        """Add one line, and return when it is on disk.

        Raises:
            StoreUnavailable: it cannot be written; the transaction must not commit then.
            BackupBroken: the last line is not one of ours.
        """
        try:
            with self._locked() as descriptor:
                last, is_torn = self._as_left(descriptor) or self._last(descriptor)
                body = orjson.dumps(
                    {"n": last.number + 1, "notes": notes}, option=orjson.OPT_SORT_KEYS
                )
                code = self._code(last.code, body)
                line = body + b"\t" + code.encode() + b"\n"
                # what a crash left of a line stays, as evidence; its transaction never committed
                _write_all(descriptor, (b"\n" if is_torn else b"") + line)
                os.fsync(descriptor)
                self._left = Position(last.number + 1, code), _state(descriptor)
        except OSError as error:
            raise StoreUnavailable(
                f"The journal cannot be written ({error.strerror}), so nothing was changed."
                " Cure: make room, and check backup.journal and its rights."
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[int]:
        with ExitStack() as opened:
            while True:
                is_new = not self.path.exists()
                descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
                opened.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                # a line in a file that was cut while we waited for it would be lost
                if _is_at(descriptor, self.path):
                    break
                opened.close()
            if is_new:
                _sync_folder(self.path.parent)
            yield descriptor

    def cut(self, place: Position) -> None:
        """Forget the lines up to a place; a journal that does not have it is left as it is.

        The first line then says, with a code of its own, where the journal goes on. The file is
        replaced as a whole, so a crash leaves the one or the other.

        Raises:
            BackupBroken: the journal does not add up; it is left as it is.
            OSError: the shorter file cannot be written; the journal is left as it is.
        """
        part = self.path.with_name(f"{self.path.name}.unfinished")
        with self._locked(), self.path.open("rb") as file:
            for _ in self.read(None):
                pass
            if not _skip_to(file, place):
                return
            body = orjson.dumps({"n": place.number, _CUT: place.code}, option=orjson.OPT_SORT_KEYS)
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as shorter:
                shorter.write(body + b"\t" + self._code(_CUT, body).encode() + b"\n")
                shutil.copyfileobj(file, shorter)
                shorter.flush()
                os.fsync(shorter.fileno())
            part.replace(self.path)
            _sync_folder(self.path.parent)

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

    def _as_left(self, descriptor: int) -> tuple[Position, bool] | None:
        """Return the place of the last line, if nobody wrote since we did: lines may be long."""
        if self._left is None or self._left[1] != _state(descriptor):
            return None
        return self._left[0], False

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
                    return _place(*found), bool(lines[-1])
            if reach >= size:
                return Position(), bool(lines[-1])
            reach *= 2

    def read(self, reached: Position | None) -> Iterator[Note]:
        """Yield every note, oldest first.

        Args:
            reached: where the journal was at the time of the backup, None if that is not known.

        Raises:
            BackupBroken: a line is missing, changed or moved, the journal is older than the
                backup, or it is not there.
        """
        last, has_reached = Position(), reached is None or reached.number == 0
        try:
            with self.path.open("rb") as file:
                for line in file:
                    found = _parsed(line.rstrip(b"\n"))
                    if found is None:
                        continue  # torn: what follows proves whether a line was lost with it
                    body, code = found
                    is_cut = last.number == 0 and _CUT in body
                    before = _CUT if is_cut else last.code
                    proven = self._code(before, line.partition(b"\t")[0])
                    is_next = is_cut or body["n"] == last.number + 1
                    if not is_next or not hmac.compare_digest(code, proven):
                        raise BackupBroken(_broken_after(last.number))
                    last = _place(body, code)
                    if is_cut and reached is not None and reached.number <= last.number:
                        raise BackupBroken(_TOO_OLD)
                    has_reached = has_reached or last == reached
                    yield from body.get("notes", ())
        except FileNotFoundError:
            raise BackupBroken(f"There is no journal at {self.path}. {_LOST}") from None
        if not has_reached and reached is not None:
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


_TOO_OLD = (
    "The journal begins after the backup: what happened in between was forgotten, as no backup of"
    " that time should be left. Cure: restore a newer one."
)


def _broken_after(number: int) -> str:
    return f"The journal does not add up after line {number}: a line is lost or changed. {_LOST}"


def _place(body: Note, code: str) -> Position:
    """Return where a line stands; the first one of a journal that was cut names the one before."""
    return Position(body["n"], body.get(_CUT, code))


def _skip_to(file: BinaryIO, place: Position) -> bool:
    lines = (_parsed(line.rstrip(b"\n")) for line in file)
    return any(found is not None and _place(*found) == place for found in lines)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _state(descriptor: int) -> tuple[int, ...]:
    """Return what changes whenever a file is written to, or replaced by another."""
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


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
