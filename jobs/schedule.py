"""Every job that runs on the clock: what it is called, when it runs, and the one step it takes."""

from collections.abc import Iterator

from jobs import (
    alarms,
    audiences,
    backups,
    expiry,
    housekeeping,
    opt_out_files,
    probes,
    pulls,
    reconciles,
    scrubs,
)
from jobs.turn import Entry
from pipeline.wiring import House


def schedule(house: House) -> list[Entry]:
    """Return the schedule of an installation: the jobs that are on and have something to do."""
    when = house.settings.schedule
    entries = [entry for entry in _entries(house) if entry.timing.on]
    tell = Entry("alarms", "", when.alarms, alarms.job(entries, house.now()))
    return [*entries, tell] if when.alarms.on else entries


def _entries(house: House) -> Iterator[Entry]:
    settings, when = house.settings, house.settings.schedule
    for source in settings.sources:
        first: tuple[str, str] | None = None
        if pulls.is_pulled(source):
            pull = Entry("pull", source.id, source.timing or when.pull, pulls.job(source))
            yield pull
            # what was never pulled is no gap
            first = pull.key if pull.timing.on else None
        if reconciles.is_listed(source):
            week, whole = reconciles.job(source), reconciles.whole(source)
            yield Entry("reconcile", source.id, when.reconcile, week, first)
            yield Entry("reconcile_all", source.id, when.reconcile_all, whole, first)
    yield Entry("optout_files", "", when.optout_files, opt_out_files.run)
    if settings.audiences:
        yield Entry("audiences", "", when.audiences, audiences.run)
    yield Entry("expire", "", when.expire, expiry.run)
    yield Entry("scrub", "", when.scrub, scrubs.run)
    if settings.sources:
        yield Entry("probe", "", when.probe, probes.run)
    if settings.backup_key is not None:
        yield Entry("backup", "", when.backup, backups.run)
    yield Entry("housekeeping", "", when.housekeeping, housekeeping.run)
