"""Say which answers of a Google lead form are contact details, and who is too young.

Source: google-ads 34.0.0, enums/types/lead_form_field_user_input_type.py.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from connectors.base import Contact
from policy.vocabulary import SAYS_UNDER_AGE

SEVERAL_VALUES = "several_values"
NO_CONTACT = "no_contact"
MINOR = SAYS_UNDER_AGE
AGE_UNCLEAR = "age_unclear"

_EMAILS = ("EMAIL", "WORK_EMAIL")
_PHONES = ("PHONE_NUMBER", "WORK_PHONE")
_KIND_OF_SINGLE = {
    "FULL_NAME": "full_name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "COMPANY_NAME": "company",
    "JOB_TITLE": "job_title",
}
CONTACT_TYPES = frozenset((*_EMAILS, *_PHONES, *_KIND_OF_SINGLE))
"""The types whose values make a contact; all others are answers."""

_OF_AGE = "OVER_18_AGE"
# as people answer, in some thirty languages
_SAYS_NO = (
    "no, n, false, nein, non, não, nao, nie, nee, nej, ne, nei, nu, ei, hayır, hayir, нет, ні, "  # noqa: RUF001 - Turkish
    "не, όχι, لا, לא, いいえ, 아니요, 아니오, 否, 不是, नहीं"
)
_SAYS_YES = (
    "yes, y, true, ja, oui, sí, si, sì, sim, tak, ano, áno, da, evet, igen, kyllä, taip, jā, "
    "да, так, ναι, نعم, כן, はい, 예, 네, 是, हाँ"  # noqa: RUF001 - Greek
)
_NO = frozenset(_SAYS_NO.split(", "))
_YES = frozenset(_SAYS_YES.split(", "))


class FieldsRead(NamedTuple):
    """What the standard questions gave: the contact, the other answers by name, the oddities."""

    contact: Contact
    answers: dict[str, list[str]]
    remarks: tuple[str, ...]

    def __repr__(self) -> str:
        """Say what was odd; the rest is somebody's data."""
        return f"FieldsRead({', '.join(self.remarks)})"


def read_fields(pairs: Iterable[tuple[str, str]]) -> FieldsRead:
    """Return the contact, the answers and the remarks from pairs of field type and value.

    Types are written as Google writes them (`PHONE_NUMBER`); an unknown one is a name like any
    other. Values stay as given, so that an answer can be found again in the payload. Answers are
    under the type in lower case (`postal_code`); a question left blank has no values. Of several
    names or firms the first is the contact's and the rest are answers (`several_values`).

    A "no" to `OVER_18_AGE` is remarked as `minor`. Only what is plainly a no or a yes is one, in
    some thirty languages; anything else is `age_unclear`. No other age question tells of a minor.
    """
    found: dict[str, str] = {}
    answers: dict[str, list[str]] = {}
    remarks: list[str] = []
    surplus: list[tuple[str, str]] = []
    for name, value in pairs:
        is_blank = not value or value.isspace()
        if name not in CONTACT_TYPES:
            key = name.lower()
            if key not in answers:
                answers[key] = [] if is_blank else [value]
            elif not is_blank:
                answers[key].append(value)
            if name == _OF_AGE:
                remarks += _remark_on_age(value)
        elif is_blank:
            continue
        elif name in found:
            surplus.append((name, value))
        else:
            found[name] = value
    contact = _contact(found)
    if surplus:
        contact = _with_surplus(contact, surplus, answers, remarks)
    if not (contact.emails or contact.phones):
        remarks.append(NO_CONTACT)
    return FieldsRead(contact, answers, tuple(dict.fromkeys(remarks)) if remarks else ())


def _contact(found: Mapping[str, str]) -> Contact:
    get = found.get
    email, phone = get("EMAIL"), get("PHONE_NUMBER")
    work_email, work_phone = get("WORK_EMAIL"), get("WORK_PHONE")
    return Contact(
        get("FULL_NAME"),
        get("FIRST_NAME"),
        get("LAST_NAME"),
        (email,) if email and not work_email else _both(email, work_email),
        (phone,) if phone and not work_phone else _both(phone, work_phone),
        get("COMPANY_NAME"),
        get("JOB_TITLE"),
    )


def _both(first: str | None, second: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in (first, second) if value))


def _with_surplus(
    contact: Contact,
    surplus: Iterable[tuple[str, str]],
    answers: dict[str, list[str]],
    remarks: list[str],
) -> Contact:
    """Return the contact with further addresses and numbers; further names become answers."""
    emails, phones = dict.fromkeys(contact.emails), dict.fromkeys(contact.phones)
    for name, value in surplus:
        if name in _EMAILS:
            emails[value] = None
        elif name in _PHONES:
            phones[value] = None
        elif value != getattr(contact, _KIND_OF_SINGLE[name]):
            values = answers.setdefault(_KIND_OF_SINGLE[name], [])
            if value not in values:
                values.append(value)
            remarks.append(SEVERAL_VALUES)
    return contact._replace(emails=tuple(emails), phones=tuple(phones))


def _remark_on_age(value: str) -> tuple[str, ...]:
    said = value.strip().rstrip(".!").casefold()
    if said in _NO:
        return (MINOR,)
    return () if said in _YES else (AGE_UNCLEAR,)
