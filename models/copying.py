"""Read and write whole tables, a page at a time, in a form that both databases share.

A row is a list of plain values in the order of its table's columns, so that a copy can be moved
between SQLite and PostgreSQL, and both can be compared by the same digest.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Date, LargeBinary, Table, Uuid, select, text
from sqlmodel.sql.sqltypes import UTCDateTime

from models.bulk import insert_missing, insert_records
from models.columns import EpochTime
from models.tables import metadata

PAGE = 1_000
_MODULUS = 1 << 256

PlainRow = list[Any]
Tables = dict[str, tuple[int, str]]
"""Of each table how many rows it has, and their digest."""


@dataclass(slots=True)
class Tally:
    """Counts rows, and adds up their hashes so that their order makes no difference."""

    rows: int = 0
    total: int = 0

    def add(self, row: PlainRow) -> None:
        """Count one row."""
        own = hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).digest()
        self.rows += 1
        self.total = (self.total + int.from_bytes(own, "big")) % _MODULUS

    @property
    def result(self) -> tuple[int, str]:
        """Return the number of rows and their digest, as hex digits."""
        return self.rows, f"{self.total:064x}"


def tallying(
    rows: Iterable[PlainRow], tally: Tally, progress: Callable[[int], None]
) -> Iterator[PlainRow]:
    """Yield rows and count them; tell of each page, so that nobody thinks that it stands still.

    Whoever is told may end it all, by raising.
    """
    for row in rows:
        tally.add(row)
        yield row
        if tally.rows % PAGE == 0:
            progress(PAGE)
    progress(tally.rows % PAGE)


def all_tables() -> Sequence[Table]:
    """Return every table, each after those that it refers to."""
    return metadata.sorted_tables


def plain_rows(connection: Connection, table: Table) -> Iterator[PlainRow]:
    """Yield a table's rows in the order of their keys, without holding many at once."""
    wanted = select(table).order_by(*table.primary_key)
    streamed = connection.execution_options(yield_per=PAGE).execute(wanted)
    for row in streamed:
        yield [plain_value(value) for value in row]


def plain_value(value: Any) -> Any:  # noqa: ANN401 - any column's value
    """Return a value as JSON can hold it: keys and bytes as text, times in UTC."""
    match value:
        case UUID():
            return value.hex
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case _:
            return value


def put_rows(
    connection: Connection,
    table: Table,
    rows: Iterable[PlainRow],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Insert plain rows; return how many."""
    names, count = _names(table), 0
    for records in _pages(table, rows):
        insert_records(connection, table, names, records)
        count += len(records)
        progress(len(records))
    return count


def put_missing(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> int:
    """Insert those of some plain rows whose key the table does not have yet; return how many."""
    names = _names(table)
    whole = ([row.get(name) for name in names] for row in rows)
    return sum(insert_missing(connection, table, names, page) for page in _pages(table, whole))


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _pages(table: Table, rows: Iterable[PlainRow]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield plain rows as they are inserted, a page at a time."""
    convert = [_converter(column.type) for column in table.columns]
    waiting = iter(rows)
    while page := list(islice(waiting, PAGE)):
        yield [
            tuple(
                value if value is None or make is None else make(value)
                for make, value in zip(convert, row, strict=True)
            )
            for row in page
        ]


def _converter(kind: Any) -> Callable[[Any], Any] | None:  # noqa: ANN401 - a column's type
    match kind:
        case LargeBinary():
            return base64.b64decode
        case UTCDateTime() | EpochTime():
            return datetime.fromisoformat
        case Date():
            return date.fromisoformat
        case Uuid():
            return _hex
        case _:
            return None


def _hex(key: str) -> str:
    return UUID(key).hex


def tallied(connection: Connection, progress: Callable[[int], None] = lambda _: None) -> Tables:
    """Return what every table holds, as one state of the store."""
    found: Tables = {}
    for table in all_tables():
        tally = Tally()
        for _ in tallying(plain_rows(connection, table), tally, progress):
            pass
        found[str(table.name)] = tally.result
    return found


def has_rows(connection: Connection) -> bool:
    """Say whether any table holds anything."""
    return any(connection.execute(select(table).limit(1)).first() for table in all_tables())


def defer_references(connection: Connection) -> None:
    """Let references be checked when the transaction ends: a row may name a later one."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
