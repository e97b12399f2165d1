"""The store is full, locked, old or damaged: real causes, one sentence, nothing half-written."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.cli.conftest import Office
from tests.cli.running import Shell, configuration, keep_secret
from tests.pulling import stored_ids

HOLDER = (
    "import sqlite3, sys\n"
    "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "database.execute('BEGIN IMMEDIATE')\n"
    "print('held', flush=True)\n"
    "sys.stdin.read()\n"
)


def _with_store(office: Office, query: str) -> None:
    text = (office.folder / "config.toml").read_text(encoding="utf-8")
    office.configure(text.replace("leads.db", f"leads.db{query}"))


def test_a_locked_database(office: Office) -> None:
    _with_store(office, "?timeout=0.2")
    path = office.folder / "leads.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        ended = office("pull")
        holder.communicate("")
    assert ended.code == 5
    assert "Another program holds the database. Cure: wait" in ended.sentence


def test_a_database_without_tables(shell: Shell) -> None:
    shell.folder.joinpath("leads.db").touch()
    shell.folder.joinpath("config.toml").write_text(configuration())
    keep_secret(shell.folder)
    ended = shell("status")
    assert ended.code == 4
    assert "The store has no tables yet. Cure: run `leadledger db upgrade`." in ended.sentence
    assert shell("db", "current").out == "no tables\n"
    checked = shell("check", "--offline")
    assert checked.code == 4
    assert "BAD   store: The store has no tables yet. Cure: run" in checked.out
    upgraded = shell("db", "upgrade")
    assert (upgraded.code, upgraded.out) == (0, "")
    assert "from nothing to revision" in upgraded.err
    assert shell("status").code == 0
    again = shell("db", "upgrade")
    assert again.code == 0
    assert "already" in again.err


@pytest.mark.parametrize(
    ("revision", "cure"),
    [("0000", "Cure: run `leadledger db upgrade`."), ("9999", "Cure: run the newer leadledger")],
)
def test_tables_of_another_version(office: Office, revision: str, cure: str) -> None:
    with closing(sqlite3.connect(office.folder / "leads.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        database.commit()
    ended = office("leads", "list")
    assert ended.code == 4
    assert f"revision {revision}" in ended.sentence
    assert cure in ended.sentence
    assert office("db", "current").out == f"{revision}\n"


def _fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4096))
    assert shutil.disk_usage(disk).free == 0


def test_a_full_disk(joined: Office, tiny_disk: Path) -> None:
    shutil.copy(joined.folder / "leads.db", tiny_disk)
    joined.configure(
        (joined.folder / "config.toml").read_text().replace("leads.db", f"{tiny_disk}/leads.db")
    )
    assert joined("status").code == 0
    _fill(tiny_disk)
    ended = joined("pull")
    assert ended.code == 5
    assert "full" in ended.sentence
    assert "Cure: " in ended.sentence
    (tiny_disk / "ballast").unlink()
    assert joined("pull").code == 0


def test_a_quota_that_is_used_up(joined: Office) -> None:
    # less than the log of one batch: the database itself may be larger, as it does not grow yet
    ended = joined.line("ulimit -f 100; leadledger pull")
    assert ended.code == 5
    assert "Cure: " in ended.sentence
    store = joined.store()
    assert stored_ids(store) == []
    store.close()
    assert joined("pull").code == 0


def test_a_list_that_does_not_fit_on_its_disk_is_not_handed_over(
    stocked: Office, tiny_disk: Path
) -> None:
    _fill(tiny_disk)
    use = ("--purpose", "enquiry_response", "--channel", "email")
    ended = stocked("export", *use, "--out", tiny_disk / "list.csv")
    assert ended.code == 5
    assert "No space left" in ended.sentence
    assert {path.name for path in tiny_disk.iterdir()} == {"ballast"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"This is no database at all. " * 40, "is no database. Cure: check store.url."),
        (None, "cannot be opened. Cure: check store.url"),
    ],
)
def test_a_store_that_is_none(office: Office, content: bytes | None, sentence: str) -> None:
    path = office.folder / "leads.db"
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    ended = office("status")
    assert ended.code == 5
    assert sentence in ended.sentence


def test_an_address_of_no_store(office: Office) -> None:
    text = (office.folder / "config.toml").read_text(encoding="utf-8")
    office.configure(text.replace("sqlite:///leads.db", "mysql://root:hunter2@db.example/leads"))
    ended = office("status")
    assert ended.code == 4
    assert "store.url: not an address of a store. Cure: write sqlite:///" in ended.sentence
    assert "hunter2" not in ended.err
