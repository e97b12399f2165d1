"""Look at what somebody typed, and say of each field what to mend. Nothing is corrected."""

import re
from collections.abc import Mapping, Sequence

from connectors._web_form_fields import FormField
from connectors._web_form_settings import WebFormSettings
from connectors._web_form_words import Words
from policy.identity import normalise_email

_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_IN_A_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PHONE = re.compile(r"[0-9０-９+()./\-\s]{5,40}(?:\s*(?:x|ext\.?)\s*[0-9]{1,8})?", re.IGNORECASE)  # noqa: RUF001 - full-width digits are digits too
_FEWEST_DIGITS = 5

Values = Mapping[str, Sequence[str]]


def mistakes_in(values: Values, settings: WebFormSettings) -> dict[str, str]:
    """Return what must be mended before a form can be taken, by the field's key."""
    words = settings.words
    found = {
        field.key: mistake
        for field in settings.fields
        if (mistake := _mistake(field, values.get(field.key, ()), words))
    }
    contacts = [field.key for field in settings.fields if field.key in {"email", "phone"}]
    if not any(_said(values, key) for key in contacts):
        found.setdefault(contacts[0], words.no_contact)
    return found


def _said(values: Values, key: str) -> bool:
    return any(value.strip() for value in values.get(key, ()))


def _mistake(field: FormField, given: Sequence[str], words: Words) -> str | None:
    if len(set(given)) > 1:
        return words.twice
    value = given[0] if given else ""
    if not value.strip():
        return words.missing if field.is_required else None
    return _mistake_of_shape(field, value, words) or _mistake_of_kind(field, value, words)


def _mistake_of_shape(field: FormField, value: str, words: Words) -> str | None:
    forbidden = _NOT_IN_A_TEXT if field.shown_kind == "text" else _NOT_IN_A_LINE
    if forbidden.search(value):
        return words.line_break
    # browsers send a line's end as two characters
    length = len(value.replace("\r\n", "\n"))
    most = field.most_characters
    return words.too_long.format(most=most, found=length) if length > most else None


def _mistake_of_kind(field: FormField, value: str, words: Words) -> str | None:
    match field.shown_kind:
        case "email":
            return None if normalise_email(value) else words.bad_email
        case "tel":
            return None if _is_phone(value) else words.bad_phone
        case "choice":
            return None if value in field.options else words.not_offered
        case _:
            return None


def _is_phone(value: str) -> bool:
    digits = sum(character.isdecimal() for character in value)
    return bool(_PHONE.fullmatch(value.strip())) and digits >= _FEWEST_DIGITS
