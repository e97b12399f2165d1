"""Say which of Meta's form fields are contact details.

The question's type decides, then the field's name, never its position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from connectors._meta_labels import KIND_OF_NAME, plain
from connectors._values import without_blanks
from connectors.base import Contact
from policy.vocabulary import BoxAnswer, Notice

ANSWER = "answer"
"""The kind of a field that is no contact detail."""

_KIND_OF_TYPE = {
    "EMAIL": "email",
    "WORK_EMAIL": "email",
    "PHONE": "phone",
    "PHONE_NUMBER": "phone",
    "PHONE_OTP": "phone",
    "WORK_PHONE_NUMBER": "phone",
    "WHATSAPP_NUMBER": "phone",
    "FULL_NAME": "full_name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "COMPANY_NAME": "company",
    "JOB_TITLE": "job_title",
}


@lru_cache(maxsize=4_096)
def kind_of_name(name: str) -> str:
    """Return what a field is by its name alone: a kind of contact detail, or `ANSWER`."""
    return KIND_OF_NAME.get(plain(name), ANSWER)


@dataclass(frozen=True, slots=True)
class FormShape:
    """What reading a lead needs to know of its form, worked out once a form."""

    notice: Notice
    kinds: Mapping[str, str]
    box_keys: tuple[str, ...]
    unanswered: tuple[BoxAnswer, ...]


_KEPT_SHAPES = 512
_shapes: dict[int, FormShape] = {}


def shape_of(notice: Notice) -> FormShape:
    """Return the shape of a form.

    Shapes are kept by identity, since hashing a notice takes longer than reading a lead. The shape
    holds its notice, so the identity cannot pass to another one meanwhile.
    """
    known = _shapes.get(id(notice))
    if known is not None and known.notice is notice:
        return known
    if len(_shapes) >= _KEPT_SHAPES:
        _shapes.clear()
    shape = _shapes[id(notice)] = _shape(notice)
    return shape


def _shape(notice: Notice) -> FormShape:
    kinds: dict[str, str] = {}
    for question in notice.questions:
        kind = _KIND_OF_TYPE.get(question.type, ANSWER) if question.type else None
        kinds[question.key] = kind or kind_of_name(question.key)
    keys = tuple(dict.fromkeys(box.key for box in notice.boxes))
    return FormShape(notice, kinds, keys, tuple(BoxAnswer(key, None, None) for key in keys))


def contact_of(found: Mapping[str, Sequence[str]]) -> tuple[Contact, dict[str, list[str]]]:
    """Return the contact from its values by kind, and what it has no room for.

    Blank values are none, doubles are one, the rest stays as given. A second full name or company
    is the surplus, by kind: it belongs among the answers.
    """
    first: dict[str, str] = {}
    surplus: dict[str, list[str]] = {}
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    for kind, given in found.items():
        values = without_blanks(given)
        if kind == "email":
            emails = values
        elif kind == "phone":
            phones = values
        elif values:
            first[kind] = values[0]
            if len(values) > 1:
                surplus[kind] = list(values[1:])
    get = first.get
    contact = Contact(
        get("full_name"),
        get("first_name"),
        get("last_name"),
        emails,
        phones,
        get("company"),
        get("job_title"),
    )
    return contact, surplus


_DUMMY = "<test lead: dummy data for"
_TEST_ADDRESSES = frozenset({"test@meta.com", "test@fb.com"})


def is_test_data(contact: Contact, values: Sequence[str]) -> bool:
    """Say whether a lead shows the marks of Meta's test leads."""
    if any(email.strip().lower() in _TEST_ADDRESSES for email in contact.emails):
        return True
    return any(_DUMMY in value for value in values)
