"""A backup is whole or is not there; whoever lacks the key learns nothing and changes nothing."""

import os
import random
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from models import copying
from models.copying import all_tables, tallied
from models.journal import Journal
from models.store import Store
from pipeline.backup import UNFINISHED, make_backup, read_whole
from pipeline.sealed import LENGTH_BYTES, MAGIC, SALT_BYTES, SealedWriter, sealed_lines
from policy.errors import BackupBroken, StoreError, StoreUnavailable
from tests.build import NOW, broken, declared, delivery, email, fields, suppress, take

KEY = b"a-key-for-backups-of-the-tests-0123456789"


def _stock(store: Store, leads: int = 3) -> None:
    source = declared(store)
    take(
        store,
        source,
        *(
            delivery(str(number), fields(email=f"maya{number}@shop.example", phone=None))
            for number in range(1, leads + 1)
        ),
    )


def test_a_backup_holds_what_the_store_holds_and_names_nobody(store: Store, tmp_path: Path) -> None:
    _stock(store)
    suppress(store, email())
    made = make_backup(store, tmp_path / "out", KEY, NOW)
    with store.reading() as connection:
        assert read_whole(made.path, KEY) == made.tables == tallied(connection)
    assert made.tables["lead"][0] == 3
    assert b"shop.example" not in made.path.read_bytes()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "out").iterdir()] == [made.path.name]
    assert made.path.name == "leadledger-20261122T120000Z.backup"


