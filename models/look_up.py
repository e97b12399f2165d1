"""Name many values or keys with one parameter, however many they are."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Uuid,
    and_,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY


def look_up(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    within: Sequence[ColumnElement[bool]],
    column: ColumnElement[Any],
    values: Iterable[str],
    most: int = 1,
) -> CursorResult[Any]:
    """Return the rows that have one of some values, of each value `most` at the most.

    A list of parameters has to be written out and bound one by one, which costs more than the
    query; an array (PostgreSQL) or a JSON list (SQLite) is one. It is handed over beside the
    statement: statements are cyclic garbage, and the values must not wait for its collection.

    Args:
        connection: an open transaction.
        columns: what to return of each row.
        within: the conditions that, with `column`, make a key (unique where `most` is 1).
        column: the column that has the values.
        values: what to look for.
        most: how many rows of one value are wanted; SQLite returns all of them.
    """
    wanted = list(values)
    if connection.dialect.name == "postgresql":
        array = bindparam("wanted", type_=ARRAY(column.type))
        listed = func.unnest(array).table_valued("value").render_derived(name="listed")
        # one by one through the unique index: a planner without statistics reads everything else
        found = (
            select(*columns).where(*within, column == listed.c.value).limit(most).lateral("found")
        )
        statement = select(found).select_from(listed).join(found, true())
        return connection.execute(statement, {"wanted": wanted})
    rows = func.json_each(bindparam("wanted")).table_valued("value")
    statement = select(*columns).where(*within, column.in_(select(rows.c.value)))
    return connection.execute(statement, {"wanted": orjson.dumps(wanted).decode()})


def among(
    connection: Connection, controller_id: str, column: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the keys that `run_among` is given.

    Keys of one controller: its column is part of the condition, and of every index. Rule: ISO-2.
    """
    controller = column.table.c.controller_id == controller_id
    if connection.dialect.name == "postgresql":
        return and_(controller, column == func.any(bindparam("keys", type_=ARRAY(Uuid()))))
    listed = func.json_each(bindparam("keys")).table_valued("value")
    return and_(controller, column.in_(select(listed.c.value)))


def run_among(
    connection: Connection, statement: Executable, keys: Collection[UUID]
) -> CursorResult[Any]:
    """Run a statement over a set of keys, which travel as one parameter."""
    if connection.dialect.name == "postgresql":
        return connection.execute(statement, {"keys": list(keys)})
    return connection.execute(statement, {"keys": orjson.dumps([k.hex for k in keys]).decode()})
