"""Read one row of a file that somebody downloaded from Meta.

Such files carry no column for consent, so what was ticked is never known from them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from connectors._file_rows import cells_of
from connectors._meta_fields import ANSWER, contact_of, is_test_data, kind_of_name
from connectors._values import flag_of, instant_of
from connectors.base import Delivery, Problem, ProblemCode, Submission

ROW_MEDIA_TYPE = "application/vnd.leadledger.meta-row+json"
"""A JSON object: column name to the text of its cell.

Where the row has more or fewer cells than the file has columns, the key `""` holds the list of
those without a column. A cell with bytes that are no text is an object, `{"base64": …}`.
"""

_ID_PREFIXES = {"ad_id": "ag:", "adset_id": "as:", "campaign_id": "c:"}
_TEXTS = ("platform", "ad_name", "adset_name", "campaign_name", "partner_name", "retailer_item_id")
_FILE_TEXTS = ("form_name", "lead_status")
KNOWN_COLUMNS = frozenset(
    {
        "id",
        "created_time",
        "form_id",
        "is_organic",
        # a link into Meta's inbox that names the person's conversation: no answer, no origin
        "inbox_url",
        *_ID_PREFIXES,
        *_TEXTS,
        *_FILE_TEXTS,
    }
)
_LEAD_ID = re.compile(r"l:([0-9]{1,20})")
_PHONE = re.compile(r"p:(\+?[0-9 ().\-/]*)")
_POSTCODE = re.compile(r"z:([^\W_][\w \-]{0,15})")


@lru_cache(maxsize=4_096)
def column_of(header: str) -> str:
    """Return a column's name as it is compared: `Created Time ` is `created_time`."""
    return header.strip().casefold().replace(" ", "_")


def lead_id_of(cell: object) -> str | None:
    """Return the lead id in an id cell (`l:8123456789012345`), or None.

    Without `l:` the cell has been through a spreadsheet, which rounds 17 digits to 15 and shows the
    rest as zeros: such an id may be another person's.
    """
    found = _LEAD_ID.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return found[1] if found else None


def read_row(delivery: Delivery) -> Submission | Problem:
    """Read a row that `open_file` delivered. Pure, and it never raises on bad data."""
    given = cells_of(delivery)
    if isinstance(given, Problem):
        return given
    return _read_cells(delivery, given)


def _read_cells(delivery: Delivery, row: Mapping[str, str]) -> Submission | Problem:
    known: dict[str, str] = {}
    questions: dict[str, str] = {}
    for header, cell in row.items():
        column = column_of(header)
        if column in KNOWN_COLUMNS:
            known.setdefault(column, cell.strip())
        else:
            questions[header] = cell
    external_id = lead_id_of(known.get("id"))
    if external_id is None:
        return _without_id(known.get("id"), delivery.external_id)
    submitted_at = instant_of(known.get("created_time"))
    if submitted_at is None:
        return _without_time(known.get("created_time"), external_id)
    found, answers = _answers(questions)
    contact, surplus = contact_of(found)
    for kind, values in surplus.items():
        answers[kind] = answers.get(kind, []) + values
    origin, remarks = _origin(known)
    if surplus:
        remarks.append("several_values")
    form_id = _prefixed(known.get("form_id"), "f:")
    if form_id is None and known.get("form_id"):
        remarks.append("form_id_unreadable")
    if not (contact.emails or contact.phones):
        remarks.append("no_contact")
    return Submission(
        external_id=external_id,
        submitted_at=submitted_at,
        form_id=form_id,
        contact=contact,
        answers=answers,
        boxes=None,
        is_test=delivery.listed_as_test or is_test_data(contact, list(questions.values())),
        origin=origin,
        remarks=tuple(remarks),
    )


def _without_id(cell: str | None, known_id: str | None) -> Problem:
    if not cell:
        detail = (
            "The row has no lead id. Download the file again with the id column and import it "
            "unopened."
        )
        return Problem(ProblemCode.ID_MISSING, detail, known_id)
    detail = (
        "The lead id is not l: and digits, so a spreadsheet has changed it and it may be another "
        "lead's. Download the file again and do not open it in a spreadsheet, or format the id "
        "column as text before saving."
    )
    return Problem(ProblemCode.ID_MANGLED, detail, known_id)


def _without_time(cell: str | None, external_id: str) -> Problem:
    if not cell:
        detail = "The row has no created_time. Download the file again with that column."
        return Problem(ProblemCode.TIME_MISSING, detail, external_id)
    detail = (
        "created_time is not an ISO time with an offset such as +01:00, so the moment is not "
        "known. Download the file again and do not open it in a spreadsheet."
    )
    return Problem(ProblemCode.TIME_UNREADABLE, detail, external_id)


def _answers(questions: Mapping[str, str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return contact values by kind and answers by column."""
    found: dict[str, list[str]] = {}
    answers: dict[str, list[str]] = {}
    for header, cell in questions.items():
        text = cell.strip()
        kind = kind_of_name(header)
        phone = _PHONE.fullmatch(text)
        if phone:
            # Meta marks telephone cells itself, whatever the language of the column
            kind, text = "phone", phone[1].strip()
        elif kind == "phone":
            text = text.removeprefix("p:")
        if kind != ANSWER:
            found.setdefault(kind, []).append(text)
            continue
        postcode = _POSTCODE.fullmatch(text)
        value = postcode[1] if postcode else cell
        answers[header] = [value] if text else []
    return found, answers


def _prefixed(cell: str | None, prefix: str) -> str | None:
    """Return the digits behind a prefix; without it a spreadsheet may have rounded them."""
    digits = cell.removeprefix(prefix) if cell and cell.startswith(prefix) else ""
    return digits if digits.isascii() and digits.isdecimal() else None


def _origin(known: Mapping[str, str]) -> tuple[dict[str, str | bool], list[str]]:
    """Return campaign, ad, platform and the lead's status in Meta's list, and what was odd."""
    origin: dict[str, str | bool] = {}
    remarks: list[str] = []
    for column, prefix in _ID_PREFIXES.items():
        digits = _prefixed(known.get(column), prefix)
        if digits:
            origin[column] = digits
        elif known.get(column):
            remarks.append(f"{column}_unreadable")
    for column in (*_TEXTS, *_FILE_TEXTS):
        if known.get(column):
            origin[column] = known[column]
    is_organic = flag_of(known.get("is_organic"))
    if is_organic is not None:
        origin["is_organic"] = is_organic
    return origin, remarks
