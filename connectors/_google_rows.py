"""Read one row of a file that somebody downloaded from Google Ads.

Google documents no heading of these files: columns are told by the names in `_google_columns` and
here, and every other column is a question of the advertiser's own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors._file_rows import cells_of
from connectors._google_columns import heading_of, type_of_name
from connectors._google_field_types import NATIONAL_IDS
from connectors._google_fields import FieldsRead, read_fields
from connectors._google_ids import external_id_of, id_of_test, is_test, row_id_of
from connectors._google_notice import Boxed, shown_of
from connectors._google_questions import OptInQuestion, OptIns
from connectors._values import id_of
from connectors._wall_time import DateOrder, WallTime, wall_time_of
from connectors.base import Delivery, Marks, Problem, ProblemCode, Submission

ROW_MEDIA_TYPE = "application/vnd.leadledger.google-row+json"
"""A JSON object: column name to the text of its cell, as `row_payload` writes it."""

TIME_HEADING = "Submission time"
"""The heading that errors name for the time; others are understood as well."""

_TIME_HEADINGS = (
    "submission time",
    "lead submission time",
    "lead submit time",
    "submit time",
    "time submitted",
    "submission date time",
    "submission date/time",
    "submission timestamp",
    "submitted at",
    "submitted on",
    "submitted",
    "date submitted",
    "submission date",
    "lead submission date",
    "lead date",
    "lead time",
    "created at",
    "created time",
    "date created",
    "creation time",
    "timestamp",
    "date/time",
    "date and time",
    "date time",
    "date",
)
"""The headings of the time, the likeliest first."""

_TIME_OF_DAY = "time"
_FACTS = {
    "lead id": "lead_id",
    "leadid": "lead_id",
    "submission id": "lead_id",
    "google click id": "gclid",
    "google click id (gclid)": "gclid",
    "gclid": "gclid",
    "gcl id": "gclid",
    "form id": "form_id",
    "lead form id": "form_id",
    "form name": "form_name",
    "lead form": "form_name",
    "lead form name": "form_name",
    "campaign id": "campaign_id",
    "campaign": "campaign_name",
    "campaign name": "campaign_name",
    "ad group id": "ad_group_id",
    "adgroup id": "ad_group_id",
    "ad group": "ad_group_name",
    "ad group name": "ad_group_name",
    "creative id": "ad_id",
    "ad id": "ad_id",
    "asset group id": "asset_group_id",
    "asset group": "asset_group_name",
    "asset group name": "asset_group_name",
    "lead source": "lead_source",
    "lead stage": "lead_stage",
    "lead status": "lead_status",
    "is test": "is_test",
    "test lead": "is_test",
    "api version": "api_version",
    _TIME_OF_DAY: _TIME_OF_DAY,
}
_NO_ORIGIN = frozenset({"lead_id", "form_id", "is_test", "api_version", _TIME_OF_DAY})
_IDS = frozenset({"campaign_id", "ad_group_id", "ad_id", "asset_group_id"})
KNOWN_HEADINGS = frozenset((*_FACTS, *_TIME_HEADINGS))

_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_NUMBERED = re.compile(r" \([0-9]+\)$")


@lru_cache(maxsize=4_096)
def heading_without_number(column: str) -> str:
    """Return a column's heading without the number that tells it from one of the same name."""
    return _NUMBERED.sub("", column)


def fact_of(column: str) -> str | None:
    """Return what a column says of the submission itself (`lead_id`, `gclid`), or None."""
    return _FACTS.get(heading_of(column))


def is_time(column: str) -> bool:
    """Say whether a column holds the time of submission."""
    return heading_of(column) in _TIME_HEADINGS


def lead_id_of(cell: object) -> str | None:
    """Return the id under which the lead of a lead id cell is kept, or None if it has none."""
    text = cell.strip() if isinstance(cell, str) else ""
    return external_id_of(text) if text and not _ROUNDED.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class RowRules:
    """How the rows of a source's downloads are read.

    `zone` is whose clock times without an offset were told by, `date_order` which comes first where
    day and month are both numbers: None where nobody has said. `boxed` gives a notice the boxes
    that its opt-in questions are; the same notice, the same object.
    """

    opt_ins: OptIns
    boxed: Boxed
    zone: ZoneInfo | None = None
    date_order: DateOrder | None = None


class _Row(NamedTuple):
    facts: dict[str, str]
    times: dict[str, str]
    fields: list[tuple[str, str]]
    questions: list[tuple[OptInQuestion | None, str, str]]


