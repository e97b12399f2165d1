"""A store of the first version, full, becomes one of the second without losing a row."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.store import Store

FILLED = (
    "INSERT INTO controller VALUES ('nectra', 'Nectra', 'controller', 'p@n.example', '{now}')",
    "INSERT INTO person VALUES ('nectra', '{key}', '{now}', NULL)",
    "INSERT INTO identifier VALUES ('nectra', '{key}', 'email', 'a@b.example', '{key}')",
    (
        "INSERT INTO permission_event VALUES ('nectra', '{key}', '{key}', NULL, 'direct_marketing',"
        " NULL, 'objected', NULL, NULL, NULL, '{now}', '{now}', NULL)"
    ),
)
KEY = "01a2055cb4b4722a9d4f3e091b397279"


@pytest.fixture
def first(empty_url: str) -> Iterator[Store]:
    """A store as the first version left it."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), "0001")
        for statement in FILLED:
            connection.execute(text(statement.format(key=KEY, now="2026-11-22 12:00:00.000000")))
    yield opened
    opened.close()


def test_a_full_store_is_upgraded_and_keeps_its_rows(first: Store) -> None:
    assert schema.upgrade(first) == ("0001", schema.HEAD)
    with first.reading() as connection:
        assert connection.execute(text("SELECT kind FROM permission_event")).scalar() == "objected"
        assert {"hold", "removal"} <= set(inspect(connection).get_table_names())


def test_the_way_back_leaves_the_first_version(first: Store) -> None:
    schema.upgrade(first)
    with first.writing() as connection:
        command.downgrade(schema.config(connection), "0001")
        assert not {"hold", "removal"} & set(inspect(connection).get_table_names())
        assert connection.execute(text("SELECT count(*) FROM permission_event")).scalar() == 1


def test_sqlite_looks_keys_up_instead_of_reading_every_event(sqlite_store: Store) -> None:
    wanted = (
        "EXPLAIN QUERY PLAN SELECT * FROM permission_event"
        " WHERE controller_id = 'nectra' AND identifier_id IN (SELECT value FROM json_each('[]'))"
    )
    with sqlite_store.reading() as connection:
        steps = [row[3] for row in connection.exec_driver_sql(wanted)]
    assert "ix_permission_event_controller_id_identifier_id" in steps[0]
    assert "identifier_id=?" in steps[0]
