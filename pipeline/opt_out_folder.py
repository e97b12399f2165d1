"""The folders into which lists of opt-outs are dropped: find, claim, hand on, put away.

A file is claimed by renaming it into a folder of its own below `.working`, which only one of
several programs can do. The name of that folder says when, so that whoever takes the work up after
a death says the same as who began it. Nothing here reads a list, and no file's name leaves it.
"""

import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

from policy.dropped_files import is_being_written, is_kept, is_whole, may_be_taken_over

DONE, FAILED, WORKING = "done", "failed", ".working"
REASON = ".reason.txt"
_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAMED = re.compile(r"(\d{8}T\d{12}Z)-([0-9a-f]{8})(?:-.*)?", re.DOTALL)
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is ours for now. `box` is the folder it was dropped into, `since` when (UTC)."""

    box: Path
    place: Path
    path: Path
    since: datetime

    @property
    def _name(self) -> str:
        """Return the name under which it is put away: when, and what it was called."""
        found = _NAMED.fullmatch(self.place.name)
        number = found[2] if found else secrets.token_hex(4)
        name = os.fsencode(f"{self.since:{_STAMP}}-{number}-{self.path.name}")
        return os.fsdecode(name[: _LONGEST_NAME - len(REASON)])

    def open(self) -> BufferedReader:
        """Open the file, if it is one: nobody may put a link to another in its place.

        Raises:
            OSError: it cannot be read, or is gone.
        """
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        return os.fdopen(os.open(self.path, flags), "rb")

    def renew(self) -> None:
        """Say that somebody still works on it."""
        with suppress(OSError):
            os.utime(self.place)

    def finish(self) -> None:
        """Put the file among those that are done."""
        self._put_away(DONE)

    def fail(self, reason: str) -> None:
        """Put the file among those that somebody must look at, with the reason beside it."""
        folder = self.box / FAILED
        folder.mkdir(mode=0o700, exist_ok=True)
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY
        descriptor = os.open(folder / f"{self._name}{REASON}", flags, 0o600)
        with open(descriptor, "w", encoding="utf-8") as written:  # noqa: PTH123 - a descriptor
            written.write(reason)
        self._put_away(FAILED)

    def give_back(self) -> None:
        """Put the file back to where it was dropped, to be taken again as a whole."""
        target = self.box / self.path.name
        self._move(self.box / self._name if target.exists() else target)

    def _put_away(self, name: str) -> None:
        folder = self.box / name
        folder.mkdir(mode=0o700, exist_ok=True)
        # whoever dropped it may own it, and then the folder alone keeps others out
        with suppress(OSError):
            if not self.path.is_symlink():
                self.path.chmod(0o600)
        self._move(folder / self._name)

    def _move(self, target: Path) -> None:
        with suppress(FileNotFoundError):  # somebody else took the work over, and was faster
            self.path.rename(target)
        with suppress(OSError):
            self.place.rmdir()


def boxes_below(folder: Path) -> list[Path]:
    """Return the folders in which files may lie, besides the folder itself."""
    return sorted(
        each
        for each in folder.iterdir()
        if each.is_dir() and not each.name.startswith(".") and each.name not in {DONE, FAILED}
    )


def claims(box: Path, now: datetime) -> Iterator[Claim]:
    """Yield every file of a folder that is whole and nobody else works on, each claimed.

    Raises:
        OSError: the folder cannot be read or written; or, after all others, a file not be moved.
    """
    working = box / WORKING
    if working.is_dir():
        for place in sorted(working.iterdir()):
            if claim := _taken_over(box, place, now):
                yield claim
    trouble: OSError | None = None
    for path in sorted(box.iterdir()):
        if not is_being_written(path.name) and _has_settled(path, now):
            working.mkdir(mode=0o700, exist_ok=True)
            try:
                claim = _claimed(box, path, now)
            except OSError as error:
                trouble = error  # a list that cannot be moved keeps no other from being heeded
                continue
            if claim:
                yield claim
    if trouble is not None:
        raise trouble


def waiting_in(box: Path) -> int:
    """Return how many files of a folder were left alone, since they may still be written."""
    return sum(each.is_file() for each in box.iterdir() if not each.name.startswith("."))


def failed_in(folder: Path) -> int:
    """Return how many files wait for somebody to look at them, in a folder and those below."""
    with suppress(OSError):
        boxes = [folder, *boxes_below(folder)] if folder.is_dir() else []
        files = (each.name for box in boxes for each in _files(box / FAILED))
        return sum(not name.endswith(REASON) for name in files)
    return 0


def drop_done(box: Path, now: datetime) -> int:
    """Delete the files whose time among those that are done is over; return how many.

    Raises:
        OSError: the folder cannot be read or written.
    """
    folder = box / DONE
    over = [each for each in _files(folder) if (at := _since(each)) and not is_kept(at, now)]
    for each in over:
        each.unlink(missing_ok=True)
    return len(over)


def _files(folder: Path) -> Sequence[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else ()


def _has_settled(path: Path, now: datetime) -> bool:
    """Say whether a file has been as it is for long enough. A link is no file of ours to move."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False  # somebody else has claimed it
    changed = datetime.fromtimestamp(max(found.st_mtime, found.st_ctime), UTC)
    return stat.S_ISREG(found.st_mode) and is_whole(changed, now)


def _claimed(box: Path, path: Path, now: datetime) -> Claim | None:
    place = box / WORKING / f"{now.astimezone(UTC):{_STAMP}}-{secrets.token_hex(4)}"
    place.mkdir(mode=0o700)
    try:
        path.rename(place / path.name)
    except FileNotFoundError:
        place.rmdir()
        return None
    except OSError:
        place.rmdir()
        raise
    return Claim(box, place, place / path.name, now.astimezone(UTC))


def _taken_over(box: Path, place: Path, now: datetime) -> Claim | None:
    """Return a claim that somebody else has not finished, as one of ours, if its time is over."""
    since = _since(place)
    try:
        if since is None or not may_be_taken_over(_time_of(place), now):
            return None
        ours = place.with_name(f"{place.name[:31]}-{secrets.token_hex(4)}")
        place.rename(ours)
        os.utime(ours)
    except FileNotFoundError:
        return None  # another one took it over
    found = _files(ours)
    if not found:
        ours.rmdir()
        return None
    return Claim(box, ours, found[0], since)


def _time_of(place: Path) -> datetime:
    return datetime.fromtimestamp(place.stat().st_mtime, UTC)


def _since(path: Path) -> datetime | None:
    """Return the time that stands in a name of ours, None if it is another's."""
    found = _NAMED.fullmatch(path.name)
    try:
        return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