def read_row(delivery: Delivery, rules: RowRules) -> Submission | Problem:
    """Read a row that `open_file` delivered. Pure, and it never raises on bad data."""
    cells = cells_of(delivery)
    if isinstance(cells, Problem):
        return cells
    row = _sorted_cells(cells, rules.opt_ins)
    given_time = _time(row)
    fields = read_fields(row.fields)
    external_id = _external_id(row, given_time, fields)
    if isinstance(external_id, Problem):
        return external_id
    if not given_time:
        return Problem(ProblemCode.TIME_MISSING, _NO_TIME, external_id)
    time = wall_time_of(given_time, rules.zone, rules.date_order)
    if isinstance(time, Problem):
        return replace(time, external_id=external_id)
    return _submission(delivery, row, fields, time, external_id, rules)


def _sorted_cells(cells: Mapping[str, str], opt_ins: OptIns) -> _Row:
    row = _Row({}, {}, [], [])
    for column, cell in cells.items():
        heading = heading_without_number(column)
        question = opt_ins.named(column) or opt_ins.named(heading)
        fact, field_type = fact_of(column), type_of_name(heading)
        if question is not None:
            row.questions.append((question, column, cell))
        elif fact is not None:
            if cell.strip():
                row.facts.setdefault(fact, cell.strip())
        elif is_time(column):
            row.times.setdefault(heading_of(column), cell.strip())
        elif field_type is None or field_type in NATIONAL_IDS:
            # under its own heading, so that masking it finds it in the row again
            row.questions.append((None, column, cell))
        else:
            row.fields.append((field_type, cell))
    return row


def _time(row: _Row) -> str:
    """Return the time as given; a day and a time of day may stand in two columns."""
    day = next((text for each in _TIME_HEADINGS if (text := row.times.get(each))), "")
    clock = row.facts.get(_TIME_OF_DAY, "")
    return f"{day} {clock}" if day and clock and ":" not in day else day


_NO_TIME = (
    f"The row has no time of submission. Download the file again with it; if the column has another"
    f' name, call it "{TIME_HEADING}".'
)


def _external_id(row: _Row, time: str, fields: FieldsRead) -> str | Problem:
    """Return the id of a row: Google's, or one made of the form, the time and the contact."""
    lead_id = row.facts.get("lead_id")
    if lead_id:
        detail = (
            "The lead id has been rounded by a spreadsheet, so it may be another lead's. Download "
            "the file again and import it unopened."
        )
        return lead_id_of(lead_id) or Problem(ProblemCode.ID_MANGLED, detail)
    contact = fields.contact
    names = [name or "" for name in (contact.full_name, contact.first_name, contact.last_name)]
    if not (contact.emails or contact.phones or any(names)):
        detail = (
            "The row has no lead id and names nobody, so it cannot be told from another. Download "
            "the file again with the lead id."
        )
        return Problem(ProblemCode.ID_MISSING, detail)
    parts = ([row.facts.get("form_id", ""), time], names, contact.emails, contact.phones)
    return row_id_of(*([" ".join(each.split()) for each in part] for part in parts))


def _submission(
    delivery: Delivery,
    row: _Row,
    fields: FieldsRead,
    time: WallTime,
    external_id: str,
    rules: RowRules,
) -> Submission:
    facts = row.facts
    lead_id, click_id = facts.get("lead_id"), facts.get("gclid")
    values = [value for _, value in row.fields] + [value for _, _, value in row.questions]
    tests = is_test(facts.get("is_test"), (lead_id, click_id), values) or delivery.listed_as_test
    custom = rules.opt_ins.read(row.questions)
    for name, own in custom.answers.items():
        fields.answers.setdefault(name, []).extend(own)
    shown = shown_of(delivery, facts.get("form_id"), custom, rules.boxed)
    origin, odd = _origin(facts)
    remarks = (*time.remarks, *odd, *fields.remarks, *custom.remarks, *shown.remarks)
    return Submission(
        external_id=id_of_test(lead_id or external_id) if tests else external_id,
        submitted_at=time.instant,
        form_id=shown.form_id,
        contact=fields.contact,
        answers=fields.answers,
        # a file without the question's column does not say what was answered
        boxes=shown.boxes if custom.boxes else None,
        is_test=tests,
        origin=origin,
        notice=shown.notice,
        remarks=tuple(dict.fromkeys(remarks)),
        # an id made of a row is no number of Google's: the same lead with its number is a copy
        marks=None if tests else Marks("file" if lead_id else "row", lead_id, click_id),
    )


def _origin(facts: Mapping[str, str]) -> tuple[dict[str, str | bool], Sequence[str]]:
    """Return campaign, ad and click as far as they stand there, and the ids that are none."""
    given = {key: cell for key, cell in facts.items() if key not in _NO_ORIGIN}
    odd = [key for key in given if key in _IDS and id_of(given[key]) is None]
    return {key: cell for key, cell in given.items() if key not in odd}, [
        f"{key}_unreadable" for key in odd if given[key] != "0"
    ]
