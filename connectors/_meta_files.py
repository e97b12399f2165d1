"""Open files that somebody downloaded from Meta: CSV, TSV or JSON, as observed in 2025 and 2026."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from connectors._file_json import items
from connectors._file_rows import TextTable, row_payload, table_rows, text_table
from connectors._file_text import encoding_of, first_mark_of, opened
from connectors._meta_read import JSON_MEDIA_TYPE
from connectors._meta_rows import KNOWN_COLUMNS, ROW_MEDIA_TYPE, column_of, lead_id_of
from connectors._values import id_of
from connectors.base import Delivery
from policy.errors import UsageError

# a line that can only be the start of a lead, wherever a quotation mark claims to have begun
_STARTS_A_LEAD = re.compile(r'"?l:[0-9]{6,20}"?[\t,;]')


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
    if first_mark_of(path, encoding) in {"{", "["}:
        return _items(path, encoding, received_at)
    table = text_table(path, encoding, KNOWN_COLUMNS, _STARTS_A_LEAD)
    if not {"id", "created_time"} & {column_of(column) for column in table.columns}:
        raise UsageError(
            f"{path.name} has neither a column id nor a column created_time, so it is no download "
            "of leads. Download the leads of the form as CSV and import that file unopened."
        )
    return _rows(table, received_at)


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


def _rows(table: TextTable, received_at: datetime) -> Iterator[Delivery]:
    id_column = next((name for name in table.columns if column_of(name) == "id"), "")
    for number, row in table_rows(table):
        yield Delivery(
            external_id=lead_id_of(row.get(id_column)),
            payload=row_payload(row),
            media_type=ROW_MEDIA_TYPE,
            received_at=received_at,
            position=f"row {number}",
        )
