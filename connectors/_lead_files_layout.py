"""Which column of a file is what, by the settings of its source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors._lead_files_settings import LeadFilesSettings, TickColumn
from connectors._tick_boxes import as_compared
from connectors._tracking import click_id_name, is_tracking

_LAYOUTS_AT_MOST = 256


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of some rows, sorted by what they are.

    `fields` has the columns of each field that was found, `boxes` each tick box with its column
    (None where the rows have none), `clicks` and `tags` what belongs to the measuring of the visit.
    """

    fields: Mapping[str, Sequence[str]]
    boxes: Sequence[tuple[TickColumn, str | None]]
    clicks: Sequence[tuple[str, str]]
    tags: Sequence[str]
    answers: Sequence[str]


class Layouts:
    """Sorts the columns of rows; those that have been sorted once are remembered."""

    def __init__(self, settings: LeadFilesSettings) -> None:
        """Take the mapping of a source."""
        self._settings = settings
        self._known: dict[tuple[str, ...], Layout] = {}

    def layout(self, columns: Sequence[str]) -> Layout:
        """Return what the columns of a row are."""
        asked = tuple(columns)
        found = self._known.get(asked)
        if found is None:
            if len(self._known) >= _LAYOUTS_AT_MOST:
                self._known.clear()  # items of JSON may have any number of shapes
            found = self._known[asked] = _layout(asked, self._settings)
        return found


def _layout(columns: Sequence[str], settings: LeadFilesSettings) -> Layout:
    fields: dict[str, list[str]] = {}
    for field, heading in mapped(settings):
        column = found(heading, columns)
        if column is not None:
            fields.setdefault(field, []).append(column)
    boxes = [(box, found(box.column, columns)) for box in settings.tick_boxes]
    used = {column for own in fields.values() for column in own}
    used |= {column for _, column in boxes if column is not None}
    used |= ignored(columns, settings)
    rest = [column for column in columns if column not in used]
    measured = [column for column in rest if is_tracking(column)]
    clicks = [(column, name) for column in measured if (name := click_id_name(column))]
    tags = [column for column in measured if click_id_name(column) is None]
    return Layout(fields, boxes, clicks, tags, [c for c in rest if c not in measured])


def mapped(settings: LeadFilesSettings) -> Iterator[tuple[str, str]]:
    """Yield each field with a heading that the settings give it."""
    if settings.columns is not None:
        yield from settings.columns.named()


def found(heading: str, columns: Sequence[str]) -> str | None:
    """Return the column that a heading names: letter by letter, else the only one alike."""
    if heading in columns:
        return heading
    compared = as_compared(heading)
    alike = [column for column in columns if as_compared(column) == compared]
    return alike[0] if len(alike) == 1 else None


def ignored(columns: Sequence[str], settings: LeadFilesSettings) -> frozenset[str]:
    """Return the columns that the settings leave out."""
    return frozenset(filter(None, (found(heading, columns) for heading in settings.ignore)))


def missing(columns: Sequence[str], settings: LeadFilesSettings) -> list[str]:
    """Return the headings of the settings that a file does not have, or has more than once.

    Those to be ignored count too: what was misspelt there would be taken in.
    """
    headings = [heading for _, heading in mapped(settings)]
    headings += [*(box.column for box in settings.tick_boxes), *settings.ignore]
    return [
        heading
        for heading in dict.fromkeys(headings)
        if (column := found(heading, columns)) is None or stands_twice(column, columns)
    ]


def stands_twice(column: str, columns: Sequence[str]) -> bool:
    """Say whether a heading was met again (and got a number): which of them counts?"""
    return any(each == f"{column} ({place})" for place, each in enumerate(columns, start=1))


def uses(columns: Sequence[str], settings: LeadFilesSettings) -> Iterator[tuple[str, str]]:
    """Yield each column with what the settings make of it: a field, a box, an answer or nothing."""
    layout = _layout(columns, settings)
    known = {column: field for field, own in layout.fields.items() for column in own}
    for box, column in layout.boxes:
        if column is not None:
            known[column] = (
                f"{known[column]}, {box.key}" if column in known else f"tick box {box.key}"
            )
    known |= dict.fromkeys(ignored(columns, settings), "ignored")
    known |= {column: "origin" for column, _ in layout.clicks}
    known |= dict.fromkeys(layout.tags, "origin")
    for column in columns:
        yield column, known.get(column, "answer")
