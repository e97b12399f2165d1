"""A store of the version before gets room for what was compared."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect

from models import schema
from models.store import Store


@pytest.fixture
def before(empty_url: str) -> Iterator[Store]:
    """A store as the version before left it."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), "0007")
    yield opened
    opened.close()


def test_the_upgrade_adds_and_the_way_back_takes_away(before: Store) -> None:
    assert schema.upgrade(before) == ("0007", schema.HEAD)
    with before.writing() as connection:
        assert inspect(connection).has_table("reconciled")
        command.downgrade(schema.config(connection), "0007")
        assert not inspect(connection).has_table("reconciled")
