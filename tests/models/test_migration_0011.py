"""A store of the sixth version gets room for recalls and for where its lists lie."""

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
EXPORT = text(
    "INSERT INTO export (controller_id, id, purpose, channel, recipient, actor, opened_at, format)"
    " VALUES ('nectra', '01a2033090007000800000000000000a', 'direct_marketing', 'email', 'sales',"
    " 'test', :made, 'csv')"
)


@pytest.fixture
def sixth(empty_url: str) -> Iterator[Store]:
    """A store as the sixth version left it, with a list."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), "0010")
        connection.execute(CONTROLLER, {"made": MADE})
        connection.execute(EXPORT, {"made": MADE})
    yield opened
    opened.close()


def test_the_upgrade_adds_and_keeps_and_the_way_back_leaves_what_was_there(sixth: Store) -> None:
    schema.upgrade(sixth)
    with sixth.writing() as connection:
        assert "recall" in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT recipient, path FROM export")).one() == (
            "sales",
            None,
        )
        command.downgrade(schema.config(connection), "0010")
        assert "recall" not in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT count(*) FROM export")).scalar() == 1
