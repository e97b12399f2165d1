"""When the runs of a job, or the pulls of a source, are worth an alarm."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from policy.alarms import INSTALLATION, Alarm, AlarmKind, AlarmLimits, Severity
from policy.vocabulary import Word

TIMES_THE_INTERVAL = 3
START_UP = timedelta(minutes=15)
"""How long a program that was just started gets to make up for what was missed."""
BACKUP_JOB = "backup"
AUDIENCE_JOB = "audiences"
_LONGEST_FACT = 400


class Ended(Word):
    """How a run ended, as far as it matters here."""

    COMPLETE = "complete"
    TRY_LATER = "try_later"  # out of reach, or only in part
    REFUSED = "refused"  # somebody must act
    BROKEN = "broken"  # a fault, or an answer that nobody knows


class Runs(NamedTuple):
    """What is known of a job's runs, or of a source's pulls. Times are aware.

    `began_at` is the first time that it was tried; `good_at` the end of the last complete run.
    `owner` is whose audience it was about, if it was about one.
    """

    subject: str
    ended: Ended
    ended_at: datetime
    began_at: datetime
    good_at: datetime | None = None
    message: str | None = None
    owner: str | None = None


def is_failing(runs: Runs, limits: AlarmLimits, now: datetime) -> bool:
    """Say whether a failure is one that time alone will not mend. Rule: ALM-2.

    What is out of reach gets a while: networks and platforms have bad hours. A fault does not.
    UK GDPR Art. 32(1)(b), 32(1)(c); own rule.
    """
    if runs.ended is Ended.TRY_LATER:
        return now - (runs.good_at or runs.began_at) > limits.failing
    return runs.ended is Ended.BROKEN


def alarm_of_pull(runs: Runs, limits: AlarmLimits, now: datetime) -> Alarm | None:
    """Return what is wrong with the pulls of a source, None if nothing is. Rule: ALM-2.

    UK GDPR Art. 5(1)(f), 32(1)(b); own rule.
    """
    own = runs.subject
    cure = (
        f"Do what it says; then `leadledger check`, and `leadledger pull {own}`, tell whether it is"
        " right again. Nothing is lost: the next complete pull goes on where the last one ended."
    )
    if runs.ended is Ended.REFUSED:
        fact = f"Source {own} is refused, and no lead of it comes: {short(runs.message)}"
        return Alarm(AlarmKind.SOURCE_REFUSED, own, Severity.CRITICAL, fact, cure)
    if not is_failing(runs, limits, now):
        return None
    since = f"since {runs.good_at:%Y-%m-%d %H:%M} UTC" if runs.good_at else "ever"
    fact = f"Source {own} was not read completely {since}: {short(runs.message)}"
    return Alarm(AlarmKind.SOURCE_FAILING, own, Severity.SERIOUS, fact, cure, runs.ended)


def alarm_of_no_pull(
    source: str,
    last: datetime,
    longest: timedelta,
    now: datetime,
    running_since: datetime | None = None,
) -> Alarm | None:
    """Return the alarm of a source that nobody has tried to read for too long. Rule: ALM-3.

    Args:
        source: its id.
        last: when somebody last tried, or when the source was configured (aware).
        longest: how long ago that may be.
        now: aware.
        running_since: when this program was started (aware), None if nobody knows.

    UK GDPR Art. 5(1)(f); own rule.
    """
    if now - last <= longest or _is_starting(running_since, longest, now):
        return None
    fact = f"Nobody has tried to read source {source} since {last:%Y-%m-%d %H:%M} UTC."
    cure = (
        f"See that `leadledger run` runs, or that your own schedule calls `leadledger pull"
        f" {source}`; `leadledger status` shows the last pull."
    )
    return Alarm(AlarmKind.SOURCE_NOT_PULLED, source, Severity.SERIOUS, fact, cure)


def alarm_of_job(runs: Runs, limits: AlarmLimits, now: datetime) -> Alarm | None:
    """Return the alarm of a job whose last run failed, None if it did well. Rule: ALM-2.

    UK GDPR Art. 24, 32(1)(b), 32(1)(d); own rule.
    """
    if runs.ended is not Ended.REFUSED and not is_failing(runs, limits, now):
        return None
    kind, severity, cure = _JOBS.get(
        runs.subject, (AlarmKind.JOB_FAILED, Severity.SERIOUS, _JOB_CURE)
    )
    subject = INSTALLATION
    if kind is AlarmKind.JOB_FAILED:
        subject = runs.subject
    elif kind is AlarmKind.AUDIENCE_REMOVAL_FAILED and runs.owner:
        subject = runs.owner
    at = f"{runs.ended_at:%Y-%m-%d %H:%M} UTC"
    fact = f"The job {runs.subject} failed at {at}: {short(runs.message)}"
    return Alarm(kind, subject, severity, fact, cure, runs.ended)


_JOB_CURE = (
    "Do what it says; `leadledger status` and the log of `leadledger run` show more. The next run"
    " of the job tries again by itself."
)
_BACKUP_CURE = (
    "Run `leadledger backup`, which says what stands in its way: mostly room or rights in the"
    " folder of the backups (docs/backup.md)."
)
_AUDIENCE_CURE = (
    "People who opted out may still be shown advertisements. Run `leadledger check`, mend the"
    " access to the platform's audiences, or remove the people there by hand."
)
_JOBS = {
    BACKUP_JOB: (
        AlarmKind.BACKUP_FAILED,
        Severity.CRITICAL,
        _BACKUP_CURE,
    ),
    AUDIENCE_JOB: (
        AlarmKind.AUDIENCE_REMOVAL_FAILED,
        Severity.CRITICAL,
        _AUDIENCE_CURE,
    ),
}


def alarms_of_missed_jobs(
    expected: Mapping[str, timedelta],
    last_ended: Mapping[str, datetime],
    running_since: datetime | None,
    now: datetime,
    without: Collection[str] = (),
) -> list[Alarm]:
    """Return an alarm for each job that has not run for three times its interval. Rule: ALM-3.

    A job that never ran is missed when the program has been up for that long. A program that was
    just started gets a quarter of an hour, or three intervals if that is less.

    Args:
        expected: how often each job is to run.
        last_ended: when the last run of each ended (aware).
        running_since: when this program was started (aware), None if nobody knows.
        now: aware.
        without: jobs that are watched otherwise.

    UK GDPR Art. 5(1)(e), 24; own rule.
    """
    found = []
    for job, interval in sorted(expected.items()):
        longest = interval * TIMES_THE_INTERVAL
        last = last_ended.get(job, running_since)
        is_new = _is_starting(running_since, longest, now)
        if job in without or last is None or is_new or now - last <= longest:
            continue
        when = f"since {last:%Y-%m-%d %H:%M} UTC" if job in last_ended else "ever"
        fact = f"The job {job} has not ended a run {when}."
        cure = (
            "See that exactly the `leadledger run` of this version runs, and that its log names no"
            " fault of this job; start it again if it hangs. What was missed is made up by itself."
        )
        found.append(Alarm(AlarmKind.JOB_MISSED, job, Severity.SERIOUS, fact, cure))
    return found


def _is_starting(running_since: datetime | None, longest: timedelta, now: datetime) -> bool:
    """Say whether the program was started so lately that it may be making up for its absence."""
    return running_since is not None and now - running_since <= min(longest, START_UP)


def short(message: str | None) -> str:
    """Return the first line of a message, cut where it is long; it says how much more there is."""
    lines = (message or "").splitlines() or ["no reason was written down."]
    first = lines[0] if len(lines[0]) <= _LONGEST_FACT else f"{lines[0][: _LONGEST_FACT - 1]}…"
    return first if len(lines) == 1 else f"{first} (And {len(lines) - 1} more of the kind.)"
