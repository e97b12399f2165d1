"""The check of the store: each test breaks a real database in one way and reads what is said."""

import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from models.store import Store
from pipeline.finding import Fault, Limits
from pipeline.settings import Settings
from policy.suppression import SuppressionKeys
from tests.build import declared, email, suppress
from tests.pipeline.checking import faults, found, installed, powerless, the
from tests.postgres import Server

WHAT_INIT_LEAVES = {
    Fault.ALARMS_TO_NOBODY,
    *(Fault.URL_THIS_MACHINE, Fault.CONTACT_PLACEHOLDER, Fault.POLICY_GAP, Fault.SOURCES_NONE),
    *(Fault.BACKUP_MISSING, Fault.BACKUP_SAME_DISK),
}


@pytest.fixture
def whole(sqlite_url: str, tmp_path: Path) -> Settings:
    """An installation on SQLite that lacks nothing."""
    return installed(sqlite_url, tmp_path)


def _file(settings: Settings) -> Path:
    return Path(settings.store_url.removeprefix("sqlite:///"))


def _do(settings: Settings, *statements: str) -> None:
    with closing(sqlite3.connect(_file(settings))) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_an_installation_that_lacks_nothing_has_no_fault(whole: Settings) -> None:
    assert faults(whole) == WHAT_INIT_LEAVES


def test_an_installation_on_postgresql_lacks_nothing(postgres_url: str, tmp_path: Path) -> None:
    known = installed(postgres_url, tmp_path)
    assert faults(known, limits=Limits(oldest_postgres=1)) <= WHAT_INIT_LEAVES


