"""A store of an earlier version gets room for contracts, instructions and the ends of contracts."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.store import Store

CONTROLLER = text(
    "INSERT INTO controller VALUES ('shop', 'Shop', 'processor', 'p@shop.example', :made)"
)
ADDED = {"contract", "instruction", "client_exit"}


@pytest.fixture
def earlier(empty_url: str) -> Iterator[Store]:
    """A store as it was before, with a client."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), "0013")
        connection.execute(CONTROLLER, {"made": "2026-11-22 12:00:00.000000"})
    yield opened
    opened.close()


def test_the_upgrade_adds_and_keeps_and_the_way_back_leaves_what_was_there(earlier: Store) -> None:
    schema.upgrade(earlier)
    with earlier.writing() as connection:
        assert set(inspect(connection).get_table_names()) >= ADDED
        command.downgrade(schema.config(connection), "0013")
        assert not ADDED & set(inspect(connection).get_table_names())
        assert connection.execute(text("SELECT role FROM controller")).scalar() == "processor"
