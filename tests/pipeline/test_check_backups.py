"""The check of backups, their disk and the journal, and of the keys that others depend on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.store import Store
from pipeline import wiring
from pipeline.backup import make_backup
from pipeline.finding import Fault, Limits
from pipeline.key_history import fingerprint, remember_keys
from pipeline.settings import BackupSettings, Settings
from policy.suppression import SuppressionKeys
from tests.build import LINKS_KEY, NOW, declared
from tests.pipeline.checking import BACKUP_KEY, faults, found, installed, powerless, the

OTHER_KEY = b"another-key-of-the-tests-0123456789abcdef"


@pytest.fixture
def kept(sqlite_url: str, tmp_path: Path) -> Settings:
    """An installation with one line in its journal and a backup that knows it."""
    known = installed(sqlite_url, tmp_path)
    store = Store(sqlite_url, wiring.journal_of(known))
    assert store.journal is not None
    store.journal.append([{"what": "tried"}])
    make_backup(store, known.backup_folder, BACKUP_KEY, NOW)
    store.close()
    return known


def _now() -> datetime:
    return NOW


def test_a_fresh_backup_and_a_whole_journal_are_right(kept: Settings) -> None:
    told = {each.subject: each for each in found(kept, now=_now)}
    assert told["newest backup"].is_ok
    assert told["backup age"].is_ok
    assert told["journal"].message == "1 line(s)"


def test_no_key_for_backups_is_a_note(kept: Settings) -> None:
    told = the(Fault.BACKUP_KEY_MISSING, replace(kept, backup_key=None))
    assert told.is_ok is None
    assert "Cure: see docs/backup.md" in told.message


def test_no_backup_yet_is_a_note(sqlite_url: str, tmp_path: Path) -> None:
    told = the(Fault.BACKUP_MISSING, installed(sqlite_url, tmp_path))
    assert told.is_ok is None
    assert "run `leadledger backup` each day" in told.message


def test_a_backup_that_is_too_old_is_wrong(kept: Settings) -> None:
    told = the(Fault.BACKUP_OLD, kept, now=lambda: NOW + timedelta(days=2))
    assert told.is_ok is False
    assert told.message.startswith("48 hours. Cure: run `leadledger backup`")


def test_a_backup_of_another_key_is_wrong(kept: Settings) -> None:
    told = [each for each in found(replace(kept, backup_key=OTHER_KEY)) if each.is_ok is False]
    [unread] = [each for each in told if each.fault == Fault.BACKUP_UNREADABLE]
    assert "Cure: set keys.backup to the key of that time" in unread.message
    assert any(each.fault == Fault.JOURNAL_UNREADABLE for each in told)


def test_a_backup_that_was_cut_short_is_wrong(kept: Settings) -> None:
    [path] = kept.backup_folder.glob("*.backup")
    path.write_bytes(path.read_bytes()[:20])
    assert "Cure: " in the(Fault.BACKUP_UNREADABLE, kept).message


def test_a_folder_of_backups_that_cannot_be_written_is_wrong(
    sqlite_url: str, tmp_path: Path
) -> None:
    with powerless() as folder:
        folder.chmod(0o500)
        backup = BackupSettings(folder=str(folder / "backups"), journal=str(folder / "j"))
        told = the(Fault.BACKUP_FOLDER_SHUT, installed(sqlite_url, tmp_path, backup=backup))
        folder.chmod(0o700)
    assert told.is_ok is False
    assert "Cure: give this user the right to" in told.message


def test_backups_on_the_disk_of_the_store_are_a_note(kept: Settings) -> None:
    told = the(Fault.BACKUP_SAME_DISK, kept)
    assert told.is_ok is None
    assert "who loses one loses both" in told.message


def test_backups_on_another_disk_are_right_and_their_disk_is_looked_at(
    kept: Settings, tiny_disk: Path
) -> None:
    elsewhere = replace(kept, backup=BackupSettings(folder=str(tiny_disk / "backups")))
    told = found(elsewhere)
    assert Fault.BACKUP_SAME_DISK not in {each.fault for each in told}
    [low] = [each for each in told if each.fault == Fault.DISK_LOW]
    assert (low.subject, low.is_ok) == ("backup disk", False)


def test_a_journal_that_is_shorter_than_the_backup_knows_is_wrong(kept: Settings) -> None:
    kept.journal_file.unlink()
    told = the(Fault.JOURNAL_SHORT, kept)
    assert told.is_ok is False
    assert "ends at line 0, and the newest backup knows line 1. Cure: set backup.journal" in (
        told.message
    )


def test_a_journal_with_a_changed_line_is_wrong(kept: Settings) -> None:
    kept.journal_file.write_bytes(kept.journal_file.read_bytes().replace(b"tried", b"trued"))
    told = the(Fault.JOURNAL_UNREADABLE, kept)
    assert told.is_ok is False
    assert "does not add up after line 0" in told.message


def test_a_journal_that_is_a_folder_cannot_be_read(kept: Settings) -> None:
    kept.journal_file.unlink()
    kept.journal_file.mkdir()
    assert (
        "Cure: check backup.journal and its rights" in the(Fault.JOURNAL_UNREADABLE, kept).message
    )


def test_a_short_suppression_key_is_wrong(kept: Settings) -> None:
    told = the(
        Fault.SUPPRESSION_KEY_SHORT, replace(kept, suppression_key=SuppressionKeys(b"short"))
    )
    assert told.is_ok is False
    assert "Cure: use the one `leadledger init` made" in told.message


def test_no_key_for_links_is_a_note(kept: Settings) -> None:
    told = the(Fault.LINKS_KEY_MISSING, replace(kept, links_keys=[]))
    assert told.is_ok is None
    assert "Cure: see docs/receiving.md" in told.message


def test_a_key_that_signed_links_and_is_gone_is_a_note(kept: Settings) -> None:
    store = Store(kept.store_url)
    declared(store)
    for _ in range(2):
        remember_keys(store, kept, datetime(2026, 11, 22, tzinfo=UTC))
    store.close()
    assert Fault.LINKS_KEY_LOST not in faults(kept)
    assert Fault.LINKS_KEY_LOST not in faults(replace(kept, links_keys=[LINKS_KEY, OTHER_KEY]))
    told = the(Fault.LINKS_KEY_LOST, replace(kept, links_keys=[OTHER_KEY]))
    assert told.is_ok is None
    assert f"the key {fingerprint(LINKS_KEY)} has signed links" in told.message
    assert "Cure: put it back as the first of keys.links" in told.message
    assert LINKS_KEY.decode() not in told.message


def test_a_house_that_is_opened_remembers_its_keys(kept: Settings) -> None:
    wiring.open_house(kept).store.close()
    told = the(Fault.LINKS_KEY_LOST, replace(kept, links_keys=[]))
    assert fingerprint(LINKS_KEY) in told.message


def test_a_disk_that_is_nearly_full_is_wrong(kept: Settings) -> None:
    told = the(Fault.DISK_LOW, kept, limits=Limits(low_disk_bytes=10**18))
    assert told.is_ok is False
    assert "Cure: make room, or leads cannot be stored" in told.message
