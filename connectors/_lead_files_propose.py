"""Propose how a file could be described: by its headings, and for dates by the shape of the cells.

No cell is repeated, and what cannot be known is left open, so that the proposal loads only after
somebody has filled it in.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice, product

from connectors._headings import (
    MANY,
    suggested_fields,
    suggests_consent,
    suggests_refusal,
    words_of,
)
from connectors._lead_files_open import LeadFile
from connectors._lead_files_settings import Columns
from connectors._lead_files_times import ISO
from connectors._tick_boxes import TO_BE_FILLED_IN
from connectors._tracking import is_tracking
from connectors.base import ColumnGuess, Proposal

_ROWS_LOOKED_AT = 5_000
_MOST_ANSWERS_OF_A_BOX = 4
_LONGEST_ANSWER_OF_A_BOX = 20
_TIMES = ("", " %H:%M", " %H:%M:%S", ", %H:%M", ", %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_DAYS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d", "%d{0}%m{0}%y", "%m{0}%d{0}%y")
_PATTERNS = [day.format(mark) + at for day, mark, at in product(_DAYS, "/.-", _TIMES)]
_HEAD = """\
# A proposal, guessed from the headings. Check every line: nothing was taken in, and nothing of this
# is used until it stands in config.toml. Each … must be replaced (or its line taken out) before the
# configuration loads. If the source stands there already, add what it lacks.
"""


def proposal(file: LeadFile, form: str) -> Proposal:
    """Return what the columns of a file could be, and a configuration to be completed."""
    measured = {column for column in file.columns if is_tracking(column)}
    fields = suggested_fields([column for column in file.columns if column not in measured])
    maybe = [
        c for c in file.columns if c not in fields and c not in measured and suggests_consent(c)
    ]
    time_column = next(
        (column for column, field in fields.items() if field == "submitted_at"), None
    )
    cells, answered = _looked_at(file, time_column, maybe)
    boxes = [column for column in maybe if _could_be_a_box(answered[column])]
    guesses = [
        ColumnGuess(
            column,
            fields.get(column)
            or ("tick_boxes" if column in boxes else "origin" if column in measured else None),
        )
        for column in file.columns
    ]
    lines = [_HEAD, *_source_lines(form, time_column, cells)]
    lines += ["", "[sources.columns]", *_column_lines(fields)]
    lines += [
        line
        for column in file.columns
        if column not in fields and suggests_refusal(column)
        for line in _refusal_lines(column)
    ]
    for number, column in enumerate(boxes, start=1):
        lines += _box_lines(column, f"{words_of(column).replace(' ', '_')[:40]}_{number}")
    return Proposal(file.format, guesses, "\n".join(lines) + "\n")


def _looked_at(
    file: LeadFile, time_column: str | None, boxes: Sequence[str]
) -> tuple[set[str], dict[str, set[str]]]:
    """Return the times of the first rows, and the distinct answers of what may be boxes."""
    cells: set[str] = set()
    answered: dict[str, set[str]] = {column: set() for column in boxes}
    for row in islice(file.rows(), _ROWS_LOOKED_AT):
        cells.update(text.strip() for text in row.get(time_column or "", ()) if text.strip())
        for column, seen in answered.items():
            if len(seen) <= _MOST_ANSWERS_OF_A_BOX:
                seen.update(text.strip().casefold() for text in row.get(column, ()))
    return cells, answered


def _could_be_a_box(answers: set[str]) -> bool:
    is_short = all(len(answer) <= _LONGEST_ANSWER_OF_A_BOX for answer in answers)
    return is_short and len(answers) <= _MOST_ANSWERS_OF_A_BOX


def settled_format(cells: set[str]) -> str | None:
    """Return the one format that all times have, None where there is none, or more than one."""
    if not cells:
        return None
    if all(_is_iso(cell) for cell in cells):
        return ISO
    fitting = [pattern for pattern in _PATTERNS if all(_fits(cell, pattern) for cell in cells)]
    return fitting[0] if len(fitting) == 1 else None


def _is_iso(cell: str) -> bool:
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return cell[4:5] == "-"


def _fits(cell: str, pattern: str) -> bool:
    try:
        datetime.strptime(cell, pattern)  # noqa: DTZ007 - looked at, not kept
    except ValueError:
        return False
    return True


def _has_offset(cell: str) -> bool:
    return datetime.fromisoformat(cell).tzinfo is not None


def _source_lines(form: str, time_column: str | None, cells: set[str]) -> Iterator[str]:
    yield "[[sources]]"
    yield f"id = {_toml(form.lower())}"
    yield 'kind = "lead_files"'
    yield "# Whose leads these are: the id of one of [[controllers]]."
    yield f"controller = {_toml(TO_BE_FILLED_IN)}"
    yield "# The name under which these leads are kept."
    yield f"form = {_toml(form)}"
    yield "# The language of the form; without it no consent can be proven."
    yield f"language = {_toml(TO_BE_FILLED_IN)}"
    yield "# The privacy policy that the form linked to."
    yield f"privacy_url = {_toml(TO_BE_FILLED_IN)}"
    if time_column is None:
        yield "# No heading says when people signed up. Map columns.submitted_at, or give the first"
        yield '# day: collected_on = 2026-03-01. Whose days and clocks these are: "Europe/London".'
        yield f"time_zone = {_toml(TO_BE_FILLED_IN)}"
        return
    settled = settled_format(cells)
    if settled is None:
        yield "# The dates of the file do not settle what they mean: choose the format, such as"
        yield '# "%d/%m/%Y %H:%M" (day first) or "%m/%d/%Y %H:%M" (month first).'
    yield f"date_format = {_toml(settled or TO_BE_FILLED_IN)}"
    if settled != ISO or not all(_has_offset(cell) for cell in cells):
        yield '# Whose clock it was: "Europe/London".'
        yield f"time_zone = {_toml(TO_BE_FILLED_IN)}"


def _column_lines(fields: Mapping[str, str]) -> Iterator[str]:
    for field in Columns.model_fields:
        headings = [column for column, guessed in fields.items() if guessed == field]
        if len(headings) > 1 and field in MANY:
            yield f"{field} = [{', '.join(map(_toml, headings))}]"
        elif headings:
            yield f"{field} = {_toml(headings[0])}"
    if not MANY & set(fields.values()):
        yield "# No heading names an address or a number: say which column has it."
        yield f"email = {_toml(TO_BE_FILLED_IN)}"


def _refusal_lines(column: str) -> Iterator[str]:
    yield f"# {_toml(column)}"
    yield "# seems to tell who opted out, so it is no tick box, and never a yes. Put these people"
    yield "# into a list of their own, and hand it to `leadledger optout --file`."


def _box_lines(column: str, key: str) -> Iterator[str]:
    yield from ("", "[[sources.tick_boxes]]", f"key = {_toml(key)}", f"column = {_toml(column)}")
    yield "# The exact words that stood beside the box, letter by letter."
    yield f"wording = {_toml(TO_BE_FILLED_IN)}"
    yield '# The cells that mean ticked, and not ticked ("" is an empty cell).'
    yield 'yes = ["yes"]'
    yield 'no = ["no"]'
    yield from ("", "[[sources.boxes]]", f"key = {_toml(key)}")
    yield '# What these words allow, such as "direct_marketing", and by which channels: "email".'
    yield f"purpose = {_toml(TO_BE_FILLED_IN)}"
    yield f"channels = [{_toml(TO_BE_FILLED_IN)}]"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
