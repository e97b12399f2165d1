"""A store of the version before gets room for restrictions; what was restricted stays so."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.store import Store
from tests.build import NOW

BEFORE = "0012"
NEW = {"restriction", "restriction_mark", "correction"}
MADE = "2026-11-22 12:00:00.000000"
CONTROLLER = text(
    "INSERT INTO controller VALUES ('nectra', 'Nectra', 'controller', 'p@n.example', :made)"
)
PERSON = text(
    "INSERT INTO person (controller_id, id, created_at, restricted_at)"
    " VALUES ('nectra', :id, :made, :restricted)"
)
FREE, STOPPED = "01a2033090007000800000000000000a", "01a2033090007000800000000000000b"


@pytest.fixture
def older(empty_url: str) -> Iterator[Store]:
    """A store as the version before left it, with one person restricted and one not."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), BEFORE)
        made = {"made": MADE} if opened.is_sqlite else {"made": NOW}
        connection.execute(CONTROLLER, made)
        for id_, at in ((FREE, None), (STOPPED, made["made"])):
            connection.execute(PERSON, made | {"id": id_, "restricted": at})
    yield opened
    opened.close()


def test_what_was_restricted_stays_so_there_and_back(older: Store) -> None:
    assert schema.upgrade(older) == (BEFORE, schema.HEAD)
    with older.writing() as connection:
        assert set(inspect(connection).get_table_names()) >= NEW
        names = {column["name"] for column in inspect(connection).get_columns("person")}
        assert "restricted_at" not in names
        rows = connection.execute(text("SELECT person_id, ground, lifted_at FROM restriction"))
        found = [(str(id_).replace("-", ""), ground, at) for id_, ground, at in rows]
        assert found == [(STOPPED, "accuracy_contested", None)]
        command.downgrade(schema.config(connection), BEFORE)
        assert not NEW & set(inspect(connection).get_table_names())
        back = connection.execute(text("SELECT id FROM person WHERE restricted_at IS NOT NULL"))
        assert [str(row.id).replace("-", "") for row in back] == [STOPPED]
        assert connection.execute(text("SELECT count(*) FROM person")).scalar() == 2
