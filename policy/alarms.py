"""What an alarm is: what can go wrong, how bad it is, and when that is told once more.

An alarm stands as long as its cause does. It is told when it begins, told again when its `state`
changes, and its end is told too. The rules for each kind are in the files beside this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from policy.retention_duties import BACKUP_HOURS, EXPIRY_EVERY
from policy.vocabulary import Word

INSTALLATION = "installation"
"""The subject of an alarm that is about no single source, job or controller.

What is owed to people of one controller is never told as the installation's: another's ledger would
tell of it. Rule: ISO-4.
"""


class AlarmKind(Word):
    """What can go wrong. Kept and told under this name; the list only grows."""

    TOKEN_EXPIRING = "token_expiring"  # noqa: S105 - the name of an alarm
    SOURCE_REFUSED = "source_refused"
    SOURCE_FAILING = "source_failing"
    SOURCE_NOT_PULLED = "source_not_pulled"
    SILENCE = "silence"
    GAP_FOUND = "gap_found"
    EXPIRY_OVERDUE = "expiry_overdue"
    REQUEST_DUE = "request_due"
    DISK_LOW = "disk_low"
    BACKUP_OLD = "backup_old"
    BACKUP_FAILED = "backup_failed"
    JOB_FAILED = "job_failed"
    JOB_MISSED = "job_missed"
    INBOX_OLD = "inbox_old"
    PUSH_REFUSED = "push_refused"
    MAILS_STUCK = "mails_stuck"
    SUBSCRIPTION_LOST = "subscription_lost"
    PERMISSION_LOST = "permission_lost"
    CLOCK_SKEW = "clock_skew"
    AUDIENCE_REMOVAL_FAILED = "audience_removal_failed"
    RECALL_OVERDUE = "recall_overdue"
    BREACH_DUE = "breach_due"
    CLIENT_EXIT_DUE = "client_exit_due"
    QUESTION_UNANSWERED = "question_unanswered"


OF_SOURCES = frozenset(
    {
        AlarmKind.TOKEN_EXPIRING,
        AlarmKind.SOURCE_REFUSED,
        AlarmKind.SOURCE_FAILING,
        AlarmKind.SOURCE_NOT_PULLED,
        AlarmKind.SILENCE,
        AlarmKind.GAP_FOUND,
        AlarmKind.INBOX_OLD,
        AlarmKind.PUSH_REFUSED,
        AlarmKind.SUBSCRIPTION_LOST,
        AlarmKind.PERMISSION_LOST,
        AlarmKind.CLOCK_SKEW,
    }
)
"""The kinds whose subject is a source."""
OF_THE_HOUSE = frozenset(
    {
        AlarmKind.DISK_LOW,
        AlarmKind.BACKUP_OLD,
        AlarmKind.BACKUP_FAILED,
        AlarmKind.JOB_FAILED,
        AlarmKind.JOB_MISSED,
    }
)
"""The kinds that concern every controller. The subject of all others is the one they concern."""


class Severity(Word):
    """How bad it is, the worst last."""

    WARNING = "warning"
    SERIOUS = "serious"
    CRITICAL = "critical"


RANK: Mapping[Severity, int] = MappingProxyType({each: n for n, each in enumerate(Severity)})
"""The place of each severity, for comparing: the worst has the greatest."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong now.

    `subject` is the id of the source, job or controller. `fact` and `cure` are sentences without
    personal data. `state` is what must change for the alarm to be told again; it holds no time that
    moves by itself.
    """

    kind: AlarmKind
    subject: str
    severity: Severity
    fact: str
    cure: str
    state: str = "stands"

    @property
    def key(self) -> tuple[AlarmKind, str]:
        """Return what there is one open alarm of."""
        return self.kind, self.subject


@dataclass(frozen=True, slots=True)
class AlarmLimits:
    """From when on something counts as wrong; each can be set in the configuration. Rule: ALM-1.

    UK GDPR Art. 5(1)(f), 24, 32(1)(b); own rule for the numbers.
    """

    token_days: int = 14
    failing_hours: float = 3
    not_pulled_hours: float = 26
    request_days: int = 3
    question_days: int = 30
    disk_free_mb: int = 1_000
    backup_hours: int = BACKUP_HOURS
    inbox_minutes: int = 60
    refused_pushes: int = 25
    mails_hours: float = 6
    exit_days: int = 7

    @property
    def failing(self) -> timedelta:
        """Return for how long something may be out of reach."""
        return timedelta(hours=self.failing_hours)


EXPIRY_LAG = EXPIRY_EVERY
"""How long after its end a record may be there: the deletion's own day (RET-10), never more."""
