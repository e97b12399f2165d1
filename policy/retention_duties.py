"""What must have been done before a deletion, a restore or the end of a contract counts as done."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from policy.london import london_date, months_after
from policy.retention_rules import RETENTION_RULES, DataClass
from policy.vocabulary import Word

BACKUP_HOURS = 36
JOURNAL_MARGIN_HOURS = 24
BACKUP_DAYS = RETENTION_RULES[DataClass.BACKUP].clocks[0].days
REVIEW_MONTHS = 12
EXPIRY_EVERY = timedelta(hours=24)
WORK_DAYS = 90
UNEVENTFUL_DAYS = 7
RECORD_MONTHS = 24


class CopyPlace(Word):
    """Every place in the house that expiry and erasure must reach, and those who got a copy."""

    DATABASE = "database"
    CACHE = "cache"
    SEARCH_INDEX = "search_index"
    RAW_PAYLOADS = "raw_payloads"
    INBOX = "inbox"
    SET_ASIDE = "set_aside"
    LOG = "log"
    EXPORT_FILES = "export_files"
    RECIPIENTS_TOLD = "recipients_told"


def copies_left(reached: Collection[CopyPlace]) -> tuple[CopyPlace, ...]:
    """Return the places that an expiry or erasure has not reached yet; () when it is complete.

    A place that this installation does not have counts as reached by whoever says so. Rule: RET-18.
    UK GDPR Art. 17(1), 19.
    """
    return tuple(place for place in CopyPlace if place not in reached)


class BackupDuty(Word):
    """What keeps erased data beyond use in a backup."""

    NO_OTHER_RESTORE = "no_other_restore"  # restored after a loss only, for no other end
    NO_ACCESS = "no_access"
    ENCRYPTED = "encrypted"
    OVERWRITE_SCHEDULED = "overwrite_scheduled"


class Replay(Word):
    """What happened since the backup, and must happen again before service resumes."""

    ERASURES = "erasures"
    SUPPRESSIONS = "suppressions"
    EXPIRIES = "expiries"


def backup_duties_open(kept: Collection[BackupDuty]) -> tuple[BackupDuty, ...]:
    """Return what is missing for erased data to be beyond use in a backup. Rule: RET-17.

    UK GDPR Art. 17(1), 32; ICO guidance on erasure.
    """
    return tuple(duty for duty in BackupDuty if duty not in kept)


def backup_overwritten_by(made_at: datetime) -> datetime:
    """Return when a backup must be overwritten: 35 days of 24 hours after it was made.

    What was erased at an instant is in no backup from the result for that instant on. Rule: RET-17.
    UK GDPR Art. 17(1); own rule for 35 days.
    """
    return made_at + timedelta(days=BACKUP_DAYS)


def may_journal_forget(ended_backup_at: datetime, oldest_backup_at: datetime) -> bool:
    """Say whether the journal may forget what a backup knew whose time is over. Rule: RET-17.

    The oldest backup that is left has all of it, if it was made a day later: no transaction that
    was under way at the time of the first was still under way then. UK GDPR Art. 5(1)(e), 17(1);
    own rule.
    """
    return oldest_backup_at - ended_backup_at >= timedelta(hours=JOURNAL_MARGIN_HOURS)


def is_backup_old(made_at: datetime, now: datetime) -> bool:
    """Say whether the newest backup is too old: a day, and some hours for it to be made in.

    What came in since is lost with the store, but for what a source offers again. Rule: RET-17. UK
    GDPR Art. 32(1)(b), 32(1)(c); own rule.
    """
    return now - made_at > timedelta(hours=BACKUP_HOURS)


def replays_open(done: Collection[Replay]) -> tuple[Replay, ...]:
    """Return what must be replayed before a restored store may serve; () when it may. Rule: RET-17.

    UK GDPR Art. 5(1)(f), 17(1), 21(3).
    """
    return tuple(replay for replay in Replay if replay not in done)


class ExitDuty(Word):
    """What the end of a contract as processor asks for."""

    CHOICE_RECORDED = "choice_recorded"  # the client's: return, or delete
    CHOICE_CARRIED_OUT = "choice_carried_out"
    SUB_PROCESSORS_DONE = "sub_processors_done"
    CERTIFICATE_ISSUED = "certificate_issued"


def exit_duties_open(done: Collection[ExitDuty]) -> tuple[ExitDuty, ...]:
    """Return what is still owed to a client whose contract ended; () when all is done.

    Rule: RET-19. UK GDPR Art. 28(3)(g).
    """
    return tuple(duty for duty in ExitDuty if duty not in done)


def review_due_at(made_at: datetime, reviewed_at: datetime | None = None) -> datetime:
    """Return when a suppression list must next be reviewed: a year after the last time. RET-13.

    The instant, in UTC, at which that day starts in London. UK GDPR Art. 5(1)(e); ICO guidance on
    direct marketing; own rule for the year.
    """
    return months_after(reviewed_at or made_at, REVIEW_MONTHS)


def is_expiry_late(now: datetime, last_run_at: datetime | None) -> bool:
    """Say whether deletion of what expired was left undone for more than a day. Rule: RET-10.

    UK GDPR Art. 5(1)(e), 24; own rule.
    """
    return last_run_at is None or now - last_run_at > EXPIRY_EVERY


def slots_kept_since(now: datetime) -> datetime:
    """Return since when the runs of the schedule are kept: 90 days. Rule: RET-27."""
    return now - timedelta(days=WORK_DAYS)


def uneventful_kept_since(now: datetime) -> datetime:
    """Return since when runs of the schedule that found nothing to do are kept. Rule: RET-27."""
    return now - timedelta(days=UNEVENTFUL_DAYS)


def runs_kept_since(now: datetime) -> datetime:
    """Return since when the record of each run is kept, which shows that the rules were: 24 months.

    Rule: RET-27. UK GDPR Art. 5(1)(e), 5(2).
    """
    return months_after(now, -RECORD_MONTHS)


def refusals_kept_since(now: datetime) -> date:
    """Return the first London day whose counts of refused requests are kept. Rule: RET-27."""
    return london_date(now - timedelta(days=WORK_DAYS))