@pytest.mark.parametrize(
    ("revision", "fault", "cure"),
    [
        ("0001", Fault.STORE_BEHIND, "Cure: run `leadledger db upgrade`"),
        ("9999", Fault.STORE_AHEAD, "Cure: run the newer leadledger"),
        ("restored-0006", Fault.STORE_RESTORED, "Cure: run `leadledger restore --replay`"),
    ],
)
def test_tables_of_another_version_are_named(
    whole: Settings, revision: str, fault: str, cure: str
) -> None:
    _do(whole, f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608
    told = the(fault, whole)
    assert told.is_ok is False
    assert cure in told.message


def test_a_file_that_is_no_database_is_named(whole: Settings) -> None:
    _file(whole).write_bytes(b"This is no database at all. " * 40)
    assert "is no database. Cure: check store.url" in the(Fault.STORE_UNUSABLE, whole).message


def test_a_store_that_another_program_holds_is_not_waited_for_long(whole: Settings) -> None:
    with closing(sqlite3.connect(_file(whole), isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        told = the(Fault.STORE_UNUSABLE, whole, limits=Limits(wait=0.1))
    assert "Another program holds the database. Cure: wait" in told.message


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with powerless() as folder:
        (folder / "leads.db").touch(mode=0o600)
        folder.chmod(0o500)
        told = found(installed(f"sqlite:///{folder}/leads.db", tmp_path))
        folder.chmod(0o700)
    [shut] = [each for each in told if each.fault == Fault.STORE_FOLDER_SHUT]
    assert shut.is_ok is False
    assert "give this user the right to write to the folder" in shut.message


@pytest.mark.parametrize("name", ["leads.db", "leads.db-wal"])
def test_a_file_that_others_can_read_is_named(whole: Settings, name: str) -> None:
    path = _file(whole).with_name(name)
    with closing(sqlite3.connect(_file(whole))) as reader:
        reader.execute("PRAGMA journal_mode=WAL")
        reader.execute("SELECT * FROM alembic_version").fetchall()
        path.touch()
        path.chmod(0o640)
        told = the(Fault.STORE_OPEN, whole)
    assert told.is_ok is False
    assert f"{name} can be read by others. Cure: chmod 600 {path}" in told.message


def test_a_database_that_cannot_be_in_wal_mode_is_named(whole: Settings) -> None:
    # as on a network drive, where people choose another way of locking
    _do(whole, "PRAGMA journal_mode=DELETE")
    url = f"sqlite:///file:{_file(whole)}?vfs=unix-dotfile&uri=true"
    told = the(Fault.STORE_NOT_WAL, replace(whole, store_url=url))
    assert told.is_ok is False
    assert "Cure: put the file on a disk of this machine" in told.message


def test_a_write_ahead_log_that_has_grown_is_a_note(whole: Settings) -> None:
    store = Store(whole.store_url)
    with store.reading() as reader:
        reader.exec_driver_sql("SELECT * FROM alembic_version").all()
        declared(store)
        told = the(Fault.STORE_WAL_LARGE, whole, limits=Limits(large_wal_bytes=1_000))
    store.close()
    assert told.is_ok is None
    assert "a program has been reading for long" in told.message
    assert Fault.STORE_WAL_LARGE not in faults(whole)


def test_a_damaged_page_is_found_before_somebody_needs_it(whole: Settings) -> None:
    _do(whole, "PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(_file(whole))) as database:
        [root] = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'person'"
        ).fetchone()
        [size] = database.execute("PRAGMA page_size").fetchone()
    with _file(whole).open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\x07" * size)
    told = the(Fault.STORE_DAMAGED, whole)
    assert told.is_ok is False
    assert "Cure: restore the last backup" in told.message


def test_rows_that_name_what_is_not_there_are_found(whole: Settings) -> None:
    store = Store(whole.store_url)
    declared(store)
    store.close()
    _do(whole, "DELETE FROM controller")
    told = the(Fault.STORE_REFERENCES, whole)
    assert "1 row(s) name another that is not there" in told.message


def test_a_large_file_is_not_read_for_longer_than_it_is_worth(whole: Settings) -> None:
    told = found(whole, limits=Limits(damage=0))
    [file] = [each for each in told if each.subject == "store file"]
    assert file.is_ok
    assert "each backup reads all of it" in file.message


def test_a_suppression_list_of_another_key_is_named(whole: Settings) -> None:
    store = Store(whole.store_url)
    declared(store)
    suppress(store, email())
    store.close()
    other = replace(whole, suppression_key=SuppressionKeys(b"x" * 40))
    told = the(Fault.SUPPRESSION_KEY_OTHER, other)
    assert told.is_ok is False
    assert "Cure: put the old key back" in told.message
    assert Fault.SUPPRESSION_KEY_OTHER not in faults(whole)


def test_postgresql_without_its_package_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    told = the(Fault.PACKAGE_MISSING, installed("postgresql://u@127.0.0.1/leads", tmp_path))
    assert "pip install 'leadledger[postgres]'" in told.message


def test_a_server_that_does_not_run_is_named(tmp_path: Path) -> None:
    told = the(Fault.STORE_UNREACHABLE, installed("postgresql://u@127.0.0.1:9/leads", tmp_path))
    assert "Cure: check store.url and that it runs" in told.message


def test_offline_a_server_on_another_machine_is_not_asked(tmp_path: Path) -> None:
    url = "postgresql://u:geheim@db.nectra.invalid/leads"
    told = found(installed(url, tmp_path))
    [store] = [each for each in told if each.subject == "store"]
    assert (store.is_ok, store.message) == (True, "on another machine, not asked")


@pytest.fixture
def with_password(postgres: Server) -> str:
    """The address of a database whose server wants a password of a user of the tests."""
    with psycopg.connect(_plain(postgres), autocommit=True) as admin:
        [hba] = admin.execute("SHOW hba_file").fetchone() or [""]
        path = Path(hba)
        if not path.is_file():
            if os.environ.get("CI") == "true":
                pytest.fail("A WRONG PASSWORD IS NOT TESTED: the server is on another machine")
            pytest.skip("A WRONG PASSWORD IS NOT TESTED: the server is on another machine")
        rule = "local all leadledger_locked scram-sha-256\n"
        if rule not in (text := path.read_text()):
            admin.execute("CREATE ROLE leadledger_locked LOGIN PASSWORD 'the right one'")
            path.write_text(rule + text)
        admin.execute("SELECT pg_reload_conf()")
    return str(
        postgres.url.set(username="leadledger_locked", password="the wrong one").render_as_string(
            hide_password=False
        )
    )


def _plain(server: Server) -> str:
    return server.url.render_as_string(hide_password=False)


def test_a_wrong_password_is_told_from_a_server_that_is_not_there(
    with_password: str, tmp_path: Path
) -> None:
    told = the(Fault.STORE_REFUSES, installed(with_password, tmp_path))
    assert told.is_ok is False
    assert "Cure: check user, password and database name" in told.message
    assert "the wrong one" not in told.message


@pytest.mark.parametrize(("needed", "is_ok"), [(1, None), (99, False)])
def test_an_old_server_is_named(
    postgres_url: str, tmp_path: Path, needed: int, is_ok: object
) -> None:
    limits = Limits(needed_postgres=needed, oldest_postgres=99)
    told = the(Fault.STORE_SERVER_OLD, installed(postgres_url, tmp_path), limits=limits)
    assert told.is_ok is is_ok
    assert "Cure: upgrade the server to 99 or newer" in told.message


def test_a_database_that_cannot_hold_every_name_is_named(
    postgres: Server, postgres_url: str, tmp_path: Path
) -> None:
    database = make_url(postgres_url).database
    with psycopg.connect(_plain(postgres), autocommit=True) as admin:
        number = "SELECT encoding FROM pg_database WHERE datname = %s"
        assert admin.execute(number, [database]).fetchone()
        admin.execute(
            "UPDATE pg_database SET encoding = pg_char_to_encoding('LATIN1') WHERE datname = %s",
            [database],
        )
    told = the(Fault.STORE_NOT_UTF8, installed(postgres_url, tmp_path))
    assert "the database is encoded in LATIN1" in told.message
