"""The tables over time: migrated is the same as new, and a store of another time is refused."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from models import schema, tables
from models.store import Store
from policy.errors import SchemaOutOfDate, StoreUnavailable

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty(empty_url: str) -> Iterator[Store]:
    opened = Store(empty_url)
    yield opened
    opened.close()


def test_the_migrations_bring_an_empty_database_up_to_this_version(empty: Store) -> None:
    assert schema.current(empty) is None
    assert schema.upgrade(empty) == (None, schema.HEAD)
    assert schema.current(empty) == schema.HEAD
    schema.require_current(empty)


def test_upgrading_again_changes_nothing(store: Store) -> None:
    assert schema.upgrade(store) == (schema.HEAD, schema.HEAD)
    schema.require_current(store)


def test_alembic_finds_nothing_that_the_migrations_lack(store: Store) -> None:
    with store.writing() as connection:
        command.check(schema.config(connection))


def test_the_revision_written_down_is_the_newest_migration(store: Store) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - half a second

    with store.writing() as connection:
        scripts = ScriptDirectory.from_config(schema.config(connection))
    assert scripts.get_heads() == [schema.HEAD]


def test_migrated_tables_are_those_that_the_models_would_make(empty: Store) -> None:
    with empty.writing() as connection:
        tables.metadata.create_all(connection)
        made = _shape(connection)
        tables.metadata.drop_all(connection)
    schema.upgrade(empty)
    with empty.reading() as connection:
        assert _shape(connection) == made


def _shape(connection: Connection) -> dict[str, Any]:
    """Return columns, keys, indexes and the way of storing of each table."""
    seen = inspect(connection)
    return {
        name: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in seen.get_columns(name)
            },
            "primary key": _plain(seen.get_pk_constraint(name)),
            "foreign keys": sorted(map(repr, map(_plain, seen.get_foreign_keys(name)))),
            "unique": sorted(map(repr, map(_plain, seen.get_unique_constraints(name)))),
            "indexes": sorted(repr(_index(index)) for index in seen.get_indexes(name)),
            "has no rowid": "WITHOUT ROWID" in _made_by(connection, name),
        }
        for name in seen.get_table_names()
        if name != "alembic_version"
    }


def _plain(found: Any) -> dict[str, Any]:
    return {key: found[key] for key in sorted(found) if found[key] not in (None, [], {})}


def _index(index: Any) -> dict[str, Any]:
    shown = _plain(index)
    shown["dialect_options"] = {
        k: str(v) for k, v in index.get("dialect_options", {}).items() if v is not None
    }
    return shown


def _made_by(connection: Connection, table: str) -> str:
    if connection.dialect.name != "sqlite":
        return ""
    wanted = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return str(connection.execute(wanted, {"name": table}).scalar())


def test_a_store_without_tables_names_the_command(empty: Store) -> None:
    with pytest.raises(SchemaOutOfDate, match=r"no tables yet. Cure: run `leadledger db upgrade`"):
        schema.require_current(empty)


def _at(store: Store, revision: str) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def test_an_older_store_names_the_command(store: Store) -> None:
    _at(store, "0000")
    with pytest.raises(SchemaOutOfDate, match=r"revision 0000, not .* `leadledger db upgrade`"):
        schema.require_current(store)


def test_a_newer_store_asks_for_the_newer_program(store: Store) -> None:
    _at(store, "9999")
    with pytest.raises(SchemaOutOfDate, match=r"9999, newer than .* run the newer leadledger"):
        schema.require_current(store)


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty: Store) -> None:
    with empty.writing() as connection:
        connection.execute(text("CREATE TABLE lead (id INTEGER)"))
    with pytest.raises(Exception, match=r"refused|Another program"):
        schema.upgrade(empty)
    with empty.reading() as connection:
        assert inspect(connection).get_table_names() == ["lead"]


def test_a_store_that_can_be_written_passes(store: Store) -> None:
    schema.require_writable(store)


def test_a_read_only_store_is_refused_though_sqlite_begins_without_a_word(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    store = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    schema.require_current(store)
    with pytest.raises(StoreUnavailable, match="read-only"):
        schema.require_writable(store)


def test_two_programs_may_upgrade_at_the_same_time(empty_url: str) -> None:
    command_line = [sys.executable, "-m", "tests.models.upgrading", empty_url]
    started = [subprocess.Popen(command_line, cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=60) for process in started] == [0, 0]
    store = Store(empty_url)
    schema.require_current(store)
    store.close()
