"""Every job that runs on the clock: what it is called, when it runs, and the one step it takes."""

from collections.abc import Iterator

from jobs import backups, expiry, housekeeping, pulls
from jobs.turn import Entry
from pipeline.wiring import House


def schedule(house: House) -> list[Entry]:
    """Return the schedule of an installation: the jobs that are on and have something to do."""
    return [entry for entry in _entries(house) if entry.timing.on]


def _entries(house: House) -> Iterator[Entry]:
    when = house.settings.schedule
    for source in house.settings.sources:
        if pulls.is_pulled(source):
            timing = source.timing or when.pull
            yield Entry("pull", source.id, timing, pulls.job(source))
    yield Entry("expire", "", when.expire, expiry.run)
    if house.settings.backup_key is not None:
        yield Entry("backup", "", when.backup, backups.run)
    yield Entry("housekeeping", "", when.housekeeping, housekeeping.run)
