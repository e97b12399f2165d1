"""Read a CSV or TSV file as rows under columns; what is no row comes all the same, and says so."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from connectors._file_tables import Lines, delimiter_of, rows
from connectors._file_text import in_base64, is_damaged, opened
from connectors.base import Delivery, Problem, ProblemCode

SURPLUS = ""
"""The key under which a row holds the cells that have no column."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file of rows. `columns` each have a name of their own.

    `starts_a_row` matches only where a row begins, so that a quotation mark left open does not
    swallow the rows after it.
    """

    path: Path
    encoding: str
    delimiter: str
    columns: Sequence[str]
    starts_a_row: re.Pattern[str] | None = None


def text_table(
    path: Path,
    encoding: str,
    known: Iterable[str],
    starts_a_row: re.Pattern[str] | None = None,
    delimiter: str | None = None,
) -> TextTable:
    """Return a file of rows as its heading describes it.

    Without a delimiter, it is the one under which most `known` columns (in lower case) are named.

    Raises:
        UsageError: the file cannot be opened or read.
    """
    with opened(path, encoding) as file:
        lines = Lines(file)
        heading = lines.take()
        while heading.isspace():
            heading = lines.take()
        delimiter = delimiter or delimiter_of(heading, known)
        lines.put_back([heading])
        names = next(rows(lines, delimiter), [])
    return TextTable(path, encoding, delimiter, unique_columns(names), starts_a_row)


def unique_columns(heading: Sequence[str]) -> list[str]:
    """Return the columns' names, each its own: a name met again or left out gets a number."""
    columns: list[str] = []
    for number, given in enumerate(heading, start=1):
        name = given.encode("utf-8", "replace").decode().strip() or f"column {number}"
        columns.append(f"{name} ({number})" if name in columns else name)
    return columns


def table_rows(table: TextTable) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield each row with its number, the heading being row 1; blank rows are left out.

    A row is its cells by column, with `SURPLUS` where it has more or fewer cells than the heading.

    Raises:
        UsageError: the file cannot be opened or read.
    """
    columns, width = table.columns, len(table.columns)
    with opened(table.path, table.encoding) as file:
        found = rows(Lines(file), table.delimiter, width, table.starts_a_row)
        heading_is_past = False
        for number, cells in enumerate(found, start=1):
            if not any(cells):
                continue
            if not heading_is_past:
                heading_is_past = True
                continue
            row: dict[str, object] = dict(zip(columns, cells, strict=False))
            if len(cells) != width:
                row[SURPLUS] = cells[width:]
            yield number, row


def row_payload(row: dict[str, object]) -> bytes:
    """Return a row as JSON. A cell with bytes that are no text is an object, `{"base64": …}`."""
    try:
        return orjson.dumps(row)
    except orjson.JSONEncodeError:
        return orjson.dumps({column: _writable(cell) for column, cell in row.items()})


def _writable(cell: object) -> object:
    """Return a cell so that JSON can hold it, its undecodable bytes included."""
    if isinstance(cell, list):
        return [_writable(part) for part in cell]
    if isinstance(cell, str) and is_damaged(cell):
        return {"base64": in_base64(cell)}
    return cell


def cells_of(delivery: Delivery) -> dict[str, str] | Problem:
    """Return the cells of a row that `row_payload` wrote, or why none of them can be trusted."""
    try:
        given = orjson.loads(delivery.payload)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        detail = "The stored row is not a JSON object. Import the file again."
        return Problem(ProblemCode.NOT_JSON, detail, delivery.external_id)
    if SURPLUS in given:
        detail = (
            "The row has more or fewer cells than the file has columns, so no cell can be trusted. "
            "Download the file again and import it unopened."
        )
        return Problem(ProblemCode.ROW_SHAPE, detail, delivery.external_id)
    if not all(isinstance(cell, str) for cell in given.values()):
        detail = (
            "The row has bytes that are no text in the file's encoding. Download the file again "
            "and import it unopened, as UTF-8 or UTF-16."
        )
        return Problem(ProblemCode.ENCODING, detail, delivery.external_id)
    return given
