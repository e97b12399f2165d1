"""Tell the columns of a Google webhook apart: standard questions, and the advertiser's own.

Google says that each has a `column_id`. Test deliveries and programs that pass webhooks on leave it
out, or the `column_name`; either does.

Source: developers.google.com, google-ads/webhook/docs/implementation (`user_column_data`).
"""

from typing import NamedTuple

from connectors._google_columns import type_of_id, type_of_name
from connectors._google_questions import OptInQuestion, OptIns
from connectors._values import json_of, whole

WITHOUT_NAME = "column_without_name"
TEXT_DAMAGED = "text_damaged"


class Columns(NamedTuple):
    """Answers to standard questions by field type, and to the others with what they may be."""

    fields: list[tuple[str, str]]
    questions: list[tuple[OptInQuestion | None, str, str]]
    values: list[str]
    remarks: list[str]

    def __repr__(self) -> str:
        """Say what was odd; the rest is somebody's data."""
        return f"Columns({', '.join(self.remarks)})"


def columns_of(given: object, opt_ins: OptIns) -> Columns | None:
    """Return the columns of a body; no columns at all is allowed. None if they are in no shape.

    The id decides what a column is, then the name. A question that is neither a standard one nor an
    opt-in is kept under its name, or failing that under its id.
    """
    columns = Columns([], [], [], [])
    if given is None:
        return columns
    if not isinstance(given, list):
        return None
    for number, entry in enumerate(given, start=1):
        if not isinstance(entry, dict):
            return None
        column_id = _value(entry.get("column_id"))
        name = _value(entry.get("column_name"))
        value = _value(entry.get("string_value"))
        if "\ufffd" in value:
            columns.remarks.append(TEXT_DAMAGED)
        columns.values.append(value)
        _sort_in(columns, (column_id, name, value), number, opt_ins)
    return columns


def _sort_in(columns: Columns, column: tuple[str, str, str], number: int, opt_ins: OptIns) -> None:
    column_id, name, value = column
    field_type = type_of_id(column_id)
    question = None if field_type else opt_ins.named(column_id, name)
    if field_type is None and question is None:
        field_type = type_of_name(column_id) or type_of_name(name)
    if field_type is not None:
        columns.fields.append((field_type, value))
        return
    called = name if name.strip() else column_id
    if not called.strip():
        columns.remarks.append(WITHOUT_NAME)
        called = f"column {number}"
    columns.questions.append((question, called, value))


def _value(given: object) -> str:
    """Return a value as text, as given; what is no text, as JSON."""
    if isinstance(given, str):
        return whole(given)
    if given is None:
        return ""
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    return json_of(given)
