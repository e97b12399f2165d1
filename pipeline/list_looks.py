"""List what the last look at each source found, as `pipeline.watch_sources` wrote it down."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from models import probe
from models.alarm_facts import SourceKey


@dataclass(frozen=True, slots=True)
class SourceLook:
    """One thing that was looked at. Times are UTC; `ends_at` is when it stops working by itself."""

    subject: str
    is_ok: bool
    message: str
    since: datetime
    looked_at: datetime
    ends_at: datetime | None


def looks_by_source(
    connection: Connection, controllers: Collection[str]
) -> Mapping[SourceKey, Sequence[SourceLook]]:
    """Return what the last looks found, by controller and source."""
    found: dict[SourceKey, list[SourceLook]] = defaultdict(list)
    for row in probe.probes(connection, controllers):
        times = (row.since, row.looked_at, row.ends_at)
        look = SourceLook(row.subject, row.is_ok, row.message, *times)
        found[row.controller_id, row.source_id].append(look)
    return found
