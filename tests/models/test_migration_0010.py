"""A store of the version before gets room for alarms, and a way back."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.store import Store

BEFORE = "0009"
NEW = {"alarm", "alarm_target", "alarm_told", "source_probe"}
MADE = "2026-11-22 12:00:00.000000"
CONTROLLER = text(
    "INSERT INTO controller VALUES ('nectra', 'Nectra', 'controller', 'p@n.example', :made)"
)


@pytest.fixture
def older(empty_url: str) -> Iterator[Store]:
    """A store as the version before left it."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), BEFORE)
        connection.execute(CONTROLLER, {"made": MADE})
    yield opened
    opened.close()


def test_alarms_get_their_tables_and_what_was_there_stays(older: Store) -> None:
    assert schema.upgrade(older) == (BEFORE, schema.HEAD)
    with older.reading() as connection:
        assert set(inspect(connection).get_table_names()) >= NEW
        assert connection.execute(text("SELECT count(*) FROM controller")).scalar() == 1


def test_the_way_back_leaves_what_was_there(older: Store) -> None:
    schema.upgrade(older)
    with older.writing() as connection:
        command.downgrade(schema.config(connection), BEFORE)
        assert not NEW & set(inspect(connection).get_table_names())
        assert connection.execute(text("SELECT count(*) FROM controller")).scalar() == 1
