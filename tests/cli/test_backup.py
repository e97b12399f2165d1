"""The drill of docs/backup.md, typed as it stands there, and what happens when it is killed."""

import re
import shlex
import time
from datetime import timedelta
from pathlib import Path

import pytest

from models import scheduled_run as runs
from models.scheduled_run import Claim
from pipeline import wiring
from pipeline.backup import UNFINISHED
from tests.cli.conftest import Office
from tests.cli.running import Shell
from tests.documents import ROOT, blocks, text_of, typed

BACKUP_KEY = "a-key-for-backups-of-the-tests-0123456789"


@pytest.fixture
def guarded(stocked: Office) -> Office:
    """An installation that has pulled, and has a key for backups."""
    return _guard(stocked)


def _guard(office: Office) -> Office:
    office.variables["BACKUP_KEY"] = BACKUP_KEY
    office.variables["LEADLEDGER__KEYS__BACKUP"] = '{ env = "BACKUP_KEY" }'
    return office


def _backup(office: Office) -> Path:
    ended = office("backup", "--json")
    assert ended.code == 0, ended.err
    path: str = ended.json["file"]
    return Path(path)


def _drill() -> list[str]:
    section = text_of(ROOT / "docs" / "backup.md").partition("## The drill")[2]
    section = section.partition("## Several machines")[0]
    plain = re.sub(r"(?m)^ {3}", "", section)
    return [shlex.join(words) for block in blocks(plain, "console") for words in typed(block)]


def test_the_drill_runs_as_it_is_written(guarded: Office) -> None:
    made = _backup(guarded)
    restore, replay, check, pull = _drill()
    stopped = guarded("optout", "canary@shop.example")
    assert stopped.code == 0
    named = restore.replace("leadledger-20261122T120000Z.backup", made.name)
    assert made.parent == guarded.folder / "backups"
    ended = guarded.line(named)
    assert ended.code == 0, ended.err
    guarded.variables["LEADLEDGER__STORE__URL"] = "sqlite:///restored/leads.db"
    for words in (["status"], ["pull"], ["serve"], ["expire"], ["db", "upgrade"]):
        refused = guarded(*words)
        assert refused.code == 6, words
        assert "restore --replay" in refused.err
    looked = guarded.line(check)
    assert looked.code == 4
    assert "came out of a backup" in looked.out
    ended = guarded.line(replay)
    assert ended.code == 0, ended.err
    assert re.search(r"opt-outs\s+1\n", ended.out)
    assert guarded.line(pull).code == 0
    assert guarded("status").code == 0
    assert b"canary" not in (guarded.folder / "leads.journal").read_bytes()


def test_a_backup_without_a_key_says_how_to_make_one(office: Office) -> None:
    ended = office("backup")
    assert ended.code == 4
    assert "keys.backup: no key" in ended.sentence


def test_status_and_check_tell_of_the_newest_backup(guarded: Office) -> None:
    assert "last backup: none yet" in guarded("status").out
    assert "there is no backup yet" in guarded("check", "--offline").out
    made = _backup(guarded)
    assert "last backup: 20" in guarded("status").out
    assert re.search(r"ok +backup age: 0 hours", guarded("check", "--offline").out)
    made.rename(made.with_name("leadledger-20200101T000000Z.backup"))
    assert re.search(r"BAD +backup age: \d+ hours", guarded("check", "--offline").out)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("restore",), "give a backup and --into"),
        (("restore", "some.backup"), "give a backup and --into"),
        (("restore", "some.backup", "--into", "x", "--replay"), "give a backup and --into"),
        (("restore", "some.backup", "--into", "x"), "There is no some.backup"),
        (("restore", "--replay"), "not a restored one"),
        (("restore", "--replay", "--journal-lost", "gone"), "say in a few words"),
        (("restore", "b", "--into", "x", "--journal-lost", "a b c"), "belong to --replay"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_cure(
    office: Office, words: tuple[str, ...], told: str
) -> None:
    ended = _guard(office)(*words)
    assert ended.code == 2
    assert told in ended.sentence


def _kill_after(shell: Shell, seconds: float, *words: object) -> None:
    running = shell.start(*words)
    time.sleep(seconds)
    running.kill()
    running.communicate()


@pytest.mark.parametrize("seconds", [0.05, 0.1, 0.2])
def test_a_backup_that_is_killed_leaves_nothing_that_looks_good(
    guarded: Office, seconds: float
) -> None:
    _kill_after(guarded, seconds, "backup")
    folder = guarded.folder / "backups"
    for path in folder.glob("*.backup"):
        # it may have been done in time; then it is whole
        assert guarded("restore", path, "--into", "whole").code == 0
    _backup(guarded)
    assert list(folder.glob(f"*{UNFINISHED}")) == []


@pytest.mark.parametrize("seconds", [0.05, 0.1, 0.2])
def test_a_restore_that_is_killed_can_be_done_again_and_is_barred_all_the_same(
    guarded: Office, seconds: float
) -> None:
    made = _backup(guarded)
    _kill_after(guarded, seconds, "restore", made, "--into", "restored")
    if not (guarded.folder / "restored" / "leads.db").exists():
        assert guarded("restore", made, "--into", "restored").code == 0
    guarded.variables["LEADLEDGER__STORE__URL"] = "sqlite:///restored/leads.db"
    assert guarded("status").code == 6
    _kill_after(guarded, seconds, "restore", "--replay", "--journal-lost", "a drill only")
    if guarded("status").code == 6:
        assert guarded("restore", "--replay", "--journal-lost", "a drill only").code == 0
    assert guarded("status").code == 0


def test_a_store_moves_to_another_file_and_works_there(guarded: Office) -> None:
    before = guarded("status", "--json").json["sources"]
    moved = guarded("db", "move", f"sqlite:///{guarded.folder}/other.db", "--json")
    assert moved.code == 0, moved.err
    assert moved.json["rows"]["lead"] > 0
    assert (guarded.folder / "other.db").stat().st_mode & 0o777 == 0o600
    guarded.variables["LEADLEDGER__STORE__URL"] = "sqlite:///other.db"
    assert guarded("status", "--json").json["sources"] == before


def test_a_store_does_not_move_from_under_a_daemon_unless_that_is_wanted(guarded: Office) -> None:
    store, now = guarded.store(), wiring.now()
    claim = Claim("pull", "meta-main", now, "web-1-77", 1)
    assert runs.claim(store, claim, now, now + timedelta(minutes=10))
    store.close()
    url = f"sqlite:///{guarded.folder}/other.db"
    refused = guarded("db", "move", url)
    assert refused.code == 2
    assert "At work on this store, now or a moment ago: web-1-77" in refused.sentence
    assert not (guarded.folder / "other.db").exists()
    assert guarded("db", "move", url, "--anyway").code == 0
