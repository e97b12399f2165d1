"""The store as a unit of work: all or nothing, one writer at a time, and plain words when not."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from models import delivery
from models.bulk import insert_rows
from models.columns import table_of
from models.delivery import DeliveryRecord
from models.lead import Lead
from models.person import IdentifierRecord, Person
from models.store import Store, sqlite_path
from policy.errors import ConfigError
from policy.vocabulary import IdentifierKind
from tests.build import NOW, declared, kept, source, take
from tests.build import delivery as lead_delivery

ROOT = Path(__file__).parents[2]
PROCESSES, TIMES = 3, 100
KEPT_SAFE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def _person(number: int) -> dict[str, Any]:
    key = UUID(int=number)
    return {"controller_id": "nectra", "id": key, "created_at": NOW}


def test_three_processes_that_read_and_write_lose_no_update(store: Store, store_url: str) -> None:
    declared(store)
    command = [sys.executable, "-m", "tests.models.counting", store_url, str(TIMES)]
    started = [subprocess.Popen(command, cwd=ROOT) for _ in range(PROCESSES)]
    assert [process.wait(timeout=120) for process in started] == [0] * PROCESSES
    with store.reading() as connection:
        counted = delivery.cursors(connection, "nectra", "meta-main")
    assert counted == {"counter": str(PROCESSES * TIMES)}


def test_a_block_that_fails_leaves_nothing_behind(store: Store) -> None:
    declared(store)
    with pytest.raises(ZeroDivisionError), store.writing("nectra") as connection:  # noqa: PT012
        insert_rows(connection, table_of(Person), [_person(1)])
        raise ZeroDivisionError
    assert kept(store, Person) == []


def test_a_reader_sees_one_state_from_beginning_to_end(store: Store) -> None:
    declared(store)
    wanted = select(table_of(Person).c.id)
    with store.reading() as reader:
        before = reader.execute(wanted).all()
        with store.writing("nectra") as writer:
            insert_rows(writer, table_of(Person), [_person(1)])
        assert reader.execute(wanted).all() == before == []
    assert len(kept(store, Person)) == 1


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    declared(store)
    with store.writing("nectra") as writer:
        insert_rows(writer, table_of(Person), [_person(1)])
        assert kept(store, Person) == []


def test_writers_of_two_controllers_do_not_wait_for_each_other_on_postgresql(
    postgres_url: str,
) -> None:
    store, done = Store(postgres_url), threading.Event()

    def write_for_another() -> None:
        with store.writing("another"):
            done.set()

    with store.writing("nectra"):
        thread = threading.Thread(target=write_for_another)
        thread.start()
        assert done.wait(timeout=10)
    thread.join()
    store.close()


def test_a_second_writer_of_one_controller_waits_for_the_first_on_postgresql(
    postgres_url: str,
) -> None:
    store, done = Store(postgres_url), threading.Event()

    def write_too() -> None:
        with store.writing("nectra"):
            done.set()

    with store.writing("nectra"):
        thread = threading.Thread(target=write_too)
        thread.start()
        assert not done.wait(timeout=0.3)
    assert done.wait(timeout=10)
    thread.join()
    store.close()


def test_a_reading_transaction_cannot_write_on_postgresql(postgres_url: str) -> None:
    store = Store(postgres_url)
    declared(store)
    with pytest.raises(Exception, match="read-only"), store.reading() as connection:
        insert_rows(connection, table_of(Person), [_person(1)])
    store.close()


def test_an_sqlite_file_is_kept_safe_by_its_pragmas(sqlite_store: Store) -> None:
    with sqlite_store.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in (*KEPT_SAFE, "wal_autocheckpoint")
        }
    assert found == {**KEPT_SAFE, "wal_autocheckpoint": 2_000}


def test_programs_that_open_a_new_file_at_the_same_moment_wait_for_each_other(
    tmp_path: Path,
) -> None:
    for number in range(40):
        url = f"sqlite:///{tmp_path / str(number)}.db"
        together, failed = threading.Barrier(3), list[Exception]()
        opening = [
            threading.Thread(target=_open_with_others, args=(url, together, failed))
            for _ in range(together.parties)
        ]
        for thread in opening:
            thread.start()
        for thread in opening:
            thread.join()
        assert failed == []


def _open_with_others(url: str, together: threading.Barrier, failed: list[Exception]) -> None:
    store = Store(url)
    together.wait()
    try:
        with store.writing() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS made (number INTEGER)"))
    except Exception as fault:  # noqa: BLE001 - raised where it is seen
        failed.append(fault)
    store.close()


def test_foreign_keys_hold_across_controllers(store: Store) -> None:
    declared(store, source("one"))
    row = {
        "controller_id": "nectra",
        "id": UUID(int=1),
        "kind": IdentifierKind.EMAIL,
        "value": "priya@mail.example",
        "person_id": UUID(int=99),
    }
    with pytest.raises(Exception, match="refused"), store.writing("nectra") as connection:
        insert_rows(connection, table_of(IdentifierRecord), [row])
    assert kept(store, IdentifierRecord) == []


def test_the_file_of_an_sqlite_store_is_known(tmp_path: Path) -> None:
    assert sqlite_path(Store(f"sqlite:///{tmp_path}/leads.db")) == tmp_path / "leads.db"
    assert sqlite_path(Store("sqlite://")) is None
    assert sqlite_path(Store("postgresql://user@host/name")) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "leads.db",
        "mysql://user:Canary7@host/name",
        "nosuch://user:Canary7@host/name",
        "postgresql://user:Canary7@host:port/name",
        "sqlite:///leads.db?timeout=soon",
    ],
)
def test_an_address_of_no_store_is_a_mistake_in_the_configuration(url: str) -> None:
    with pytest.raises(ConfigError, match=r"store\.url") as caught:
        Store(url)
    assert "Canary7" not in repr([caught.value, caught.value.__cause__])


def test_set_aside_is_one_row_a_content_however_often_it_comes(store: Store) -> None:
    known = declared(store)
    unreadable = lead_delivery("1000001", created_time=None)
    for _ in range(2):
        report = take(store, known, unreadable, unreadable)
        assert report.counts["set_aside"] == 2
    assert len(kept(store, DeliveryRecord)) == 1
    assert kept(store, Lead) == []


def test_the_first_statement_after_a_lost_connection_is_the_only_one_to_fail(
    postgres_url: str,
) -> None:
    store = Store(postgres_url)
    declared(store)
    with store.reading() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    other = Store(postgres_url)
    with other.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.close()
    with pytest.raises(Exception, match="cannot be reached"):
        kept(store, Person)
    assert kept(store, Person) == []
    store.close()
