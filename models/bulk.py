"""Write many rows at once: SQLAlchemy's own conversions, column by column, then the bare driver.

SQLAlchemy's insert treats each value of each row by itself, which costs more than the database
does. Here each column is converted in one pass; `executemany` (SQLite) or COPY (PostgreSQL) does
the rest, in the transaction of the connection that is given.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from types import NoneType
from typing import Any, cast

import orjson
from sqlalchemy import JSON, Connection, Enum, LargeBinary, Table, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

Values = Mapping[str, Any]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows, each with the same keys (two or more), in the order given.

    Raises:
        sqlalchemy.exc.IntegrityError: a row breaks a constraint.
    """
    if rows:
        names = list(rows[0])
        insert_records(connection, table, names, list(map(itemgetter(*names), rows)))


def insert_records(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert rows given as tuples in the order of `names`.

    Keys may be given as `UUID` or as 32 hex digits, enums as members or as their text, a column all
    the same way.

    Raises:
        sqlalchemy.exc.IntegrityError: a row breaks a constraint.
    """
    if not rows:
        return
    columns = zip(*rows, strict=True)
    converted = [
        _converted(table.c[name].type, values, connection.dialect)
        for name, values in zip(names, columns, strict=True)
    ]
    records = list(zip(*converted, strict=True))
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, records)
    else:
        holes = ", ".join("?" * len(names))
        listed = ", ".join(f'"{name}"' for name in names)
        # the names come from our own tables
        statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({holes})'  # noqa: S608
        connection.exec_driver_sql(statement, records)


def _converted(kind: TypeEngine[Any], values: Sequence[Any], dialect: Dialect) -> Iterable[Any]:
    """Return one column's values as the driver wants them."""
    convert = _conversion(kind, values, dialect)
    if convert is None:
        return values
    # the same enum member, time or key stands in many rows as the same object: convert it once
    known: dict[int, Any] = dict(zip(map(id, values), values, strict=True))
    for place, value in known.items():
        known[place] = None if value is None else convert(value)
    return map(known.__getitem__, map(id, values))


def _conversion(
    kind: TypeEngine[Any], values: Sequence[Any], dialect: Dialect
) -> Callable[[Any], Any] | None:
    """Return what makes a column's values into the driver's, None if they are so already."""
    if isinstance(kind, JSON):
        return _json_text
    if isinstance(kind, LargeBinary):
        return None
    if isinstance(kind, Uuid | Enum) and {str, NoneType}.issuperset(map(type, values)):
        return None  # the caller gave the text that is kept
    if isinstance(kind, UTCDateTime) and dialect.name == "sqlite":
        return _sqlite_time
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _sqlite_time(moment: datetime) -> str:
    """Return a time as SQLAlchemy keeps it on SQLite: UTC, without zone, to the microsecond."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _json_text(value: object) -> str:
    return orjson.dumps(value).decode()


def _copy(
    connection: Connection, table: Table, names: Sequence[str], records: Sequence[tuple[Any, ...]]
) -> None:
    from psycopg import Error, sql  # noqa: PLC0415 - an extra, needed with PostgreSQL only
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    cursor = cast("Any", connection.connection.cursor())
    try:
        with cursor.copy(statement) as copy:
            for record in records:
                copy.write_row(record)
    except Error as error:
        # what goes past SQLAlchemy must fail as what goes through it does
        raise DBAPIError.instance("COPY", None, error, Error, hide_parameters=True) from error
    finally:
        cursor.close()
