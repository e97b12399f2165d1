"""SQLite finds entries by their keys, instead of reading all of them."""

from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.store import Store

OF_A_SUBJECT = (
    "SELECT * FROM ledger WHERE controller_id = 'n' AND subject_id IN ('a', 'b') ORDER BY id"
)


def test_what_is_asked_by_a_key_is_looked_up(sqlite_store: Store) -> None:
    with sqlite_store.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {OF_A_SUBJECT}")
        steps = [row[3] for row in plan]
    assert "ix_ledger_controller_id_subject_id (controller_id=? AND subject_id=?)" in steps[0]


def test_the_way_back_leaves_what_was_there(empty_url: str) -> None:
    store = Store(empty_url)
    schema.upgrade(store)
    with store.writing() as connection:
        assert {"breach", "breach_notice"} <= set(inspect(connection).get_table_names())
        command.downgrade(schema.config(connection), "0016")
        assert "breach" not in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT count(*) FROM ledger")).scalar() == 0
    store.close()
