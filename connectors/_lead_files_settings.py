"""The settings of a source whose leads come in files of anybody's making."""

import codecs
from collections.abc import Iterator
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from connectors._described_form import DescribedForm
from connectors._lead_files_times import ISO, mistake_in, needs_a_zone
from connectors._tick_boxes import (
    Heading,
    Headings,
    TickBox,
    as_compared,
    each_of,
    refuse_tracking,
    twice_in,
)
from connectors.base import SourceSettings


class Columns(SourceSettings):
    """Which column holds what. A heading, or a list of headings where several columns may."""

    id: Heading | None = Field(
        None, description="The number that the file gives each lead; without it one is made."
    )
    submitted_at: Heading | None = Field(None, description="When the person sent the form.")
    full_name: Heading | None = Field(None, description="The whole name.")
    first_name: Heading | None = Field(None, description="The first name.")
    last_name: Heading | None = Field(None, description="The family name.")
    email: Headings = Field((), description="The e-mail address; several columns as a list.")
    phone: Headings = Field((), description="The telephone number; several columns as a list.")
    company: Heading | None = Field(None, description="The firm.")
    job_title: Heading | None = Field(None, description="What the person does there.")

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield each field with a heading that it has."""
        for field in type(self).model_fields:
            for heading in each_of(getattr(self, field)):
                yield field, heading

    @model_validator(mode="after")
    def _names_a_contact(self) -> Self:
        if not (self.email or self.phone):
            raise ValueError("name the column of `email` or `phone`: nobody could be reached")
        return self


class TickColumn(TickBox):
    """A column that says whether a box was ticked, and the words that the person saw."""

    column: Heading = Field(description="The heading of its column.")

    @model_validator(mode="after")
    def _is_a_box(self) -> Self:
        refuse_tracking(self.column, "column")
        return self


_COLUMNS = Columns(
    submitted_at="Signed up at", full_name="Name", email="E-mail", phone="Phone", company="Company"
)
_TICK_BOX = TickColumn(
    key="email_updates",
    column="Newsletter",
    wording="Yes, send me news by e-mail.",
    yes=("yes",),
    no=("no", ""),
)


class LeadFilesSettings(DescribedForm):
    """How the files of one form are read."""

    date_format: str | tuple[str, ...] = Field(
        ISO,
        description='How the file writes times: "iso", or as "%d/%m/%Y %H:%M"; several as a list.',
        examples=["%d/%m/%Y %H:%M"],
    )
    time_zone: str | None = Field(
        None,
        description="Whose clock it was, where times have no offset of their own (IANA name).",
        examples=["Europe/London"],
    )
    collected_on: date | None = Field(
        None,
        description="The first day on which people signed up, where no column says when.",
    )
    national_numbers: bool = Field(
        False,
        description="Whether telephone numbers without a country are of this source's `region`.",
    )
    ignore: tuple[Heading, ...] = Field(
        (),
        description="Columns that are not taken in at all. Any other that is not mapped below is"
        " kept as an answer.",
    )
    encoding: str | None = Field(
        None, description='The encoding of a text file that is neither UTF-8 nor UTF-16: "cp1252".'
    )
    delimiter: str | None = Field(
        None,
        min_length=1,
        max_length=1,
        description="What stands between the cells of a text file, if it is not recognised.",
    )
    sheet: str | None = Field(None, description="The sheet of a workbook that has several.")
    columns: Columns | None = Field(
        None,
        description="Which column holds what; `leadledger import FILE --dry-run` proposes it.",
        examples=[_COLUMNS],
    )
    tick_boxes: tuple[TickColumn, ...] = Field(
        (),
        description="The columns that say what was ticked: repeat [[sources.tick_boxes]] for each.",
        examples=[(_TICK_BOX,)],
    )

    @property
    def date_formats(self) -> tuple[str, ...]:
        """Return the formats of times, in the order given."""
        return each_of(self.date_format)

    @property
    def zone(self) -> ZoneInfo | None:
        """Return the source's time zone."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    @field_validator("date_format")
    @classmethod
    def _can_be_read(cls, formats: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for each in each_of(formats):
            if each != ISO and (mistake := mistake_in(each)):
                raise ValueError(f'{each!r} {mistake}; write one such as "%d/%m/%Y %H:%M"')
        if not formats:
            raise ValueError('name a format, or "iso"')
        return formats

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str | None) -> str | None:
        try:
            return name and ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            raise ValueError("is no time zone; write one such as Europe/London") from None

    @field_validator("encoding")
    @classmethod
    def _is_an_encoding(cls, name: str | None) -> str | None:
        try:
            is_text = name is None or not isinstance("".encode(name), str)
        except (LookupError, UnicodeError):
            is_text = False
        if not is_text:
            raise ValueError("is no encoding; write one such as cp1252")
        return name and codecs.lookup(name).name

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        zoneless = [each for each in self.date_formats if each != ISO and needs_a_zone(each)]
        if self.time_zone is None and (zoneless or self.collected_on):
            raise ValueError("set `time_zone`: these times name no offset, so whose clock was it?")
        if self.columns and self.columns.submitted_at and self.collected_on:
            raise ValueError("give either `columns.submitted_at` or `collected_on`, not both")
        if self.columns is None and self.tick_boxes:
            raise ValueError("`tick_boxes` are read with the `columns` only: map those too")
        keys = [box.key for box in self.tick_boxes]
        if twice := twice_in(keys):
            raise ValueError(f"the tick box {twice!r} stands twice: give each a key of its own")
        fields = [heading for _, heading in self.columns.named()] if self.columns else []
        used = [*fields, *{as_compared(box.column) for box in self.tick_boxes}, *self.ignore]
        if twice := twice_in(as_compared(heading) for heading in used):
            raise ValueError(f"column {twice!r} is mapped twice: a column is one thing")
        return self
