"""An older store gets recipients, and its lists keep what they said of theirs."""

from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.store import Store
from tests.models.test_migration_0011 import CONTROLLER, EXPORT, MADE


def test_the_upgrade_adds_and_keeps_and_the_way_back_leaves_what_was_there(empty_url: str) -> None:
    store = Store(empty_url)
    with store.writing() as connection:
        command.upgrade(schema.config(connection), "0014")
        connection.execute(CONTROLLER, {"made": MADE})
        connection.execute(EXPORT, {"made": MADE})
    schema.upgrade(store)
    with store.writing() as connection:
        assert "recipient" in inspect(connection).get_table_names()
        kept = text("SELECT recipient, recipient_role, country, tested_on FROM export")
        assert connection.execute(kept).one() == ("sales", None, None, None)
        command.downgrade(schema.config(connection), "0014")
        assert "recipient" not in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT recipient FROM export")).scalar() == "sales"
    store.close()
