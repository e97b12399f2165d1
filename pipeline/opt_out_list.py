"""Read identifiers from a list: one a line, or the first column of a CSV, of any length."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.why import identifier_of
from policy.errors import UsageError
from policy.vocabulary import Identifier, IdentifierKind

MAX_NAMED = 50
_LONGEST_LINE = 10_000
_SEPARATORS = ",;\t"
_ROUNDED = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]+")
_FEWEST_DIGITS = 5
_MOST_DIGITS = 18
"""Fifteen of E.164, with `00` for the plus sign and the `(0)` that some put behind the country."""


def text_lines(opened: io.BufferedReader) -> io.TextIOWrapper:
    """Return a file's lines as text; bytes that are no UTF-8 spoil their own line only."""
    is_utf16 = opened.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding = "utf-16" if is_utf16 else "utf-8-sig"
    return io.TextIOWrapper(opened, encoding=encoding, errors="replace")


def short_lines(lines: io.TextIOWrapper) -> Iterator[str]:
    """Yield each line, of one that is endless its beginning: what is wanted stands first."""
    is_within = False
    while line := lines.readline(_LONGEST_LINE):
        if not is_within:
            yield line
        is_within = not line.endswith("\n")


@dataclass(slots=True)
class OptOutList:
    """A list as it is read. `unreadable` counts lines, `named` are the numbers of the first."""

    region: str
    unreadable: int = 0
    named: list[int] = field(default_factory=list)

    def read(self, lines: Iterable[str]) -> Iterator[Identifier]:
        """Yield the identifier of each line; count what is none, by line number, without its text.

        Line by line, so that a quotation mark that is never closed spoils one line and not the
        rest. The first line may be a heading. An address that stands behind a number (of a row, or
        a date, which could be dialled as well) would be passed over, so such a line counts too.
        """
        is_first = True
        for number, line in enumerate(lines, start=1):
            text = _first_column(line)
            if not text:
                continue
            try:
                yield _identifier_of_line(text, line, self.region)
            except UsageError:
                if not (is_first and _is_heading(text) and "@" not in line):
                    self.unreadable += 1
                    self.named += [number] if len(self.named) < MAX_NAMED else []
            is_first = False


def _identifier_of_line(text: str, line: str, region: str) -> Identifier:
    """Return the identifier that stands first in a line; refuse a number before an address."""
    found = one_identifier(text, region)
    if found.kind is IdentifierKind.PHONE and "@" in line:
        raise UsageError("An address stands behind a number. Cure: put the address first.")
    return found


def _first_column(line: str) -> str:
    """Return what stands before the first separator, whichever the line has."""
    plain = line.strip().strip("\ufeff\0")
    separator = next((each for each in plain if each in _SEPARATORS), ",")
    try:
        row = next(csv.reader([plain], delimiter=separator), [])
    except csv.Error:
        return plain
    return row[0].strip() if row else ""


def one_identifier(text: str, region: str) -> Identifier:
    """Return what somebody wrote as one identifier, and refuse what may hold a second one.

    A number is found inside almost any text; but an address beside it, or another number, would be
    passed over without a word, and so would an opt-out.

    Raises:
        UsageError: it is none, or more than one; or a spreadsheet rounded it.
    """
    found = identifier_of(text, region)
    if found.kind is IdentifierKind.PHONE and (
        "@" in text or _digits(text) > _MOST_DIGITS or _ROUNDED.fullmatch(text)
    ):
        raise UsageError("This is not one address or one number. Cure: give one at a time.")
    return found


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _is_heading(text: str) -> bool:
    return "@" not in text and _digits(text) < _FEWEST_DIGITS
