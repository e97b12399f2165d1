"""How each source stands: its leads, its pulls, what waits, what is wrong with it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from connectors.watched import WatchedSettings
from models import delivery as deliveries
from models import inbox, trail
from models.refused_push import refused_since
from pipeline.completeness import NOT_COMPARED, Completeness, completeness
from pipeline.list_looks import SourceLook, looks_by_source
from pipeline.pull import ACTOR as PULL
from pipeline.settings import ConfiguredSource
from pipeline.watch_state import watch_message
from pipeline.work_inbox import ACTOR as INBOX
from policy.london import london_date


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. Times are UTC; `last_outcome` is None for one that was never pulled.

    `waiting` pushes lie in the inbox, the oldest since `waiting_since`; `refused` are the requests
    to its address that were refused since yesterday, by the status of the answer. `inbox_message`
    is what keeps pushes from being worked on, None if nothing does; `watch_message` the same for a
    source that is watched, such as a mailbox. `completeness` is what comparing it with the
    platform's own list has shown.
    """

    id: str
    kind: str
    controller: str
    leads: int
    tests: int
    newest_lead_at: datetime | None
    streams: int
    set_aside: dict[str, int]
    last_pull_at: datetime | None
    last_outcome: str | None
    message: str | None
    waiting: int
    waiting_since: datetime | None
    refused: dict[int, int]
    inbox_message: str | None
    watch_message: str | None
    looks: Sequence[SourceLook]
    completeness: Completeness


def source_statuses(
    connection: Connection, sources: Sequence[ConfiguredSource], now: datetime
) -> list[SourceStatus]:
    """Return how each source stands, by a few queries for all."""
    owners = {source.controller_id for source in sources}
    totals = trail.lead_totals(connection, owners)
    runs = deliveries.last_runs(connection, owners, PULL)
    works = deliveries.last_runs(connection, owners, INBOX)
    compared = completeness(connection, owners, now)
    looks = looks_by_source(connection, owners)
    pushed = inbox.waiting(connection, owners)
    yesterday = london_date(now) - timedelta(days=1)
    refusals = _by_source(refused_since(connection, owners, yesterday.isoformat()))
    shelf = deliveries.aside_counts(connection, owners)
    cursors = deliveries.cursor_rows(connection, owners)
    streams = Counter((row.controller_id, row.source_id) for row in cursors)
    found = []
    for source in sources:
        key = (source.controller_id, source.id)
        total = totals.get(key)
        run, work = runs.get(key), works.get(key)
        waiting, since = pushed.get(key, (0, None))
        found.append(
            SourceStatus(
                id=source.id,
                kind=source.kind,
                controller=source.controller.id,
                leads=total.leads - total.tests if total else 0,
                tests=total.tests if total else 0,
                newest_lead_at=total.newest if total else None,
                streams=streams[key],
                set_aside={reason: n for (*of, reason), n in shelf.items() if tuple(of) == key},
                last_pull_at=run.finished_at if run else None,
                last_outcome=run.outcome if run else None,
                message=run.message if run else None,
                waiting=waiting,
                waiting_since=since,
                refused=dict(refusals[key]),
                inbox_message=work.message if work else None,
                watch_message=_watch_message(connection, source, now),
                looks=looks.get(key, ()),
                completeness=compared.get(key, NOT_COMPARED),
            )
        )
    return found


def _watch_message(connection: Connection, source: ConfiguredSource, now: datetime) -> str | None:
    if isinstance(source.own, WatchedSettings):
        return watch_message(connection, source, source.own, now)
    return None


def _by_source(rows: Sequence[Row[Any]]) -> dict[tuple[str, str], Counter[int]]:
    found: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for row in rows:
        found[row.controller_id, row.source_id][row.status] += row.refused
    return found
