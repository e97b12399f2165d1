"""What the disks say of themselves: room, rights, and which things share one."""

import shutil
import tempfile
from pathlib import Path


def nearest(path: Path) -> Path:
    """Return the folder itself, or the nearest one above it that exists."""
    return next((each for each in (path, *path.parents) if _exists(each)), path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # somewhere that this user may not even look


def can_be_written(folder: Path) -> bool:
    """Say whether files can be made in a folder, or the folder be made; tried, and nothing stays.

    Rights alone do not tell: a disk may be mounted for reading only.
    """
    try:
        with tempfile.TemporaryFile(dir=nearest(folder)):
            return True
    except OSError:
        return False


def are_on_one_disk(one: Path, other: Path) -> bool:
    """Say whether two places are on the same disk, so that both are lost with it."""
    try:
        return nearest(one).stat().st_dev == nearest(other).stat().st_dev
    except OSError:
        return False


def free_bytes(folder: Path) -> int:
    """Return how much room there is on the disk of a folder."""
    return shutil.disk_usage(nearest(folder)).free
