"""Cut a CSV or TSV file into rows: streaming, and no row lost over a stray quotation mark."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TextIO

_DELIMITERS = ("\t", ",", ";", "|")
_LONGEST_LINE = 65_536
_MOST_LINES = 100
_LONGEST_ROW = 131_072  # also the limit that the csv module sets for one cell


def delimiter_of(header: str, known: Iterable[str]) -> str:
    """Return the delimiter under which a header line names most of the `known` columns.

    Where that settles nothing, the one that makes most columns.
    """
    wanted = frozenset(known)

    def named(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return sum(cell.strip().casefold() in wanted for cell in cells), len(cells)

    return max(_DELIMITERS, key=named)


class Lines:
    """The lines of a file, with room to put some back; no line is longer than 65,536 characters."""

    def __init__(self, file: TextIO) -> None:
        """Read from an open file whose line ends are untouched (`newline=""`)."""
        self._file = file
        self._returned: deque[str] = deque()

    def take(self) -> str:
        """Return the next line with its end, or an empty text at the end of the file."""
        if self._returned:
            return self._returned.popleft()
        return self._file.readline(_LONGEST_LINE)

    def put_back(self, lines: Iterable[str]) -> None:
        """Give lines back, to be taken again in the same order."""
        self._returned.extendleft(reversed(list(lines)))


def rows(
    lines: Lines,
    delimiter: str,
    width: int | None = None,
    starts_a_row: re.Pattern[str] | None = None,
) -> Iterator[list[str]]:
    """Yield the cells of each row; a blank line is an empty row.

    A quoted cell may hold line ends. Where the row that comes of it cannot be one (too long, not
    `width` cells, or a line in it that can only be the start of a row), a quotation mark was left
    open: then its first line is a row of its own, and reading goes on at the next line, so that the
    damage ends there.
    """
    while line := lines.take():
        if '"' not in line:
            bare = line.rstrip("\r\n")
            yield bare.split(delimiter) if bare else []
            continue
        taken = [line]
        cells = next(csv.reader(_continued(lines, taken), delimiter=delimiter), [])
        if len(taken) > 1 and not _is_one_row(taken, cells, width, starts_a_row):
            lines.put_back(taken[1:])
            cells = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
        yield cells


def _continued(lines: Lines, taken: list[str]) -> Iterator[str]:
    """Yield the line in hand, then as many as its quoted cells ask for, up to a bound."""
    yield taken[0]
    length = len(taken[0])
    while len(taken) < _MOST_LINES:
        line = lines.take()
        length += len(line)
        if not line:
            return
        if length > _LONGEST_ROW:
            lines.put_back([line])
            return
        taken.append(line)
        yield line


def _is_one_row(
    taken: list[str],
    cells: list[str],
    width: int | None,
    starts_a_row: re.Pattern[str] | None,
) -> bool:
    if width is not None and len(cells) != width:
        return False
    return starts_a_row is None or not any(starts_a_row.match(line) for line in taken[1:])
