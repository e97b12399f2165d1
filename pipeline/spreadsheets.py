"""Write lists of people as files that spreadsheets open: streamed, and harmless to open."""

import csv
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from policy.errors import ConfigError, UsageError

_DANGEROUS = re.compile(r"^[\s]*[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"^\+[1-9][0-9]{6,14}$")


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    A leading apostrophe is what spreadsheets themselves use to say "this is text". A bare E.164
    number stays as it is: digits compute nothing, and diallers need them.
    """
    if _DANGEROUS.match(cell) and not _PLAIN_NUMBER.match(cell):
        return f"'{cell}"
    return cell


class Sheet(Protocol):
    """A file being written, a few rows at a time."""

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """Append rows."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class CsvSheet:
    """UTF-8 with a byte-order mark, which Excel needs to see that it is UTF-8; CRLF as RFC 4180."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Open the file and write the column names."""
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """Append rows, every cell made neutral."""
        self._writer.writerows([neutral(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class XlsxSheet:
    """An Excel workbook of text cells, written row by row in constant memory."""

    MAX_ROWS = 1_048_575

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Open the workbook and write the column names."""
        import xlsxwriter  # noqa: PLC0415 - only this format needs it

        # rows wait in a file until the end: beside the export, and gone whatever happens
        self._scratch = TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent)
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": self._scratch.name,
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet("Leads")
        self._sheet.freeze_panes(1, 0)
        self._next = 0
        self._add(columns)

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """Append rows as text.

        Raises:
            UsageError: a workbook cannot hold so many.
        """
        for row in rows:
            if self._next > self.MAX_ROWS:
                raise UsageError(
                    f"An Excel sheet holds {self.MAX_ROWS:,} rows, and there are more."
                    " Cure: export to .csv or .parquet."
                )
            self._add(row)

    def _add(self, row: Sequence[str]) -> None:
        for column, cell in enumerate(row):
            if self._sheet.write_string(self._next, column, cell):
                raise UsageError(
                    "A cell is longer than Excel allows. Cure: export to .csv or .parquet."
                )
        self._next += 1

    def close(self) -> None:
        """Finish the workbook.

        Raises:
            OSError: the disk refused it.
        """
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - as above

        try:
            self._book.close()
        except FileCreateError as error:
            # the library wraps what the disk said into an error of its own
            said = error.args[0] if error.args else None
            raise said if isinstance(said, OSError) else OSError(str(error)) from None
        finally:
            with suppress(OSError):  # the library leaves it open where the disk is full
                self._sheet.row_data_fh.close()
            self._scratch.cleanup()


class ParquetSheet:
    """A Parquet file of text columns, a row group a write."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Open the file.

        Raises:
            ConfigError: the extra is not installed.
        """
        try:
            import pandas  # noqa: PLC0415, ICN001 - an extra, and dear to import
            import pyarrow  # noqa: PLC0415, ICN001
            import pyarrow.parquet  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise ConfigError(
                "Parquet files need an extra that is missing."
                " Cure: pip install 'leadledger[parquet]', or export to .csv."
            ) from error
        self._pandas, self._arrow = pandas, pyarrow
        self._columns = list(columns)
        self._schema = pyarrow.schema([(name, pyarrow.string()) for name in columns])
        self._file: Any = pyarrow.parquet.ParquetWriter(path, self._schema)

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """Append rows as one row group."""
        frame = self._pandas.DataFrame(rows, columns=self._columns)
        table = self._arrow.Table.from_pandas(frame, schema=self._schema, preserve_index=False)
        self._file.write_table(table)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


FORMATS: dict[str, type[CsvSheet | XlsxSheet | ParquetSheet]] = {
    ".csv": CsvSheet,
    ".xlsx": XlsxSheet,
    ".parquet": ParquetSheet,
}


def format_of(path: Path) -> str:
    """Return the format that a file's name asks for.

    Raises:
        UsageError: it ends in none that is known.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise UsageError(
            f"{path.name}: the name must say the format. Cure: end it in {', '.join(FORMATS)}."
        )
    return ending
