"""What a piece of work asks of a store, and how the database goes about it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from models.store import Store

Asked = tuple[str, Any]
"""A statement, and what it was given."""


def asked_by(store: Store, work: Callable[[], object]) -> list[Asked]:
    """Return what a piece of work reads."""
    asked: list[Asked] = []

    def heard(_c: Any, _cursor: Any, statement: str, given: Any, _x: Any, _many: Any) -> None:
        if statement.startswith("SELECT") and "advisory" not in statement:
            asked.append((statement, given))

    event.listen(store.engine, "before_cursor_execute", heard)
    try:
        work()
    finally:
        event.remove(store.engine, "before_cursor_execute", heard)
    return asked


def plan(store: Store, asked: Asked) -> list[str]:
    """Return the steps of a statement, without a change to the store."""
    statement, given = asked
    with store.reading() as connection:
        if store.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            return [row[3] for row in rows]
        # of a few rows it reads all: what is asked is whether it could do otherwise
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)
        return [row[0].strip() for row in rows]
