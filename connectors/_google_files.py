"""Open files of leads that somebody downloaded from Google Ads: CSV or TSV, UTF-8 or UTF-16.

Google documents neither headings nor encoding, so both are taken in every likely form.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from connectors._file_rows import TextTable, row_payload, table_rows, text_table
from connectors._file_text import encoding_of
from connectors._google_columns import type_of_name
from connectors._google_field_types import FIELD_TYPES
from connectors._google_rows import KNOWN_HEADINGS, ROW_MEDIA_TYPE, fact_of, is_time, lead_id_of
from connectors.base import Delivery
from policy.errors import UsageError

_REACHES = frozenset({"EMAIL", "WORK_EMAIL", "PHONE_NUMBER", "WORK_PHONE"})
_NARROW = 4
_TELLS_APART = frozenset({"lead_id", "gclid"})
_TYPES = frozenset(name.casefold() for name in FIELD_TYPES.values())
_LIKELY = frozenset(
    (
        *KNOWN_HEADINGS,
        *_TYPES,
        *(name.replace("_", " ") for name in _TYPES),
        *("user email", "user phone", "work e-mail", "e-mail", "phone", "company"),
    )
)


def open_file(path: Path, received_at: datetime) -> Iterator[Delivery]:
    """Yield each row of a downloaded file as a delivery, streaming, in file order.

    Rows are counted with the heading as row 1 ("row 17"). A row that cannot be read is delivered
    all the same: reading it says what is wrong.

    Args:
        path: CSV or TSV (comma, tab or semicolon), in UTF-8 or UTF-16, with a heading.
        received_at: the time of the import, aware.

    Raises:
        UsageError: the file cannot be opened, or is no download of leads; known before the first
            delivery, except for a disk that fails while it is read.
    """
    table = text_table(path, encoding_of(path), _LIKELY)
    table = replace(table, starts_a_row=_whole_row(table))
    if not any(map(_is_of_leads, table.columns)):
        raise UsageError(
            f"{path.name} has no column for an e-mail address, a telephone number, a Lead ID or a "
            "Google Click ID, so it is no download of leads. Download the leads of the form as CSV "
            "from Google Ads and import that file unopened."
        )
    return _rows(table, received_at)


def _is_of_leads(column: str) -> bool:
    return type_of_name(column) in _REACHES or fact_of(column) in _TELLS_APART


def _whole_row(table: TextTable) -> re.Pattern[str] | None:
    """Return what a line looks like that is a row by itself: a cell for each column, unquoted.

    Google's rows begin with no known sign. A line of such a shape within a quoted cell, with a
    digit where the time or the id belongs, shows that a quotation mark was left open; in a narrow
    file it could be what somebody wrote.
    """
    if len(table.columns) < _NARROW:
        return None
    mark = re.escape(table.delimiter)
    # possessive, so that a long line is looked at once
    any_cell = rf'[^"\r\n{mark}]*+'
    with_digit = rf'[^"\r\n{mark}0-9]*+[0-9]{any_cell}'
    cells = (
        with_digit if is_time(column) or fact_of(column) == "lead_id" else any_cell
        for column in table.columns
    )
    return re.compile(rf"{mark.join(cells)}\r?\n?\Z")


def _rows(table: TextTable, received_at: datetime) -> Iterator[Delivery]:
    id_column = next((name for name in table.columns if fact_of(name) == "lead_id"), "")
    for number, row in table_rows(table):
        yield Delivery(
            external_id=lead_id_of(row.get(id_column)),
            payload=row_payload(row),
            media_type=ROW_MEDIA_TYPE,
            received_at=received_at,
            position=f"row {number}",
        )
