"""The settings of a source whose leads come in files of anybody's making."""

import codecs
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from connectors._lead_files_times import ISO, mistake_in, needs_a_zone
from connectors._lead_files_tracking import is_tracking
from connectors.base import SourceSettings

TO_BE_FILLED_IN = "…"


def as_compared(heading: str) -> str:
    """Return a heading as it is compared: case and white space make no difference."""
    return " ".join(heading.casefold().split())


Heading = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Headings = Heading | tuple[Heading, ...]


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
            for heading in _each(getattr(self, field)):
                yield field, heading

    @model_validator(mode="after")
    def _names_a_contact(self) -> Self:
        if not (self.email or self.phone):
            raise ValueError("name the column of `email` or `phone`: nobody could be reached")
        return self


def _each(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _is_written_out(wording: str) -> str:
    if not wording.strip(f" .\t\n{TO_BE_FILLED_IN}"):
        raise ValueError("write down the exact words that stood beside the box")
    return wording


class TickBox(SourceSettings):
    """A column that says whether a box was ticked, and the words that the person saw."""

    key: str = Field(min_length=1, description="Its key; [[sources.boxes]] says what it means.")
    column: Heading = Field(description="The heading of its column.")
    wording: Annotated[str, AfterValidator(_is_written_out)] = Field(
        description="The exact words beside the box, letter by letter."
    )
    yes: tuple[str, ...] = Field(
        min_length=1, description="The cells that mean ticked; case makes no difference."
    )
    no: tuple[str, ...] = Field(
        (), description='The cells that mean not ticked; "" is an empty cell. Others are unclear.'
    )
    is_required: bool = Field(
        False, description="Whether the form could not be sent without the tick."
    )
    is_pre_ticked: bool = Field(False, description="Whether the box was ticked beforehand.")

    @field_validator("yes", "no")
    @classmethod
    def _as_compared(cls, cells: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(as_compared(cell) for cell in cells)

    @model_validator(mode="after")
    def _is_a_box(self) -> Self:
        if "" in self.yes:
            raise ValueError("an empty cell is nobody's yes: take it out of `yes`")
        if both := set(self.yes) & set(self.no):
            raise ValueError(f"`yes` and `no` share {', '.join(sorted(both))}: keep each in one")
        if is_tracking(self.column):
            raise ValueError(
                f"column {self.column!r} holds a choice about cookies or advertising, which is no"
                " consent to be written to. Cure: take this box out; the choice is kept as what"
                " it is"
            )
        return self


_COLUMNS = Columns(
    submitted_at="Signed up at", full_name="Name", email="E-mail", phone="Phone", company="Company"
)
_TICK_BOX = TickBox(
    key="email_updates",
    column="Newsletter",
    wording="Yes, send me news by e-mail.",
    yes=("yes",),
    no=("no", ""),
)


class LeadFilesSettings(SourceSettings):
    """How the files of one form are read."""

    form: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        description="A short name of the form, under which its leads are kept for ever.",
        examples=["spring-fair-2026"],
    )
    form_name: str | None = Field(None, description="The name that people know the form by.")
    language: str | None = Field(
        None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language of the form (BCP 47); without it no consent can be proven.",
        examples=["en-GB"],
    )
    privacy_url: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="The privacy policy that the form linked to.",
        examples=["https://my-agency.example/privacy"],
    )
    title: str | None = Field(None, description="The heading that stood above the boxes, if any.")
    body: str | None = Field(None, description="The text that stood with them, if any.")
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
    tick_boxes: tuple[TickBox, ...] = Field(
        (),
        description="The columns that say what was ticked: repeat [[sources.tick_boxes]] for each.",
        examples=[(_TICK_BOX,)],
    )

    @property
    def date_formats(self) -> tuple[str, ...]:
        """Return the formats of times, in the order given."""
        return _each(self.date_format)

    @property
    def zone(self) -> ZoneInfo | None:
        """Return the source's time zone."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    @field_validator("date_format")
    @classmethod
    def _can_be_read(cls, formats: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for each in _each(formats):
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
        if twice := _twice(keys):
            raise ValueError(f"the tick box {twice!r} stands twice: give each a key of its own")
        fields = [heading for _, heading in self.columns.named()] if self.columns else []
        used = [*fields, *{as_compared(box.column) for box in self.tick_boxes}, *self.ignore]
        if twice := _twice(as_compared(heading) for heading in used):
            raise ValueError(f"column {twice!r} is mapped twice: a column is one thing")
        return self


def _twice(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
