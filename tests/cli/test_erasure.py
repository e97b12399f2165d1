"""`erase`, `scrub` and `recall`, typed as people type them."""

import os
import pty
import subprocess
from pathlib import Path

from models.lead import Lead
from tests.build import kept
from tests.cli.conftest import Office
from tests.cli.running import LEADLEDGER, told
from tests.cli.test_stopping import a_person


def _leads(office: Office) -> int:
    store = office.store()
    try:
        return len(kept(store, Lead))
    finally:
        store.close()


def test_an_erasure_prints_its_certificate_and_who_must_be_told(stocked: Office) -> None:
    somebody = a_person(stocked)
    before = _leads(stocked)
    ended = stocked("erase", somebody, "--yes", "--json")
    assert ended.code == 0
    found = ended.json
    assert found["complete"]
    assert found["erased"]["export_files"] == 1
    assert found["places_left"] == []
    assert found["to_be_told"] == [{"recipient": "internal", "recalls": 1}]
    assert somebody not in ended.out
    assert not (stocked.folder / "list.csv").exists()
    for path in Path(stocked.folder).glob("leads.db*"):
        assert somebody.encode() not in path.read_bytes()
    assert _leads(stocked) < before


def test_a_recall_is_listed_written_and_acknowledged(stocked: Office) -> None:
    stocked("optout", a_person(stocked))
    listed = stocked("recall", "list", "--out", "recall.csv")
    assert "internal" in listed.out
    assert "It names nobody" in told(listed.err)
    assert "@" not in (stocked.folder / "recall.csv").read_text("utf-8-sig")
    done = stocked("recall", "ack", "internal", "--listed-at", "2199-01-01T00:00:00Z", "--json")
    assert done.json == {"acknowledged": 1}


def test_a_scrub_says_what_it_did(office: Office) -> None:
    ended = office("scrub")
    assert (ended.code, "No byte of what was deleted" in ended.err) == (0, True)


def test_on_a_terminal_the_address_is_typed_again(office: Office) -> None:
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [LEADLEDGER, "erase", "nobody@mail.example"],
        cwd=office.folder,
        env=office.environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    os.write(ours, b"other@mail.example\n")
    out, err = program.communicate(timeout=60)
    os.close(ours)
    assert program.returncode == 2
    assert out == b""
    assert b"That is not the same" in err
