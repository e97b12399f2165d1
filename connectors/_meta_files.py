"""Open files that somebody downloaded from Meta: CSV, TSV or JSON, as observed in 2025 and 2026."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import orjson

from connectors._meta_json_files import items
from connectors._meta_read import JSON_MEDIA_TYPE
from connectors._meta_rows import KNOWN_COLUMNS, column_of, lead_id_of
from connectors._meta_rows import ROW_MEDIA_TYPE as ROW_MEDIA_TYPE  # noqa: PLC0414 - part of what this file offers
from connectors._meta_tables import Lines, delimiter_of, rows
from connectors._meta_text import encoding_of, in_base64, is_damaged, opened
from connectors._meta_values import id_of
from connectors.base import Delivery
from policy.errors import UsageError


def open_file(path: Path, received_at: datetime) -> Iterator[Delivery]:
    """Yield each lead of a downloaded file as a delivery, streaming, in file order.

    Rows are counted with the header as row 1 ("row 17"), JSON values from 1 ("item 3"). A row or
    item that cannot be read is delivered all the same: reading it says what is wrong.

    Args:
        path: CSV or TSV (comma, tab or semicolon) or JSON (one lead, a list, a Graph page, a lead a
            line), in UTF-8 or UTF-16.
        received_at: the time of the import, aware.

    Raises:
        UsageError: the file cannot be opened, or is no file of leads; known before the first
            delivery, except for a disk that fails while it is read.
    """
    encoding = encoding_of(path)
    with opened(path, encoding) as file:
        lines = Lines(file)
        start = lines.take()
        while start.isspace():
            start = lines.take()
        if start.lstrip().startswith(("{", "[")):
            return _items(path, encoding, received_at)
        delimiter = delimiter_of(start, KNOWN_COLUMNS)
        lines.put_back([start])
        columns = _columns(next(rows(lines, delimiter), []))
    if not {"id", "created_time"} & {column_of(column) for column in columns}:
        raise UsageError(
            f"{path.name} has neither a column id nor a column created_time, so it is no download "
            "of leads. Download the leads of the form as CSV and import that file unopened."
        )
    return _rows(path, encoding, delimiter, columns, received_at)


def _items(path: Path, encoding: str, received_at: datetime) -> Iterator[Delivery]:
    with opened(path, encoding) as file:
        for number, (payload, value) in enumerate(items(file), start=1):
            yield Delivery(
                external_id=id_of(value.get("id")) if isinstance(value, dict) else None,
                payload=payload,
                media_type=JSON_MEDIA_TYPE,
                received_at=received_at,
                position=f"item {number}",
            )


def _columns(header: Sequence[str]) -> list[str]:
    """Return the columns' names, each its own: a name met again or left out gets a number."""
    columns: list[str] = []
    for number, given in enumerate(header, start=1):
        name = given.encode("utf-8", "replace").decode().strip() or f"column {number}"
        columns.append(f"{name} ({number})" if name in columns else name)
    return columns


def _rows(
    path: Path, encoding: str, delimiter: str, columns: Sequence[str], received_at: datetime
) -> Iterator[Delivery]:
    with opened(path, encoding) as file:
        table = rows(Lines(file), delimiter, width=len(columns))
        header_is_past = False
        for number, cells in enumerate(table, start=1):
            if not any(cells):
                continue
            if not header_is_past:
                header_is_past = True
                continue
            yield _row(columns, cells, received_at, number)


def _row(columns: Sequence[str], cells: list[str], received_at: datetime, number: int) -> Delivery:
    row: dict[str, object] = dict(zip(columns, cells, strict=False))
    id_cells = (cell for column, cell in row.items() if column_of(column) == "id")
    external_id = lead_id_of(next(id_cells, None))
    if len(cells) != len(columns):
        row[""] = cells[len(columns) :]
    return Delivery(
        external_id=external_id,
        payload=_payload(row),
        media_type=ROW_MEDIA_TYPE,
        received_at=received_at,
        position=f"row {number}",
    )


def _payload(row: dict[str, object]) -> bytes:
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
