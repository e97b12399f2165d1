"""Leads from any file: a table (CSV, TSV, XLSX) or JSON that the operator describes.

What a column means, which words stood beside a tick box, how dates are written: the configuration
says it, and nothing is guessed. What stays unclear is set aside row by row.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from connectors._described_form import notice_of
from connectors._lead_files_layout import found, ignored, mapped, missing, stands_twice, uses
from connectors._lead_files_open import LeadFile, Way, open_lead_file
from connectors._lead_files_propose import proposal
from connectors._lead_files_read import Reader
from connectors._lead_files_settings import LeadFilesSettings
from connectors._lead_files_values import ID_FIELDS
from connectors.base import (
    ColumnGuess,
    ConnectorIO,
    Delivery,
    Problem,
    Proposal,
    Source,
    Submission,
)
from policy.errors import UsageError

_NAMED_AT_MOST = 40


class LeadFiles:
    """The files of one form."""

    def __init__(self, settings: LeadFilesSettings, io: ConnectorIO) -> None:
        self._settings = settings
        self._io = io
        self._notice = notice_of(settings, settings.tick_boxes)
        self._reader = Reader(settings, self._notice)

    def read(self, delivery: Delivery, /) -> Sequence[Submission | Problem]:
        """Read a row or item as the settings describe it. Never raises on bad data."""
        return (self._reader.read(delivery),)

    def open_file(self, path: Path, /) -> Iterable[Delivery]:
        """Yield each row or item of a file as a delivery, streaming, in file order.

        Columns that the settings ignore are left out of what is delivered.

        Raises:
            UsageError: the columns are not described, the file lacks one of them, nothing says when
                people signed up, or the file is in no known format.
        """
        settings = self._settings
        if settings.columns is None:
            raise UsageError(
                "Nothing says what the columns of this source's files are. Cure: `leadledger "
                f"import {path.name} --dry-run` proposes it for config.toml."
            )
        if settings.columns.submitted_at is None and settings.collected_on is None:
            raise UsageError(
                "Nothing says when these people signed up, and 24 months count from then. Cure: "
                "map columns.submitted_at, or set collected_on to the first day."
            )
        file = self._opened(path)
        self._require_columns(file, path)
        return self._deliveries(file, self._io.now())

    def propose(self, path: Path, /) -> Proposal:
        """Say what the columns of a file are, or what they could be where nothing is described.

        Where the settings describe the columns, each is named with what becomes of it, and there is
        no configuration to propose.

        Raises:
            UsageError: the file is in no known format, or cannot be opened.
        """
        file = self._opened(path)
        if self._settings.columns is None:
            return proposal(file, self._settings.form)
        known = [ColumnGuess(*each) for each in uses(file.columns, self._settings)]
        return Proposal(file.format, known, "")

    def id_recipe(self) -> str:
        """Return what the ids of rows are made of: the column of ids, or how many of each field."""
        columns = self._settings.columns
        if columns is None:
            return ""
        if columns.id is not None:
            return "id"
        mapped_fields = Counter(field for field, _ in columns.named())
        parts = [f"{field} {mapped_fields[field]}" for field in ID_FIELDS if mapped_fields[field]]
        return ", ".join(["form", "moment", *parts])

    def _opened(self, path: Path) -> LeadFile:
        settings = self._settings
        headings = [heading for _, heading in mapped(settings)]
        headings += [box.column for box in settings.tick_boxes]
        known = frozenset(heading.casefold() for heading in headings)
        return open_lead_file(
            path, Way(settings.encoding, settings.delimiter, settings.sheet, known)
        )

    def _require_columns(self, file: LeadFile, path: Path) -> None:
        lacking = missing(file.columns, self._settings)
        headings = [heading for _, heading in mapped(self._settings)]
        if not file.is_whole and any(found(heading, file.columns) for heading in headings):
            # items of JSON leave out what is empty: each item says for itself what it lacks
            return
        if not lacking:
            return
        twice = [each for each in lacking if (column := found(each, file.columns)) is not None
                 and stands_twice(column, file.columns)]  # fmt: skip
        if twice:
            raise UsageError(
                f"{path.name} has the column {_listed(twice)} twice, so it is not clear which "
                "counts. Cure: rename one of them in the file."
            )
        raise UsageError(
            f"{path.name} has no column {_listed(lacking)}; it has {_listed(file.columns)}. Cure: "
            "write the heading in config.toml as the file has it, or choose another file. If "
            "letters look wrong, set `encoding` or `delimiter`."
        )

    def _deliveries(self, file: LeadFile, received_at: datetime) -> Iterator[Delivery]:
        # the names of JSON may come up in later items first, so they are taken as written, too
        left_out = ignored(file.columns, self._settings) | frozenset(self._settings.ignore)
        for record in file.records(left_out):
            yield Delivery(
                external_id=None,
                payload=record.payload,
                media_type=record.media_type,
                received_at=received_at,
                notice=self._notice,
                position=record.position,
            )


def _listed(headings: Sequence[str]) -> str:
    shown = ", ".join(repr(heading) for heading in headings[:_NAMED_AT_MOST])
    more = len(headings) - _NAMED_AT_MOST
    return f"{shown} and {more} more" if more > 0 else shown


source = Source(name="lead_files", settings=LeadFilesSettings, build=LeadFiles)
