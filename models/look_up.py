"""Name many values or keys with one parameter, however many they are."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Delete,
    Executable,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    delete,
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
    return and_(controller, _is_listed(connection.dialect.name, column))


def _is_listed(dialect: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return column == func.any(bindparam("keys", type_=ARRAY(Uuid())))
    listed = func.json_each(bindparam("keys")).table_valued("value")
    return column.in_(select(listed.c.value))


def among_texts(
    connection: Connection, controller_id: str, column: ColumnElement[Any], texts: Iterable[str]
) -> ColumnElement[bool]:
    """Return the condition that a column holds one of some texts, which travel as one parameter."""
    return _among_values(connection, controller_id, column, list(dict.fromkeys(texts)))


def among_numbers(
    connection: Connection, controller_id: str, column: ColumnElement[Any], numbers: Sequence[int]
) -> ColumnElement[bool]:
    """Return the condition that a column holds one of some whole numbers; as `among_texts`."""
    return _among_values(connection, controller_id, column, numbers)


def _among_values(
    connection: Connection,
    controller_id: str,
    column: ColumnElement[Any],
    wanted: Sequence[str] | Sequence[int],
) -> ColumnElement[bool]:
    controller = column.table.c.controller_id == controller_id
    if connection.dialect.name == "postgresql":
        array = bindparam("values", list(wanted), type_=ARRAY(column.type), unique=True)
        return and_(controller, column == func.any(array))
    json = bindparam("values", orjson.dumps(wanted).decode(), type_=Text(), unique=True)
    return and_(controller, column.in_(select(func.json_each(json).table_valued("value").c.value)))


def run_among(
    connection: Connection, statement: Executable, keys: Collection[UUID]
) -> CursorResult[Any]:
    """Run a statement over a set of keys, which travel as one parameter."""
    return connection.execute(statement, {"keys": _listed(connection, keys)})


def select_among(
    connection: Connection,
    controller_id: str,
    columns: Sequence[ColumnElement[Any]],
    column: ColumnElement[Any],
    keys: Collection[UUID],
) -> Sequence[Row[Any]]:
    """Return some columns of the rows of a controller whose `column` holds one of some keys.

    For what is asked again and again: to put a statement together costs more than to run it, so
    this is done once.
    """
    if not keys:
        return ()
    statement = _selection(connection.dialect.name, tuple(columns), column)
    return run_among_of(connection, statement, controller_id, keys).all()


def delete_among(
    connection: Connection, controller_id: str, column: ColumnElement[Any], keys: Collection[UUID]
) -> None:
    """Delete the rows of a controller whose `column` holds one of some keys; see `select_among`."""
    if keys:
        statement = _deletion(connection.dialect.name, column)
        run_among_of(connection, statement, controller_id, keys)


def among_of(dialect: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition of `among` for a statement that is put together once.

    The controller is a parameter of it too: such a statement is run by `run_among_of`.
    """
    controller = column.table.c.controller_id == bindparam("controller")
    return and_(controller, _is_listed(dialect, column))


def run_among_of(
    connection: Connection, statement: Executable, controller_id: str, keys: Collection[UUID]
) -> CursorResult[Any]:
    """Run a statement with a condition of `among_of` over a set of keys of a controller."""
    given = {"controller": controller_id, "keys": _listed(connection, keys)}
    return connection.execute(statement, given)


def _listed(connection: Connection, keys: Collection[UUID]) -> object:
    """Return keys as the one parameter in which they travel: on SQLite a JSON list of hex digits.

    They are written out all at once, which takes a quarter of the time of one by one.
    """
    if connection.dialect.name == "postgresql":
        return list(keys)
    return orjson.dumps(list(keys)).decode().replace("-", "")


@lru_cache(maxsize=256)
def _selection(
    dialect: str, columns: tuple[ColumnElement[Any], ...], column: ColumnElement[Any]
) -> Select[Any]:
    return select(*columns).where(among_of(dialect, column))


@lru_cache(maxsize=256)
def _deletion(dialect: str, column: ColumnElement[Any]) -> Delete:
    return delete(column.table).where(among_of(dialect, column))
