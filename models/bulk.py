"""Write many rows at once: SQLAlchemy's own conversions, column by column, then the bare driver.

SQLAlchemy's insert treats each value of each row by itself, which costs more than the database
does. Here each column is converted in one pass; `executemany` (SQLite) or COPY (PostgreSQL) does
the rest, in the transaction of the connection that is given.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, DateTime, Enum, Table, TypeDecorator
from sqlalchemy.engine import Dialect

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]

_REPEATING = (DateTime, Enum, TypeDecorator)
"""Types whose values repeat down a column: each distinct one is converted once."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows, each with the same keys, in the order given.

    Raises:
        sqlalchemy.exc.IntegrityError: a row breaks a constraint.
    """
    if not rows:
        return
    names = list(rows[0])
    columns = [_converted(table, name, rows, connection.dialect) for name in names]
    records = list(zip(*columns, strict=True))
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, records)
    else:
        holes = ", ".join("?" * len(names))
        listed = ", ".join(f'"{name}"' for name in names)
        # the names come from our own tables
        statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({holes})'  # noqa: S608
        connection.exec_driver_sql(statement, records)


def _converted(table: Table, name: str, rows: Sequence[Values], dialect: Dialect) -> list[Any]:
    """Return one column's values as the driver wants them."""
    values = [row[name] for row in rows]
    convert = _conversion(table, name, dialect)
    if convert is None:
        return values
    if not isinstance(table.c[name].type, _REPEATING):
        return [None if value is None else convert(value) for value in values]
    known = {value: convert(value) for value in set(values) if value is not None}
    return [known.get(value) for value in values]


def _conversion(table: Table, name: str, dialect: Dialect) -> Convert | None:
    """Return SQLAlchemy's conversion of a column's values, if it has one."""
    kind = table.c[name].type.dialect_impl(dialect)
    return cast("Convert | None", kind.bind_processor(dialect))


def _copy(
    connection: Connection, table: Table, names: Sequence[str], records: Sequence[tuple[Any, ...]]
) -> None:
    from psycopg import errors, sql  # noqa: PLC0415 - an extra, needed with PostgreSQL only
    from sqlalchemy.exc import IntegrityError  # noqa: PLC0415

    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    cursor = cast("Any", connection.connection.cursor())
    try:
        with cursor.copy(statement) as copy:
            for record in records:
                copy.write_row(record)
    except errors.IntegrityError as error:
        raise IntegrityError("COPY", None, error) from error
    finally:
        cursor.close()
