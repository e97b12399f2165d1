"""How the jobs on the clock went: the newest run of each, and what it is doing now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from models.scheduled_run import newest_runs


@dataclass(frozen=True, slots=True)
class JobStatus:
    """The newest run of a job. Times are UTC.

    `subject` is the source that it is about, empty if none; `outcome` is None while it is not over.
    Then `is_at_work` says whether a daemon, the `holder`, is on it and lives; if not, it is taken
    up again at `due_at`. `progress` says how far it is. `missed`: so many runs before it never
    were.
    """

    job: str
    subject: str
    slot: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    holder: str
    is_at_work: bool
    due_at: datetime
    progress: int
    message: str | None
    missed: int


def job_status(connection: Connection, now: datetime) -> list[JobStatus]:
    """Return the newest run of each job, in the order of their names."""
    return [
        JobStatus(
            job=row.job,
            subject=row.subject,
            slot=row.slot,
            started_at=row.started_at,
            finished_at=row.finished_at,
            outcome=row.outcome,
            holder=row.holder,
            is_at_work=row.finished_at is None and bool(row.holder) and row.due_at > now,
            due_at=row.due_at,
            progress=row.progress,
            message=row.message,
            missed=row.missed,
        )
        for _, row in sorted(newest_runs(connection, now).items())
    ]
