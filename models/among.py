"""Ask for many values with one parameter, however many they are."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(
    connection: Connection, column: ColumnElement[Any], values: Iterable[Any]
) -> tuple[ColumnElement[bool], dict[str, Any]]:
    """Return the condition that a text column has one of some values, and its parameter.

    A list of parameters has to be written out and bound one by one, which costs more than the
    query; an array (PostgreSQL) or a JSON list (SQLite) is one. It is handed over beside the
    statement: statements are cyclic garbage, and the values must not wait for its collection.
    """
    wanted = list(values)
    if connection.dialect.name == "postgresql":
        return column == func.any(bindparam("wanted", type_=ARRAY(column.type))), {"wanted": wanted}
    listed = func.json_each(bindparam("wanted")).table_valued("value")
    return column.in_(select(listed.c.value)), {"wanted": orjson.dumps(wanted).decode()}
