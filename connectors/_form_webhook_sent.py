"""What a form tool sent, once its own way of writing it down has been understood."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from connectors._values import json_of, texts_of, whole

FILE_DROPPED = "file_dropped"
PAYMENT_DROPPED = "payment_dropped"
TECHNICAL_DROPPED = "technical_fields_dropped"
TIME_UNREADABLE = "time_unreadable"


class SentField(NamedTuple):
    """One field of a submission.

    `names` are all by which the settings may call it; under the first it is kept. `is_a` is the
    contact data that the tool's own type says it is. `shown` is what the tool says that stood
    beside it, None where the tool does not tell. `is_group`: several choices could be made.
    `is_detail`: another field says the same, so that it is of use as a box only.
    """

    names: tuple[str, ...]
    values: tuple[str, ...]
    is_a: str | None = None
    shown: tuple[str, ...] | None = None
    is_hidden: bool = False
    is_group: bool = False
    is_detail: bool = False

    def __repr__(self) -> str:
        """Say nothing: it is somebody's."""
        return "SentField(…)"


class Sent(NamedTuple):
    """One submission as a tool tells it.

    `tells_wordings` says that the tool names every field of the form with its words, so that a box
    which is not among `fields` was not on the form.
    """

    external_id: str | None
    form_id: str | None
    submitted_at: datetime | None
    fields: Sequence[SentField]
    page_url: str | None = None
    is_test: bool = False
    tells_wordings: bool = False
    remarks: Sequence[str] = ()

    def __repr__(self) -> str:
        """Say which form it is of; the rest is somebody's."""
        return f"Sent(form {self.form_id})"


Body = dict[str, object]
"""The object that a tool sent; of a form that was sent as such, each name with its texts."""


def text_of(value: object) -> str | None:
    """Return an id, a label or another short text; a whole number in digits; None if none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = whole(value).strip() if isinstance(value, str) else ""
    return text or None


def said(value: object) -> tuple[str, ...]:
    """Return the values of one field as texts; an object as its JSON."""
    if isinstance(value, dict):
        return (whole(json_of(value)),)
    if isinstance(value, int) and not isinstance(value, bool):
        return (str(value),)
    return tuple(whole(text) for text in texts_of(value) or ())


def named(*names: object) -> tuple[str, ...]:
    """Return the names of a field that are names, each once and on one line."""
    texts = (text_of(name) for name in names)
    return tuple(dict.fromkeys(" ".join(text.split()) for text in texts if text))


def table(value: object) -> Body:
    """Return an object's members; none where it is no object."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> list[Body]:
    """Return the objects of a list; what is no object is left out."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
