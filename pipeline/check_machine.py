"""Say whether the machine has what is needed: time zones, room on its disks."""

import shutil
from collections.abc import Iterator
from zoneinfo import ZoneInfoNotFoundError

from models.store import Store, sqlite_path
from pipeline.finding import Finding

LOW_DISK_BYTES = 1_000_000_000


def check_time_zone() -> Finding:
    """Say whether London's clock is known, by which every deadline is counted."""
    from policy.london import LONDON  # noqa: PLC0415 - fails here, where it can be told

    try:
        return Finding("time zone", True, f"{LONDON.key} is known")
    except ZoneInfoNotFoundError:
        return Finding("time zone", False, "no time zone data. Cure: pip install tzdata")


def check_disk(store: Store) -> Iterator[Finding]:
    """Say how much room the disk of the store has, where that is a disk of this machine."""
    path = sqlite_path(store)
    if path is None or not path.parent.is_dir():
        return
    free = shutil.disk_usage(path.parent).free
    room = f"{free / 1e9:.1f} GB free"
    if free < LOW_DISK_BYTES:
        yield Finding("disk", False, f"{room}. Cure: make room, or leads cannot be stored.")
        return
    yield Finding("disk", True, room)
