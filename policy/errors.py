"""What can stop a step. The branch says what to do; the message says the fact, then the cure.

LeadsError
├─ ConfigError            fix the file (all mistakes at once)                        exit 4
├─ UsageError             fix the command                                            exit 2
├─ SourceError
│  ├─ SourceUnavailable   try later                                                  exit 5
│  ├─ SourceRefused       credentials or permission: a person must act               exit 4
│  └─ SourceChanged       an answer in no known shape: stop this source              exit 4
├─ StoreError
│  ├─ StoreUnavailable    try later (locked, unreachable) or make room (disk full)   exit 5
│  ├─ SchemaOutOfDate     run the migration that the message names                   exit 4
│  ├─ LedgerBroken        the record of what happened does not add up                exit 6
│  ├─ StoreRestored       replay what happened since the backup first                exit 6
│  └─ BackupBroken        a backup or the journal does not add up                    exit 6
└─ AccessError
   ├─ NotAllowed          ask somebody whose role includes it, or sign in            exit 4
   ├─ SignInRefused       another password or code, or an admin's help               exit 4
   └─ SignInLater         too many tries at a time: try later                        exit 5

Messages hold ids and codes only: never personal data, a secret, or a vendor's text.
"""

from datetime import timedelta


class LeadsError(Exception):
    """The base of everything that stops a step on purpose."""

    code = "leads.error"
    exit_code = 1


class ConfigError(LeadsError):
    """The configuration cannot be used; `mistakes` names each key with its cure."""

    code = "config.invalid"
    exit_code = 4

    def __init__(self, mistakes: str | list[str]) -> None:
        """Keep every mistake, so that all are mended in one go."""
        self.mistakes = [mistakes] if isinstance(mistakes, str) else mistakes
        super().__init__("\n".join(self.mistakes))


class UsageError(LeadsError):
    """The command cannot be carried out as it was typed."""

    code = "usage"
    exit_code = 2


class SourceError(LeadsError):
    """A source could not be read."""

    code = "source.error"


class SourceUnavailable(SourceError):  # noqa: N818 - named for what the caller does: try later
    """The source does not answer now; nothing is lost, the next round goes on from here."""

    code = "source.unavailable"
    exit_code = 5

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        """Keep the time that the source asked us to wait, if it named one."""
        super().__init__(message)
        self.retry_after = retry_after


class SourceRefused(SourceError):  # noqa: N818 - see above
    """The source refuses us: token, permission or account. Trying again cannot help."""

    code = "source.refused"
    exit_code = 4


class SourceChanged(SourceError):  # noqa: N818 - see above
    """The source answered in a shape that this version does not know."""

    code = "source.changed"
    exit_code = 4


class StoreError(LeadsError):
    """The store could not do its work."""

    code = "store.error"


class StoreUnavailable(StoreError):  # noqa: N818 - see above
    """The store is locked, full or out of reach."""

    code = "store.unavailable"
    exit_code = 5


class SchemaOutOfDate(StoreError):  # noqa: N818 - see above
    """The store's tables are not those of this version."""

    code = "store.schema"
    exit_code = 4


class LedgerBroken(StoreError):  # noqa: N818 - see above
    """The ledger does not add up."""

    code = "store.ledger"
    exit_code = 6


class StoreRestored(StoreError):  # noqa: N818 - see above
    """The store came out of a backup, and what happened since is not replayed yet."""

    code = "store.restored"
    exit_code = 6


class BackupBroken(StoreError):  # noqa: N818 - see above
    """A backup or the journal does not add up: nothing of it is acted on."""

    code = "backup.broken"
    exit_code = 6


class AccessError(LeadsError):
    """Somebody of the staff may not do what they asked for, or did not prove who they are."""

    code = "access.error"


class NotAllowed(AccessError):  # noqa: N818 - see above
    """The role of whoever asks does not include this, or nobody said who they are."""

    code = "access.denied"
    exit_code = 4


class SignInRefused(AccessError):  # noqa: N818 - see above
    """Login, password or code are not right, or the access is locked or over: never said which."""

    code = "access.sign_in"
    exit_code = 4


class SignInLater(AccessError):  # noqa: N818 - see above
    """Too many tries at a time: nothing was looked at."""

    code = "access.later"
    exit_code = 5
