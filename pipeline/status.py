"""How things stand: each source, what is set aside, what is overdue."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from connectors.watched import WatchedSettings
from models import delivery as deliveries
from models import inbox, outbox, trail
from models.alarm import open_alarms
from models.refused_push import refused_since
from models.rights_request import requests_due
from models.store import Store
from pipeline.backup import newest_backup
from pipeline.list_alarms import OpenAlarm, opened
from pipeline.list_looks import SourceLook, looks_by_source
from pipeline.list_requests import OWED
from pipeline.pull import ACTOR as PULL
from pipeline.settings import Settings
from pipeline.watch_state import watch_message
from pipeline.work_inbox import ACTOR as INBOX
from policy.london import london_date


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. Times are UTC; `last_outcome` is None for one that was never pulled.

    `waiting` pushes lie in the inbox, the oldest since `waiting_since`; `refused` are the requests
    to its address that were refused since yesterday, by the status of the answer. `inbox_message`
    is what keeps pushes from being worked on, None if nothing does; `watch_message` the same for a
    source that is watched, such as a mailbox. `looks` are what the platform last said of it.
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


@dataclass(frozen=True, slots=True)
class Status:
    """The whole installation at one moment.

    `suppressed` entries are on the suppression list, by why they are there in `suppressed_because`.
    `mails_waiting` are those to be sent, the oldest since `mails_since`; `can_mail` says that a
    server is configured. `requests_open` are those of people who still wait for an answer, the
    first of which is due on `next_request_due` (London). `last_backup_at` is None without any.
    `alarms` stand as the last round found them, the worst first.
    """

    at: datetime
    sources: Sequence[SourceStatus]
    overdue: int
    suppressed: int
    suppressed_because: dict[str, int]
    mails_waiting: int
    mails_since: datetime | None
    can_mail: bool
    requests_open: int
    next_request_due: date | None
    last_backup_at: datetime | None
    alarms: Sequence[OpenAlarm]


def status(store: Store, settings: Settings, now: datetime) -> Status:
    """Return how things stand."""
    with store.reading() as connection:
        totals = trail.lead_totals(connection)
        runs = deliveries.last_runs(connection, PULL)
        works = deliveries.last_runs(connection, INBOX)
        watched = {
            source.id: watch_message(connection, source, source.own, now)
            for source in settings.sources
            if isinstance(source.own, WatchedSettings)
        }
        pushed = inbox.waiting(connection)
        yesterday = london_date(now) - timedelta(days=1)
        refusals = _by_source(refused_since(connection, yesterday.isoformat()))
        shelf = deliveries.aside_counts(connection)
        streams = [row.source_id for row in deliveries.cursor_rows(connection)]
        overdue = trail.overdue_count(connection, now)
        reasons = trail.suppression_counts(connection)
        mails = outbox.mails_waiting(connection).values()
        requests = requests_due(connection, OWED)
        alarms = opened(open_alarms(connection))
        looks = looks_by_source(connection)
    found = []
    for source in settings.sources:
        total = totals.get((source.controller.id, source.id))
        run, work = runs.get(source.id), works.get(source.id)
        waiting, since = pushed.get((source.controller.id, source.id), (0, None))
        found.append(
            SourceStatus(
                id=source.id,
                kind=source.kind,
                controller=source.controller.id,
                leads=total.leads - total.tests if total else 0,
                tests=total.tests if total else 0,
                newest_lead_at=total.newest if total else None,
                streams=streams.count(source.id),
                set_aside={reason: n for (id_, reason), n in shelf.items() if id_ == source.id},
                last_pull_at=run.finished_at if run else None,
                last_outcome=run.outcome if run else None,
                message=run.message if run else None,
                waiting=waiting,
                waiting_since=since,
                refused=dict(refusals[source.controller.id, source.id]),
                inbox_message=work.message if work else None,
                watch_message=watched.get(source.id),
                looks=looks.get(source.id, ()),
            )
        )
    waiting, since = sum(n for n, _ in mails), min((at for _, at in mails), default=None)
    can_mail = settings.mail is not None
    backed_up = newest_backup(settings.backup_folder)
    stopped = sum(reasons.values()), reasons
    return Status(
        now, found, overdue, *stopped, waiting, since, can_mail, *requests, backed_up, alarms
    )


def _by_source(rows: Sequence[Row[Any]]) -> dict[tuple[str, str], Counter[int]]:
    found: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for row in rows:
        found[row.controller_id, row.source_id][row.status] += row.refused
    return found
