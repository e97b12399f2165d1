"""Open a file of leads, whatever its format: tell it by its content, and cut it into records."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import orjson

from connectors._file_json import Item, items
from connectors._file_rows import (
    SURPLUS,
    TextTable,
    row_payload,
    table_rows,
    text_table,
    unique_columns,
)
from connectors._file_text import encoding_of, first_bytes_of, first_mark_of, opened
from connectors._lead_files_items import flattened, without
from connectors._lead_files_workbook import padded, sheet_rows
from policy.errors import UsageError

ROW_MEDIA_TYPE = "application/vnd.leadledger.lead_files"
"""A JSON object: column name to the text of its cell, as `_file_rows.row_payload` writes it."""
JSON_MEDIA_TYPE = "application/json"

_WORKBOOK = b"PK\x03\x04"
_OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")
_LOOKED_AT = 100
_MOST_KEYS = 200
_IS_DATA = re.compile(r"\S+@\S+\.\S+|[+0][0-9 ()/.\-]{7,}")
_DELIMITER_NAMES = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}


class Record(NamedTuple):
    """One lead of a file: where it stands, its bytes as JSON, and which kind of JSON."""

    position: str
    payload: bytes
    media_type: str


class Way(NamedTuple):
    """How a file is to be opened, where its content does not say."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LeadFile:
    """A file whose format is known.

    `columns` are those of its heading; of JSON, which has none, the names in its first items, and
    then `is_whole` is False: later items may have others. `rows` yields the first cells by column,
    to look at; `records` everything, without the columns that are handed to it.
    """

    format: str
    columns: Sequence[str]
    is_whole: bool
    rows: Callable[[], Iterator[Mapping[str, Sequence[str]]]]
    records: Callable[[frozenset[str]], Iterator[Record]]


def open_lead_file(path: Path, way: Way) -> LeadFile:
    """Return a file as its content shows it: XLSX, JSON, or a table of text.

    Raises:
        UsageError: the file cannot be opened, or is in none of these formats.
    """
    head = first_bytes_of(path)
    if head.startswith(_OLD_OR_LOCKED):
        raise UsageError(
            f"{path.name} is a workbook of the old kind (.xls), or locked with a password. Save "
            "it as XLSX without a password, or as CSV in UTF-8, and import that."
        )
    if head.startswith(_WORKBOOK):
        return _workbook(path, way.sheet)
    encoding = encoding_of(path, way.encoding)
    if first_mark_of(path, encoding) in {"{", "["}:
        return _json(path, encoding)
    table = text_table(path, encoding, way.known, delimiter=way.delimiter)
    _require_headings(path, table.columns)
    between = _DELIMITER_NAMES.get(table.delimiter, repr(table.delimiter))
    return LeadFile(
        f"text with {between}, {encoding}",
        table.columns,
        True,
        lambda: (
            {k: (v,) for k, v in row.items() if isinstance(v, str)} for _, row in table_rows(table)
        ),
        lambda ignored: _of_table(table, ignored),
    )


def _require_headings(path: Path, columns: Sequence[str]) -> None:
    """Refuse a first row that is somebody's data: as headings it would be repeated everywhere."""
    if any(_IS_DATA.fullmatch(column) for column in columns):
        raise UsageError(
            f"{path.name} has no row of headings: in its first row stands an address or a number. "
            "Put a row above that says what each column is, and import that."
        )


def _of_table(table: TextTable, ignored: frozenset[str]) -> Iterator[Record]:
    for number, row in table_rows(table):
        yield _row(number, row, ignored)


def _row(number: int, row: dict[str, object], ignored: frozenset[str]) -> Record:
    # the cells of a row of the wrong width stand under the wrong columns: none is left out
    if ignored and SURPLUS not in row:
        row = {column: cell for column, cell in row.items() if column not in ignored}
    return Record(f"row {number}", row_payload(row), ROW_MEDIA_TYPE)


def _workbook(path: Path, sheet: str | None) -> LeadFile:
    _, heading = next(sheet_rows(path, sheet), (0, []))
    if not heading:
        raise UsageError(f"{path.name} has no row on that sheet. Check the file and `sheet`.")
    columns = unique_columns(heading)
    _require_headings(path, columns)

    def rows() -> Iterator[tuple[int, dict[str, object]]]:
        for number, cells in islice(sheet_rows(path, sheet), 1, None):
            row: dict[str, object] = dict(zip(columns, padded(cells, len(columns)), strict=False))
            if len(cells) > len(columns):
                row[SURPLUS] = cells[len(columns) :]
            yield number, row

    return LeadFile(
        "XLSX workbook",
        columns,
        True,
        lambda: ({k: (v,) for k, v in row.items() if isinstance(v, str)} for _, row in rows()),
        lambda ignored: (_row(number, row, ignored) for number, row in rows()),
    )


def _json(path: Path, encoding: str) -> LeadFile:
    def looked_at() -> Iterator[Mapping[str, Sequence[str]]]:
        with opened(path, encoding) as file:
            for _, value in islice(items(file), _LOOKED_AT):
                if isinstance(value, dict):
                    yield flattened(value)

    names = dict.fromkeys(chain.from_iterable(looked_at()))
    return LeadFile(
        f"JSON, {encoding}",
        list(islice((name for name in names if not _IS_DATA.fullmatch(name)), _MOST_KEYS)),
        False,
        looked_at,
        lambda ignored: _items(path, encoding, ignored),
    )


def _items(path: Path, encoding: str, ignored: frozenset[str]) -> Iterator[Record]:
    with opened(path, encoding) as file:
        found: Iterable[Item] = items(file)
        for number, (payload, value) in enumerate(found, start=1):
            kept = payload
            if ignored and isinstance(value, dict):
                kept = orjson.dumps(without(value, ignored))
            yield Record(f"item {number}", kept, JSON_MEDIA_TYPE)
