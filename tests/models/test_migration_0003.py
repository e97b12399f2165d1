"""A store of the second version gets room for marks, and what was removed from it stays out."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.removal import removal_digest, removed_before
from models.store import Store

FILLED = (
    "INSERT INTO controller VALUES ('nectra', 'Nectra', 'controller', 'p@n.example', '{now}')",
    "INSERT INTO source VALUES ('nectra', 'meta', 'meta_lead_ads', '{digest}', '{now}')",
    "INSERT INTO removal VALUES ('nectra', 'meta', '{digest}', '{now}', 'EXPIRED')",
)


@pytest.fixture
def second(empty_url: str) -> Iterator[Store]:
    """A store as the second version left it."""
    digest = removal_digest("nectra", "meta", "1")
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), "0002")
        for statement in FILLED:
            connection.execute(
                text(statement.format(digest=digest, now="2026-11-22 12:00:00.000000"))
            )
    yield opened
    opened.close()


def test_what_was_removed_before_the_upgrade_stays_out(second: Store) -> None:
    assert schema.upgrade(second) == ("0002", schema.HEAD)
    with second.reading() as connection:
        assert removed_before(connection, "nectra", "meta", ["1", "2"], {}) == {"1"}
        assert "lead_mark" in inspect(connection).get_table_names()


def test_the_way_back_forgets_marks_and_keeps_numbers(second: Store) -> None:
    schema.upgrade(second)
    with second.writing() as connection:
        connection.execute(
            text("INSERT INTO removal VALUES ('nectra', 'meta', 'm', :now, 'EXPIRED', 'api')"),
            {"now": "2026-11-22 12:00:00.000000"},
        )
        command.downgrade(schema.config(connection), "0002")
        assert "lead_mark" not in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT count(*) FROM removal")).scalar() == 1
