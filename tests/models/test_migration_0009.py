"""A store of an earlier version gets room for removals from audiences, and keeps what it had."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect

from models import schema
from models.store import Store

BEFORE = "0008"
TABLES = {"audience", "audience_removal"}


@pytest.fixture
def earlier(empty_url: str) -> Iterator[Store]:
    """A store as the version before left it."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), BEFORE)
    yield opened
    opened.close()


def test_the_way_there_adds_two_tables_and_the_way_back_removes_them(earlier: Store) -> None:
    assert schema.upgrade(earlier) == (BEFORE, schema.HEAD)
    with earlier.writing() as connection:
        assert set(inspect(connection).get_table_names()) >= TABLES
        command.downgrade(schema.config(connection), BEFORE)
        names = set(inspect(connection).get_table_names())
    assert not TABLES & names
    assert "lead" in names
