"""Ask for many values with one parameter, however many they are."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(
    connection: Connection, column: ColumnElement[Any], values: Iterable[Any]
) -> ColumnElement[bool]:
    """Return the condition that a text column has one of some values.

    A list of parameters has to be written out and bound one by one, which costs more than the
    query; an array (PostgreSQL) or a JSON list (SQLite) is one parameter.
    """
    wanted = list(values)
    if connection.dialect.name == "postgresql":
        return column == func.any(literal(wanted, ARRAY(column.type)))
    listed = func.json_each(orjson.dumps(wanted).decode()).table_valued("value")
    return column.in_(select(listed.c.value))