def test_how_far_it_is_is_told_page_by_page(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stock(sqlite_store, 7)
    monkeypatch.setattr(copying, "PAGE", 2)
    told: list[int] = []
    made = make_backup(sqlite_store, tmp_path, KEY, NOW, told.append)
    assert max(told) == 2
    assert sum(told) == 2 * made.rows  # written, and read back


def test_writers_go_on_while_a_backup_is_made_and_it_is_one_state(
    store: Store, tmp_path: Path
) -> None:
    _stock(store, 200)
    source = declared(store)
    stop = threading.Event()

    def write() -> None:
        number = 1_000
        while not stop.is_set():
            number += 1
            own = fields(email=f"w{number}@shop.example", phone=None)
            take(store, source, delivery(str(number), own))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            made = make_backup(store, tmp_path, KEY, NOW + timedelta(seconds=number))
            # a lead and its only identifier are written in one transaction
            assert made.tables["lead"][0] == made.tables["lead_identifier"][0]
    finally:
        stop.set()
        writer.join()
    with store.reading() as connection:
        assert tallied(connection)["lead"][0] > 200


def test_backups_go_when_their_35_days_are_over_and_nothing_else_does(
    sqlite_store: Store, tmp_path: Path
) -> None:
    first = make_backup(sqlite_store, tmp_path, KEY, NOW)
    other = tmp_path / "leadledger-notes.txt"
    other.write_text("mine")
    kept = make_backup(sqlite_store, tmp_path, KEY, NOW + timedelta(days=34))
    assert kept.rotated == ()
    last = make_backup(sqlite_store, tmp_path, KEY, NOW + timedelta(days=35))
    assert last.rotated == (first.path.name,)
    assert set(tmp_path.glob("leadledger-*")) == {kept.path, last.path, other}


def _journal(store: Store, tmp_path: Path) -> Journal:
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    store.journal.append([{"what": "test", "number": 1}])
    return store.journal


def test_the_journal_forgets_what_all_backups_that_are_left_know(
    sqlite_store: Store, tmp_path: Path
) -> None:
    journal, folder = _journal(sqlite_store, tmp_path), tmp_path / "out"
    make_backup(sqlite_store, folder, KEY, NOW)
    journal.append([{"what": "test", "number": 2}])
    make_backup(sqlite_store, folder, KEY, NOW + timedelta(days=1))
    journal.append([{"what": "test", "number": 3}])
    oldest = journal.position()
    make_backup(sqlite_store, folder, KEY, NOW + timedelta(days=2))
    before = journal.path.read_bytes()
    make_backup(sqlite_store, folder, KEY, NOW + timedelta(days=34))
    assert journal.path.read_bytes() == before
    make_backup(sqlite_store, folder, KEY, NOW + timedelta(days=36))
    # the second backup knew of two, and is gone; the third, made a day later, knows of all three
    assert [note["number"] for note in journal.read(oldest)] == [3]


def test_the_journal_keeps_what_was_under_way_when_the_oldest_backup_was_made(
    sqlite_store: Store, tmp_path: Path
) -> None:
    journal, folder = _journal(sqlite_store, tmp_path), tmp_path / "out"
    make_backup(sqlite_store, folder, KEY, NOW)
    journal.append([{"what": "test", "number": 2}])
    make_backup(sqlite_store, folder, KEY, NOW + timedelta(hours=23))
    made = make_backup(sqlite_store, folder, KEY, NOW + timedelta(days=35))
    assert len(made.rotated) == 1
    assert [note["number"] for note in journal.read(None)] == [1, 2]


def test_a_journal_that_does_not_add_up_stays_and_stops_no_backup(
    sqlite_store: Store, tmp_path: Path
) -> None:
    journal, folder = _journal(sqlite_store, tmp_path), tmp_path / "out"
    make_backup(sqlite_store, folder, KEY, NOW)
    journal.append([{"what": "test", "number": 2}])
    make_backup(sqlite_store, folder, KEY, NOW + timedelta(days=2))
    changed = journal.path.read_bytes().replace(b'"number":1', b'"number":7')
    journal.path.write_bytes(changed)
    made = make_backup(sqlite_store, folder, KEY, NOW + timedelta(days=36))
    assert made.path.exists()
    assert len(made.rotated) == 1
    assert journal.path.read_bytes() == changed


def test_a_backup_that_the_disk_changes_before_it_is_read_back_is_thrown_away(
    sqlite_store: Store, tmp_path: Path
) -> None:
    # more than a part of it, and nothing that could be compressed
    take(sqlite_store, declared(sqlite_store), broken(random.Random(7).randbytes(1_000_000)))
    folder, told = tmp_path / "out", 0

    def changed_on_the_disk(_rows: int) -> None:
        nonlocal told
        told += 1
        if told == len(all_tables()) + 1:  # all is written, and its first table read back
            [part] = folder.iterdir()
            with part.open("r+b") as file:
                file.seek(-1, os.SEEK_END)
                last = file.read(1)
                file.seek(-1, os.SEEK_END)
                file.write(bytes([last[0] ^ 1]))

    with pytest.raises(BackupBroken, match="look at the disk"):
        make_backup(sqlite_store, folder, KEY, NOW, changed_on_the_disk)
    assert list(folder.iterdir()) == []
    assert make_backup(sqlite_store, folder, KEY, NOW).path.exists()


def test_what_a_killed_run_left_is_taken_away_by_the_next(
    sqlite_store: Store, tmp_path: Path
) -> None:
    (tmp_path / "leadledger-20261101T000000Z.unfinished").write_bytes(MAGIC)
    made = make_backup(sqlite_store, tmp_path, KEY, NOW)
    assert list(tmp_path.glob("leadledger-*")) == [made.path]


def test_two_backups_within_one_second_are_both_kept(store: Store, tmp_path: Path) -> None:
    made = [make_backup(store, tmp_path, KEY, NOW).path.name for _ in range(2)]
    assert made == [
        "leadledger-20261122T120000Z.backup",
        "leadledger-20261122T120001Z.backup",
    ]
    assert sorted(path.name for path in tmp_path.glob("*.backup")) == made


def test_a_backup_under_way_is_not_taken_for_one_that_was_left(
    store: Store, tmp_path: Path
) -> None:
    other: list[Path] = []

    def meanwhile(_: int) -> None:
        if not other:
            other.append(tmp_path)
            other.append(make_backup(store, tmp_path, KEY, NOW).path)

    made = make_backup(store, tmp_path, KEY, NOW, meanwhile)
    assert read_whole(made.path, KEY) == read_whole(other[1], KEY) == made.tables
    assert list(tmp_path.glob(f"*{UNFINISHED}")) == []


def test_a_full_disk_leaves_no_file(sqlite_store: Store, tiny_disk: Path) -> None:
    _stock(sqlite_store)
    ballast = tiny_disk / "ballast"
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(b"x" * 4_000_000)
    with pytest.raises(StoreUnavailable, match=r"no file is left\. Cure: make room"):
        make_backup(sqlite_store, tiny_disk, KEY, NOW)
    assert list(tiny_disk.iterdir()) == [ballast]


def _sealed(path: Path, size: int = 1_500_000) -> list[bytes]:
    """Write a file of several chunks; return its parts: the beginning, then each chunk."""
    noise = random.Random(7)
    with path.open("wb") as file:
        writer = SealedWriter(file, KEY)
        for _ in range(size // 50):
            writer.write(noise.randbytes(50).hex().encode() + b"\n")
        writer.finish()
    content = path.read_bytes()
    parts, at = [content[: len(MAGIC) + SALT_BYTES]], len(MAGIC) + SALT_BYTES
    while at < len(content):
        end = at + LENGTH_BYTES + int.from_bytes(content[at : at + LENGTH_BYTES], "big")
        parts.append(content[at:end])
        at = end
    assert len(parts) > 3
    return parts


def _count(path: Path, key: bytes = KEY) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in sealed_lines(file, key))


@pytest.mark.parametrize(
    "order",
    [(0, 1, 2), (0, 2, 1, -1), (0, 1, 1, 2, -1), (0, 1, 2, -1, -1), (1, 2, -1), (0,), ()],
    ids=["cut", "swapped", "repeated", "prolonged", "headless", "only the head", "empty"],
)
def test_parts_that_are_missing_or_moved_are_found(tmp_path: Path, order: tuple[int]) -> None:
    path = tmp_path / "one"
    parts = _sealed(path)
    path.write_bytes(b"".join(parts[place] for place in order))
    with pytest.raises(BackupBroken, match="Cure:"):
        _count(path)


@pytest.mark.parametrize("place", [3, 25, 60, 300_000, -1], ids=str)
def test_one_changed_bit_is_found(tmp_path: Path, place: int) -> None:
    path = tmp_path / "one"
    _sealed(path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(BackupBroken, match="Cure:"):
        _count(path)


def test_another_key_opens_nothing_and_the_message_says_so(tmp_path: Path) -> None:
    path = tmp_path / "one"
    _sealed(path)
    with pytest.raises(BackupBroken, match="made with another key"):
        _count(path, b"another-key-of-the-tests-0123456789-abcdef")


def test_a_backup_into_a_folder_that_cannot_be_made_says_the_cure(
    sqlite_store: Store, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="check the folder and its rights"):
        make_backup(sqlite_store, tmp_path / "file" / "below", KEY, NOW)
