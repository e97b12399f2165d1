"""Read one row or item of a file of leads into a submission. Pure: all it needs is handed in."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson

from connectors import _lead_files_problems as problems
from connectors._file_rows import SURPLUS, cells_of
from connectors._lead_files_items import flattened
from connectors._lead_files_layout import Layout, Layouts
from connectors._lead_files_open import JSON_MEDIA_TYPE, ROW_MEDIA_TYPE
from connectors._lead_files_settings import LeadFilesSettings
from connectors._lead_files_times import IS_A_DAY, Clock, Moment, NoMoment, start_of
from connectors._lead_files_values import (
    id_made_of,
    is_rounded,
    phone_of,
    without_fraction,
)
from connectors._tick_boxes import ANOTHER_ANSWER, answer_to
from connectors._tracking import LONGEST_EVIDENCE, looks_like_a_click_id
from connectors._values import id_from, without_blanks
from connectors.base import Contact, Delivery, Problem, ProblemCode, Submission
from policy.vocabulary import Notice

Row = Mapping[str, Sequence[str]]
"""The values of a row by column; a table has one in each, an item of JSON any number."""


class Reader:
    """Reads the rows of one source."""

    def __init__(self, settings: LeadFilesSettings, notice: Notice | None) -> None:
        """Take the settings, and the wording that they describe."""
        self._settings = settings
        self._notice = notice
        self._layouts = Layouts(settings)
        zone = settings.zone
        self._clock = Clock(settings.date_formats, zone)
        day = settings.collected_on
        self._collected = Moment(start_of(day, zone), (IS_A_DAY,)) if day and zone else None

    def read(self, delivery: Delivery) -> Submission | Problem:
        """Read one delivery. Bad data becomes a `Problem`."""
        row = self._row(delivery)
        if isinstance(row, Problem):
            return row
        layout = self._layouts.layout(tuple(row))
        given_id = self._given_id(row, layout)
        if isinstance(given_id, Problem):
            return given_id
        moment = self._moment(_first(row, layout, "submitted_at"), delivery.received_at)
        if isinstance(moment, NoMoment):
            return Problem(moment.code, moment.detail, given_id)
        contact = self._contact(row, layout)
        if contact is None:
            return problems.uncertain_phone(given_id)
        external_id = given_id or id_made_of(self._settings.form, moment.at, contact)
        if external_id is None:
            return problems.nobody()
        return self._submission(delivery, row, layout, contact, (external_id, moment))

    def _given_id(self, row: Row, layout: Layout) -> str | Problem | None:
        """Return the id that the file gives a row; None where its files have none."""
        columns = self._settings.columns
        if columns is None:
            return problems.not_described()
        if columns.id is None:
            return None
        given = _first(row, layout, "id")
        if not given:
            return problems.without_id()
        return problems.rounded_id() if is_rounded(given) else id_from(without_fraction(given))

    def _submission(
        self,
        delivery: Delivery,
        row: Row,
        layout: Layout,
        contact: Contact,
        known: tuple[str, Moment],
    ) -> Submission:
        external_id, moment = known
        origin, remarks = _origin(row, layout)
        remarks += moment.remarks
        if not (contact.emails or contact.phones):
            remarks.append("no_contact")
        boxes = tuple(answer_to(box, row.get(column or "", ())) for box, column in layout.boxes)
        # what is neither yes nor no could be anything: it stands where answers are screened
        unclear = [
            column
            for answer, (_, column) in zip(boxes, layout.boxes, strict=True)
            if column is not None and answer.raw == ANOTHER_ANSWER
        ]
        return Submission(
            external_id=external_id,
            submitted_at=moment.at,
            form_id=self._settings.form,
            contact=contact,
            answers={column: _answers(row[column]) for column in (*layout.answers, *unclear)},
            boxes=boxes if self._settings.tick_boxes else None,
            is_test=False,
            origin=origin,
            notice=delivery.notice or self._notice,
            remarks=tuple(remarks),
        )

    def _row(self, delivery: Delivery) -> Row | Problem:
        if delivery.media_type == JSON_MEDIA_TYPE:
            return _item(delivery)
        if delivery.media_type != ROW_MEDIA_TYPE:
            detail = "The record is neither a row nor an item of such a file. Import it elsewhere."
            return Problem(ProblemCode.NOT_JSON, detail, delivery.external_id)
        cells = cells_of(delivery)
        if isinstance(cells, Problem) and cells.code is ProblemCode.ENCODING:
            cells = _decoded(delivery, self._settings.encoding) or Problem(
                ProblemCode.ENCODING,
                "The row has bytes that are no text in the file's encoding. Set `encoding` of the "
                "source to the one that the file has.",
                cells.external_id,
            )
        if isinstance(cells, Problem):
            return cells
        return {column: (cell,) for column, cell in cells.items()}

    def _moment(self, text: str, received_at: datetime) -> Moment | NoMoment:
        if self._collected is not None:
            return self._collected
        if not text:
            detail = (
                "The row does not say when the person sent the form. Mend the row, or map the "
                "column that says it."
            )
            return NoMoment(ProblemCode.TIME_MISSING, detail)
        return self._clock.moment(text, received_at)

    def _contact(self, row: Row, layout: Layout) -> Contact | None:
        """Return who wrote; None where a number could be of any country."""
        phones: list[str] = []
        for given in _all(row, layout, "phone"):
            number, is_certain = phone_of(given)
            if not is_certain and (is_rounded(number) or not self._settings.national_numbers):
                return None
            phones.append(number)
        names = {
            field: _first(row, layout, field) or None
            for field in ("full_name", "first_name", "last_name", "company", "job_title")
        }
        return Contact(
            emails=without_blanks(_all(row, layout, "email")),
            phones=without_blanks(phones),
            **names,
        )


def _item(delivery: Delivery) -> Row | Problem:
    try:
        value = orjson.loads(delivery.payload)
    except orjson.JSONDecodeError:
        return _no_json(delivery)
    if isinstance(value, dict):
        return flattened(value)
    detail = "A lead is a JSON object, but this is another kind of value. Mend the file."
    return Problem(ProblemCode.NOT_AN_OBJECT, detail, delivery.external_id)


def _no_json(delivery: Delivery) -> Problem:
    try:
        delivery.payload.decode()
    except UnicodeDecodeError:
        detail = "The item's bytes are not UTF-8. Save the file as UTF-8 and import it again."
        return Problem(ProblemCode.ENCODING, detail, delivery.external_id)
    detail = "The item is not whole JSON. Mend the file and import it again."
    return Problem(ProblemCode.NOT_JSON, detail, delivery.external_id)


def _decoded(delivery: Delivery, encoding: str | None) -> dict[str, str] | None:
    """Return the cells of a row whose bytes the encoding that was named since makes texts of."""
    row = orjson.loads(delivery.payload)
    if encoding is None or SURPLUS in row:
        return None
    cells: dict[str, str] = {}
    for column, cell in row.items():
        try:
            if isinstance(cell, dict):
                kept = base64.b64decode(cell["base64"], validate=True).decode(
                    "utf-8", "surrogatepass"
                )
                cells[column] = kept.encode("utf-8", "surrogateescape").decode(encoding)
            elif isinstance(cell, str):
                cells[column] = cell
            else:
                return None
        except (KeyError, TypeError, UnicodeError, binascii.Error):
            return None
    return cells


def _all(row: Row, layout: Layout, field: str) -> list[str]:
    return [value.strip() for column in layout.fields.get(field, ()) for value in row[column]]


def _first(row: Row, layout: Layout, field: str) -> str:
    return next(filter(None, _all(row, layout, field)), "")


def _answers(values: Sequence[str]) -> list[str]:
    return [value for value in values if value and not value.isspace()]


def _origin(row: Row, layout: Layout) -> tuple[dict[str, str | bool], list[str]]:
    """Return clicks, tags and choices about cookies under their own names, and what was odd."""
    origin: dict[str, str | bool] = {}
    remarks: list[str] = []
    for column in layout.tags:
        text = " | ".join(row[column]).strip()
        if text:
            origin[column] = text[:LONGEST_EVIDENCE]
    for column, name in layout.clicks:
        text = " | ".join(row[column]).strip()
        if text and looks_like_a_click_id(text):
            origin[name] = text
        elif text:
            remarks.append("click_id_unreadable")
    return origin, remarks
