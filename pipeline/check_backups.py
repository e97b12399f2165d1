"""Say whether a lost disk would be a lost store: the key, the newest backup, the journal."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from models.journal import Journal, Position
from models.store import Store, sqlite_path
from pipeline.backup import newest_backup, newest_backup_file, read_head
from pipeline.disks import are_on_one_disk, can_be_written
from pipeline.finding import Fault, Finding
from pipeline.settings import Settings
from pipeline.wiring import journal_of
from policy.errors import BackupBroken, LeadsError
from policy.retention_duties import is_backup_old

_START = Position()


def check_backups(settings: Settings, store: Store, now: datetime) -> Iterator[Finding]:
    """Yield a finding for the key, the folder, the newest backup and the journal."""
    journal = journal_of(settings)
    if journal is None or settings.backup_key is None:
        yield Finding(
            "keys.backup",
            None,
            "none, so there are no backups and no journal. Cure: see docs/backup.md.",
            Fault.BACKUP_KEY_MISSING,
        )
        return
    yield Finding("keys.backup", True, "present, long enough, readable by this user only")
    yield from _folder(settings.backup_folder, sqlite_path(store))
    known = _START
    try:
        newest = newest_backup_file(settings.backup_folder)
        made_at = newest_backup(settings.backup_folder)
    except OSError:
        yield _journal(journal, known)
        return
    yield _age(made_at, now)
    if newest is not None:
        try:
            known = read_head(newest, settings.backup_key).journal
        except (BackupBroken, OSError) as error:
            told = str(error) if isinstance(error, BackupBroken) else _UNREADABLE
            yield Finding("newest backup", False, told, Fault.BACKUP_UNREADABLE)
        else:
            yield Finding("newest backup", True, "can be opened with keys.backup")
    yield _journal(journal, known)


_UNREADABLE = "it cannot be read. Cure: give this user the right to read backup.folder."


def _folder(folder: Path, store: Path | None) -> Iterator[Finding]:
    if not can_be_written(folder):
        yield Finding(
            "backup.folder",
            False,
            "cannot be written. Cure: give this user the right to, or name another folder.",
            Fault.BACKUP_FOLDER_SHUT,
        )
    elif store is not None and are_on_one_disk(folder, store):
        yield Finding(
            "backup.folder",
            None,
            "is on the disk of the store: who loses one loses both. Cure: name a folder on another"
            " disk, or have the folder copied away.",
            Fault.BACKUP_SAME_DISK,
        )


def _age(made_at: datetime | None, now: datetime) -> Finding:
    if made_at is None:
        cure = "run `leadledger backup` each day"
        told = f"there is no backup yet. Cure: {cure}."
        return Finding("backup age", None, told, Fault.BACKUP_MISSING)
    hours = (now - made_at).total_seconds() / 3_600
    if is_backup_old(made_at, now):
        cure = "run `leadledger backup`, and look why nobody did"
        return Finding("backup age", False, f"{hours:.0f} hours. Cure: {cure}.", Fault.BACKUP_OLD)
    return Finding("backup age", True, f"{hours:.0f} hours")


def _journal(journal: Journal, known: Position) -> Finding:
    """Read the whole journal: a line that is lost would be somebody's opt-out after a restore.

    Args:
        journal: the one that is configured.
        known: where the newest backup says that it was.
    """
    try:
        reached = journal.position()
        if reached.number < known.number:
            return Finding(
                "journal",
                False,
                f"ends at line {reached.number}, and the newest backup knows line {known.number}."
                " Cure: set backup.journal to the right file, or put a copy of it back.",
                Fault.JOURNAL_SHORT,
            )
        if reached.number:
            for _ in journal.read(known if known.number else None):
                pass
    except BackupBroken as error:
        return Finding("journal", False, str(error), Fault.JOURNAL_UNREADABLE)
    except (LeadsError, OSError):
        cure = "check backup.journal and its rights"
        told = f"cannot be read. Cure: {cure}."
        return Finding("journal", False, told, Fault.JOURNAL_UNREADABLE)
    return Finding("journal", True, f"{reached.number} line(s)")
