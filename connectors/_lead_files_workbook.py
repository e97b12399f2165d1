"""Read a sheet of an XLSX workbook as rows of texts, streaming.

Source: ECMA-376 part 1, SpreadsheetML; dates and numbers have no zone and at most 15 digits.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile
from zlib import error as BrokenCompression  # noqa: N812 - a class, whatever zlib calls it

from policy.errors import UsageError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_AT_ONCE = 1_000
_EXACT_BELOW = 10**15
_BROKEN = (BadZipFile, BrokenCompression, ParseError, KeyError, ValueError, TypeError, EOFError)
_BROKEN_TOO = (AttributeError, IndexError, SyntaxError, OSError)

Cells = list[str]


def sheet_rows(path: Path, sheet: str | None) -> Iterator[tuple[int, Cells]]:
    """Yield the rows of a sheet that hold anything, with their numbers in the sheet.

    Dates are ISO texts; a number with more than 15 digits is a rounded one, and written as such.

    Raises:
        UsageError: the file is no workbook, is damaged, or it is not clear which sheet is meant.
    """
    with _damage_named(path):
        workbook = _loaded(path)
    try:
        chosen = _sheet(workbook, path, sheet)
        # what a program wrote down as the size of its sheet may be wrong, and would cut rows off
        chosen.reset_dimensions()
        rows = enumerate(chosen.iter_rows(), start=1)
        while True:
            with _damage_named(path), _quiet():
                some = list(islice(rows, _AT_ONCE))
            for number, row in some:
                cells = [_text(cell) for cell in row]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    yield number, cells
            if not some:
                return
    finally:
        workbook.close()


def _loaded(path: Path) -> "Workbook":
    import openpyxl  # noqa: PLC0415 - only for a workbook

    with _quiet():
        return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the library's remarks on styles and extensions, which mean nothing for the cells."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
        yield


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    try:
        yield
    except (*_BROKEN, *_BROKEN_TOO) as error:
        raise UsageError(
            f"{path.name} is no whole XLSX workbook ({type(error).__name__}). Open it in a "
            "spreadsheet program, save it as XLSX, and import that."
        ) from None


def _sheet(workbook: "Workbook", path: Path, name: str | None) -> Any:  # noqa: ANN401 - a sheet of the library
    sheets = {each.title: each for each in workbook.worksheets}
    shown = [title for title, each in sheets.items() if each.sheet_state == "visible"]
    if name is None and len(shown) == 1:
        return sheets[shown[0]]
    if name in sheets:
        return sheets[name]
    known = ", ".join(repr(title) for title in sheets) or "none"
    if name is None:
        raise UsageError(
            f"{path.name} has several sheets: {known}. Set `sheet` of the source to the one with "
            "the leads."
        )
    raise UsageError(
        f"{path.name} has no sheet {name!r}, but {known}. Set `sheet` of the source to one of them."
    )


def _text(cell: Any) -> str:  # noqa: ANN401 - a cell of the library
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time() and _shows_a_day(cell):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number(value: float) -> str:
    if abs(value) >= _EXACT_BELOW:
        return f"{value:E}"
    return str(int(value)) if value == int(value) else repr(value)


def _shows_a_day(cell: Any) -> bool:  # noqa: ANN401 - a cell of the library
    from openpyxl.styles.numbers import is_datetime  # noqa: PLC0415 - only for a workbook

    shown: str | None = is_datetime(cell.number_format)
    return shown == "date"


def padded(cells: Sequence[str], width: int) -> Cells:
    """Return the cells of a row with the empty ones at its end, which a sheet leaves out."""
    return [*cells, *[""] * (width - len(cells))]
