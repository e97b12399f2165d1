"""A store of the fourth version gets room for what people confirm and ask for."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.store import Store

MADE = "2026-11-22 12:00:00.000000"
CONTROLLER = text(
    "INSERT INTO controller VALUES ('nectra', 'Nectra', 'controller', 'p@n.example', :made)"
)


@pytest.fixture
def fourth(empty_url: str) -> Iterator[Store]:
    """A store as the fourth version left it."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), "0004")
        connection.execute(CONTROLLER, {"made": MADE})
    yield opened
    opened.close()


def test_the_upgrade_adds_and_keeps(fourth: Store) -> None:
    assert schema.upgrade(fourth) == ("0004", schema.HEAD)
    with fourth.reading() as connection:
        names = set(inspect(connection).get_table_names())
        assert {"opt_in", "rights_request"} <= names
        assert connection.execute(text("SELECT count(*) FROM controller")).scalar() == 1


def test_the_way_back_leaves_what_was_there(fourth: Store) -> None:
    schema.upgrade(fourth)
    with fourth.writing() as connection:
        command.downgrade(schema.config(connection), "0004")
        names = set(inspect(connection).get_table_names())
        assert not {"opt_in", "rights_request"} & names
        assert connection.execute(text("SELECT count(*) FROM controller")).scalar() == 1
