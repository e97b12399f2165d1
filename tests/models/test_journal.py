"""The journal is on disk before the commit, and whatever is missing from it is found."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.journal import Journal, Position
from models.permission import Suppression
from models.store import Store
from policy.errors import BackupBroken, StoreUnavailable
from tests.build import declared, email, kept, suppress

KEY = b"a-key-for-backups-of-the-tests-0123456789"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "leads.journal", KEY)


def _filled(journal: Journal, lines: int = 4) -> list[bytes]:
    for number in range(1, lines + 1):
        journal.append([{"what": "test", "number": number}])
    return journal.path.read_bytes().splitlines(keepends=True)


def _numbers(journal: Journal, reached: Position | None = None) -> list[int]:
    return [note["number"] for note in journal.read(reached or Position())]


def test_what_was_appended_is_read_in_its_order(journal: Journal) -> None:
    assert journal.position() == Position()
    _filled(journal)
    assert _numbers(journal, journal.position()) == [1, 2, 3, 4]
    assert journal.position().number == 4
    assert journal.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("order", [(0, 2, 3), (1, 2, 3), (0, 2, 1, 3), (0, 1, 1, 2, 3)], ids=str)
def test_a_line_that_is_lost_or_moved_is_found(journal: Journal, order: tuple[int]) -> None:
    lines = _filled(journal)
    journal.path.write_bytes(b"".join(lines[place] for place in order))
    with pytest.raises(BackupBroken, match="a line is lost or changed"):
        _numbers(journal)


def test_a_changed_line_is_found(journal: Journal) -> None:
    content = b"".join(_filled(journal)).replace(b'"number":2', b'"number":9')
    journal.path.write_bytes(content)
    with pytest.raises(BackupBroken, match="after line 1"):
        _numbers(journal)


def test_a_journal_that_ends_before_the_backup_is_refused(journal: Journal) -> None:
    lines = _filled(journal)
    reached = journal.position()
    journal.path.write_bytes(b"".join(lines[:3]))
    with pytest.raises(BackupBroken, match="ends at line 3, before the backup"):
        _numbers(journal, reached)


def test_another_key_reads_no_journal(journal: Journal) -> None:
    _filled(journal)
    with pytest.raises(BackupBroken):
        _numbers(Journal(journal.path, b"another-key-of-the-tests-0123456789-ab"))


def test_what_a_crash_left_of_a_line_is_passed_over_and_the_chain_goes_on(
    journal: Journal,
) -> None:
    lines = _filled(journal)
    journal.path.write_bytes(b"".join(lines[:3]) + lines[3][:20])
    journal.append([{"what": "test", "number": 5}])
    assert _numbers(journal) == [1, 2, 3, 5]
    assert lines[3][:20] in journal.path.read_bytes()


def test_a_torn_line_in_the_middle_of_others_is_found(journal: Journal) -> None:
    lines = _filled(journal)
    journal.path.write_bytes(lines[0] + lines[1][:20] + b"\n" + lines[2])
    with pytest.raises(BackupBroken):
        _numbers(journal)


def test_a_line_longer_than_one_look_at_the_end_is_found_again(journal: Journal) -> None:
    journal.append([{"what": "x" * 200_000, "number": 1}])
    journal.append([{"what": "test", "number": 2}])
    journal.append([{"what": "x" * 200_000, "number": 3}])
    assert journal.position().number == 3
    assert _numbers(journal) == [1, 2, 3]


def test_whatever_others_wrote_or_cut_meanwhile_is_noticed(journal: Journal) -> None:
    other = Journal(journal.path, KEY)
    _filled(journal, 2)
    other.append([{"what": "test", "number": 3}])
    journal.append([{"what": "test", "number": 4}])
    assert _numbers(journal) == [1, 2, 3, 4]
    other.cut(other.position())
    journal.append([{"what": "test", "number": 5}])
    with journal.path.open("ab") as file:
        file.write(b'{"n":6,"notes":[{"what":"te')  # a crash of another
    journal.append([{"what": "test", "number": 6}])
    assert [note["number"] for note in journal.read(None)] == [5, 6]


def test_programs_that_append_at_the_same_time_make_one_chain(journal: Journal) -> None:
    program = (
        "import sys; from pathlib import Path; from models.journal import Journal\n"
        "own = Journal(Path(sys.argv[1]), sys.argv[2].encode())\n"
        "for n in range(25): own.append([{'what': 'test', 'number': n}])\n"
    )
    words = [sys.executable, "-c", program, str(journal.path), KEY.decode()]
    running = [subprocess.Popen(words) for _ in range(3)]
    assert [each.wait() for each in running] == [0, 0, 0]
    assert len(_numbers(journal)) == 75


def test_where_the_journal_cannot_be_written_nothing_is_committed(
    store: Store, tmp_path: Path
) -> None:
    declared(store)
    (tmp_path / "folder").mkdir()
    store.journal = Journal(tmp_path / "folder", KEY)
    with pytest.raises(StoreUnavailable, match=r"so nothing was changed\. Cure:"):
        suppress(store, email())
    assert kept(store, Suppression) == []


def test_what_happened_stands_in_the_journal_before_it_is_committed(
    store: Store, tmp_path: Path
) -> None:
    declared(store)
    store.journal = journal = Journal(tmp_path / "leads.journal", KEY)
    suppress(store, email())
    [note] = journal.read(Position())
    assert note["what"] == "suppression"
    assert b"mail.example" not in journal.path.read_bytes()


def test_what_was_cut_is_gone_and_the_chain_goes_on(journal: Journal) -> None:
    lines = _filled(journal, 2)
    place = journal.position()
    journal.append([{"what": "test", "number": 3}])
    later = journal.position()
    journal.cut(place)
    assert journal.position() == later
    journal.append([{"what": "test", "number": 4}])
    assert _numbers(journal, later) == [3, 4]
    assert not any(line in journal.path.read_bytes() for line in lines)
    assert [path.name for path in journal.path.parent.iterdir()] == ["leads.journal"]
    assert journal.path.stat().st_mode & 0o777 == 0o600
    journal.cut(later)
    assert _numbers(journal, journal.position()) == [4]


def test_a_journal_that_was_cut_to_its_end_goes_on_from_there(journal: Journal) -> None:
    _filled(journal)
    place = journal.position()
    journal.cut(place)
    assert journal.position() == place
    journal.append([{"what": "test", "number": 5}])
    assert _numbers(journal, journal.position()) == [5]


@pytest.mark.parametrize("lines", [0, 2, 3])
def test_a_backup_from_before_the_cut_is_refused(journal: Journal, lines: int) -> None:
    places = [journal.position()]
    for number in range(1, 4):
        journal.append([{"what": "test", "number": number}])
        places.append(journal.position())
    reached, place = places[lines], places[3]
    journal.append([{"what": "test", "number": 4}])
    journal.cut(place)
    with pytest.raises(BackupBroken, match="begins after the backup"):
        _numbers(journal, reached)
    assert list(journal.read(None)) == [{"what": "test", "number": 4}]


def test_a_forged_beginning_is_found(journal: Journal) -> None:
    _filled(journal, 3)
    place = journal.position()
    journal.append([{"what": "test", "number": 4}])
    journal.cut(place)
    journal.append([{"what": "test", "number": 5}])
    first, fourth, fifth = journal.path.read_bytes().splitlines(keepends=True)
    for content in (
        first.replace(b'"n":3', b'"n":2') + fourth + fifth,
        first + fifth,
        fourth + fifth,
        first + fourth + first + fifth,
    ):
        journal.path.write_bytes(content)
        with pytest.raises(BackupBroken):
            list(journal.read(None))


def test_a_journal_that_does_not_have_the_place_is_left_as_it_is(
    journal: Journal, tmp_path: Path
) -> None:
    other = Journal(tmp_path / "other.journal", KEY)
    other.append([{"what": "another"}])
    content = b"".join(_filled(journal))
    journal.cut(other.position())
    assert journal.path.read_bytes() == content


def test_a_journal_that_does_not_add_up_is_not_cut(journal: Journal) -> None:
    content = b"".join(_filled(journal)).replace(b'"number":2', b'"number":9')
    journal.path.write_bytes(content)
    with pytest.raises(BackupBroken):
        journal.cut(journal.position())
    assert journal.path.read_bytes() == content


def test_no_line_is_lost_that_is_written_while_the_journal_is_cut(journal: Journal) -> None:
    journal.append([{"what": "test", "number": -1}])
    program = (
        "import sys; from pathlib import Path; from models.journal import Journal\n"
        "own = Journal(Path(sys.argv[1]), sys.argv[2].encode())\n"
        "for n in range(200): own.append([{'what': 'test', 'number': n}])\n"
    )
    words = [sys.executable, "-c", program, str(journal.path), KEY.decode()]
    running = [subprocess.Popen(words) for _ in range(2)]
    while any(each.poll() is None for each in running):
        journal.cut(journal.position())
    assert [each.wait() for each in running] == [0, 0]
    assert journal.position().number == 401
    list(journal.read(None))
