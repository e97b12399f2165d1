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
    records = list(zip(*_columns(connection, table, names, rows), strict=True))
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, records)
    else:
        holes = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"{_into(table, names)} VALUES ({holes})", records)


def insert_missing(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> int:
    """Insert those of some rows whose key is not there yet; return how many.

    Rows are given as to `insert_records`.

    Raises:
        sqlalchemy.exc.IntegrityError: a row breaks another constraint than that of its key.
    """
    if not rows:
        return 0
    columns = _columns(connection, table, names, rows)
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    into, otherwise = _into(table, names), f"ON CONFLICT ({key}) DO NOTHING"
    if connection.dialect.name == "postgresql":
        kinds = [table.c[name].type.compile(connection.dialect) for name in names]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        rows_of_columns = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - types of our own tables
        statement = f"{into} {rows_of_columns} {otherwise}"
        return connection.exec_driver_sql(statement, tuple(map(list, columns))).rowcount
    holes = ", ".join("?" * len(names))
    records = list(zip(*columns, strict=True))
    return connection.exec_driver_sql(f"{into} VALUES ({holes}) {otherwise}", records).rowcount


def _into(table: Table, names: Sequence[str]) -> str:
    """Return the beginning of a statement; the names come from our own tables."""
    listed = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table.name}" ({listed})'


def _columns(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> list[Iterable[Any]]:
    """Return rows column by column, as the driver wants them."""
    return [
        _converted(table.c[name].type, values, connection.dialect)
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    ]


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
