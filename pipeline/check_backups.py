"""Say whether a lost disk would be a lost store: the key, the newest backup, the journal."""

from collections.abc import Iterator
from datetime import datetime

from pipeline.backup import newest_backup
from pipeline.finding import Finding
from pipeline.settings import Settings
from pipeline.wiring import journal_of
from policy.errors import LeadsError
from policy.retention_duties import is_backup_old


def check_backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield a finding for the key, the newest backup and the journal."""
    journal = journal_of(settings)
    if journal is None:
        yield Finding(
            "keys.backup",
            None,
            "none, so there are no backups and no journal. Cure: see docs/backup.md.",
        )
        return
    yield Finding("keys.backup", True, "present, long enough, readable by this user only")
    yield _age(newest_backup(settings.backup_folder), now)
    try:
        number = journal.position().number
    except (LeadsError, OSError):
        cure = "check backup.journal and its rights"
        yield Finding("journal", False, f"cannot be read. Cure: {cure}.")
        return
    yield Finding("journal", True, f"{number} line(s)")


def _age(made_at: datetime | None, now: datetime) -> Finding:
    if made_at is None:
        cure = "run `leadledger backup` each day"
        return Finding("backup age", None, f"there is no backup yet. Cure: {cure}.")
    hours = (now - made_at).total_seconds() / 3_600
    if is_backup_old(made_at, now):
        cure = "run `leadledger backup`, and look why nobody did"
        return Finding("backup age", False, f"{hours:.0f} hours. Cure: {cure}.")
    return Finding("backup age", True, f"{hours:.0f} hours")
