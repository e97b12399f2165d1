"""Say whether the machine has what is needed: time zones, room on its disks, open files."""

import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.store import Store, sqlite_path
from pipeline.disks import are_on_one_disk, free_bytes
from pipeline.finding import Fault, Finding, Limits


def check_time_zone() -> Finding:
    """Say whether London's clock is known, by which every deadline is counted.

    Without it hardly anything of this program can be loaded, so this is asked first.
    """
    try:
        zone = ZoneInfo.no_cache("Europe/London")
    except ZoneInfoNotFoundError:
        told = "no time zone data. Cure: pip install tzdata"
        return Finding("time zone", False, told, Fault.TIME_ZONE_MISSING)
    return Finding("time zone", True, f"{zone.key} is known")


def check_disks(store: Store, backups: Path | None, limits: Limits) -> Iterator[Finding]:
    """Say how much room the disks of the store and of the backups have, where they are ours."""
    path = sqlite_path(store)
    if path is not None and path.parent.is_dir():
        yield _disk("disk", path.parent, limits, "leads cannot be stored")
    if backups is not None and (path is None or not are_on_one_disk(path, backups)):
        yield _disk("backup disk", backups, limits, "no backup can be made")


def _disk(subject: str, folder: Path, limits: Limits, else_: str) -> Finding:
    free = free_bytes(folder)
    room = f"{free / 1e9:.1f} GB free"
    if free < limits.low_disk_bytes:
        told = f"{room}. Cure: make room, or {else_}."
        return Finding(subject, False, told, Fault.DISK_LOW)
    return Finding(subject, True, room)


def check_descriptors(limits: Limits) -> Iterator[Finding]:
    """Say whether enough files may be open: each connection of the web is one."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != resource.RLIM_INFINITY and allowed < limits.descriptors:
        yield Finding(
            "open files",
            None,
            f"{allowed} at most, so a busy web server would refuse callers. Cure: `ulimit -n 4096`"
            " before the start, or LimitNOFILE=4096 in the unit of systemd.",
            Fault.DESCRIPTORS_FEW,
        )
