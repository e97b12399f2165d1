"""Files that spreadsheets open: harmless, whole, and readable by other programs."""

import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.spreadsheets import FORMATS, XlsxSheet, format_of, neutral
from policy.errors import UsageError

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "+44 (0)7700 900123",
    '=HYPERLINK("https://bad.example","x")',
)
PLAIN = (
    "Siân O'Neill",
    "+447700900123",
    "a@b.example",
    "",
    "2026-11-22T12:00:00+00:00",
    "1e5",
    "007",
)


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_a_spreadsheet_would_compute_is_marked_as_text(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_what_it_would_not_compute_stays_as_it_is(cell: str) -> None:
    assert neutral(cell) == cell


@given(st.text())
def test_no_cell_begins_with_what_starts_a_formula_but_a_bare_number(cell: str) -> None:
    made = neutral(cell)
    is_number = made.startswith("+") and made[1:].isdigit()
    assert is_number or made.lstrip()[:1] not in ("=", "+", "-", "@")
    assert made.removeprefix("'") == cell.removeprefix("'") or made == cell


def _written(path: Path, rows: Sequence[Sequence[str]]) -> None:
    sheet = FORMATS[path.suffix](path, ["first", "second"])
    for row in rows:
        sheet.write([row])
    sheet.close()


ROWS = [[cell, "ok"] for cell in (*FORMULAS, *PLAIN)]


def test_a_csv_file_comes_back_with_every_dangerous_cell_neutral(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    _written(path, ROWS)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["first", "second"]
    assert rows == [[neutral(cell), "ok"] for cell, _ in ROWS]


def test_a_workbook_holds_texts_and_no_formula_link_or_number(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    _written(path, ROWS)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
    assert kinds <= {"s", "n"}
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert all(cell.data_type == "s" or cell.value is None for cell in cells)
    assert not any(cell.hyperlink for cell in cells)
    # XML turns a carriage return into a line feed, unless it is written as an entity
    shown = [str(cell.value or "").replace("_x000D_", "\r") for cell in cells]
    assert shown == [cell for cell, _ in ROWS]
    book.close()


def test_a_parquet_file_holds_the_values_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    _written(path, ROWS)
    table = pyarrow.parquet.read_table(path)
    assert table.column_names == ["first", "second"]
    assert table.column("first").to_pylist() == [cell for cell, _ in ROWS]


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_a_list_of_nobody_is_still_a_whole_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"list{ending}"
    _written(path, [])
    if ending == ".csv":
        assert path.read_text(encoding="utf-8-sig") == "first,second\n"
    elif ending == ".xlsx":
        book = openpyxl.load_workbook(path)
        assert book["Leads"].max_row == 1
        book.close()
    else:
        assert pyarrow.parquet.read_table(path).num_rows == 0


class TinyWorkbook(XlsxSheet):
    MAX_ROWS = 2


def test_a_workbook_that_is_full_says_so(tmp_path: Path) -> None:
    sheet = TinyWorkbook(tmp_path / "list.xlsx", ["a"])
    sheet.write([["1"], ["2"]])
    with pytest.raises(UsageError, match=r"Cure: export to \.csv or \.parquet"):
        sheet.write([["3"]])
    sheet.close()


def test_a_name_without_a_known_ending_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    assert format_of(tmp_path / "LIST.CSV") == ".csv"
    with pytest.raises(UsageError, match=r"Cure: end it in \.csv, \.xlsx, \.parquet"):
        format_of(tmp_path / "list.pdf")
