"""How things stand: each source, what is set aside, what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models import outbox, trail
from models.alarm import open_alarms
from models.rights_request import requests_due
from models.store import Store
from pipeline.backup import newest_backup
from pipeline.job_status import JobStatus, job_status
from pipeline.list_alarms import OpenAlarm, opened
from pipeline.list_audiences import AudienceState, list_audiences
from pipeline.list_requests import OWED
from pipeline.opt_out_folder import failed_in
from pipeline.settings import Settings
from pipeline.source_status import SourceStatus, source_statuses


@dataclass(frozen=True, slots=True)
class Status:
    """The whole installation at one moment.

    `suppressed` entries are on the suppression list, by why they are there in `suppressed_because`.
    `mails_waiting` are those to be sent, the oldest since `mails_since`; `can_mail` says that a
    server is configured. `requests_open` are those of people who still wait for an answer, the
    first of which is due on `next_request_due` (London; None: none has a day).
    `last_backup_at` is None without any.
    `jobs` are those that `leadledger run` has run on the clock.
    `lists_failed` lists of opt-outs that were dropped could not be heeded whole.
    `audiences` are those that people are taken out of.
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
    jobs: Sequence[JobStatus]
    lists_failed: int
    audiences: Sequence[AudienceState]
    alarms: Sequence[OpenAlarm]


def status(store: Store, settings: Settings, now: datetime) -> Status:
    """Return how things stand."""
    with store.reading() as connection:
        sources = source_statuses(connection, settings.sources, now)
        overdue = trail.overdue_count(connection, now)
        reasons = trail.suppression_counts(connection)
        mails = outbox.mails_waiting(connection).values()
        requests_open, next_due = requests_due(connection, OWED)
        jobs = [
            job
            for job in job_status(connection, now)
            # what a source that is configured no more was doing nobody takes up again
            if not job.subject or settings.source(job.subject) is not None
        ]
        alarms = opened(open_alarms(connection))
    return Status(
        at=now,
        sources=sources,
        overdue=overdue,
        suppressed=sum(reasons.values()),
        suppressed_because=reasons,
        mails_waiting=sum(count for count, _ in mails),
        mails_since=min((at for _, at in mails), default=None),
        can_mail=settings.mail is not None,
        requests_open=requests_open,
        next_request_due=next_due,
        last_backup_at=newest_backup(settings.backup_folder),
        jobs=jobs,
        lists_failed=failed_in(settings.opt_out_folder),
        audiences=list_audiences(store),
        alarms=alarms,
    )
