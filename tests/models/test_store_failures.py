"""A store that fails says the fact and the cure, and nothing of what it was given."""

import shutil
import sqlite3
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from models.bulk import insert_rows
from models.columns import table_of
from models.lead import Lead
from models.person import IdentifierRecord
from models.store import Store
from policy.errors import StoreError, StoreUnavailable
from policy.vocabulary import IdentifierKind
from tests.build import declared, delivery, fields, kept, take
from tests.postgres import Server

# words by which a careless reader of messages would take this for a full or locked disk
CANARY = "fuller.locked.busy@mail.example"
PASSWORD = "Canary7"


def told(error: BaseException) -> str:
    """Return all that a log or a screen could show of an error, its causes included."""
    shown = "".join(traceback.format_exception(error))
    cause: BaseException | None = error
    while cause is not None:
        shown += f"{cause!r} {cause} {cause.args}"
        cause = cause.__cause__
    return shown


def _write(url: str, *, controller_id: str | None = "nectra") -> None:
    store = Store(url)
    try:
        with store.writing(controller_id):
            pass
    finally:
        store.close()


def test_a_program_whose_connections_are_all_in_use_is_to_try_later(store_url: str) -> None:
    store = Store(store_url)
    pool: Any = store.engine.pool
    pool._timeout = 0.2  # half a minute otherwise
    with ExitStack() as all_of_them:
        for _ in range(pool.size() + pool._max_overflow):
            all_of_them.enter_context(store.reading())
        with pytest.raises(StoreUnavailable, match="Cure"), store.reading():
            pass
    store.close()


def test_a_locked_file_is_to_be_tried_later(sqlite_url: str) -> None:
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    holder.isolation_level = None
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreUnavailable, match=r"Another program holds .* Cure: wait"):
            _write(f"{sqlite_url}?timeout=0.1")
    finally:
        holder.close()
    _write(f"{sqlite_url}?timeout=0.1")


def test_a_controller_locked_by_a_stuck_writer_is_to_be_tried_later(postgres_url: str) -> None:
    holder, waiting = Store(postgres_url), Store(postgres_url)
    event.listen(waiting.engine, "connect", lambda c, _: c.execute("SET lock_timeout = '100ms'"))
    with (
        holder.writing("nectra"),
        pytest.raises(StoreUnavailable, match=r"Another program holds .* Cure: wait"),
        waiting.writing("nectra"),
    ):
        pass
    holder.close()
    waiting.close()


def test_a_read_only_file_says_which_right_is_missing(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with pytest.raises(StoreUnavailable, match=r"read-only. Cure: give this user the right"):
        declared(Store(f"sqlite:///file:{path}?mode=ro&uri=true"))


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "leads.db"
    path.write_bytes(b"this is a letter and no database " * 200)
    with pytest.raises(StoreUnavailable, match=r"no database. Cure: check store\.url"):
        _write(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"this is a letter")


def test_a_damaged_file_asks_for_the_backup(sqlite_store: Store) -> None:
    known = declared(sqlite_store)
    take(sqlite_store, known, *(delivery(str(1000000 + n)) for n in range(200)))
    sqlite_store.close()  # the last connection brings everything into the file itself
    path = Path(str(sqlite_store.url.database))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    with pytest.raises(StoreUnavailable, match=r"damaged. Cure: restore the last backup"):
        kept(sqlite_store, Lead)


def test_a_folder_that_is_missing_is_named_as_the_cause(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        _write(f"sqlite:///{tmp_path}/missing/leads.db")


def test_a_file_that_reached_its_limit_is_full_and_nothing_is_half_written(
    sqlite_store: Store,
) -> None:
    known = declared(sqlite_store)
    take(sqlite_store, known, delivery("1000001"))
    with sqlite_store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    sqlite_store.close()
    event.listen(sqlite_store.engine, "connect", limit)
    many = [delivery(str(2000000 + n), fields(CANARY)) for n in range(1_000)]
    with pytest.raises(StoreUnavailable, match=r"full. Cure: make room") as caught:
        take(sqlite_store, known, *many)
    assert CANARY not in told(caught.value)
    event.remove(sqlite_store.engine, "connect", limit)
    sqlite_store.close()
    assert [lead.external_id for lead in kept(sqlite_store, Lead)] == ["1000001"]
    assert take(sqlite_store, known, *many).counts["stored"] == 1_000


def test_a_disk_without_room_is_full_and_nothing_is_half_written(
    tiny_disk: Path, migrated_sqlite: Path
) -> None:
    path = tiny_disk / "leads.db"
    shutil.copyfile(migrated_sqlite, path)
    store = Store(f"sqlite:///{path}")
    known = declared(store)
    take(store, known, delivery("1000001"))
    many = [delivery(str(2000000 + n), fields(CANARY)) for n in range(2_000)]
    with pytest.raises(StoreUnavailable, match=r"Cure: .* nothing was half-written") as caught:
        take(store, known, *many)
    assert CANARY not in told(caught.value)
    assert [lead.external_id for lead in kept(store, Lead)] == ["1000001"]
    assert take(store, known, delivery("1000002", fields("n@mail.example"))).counts["stored"] == 1
    store.close()


def test_a_server_that_does_not_answer_is_out_of_reach() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        _write(f"postgresql://user:{PASSWORD}@127.0.0.1:9/leads")
    assert PASSWORD not in told(caught.value)


def test_a_database_that_does_not_exist_is_out_of_reach(postgres: Server) -> None:
    url = postgres.url.set(database="nosuch").render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailable, match=r"cannot be reached. Cure: check store\.url"):
        _write(url)


def test_a_connection_that_is_cut_while_rows_are_copied_is_out_of_reach(postgres_url: str) -> None:
    store, other = Store(postgres_url), Store(postgres_url)
    declared(store)
    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        _cut_and_copy(store, other)
    assert CANARY not in told(caught.value)
    store.close()
    other.close()


def _cut_and_copy(store: Store, other: Store) -> None:
    with store.writing("nectra") as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with other.writing() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        _insert_twice(connection)


def _insert_twice(connection: object) -> None:
    row = {
        "controller_id": "nectra",
        "kind": IdentifierKind.EMAIL,
        "value": CANARY,
        "person_id": None,
    }
    same = [row | {"id": UUID(int=1)}, row | {"id": UUID(int=2)}]
    insert_rows(connection, table_of(IdentifierRecord), same)  # type: ignore[arg-type]


def test_a_broken_constraint_repeats_no_value_and_is_not_taken_for_a_full_disk(
    store: Store,
) -> None:
    declared(store)
    with pytest.raises(StoreError, match="refused a statement") as caught:
        _refused(store)
    assert type(caught.value) is StoreError
    assert CANARY not in told(caught.value)


def _refused(store: Store) -> None:
    with store.writing("nectra") as connection:
        _insert_twice(connection)


def test_a_value_that_is_too_long_is_not_repeated(postgres_url: str) -> None:
    store = Store(postgres_url)
    declared(store)
    row = {
        "controller_id": "nectra",
        "id": UUID(int=1),
        "kind": IdentifierKind.EMAIL,
        "value": CANARY * 50,
        "person_id": None,
    }
    with pytest.raises(StoreError) as caught, store.writing("nectra") as connection:
        insert_rows(connection, table_of(IdentifierRecord), [row])
    assert CANARY not in told(caught.value)
    store.close()
