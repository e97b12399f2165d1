"""Look many unique values up with one parameter, however many they are."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, CursorResult, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY


def look_up(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    within: Sequence[ColumnElement[bool]],
    column: ColumnElement[Any],
    values: Iterable[str],
) -> CursorResult[Any]:
    """Return the rows that have one of some values, where each value has at most one row.

    A list of parameters has to be written out and bound one by one, which costs more than the
    query; an array (PostgreSQL) or a JSON list (SQLite) is one. It is handed over beside the
    statement: statements are cyclic garbage, and the values must not wait for its collection.

    Args:
        connection: an open transaction.
        columns: what to return of each row.
        within: the conditions that, with `column`, make a unique key.
        column: the column that has the values.
        values: what to look for.
    """
    wanted = list(values)
    if connection.dialect.name == "postgresql":
        array = bindparam("wanted", type_=ARRAY(column.type))
        listed = func.unnest(array).table_valued("value").render_derived(name="listed")
        # one by one through the unique index: a planner without statistics reads everything else
        found = select(*columns).where(*within, column == listed.c.value).limit(1).lateral("found")
        statement = select(found).select_from(listed).join(found, true())
        return connection.execute(statement, {"wanted": wanted})
    rows = func.json_each(bindparam("wanted")).table_valued("value")
    statement = select(*columns).where(*within, column.in_(select(rows.c.value)))
    return connection.execute(statement, {"wanted": orjson.dumps(wanted).decode()})
