"""When the installation itself is worth an alarm: deadlines, room, backups, mails."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from policy.alarms import INSTALLATION, Alarm, AlarmKind, AlarmLimits, Severity
from policy.alarms_of_sources import state_of
from policy.client_exit import ExitFacts, duties_done, exit_due_at
from policy.london import london_date
from policy.retention_duties import ExitDuty, exit_duties_open

ROOM_TO_SPARE = 1.2
"""How many times its limit of room a disk must have before the alarm of it ends: it would be told
again and again while the room comes and goes about the limit."""
_MEGABYTE = 1_000_000


def alarm_of_expiry(controller: str, late: int) -> Alarm | None:
    """Return the alarm of records that are there a day after they had to be deleted. Rule: ALM-6.

    What a hold or an open request keeps is none of them. UK GDPR Art. 5(1)(e), 24.
    """
    if late <= 0:
        return None
    fact = f"{late:,} lead(s) of {controller} are kept more than a day beyond their time."
    cure = (
        "Run `leadledger expire`, which deletes them and says what stands in its way; see that"
        " `leadledger run` runs. They are used for nothing meanwhile."
    )
    return Alarm(AlarmKind.EXPIRY_OVERDUE, controller, Severity.CRITICAL, fact, cure)


def alarm_of_requests(
    controller: str, due: Sequence[tuple[str, date]], limits: AlarmLimits, now: datetime
) -> Alarm | None:
    """Return the alarm of people whose answer is due within days, or late. Rule: ALM-6.

    Args:
        controller: its id.
        due: the key of each request that is owed an answer, and the London date it is due on.
        limits: how many days before it counts.
        now: aware.

    UK GDPR Art. 12(3), 12A; DPA s. 164A.
    """
    today = london_date(now)
    near = [each for each in due if each[1] <= today + timedelta(days=limits.request_days)]
    if not near:
        return None
    late = [each for each in near if each[1] < today]
    first = min(day for _, day in near)
    if late:
        fact = (
            f"{len(late):,} rights request(s) of {controller} are late, the first was due on"
            f" {first}; {len(near) - len(late):,} more are due soon."
        )
    else:
        fact = (
            f"{len(near):,} rights request(s) of {controller} are due soon, the first on {first}."
        )
    cure = "`leadledger rights list` shows who waits, for what and until when; answer them."
    state = state_of(f"{key} {day < today}" for key, day in near)
    severity = Severity.CRITICAL if late else Severity.SERIOUS
    return Alarm(AlarmKind.REQUEST_DUE, controller, severity, fact, cure, state)


_FOR_LONG = 3
"""After how many times its limit of days an open question is told again, and worse."""


def alarm_of_questions(
    controller: str, waiting: Sequence[tuple[str, date]], limits: AlarmLimits, now: datetime
) -> Alarm | None:
    """Return the alarm of requests that stand still, as a person has not answered. Rule: ALM-9.

    While a question waits nothing is due, so nothing else would ever tell of it. Nobody may be kept
    waiting without end for an answer that does not come. UK GDPR Art. 12(2), 12(3), 12A; ICO
    guidance on requests for clarification; own rule for the days.

    Args:
        controller: its id.
        waiting: the key of each request, and the London date on which its oldest question that
            moves the day was asked.
        limits: after how many days it counts.
        now: aware.
    """
    today, days = london_date(now), limits.question_days
    old = [(key, day) for key, day in waiting if (today - day).days >= days]
    if not old:
        return None
    first = min(day for _, day in old)
    fact = (
        f"{len(old):,} rights request(s) of {controller} have no due date, since what the person"
        f" was asked has not been answered; the first was asked on {first}."
    )
    cure = (
        "`leadledger rights show` says what was asked: write once more. Without an answer about the"
        " scope, answer with what a reasonable search finds; without proof of who asks, `leadledger"
        " rights refuse --reason identity_not_shown`."
    )
    for_long = {key for key, day in old if (today - day).days >= days * _FOR_LONG}
    severity = Severity.CRITICAL if for_long else Severity.SERIOUS
    state = state_of(f"{key} {key in for_long}" for key, _ in old)
    return Alarm(AlarmKind.QUESTION_UNANSWERED, controller, severity, fact, cure, state)


def alarm_of_disk(free_bytes: int, limits: AlarmLimits, *, is_open: bool) -> Alarm | None:
    """Return the alarm of a disk that has little room left. Rule: ALM-7.

    `is_open`: it stands already, and ends only when there is room to spare. UK GDPR Art. 32(1)(b);
    own rule.
    """
    least = limits.disk_free_mb * _MEGABYTE
    if free_bytes >= (least * ROOM_TO_SPARE if is_open else least):
        return None
    is_full = free_bytes < least / 5
    fact = f"The disk of the store has {free_bytes / _MEGABYTE:,.0f} MB left."
    cure = "Make room: without it leads cannot be stored, and platforms give up after hours."
    severity = Severity.CRITICAL if is_full else Severity.SERIOUS
    return Alarm(AlarmKind.DISK_LOW, INSTALLATION, severity, fact, cure, severity)


def alarm_of_backup(
    newest: datetime | None, installed_at: datetime, limits: AlarmLimits, now: datetime
) -> Alarm | None:
    """Return the alarm of an installation whose newest backup is too old. Rules: ALM-7, RET-17.

    Without any, the installation's own age counts. UK GDPR Art. 32(1)(b), 32(1)(c); own rule.
    """
    if now - (newest or installed_at) <= timedelta(hours=limits.backup_hours):
        return None
    fact = (
        f"The newest backup is of {newest:%Y-%m-%d %H:%M} UTC." if newest else "There is no backup."
    )
    cure = "Run `leadledger backup`, and look why nobody did; best each day (docs/backup.md)."
    return Alarm(AlarmKind.BACKUP_OLD, INSTALLATION, Severity.SERIOUS, fact, cure)


def alarm_of_mails(
    controller: str,
    waiting: tuple[int, datetime],
    limits: AlarmLimits,
    now: datetime,
    *,
    can_mail: bool,
) -> Alarm | None:
    """Return the alarm of our own mails that cannot leave. Rule: ALM-7.

    They ask people to confirm something, and are dropped after days. `waiting` is how many of a
    controller wait, and since when the oldest does. UK GDPR Art. 12(2), 32(1)(b); own rule.
    """
    count, oldest = waiting
    if now - oldest <= timedelta(hours=limits.mails_hours):
        return None
    since = f"{oldest:%Y-%m-%d %H:%M} UTC"
    fact = f"{count:,} mail(s) of {controller} wait to be sent, the oldest since {since}."
    cure = (
        "`leadledger check` says what the mail server answers; mend [mail] or the server."
        if can_mail
        else "No mail server is configured: add [mail] to the configuration."
    )
    return Alarm(AlarmKind.MAILS_STUCK, controller, Severity.SERIOUS, fact, cure)


def alarm_of_recalls(controller: str, late: int, first_due: datetime) -> Alarm | None:
    """Return the alarm of recipients who were not told in time whom to leave alone. Rule: ALM-6.

    UK GDPR Art. 19, 21(3).
    """
    if not late:
        return None
    since = f"{first_due:%Y-%m-%d %H:%M} UTC"
    fact = (
        f"{late:,} entry(ies) of lists of {controller} that left the house are called back, and"
        f" their recipients should have been told by {since}."
    )
    cure = "`leadledger recall list` says whom to tell of what; then `leadledger recall ack`."
    return Alarm(AlarmKind.RECALL_OVERDUE, controller, Severity.SERIOUS, fact, cure)


def alarm_of_breaches(
    controller: str, owed: Sequence[tuple[str, datetime]], now: datetime
) -> Alarm | None:
    """Return the alarm of breaches of which somebody must still be told. Rules: ALM-6, T-12, T-13.

    It stands from when the breach is recorded: the hours are few. UK GDPR Art. 33, 34.

    Args:
        controller: its id.
        owed: the key of each breach with who must be told of it, and by when (aware).
        now: aware.
    """
    if not owed:
        return None
    late = sum(due_at < now for _, due_at in owed)
    first = min(due_at for _, due_at in owed)
    fact = (
        f"{len(owed):,} notice(s) of breaches of {controller} are owed, {late:,} of them late; the"
        f" first was or is due by {first:%Y-%m-%d %H:%M} UTC."
    )
    cure = (
        "`leadledger breach list` says who must be told; then `leadledger breach notified`. The"
        " report may follow in parts."
    )
    state = state_of(f"{key} {due_at < now}" for key, due_at in owed)
    return Alarm(AlarmKind.BREACH_DUE, controller, Severity.CRITICAL, fact, cure, state)


_OF_DUTIES = {
    ExitDuty.CHOICE_RECORDED: "ask the client whether it wants its data back, and give --choice",
    ExitDuty.CHOICE_CARRIED_OUT: "give the data back with --out FOLDER, and delete it",
    ExitDuty.SUB_PROCESSORS_DONE: "have sub-processors delete, and add --sub-processors-done",
    ExitDuty.CERTIFICATE_ISSUED: "run it once more for the certificate",
}


def alarm_of_exit(
    controller: str, facts: ExitFacts, limits: AlarmLimits, now: datetime
) -> Alarm | None:
    """Return the alarm of a client whose data must soon be dealt with, or is late. Rule: CNT-6.

    UK GDPR Art. 28(3)(g); own rule for the days.
    """
    due_at = exit_due_at(facts)
    duties = exit_duties_open(duties_done(facts))
    if not duties or now < max(facts.ended_at, due_at - timedelta(days=limits.exit_days)):
        return None
    is_late = now >= due_at
    by = "had to be dealt with by" if is_late else "must be dealt with by"
    fact = f"The contract with {controller} has ended, and its data {by} {due_at:%Y-%m-%d %H:%M}."
    todo = "; ".join(_OF_DUTIES[duty] for duty in duties)
    cure = f"`leadledger clients close {controller}` (docs/clients.md): {todo}."
    severity = Severity.CRITICAL if is_late else Severity.SERIOUS
    state = state_of([severity, *duties])
    return Alarm(AlarmKind.CLIENT_EXIT_DUE, controller, severity, fact, cure, state)
