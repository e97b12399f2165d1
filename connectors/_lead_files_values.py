"""Read the cells of a lead that spreadsheets damage most: telephone numbers and ids."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from connectors.base import Contact

ID_FIELDS = ("full_name", "first_name", "last_name", "email", "phone")
"""The fields that an id is made of where a file has none, besides form and moment."""
_FLOAT = re.compile(r"[0-9]+(?:[.,][0-9]+E[+\-]?[0-9]+|E\+[0-9]+)", re.IGNORECASE)
_WHOLE_FLOAT = re.compile(r"([0-9]{1,15})\.0+")
_ABROAD = re.compile(r"\(?00\)?[ ]?(?=[1-9(])")


def is_rounded(text: str) -> bool:
    """Say whether a text is a rounded number as spreadsheets show it (`4.47701E+11`)."""
    return _FLOAT.fullmatch(text) is not None


def without_fraction(text: str) -> str:
    """Return a whole number without the `.0` that a table of floats gave it; up to 15 digits."""
    whole = _WHOLE_FLOAT.fullmatch(text)
    return whole[1] if whole else text


def phone_of(cell: str) -> tuple[str, bool]:
    """Return a telephone number as text, and whether its country is certain.

    "+44 …" and "0044 …" name their country. A text without any digit is no number at all and
    nothing about it can be mistaken.
    """
    text = unicodedata.normalize("NFKC", cell).strip().removeprefix("'").strip()
    text = text.removeprefix("tel:").strip()
    if not any(letter.isdigit() for letter in text):
        return text, True
    if is_rounded(text):
        return text, False
    text = without_fraction(text)
    if text.startswith(("+", "(+")):
        return text, True
    if _ABROAD.match(text):
        return "+" + _ABROAD.sub("", text, count=1), True
    return text, False


def id_made_of(form: str, submitted_at: datetime, contact: Contact) -> str | None:
    """Return an id for a row that has none: the same for the same row in every later file.

    It is made of the form, the moment and who wrote, whatever the other columns say. None where
    nobody can be told from anybody else.
    """
    names = (contact.full_name, contact.first_name, contact.last_name)
    people = [*_alike(contact.emails), "", *_numbers(contact.phones), "", *_alike(names)]
    if not any(people):
        return None
    parts = "\x1f".join([form, submitted_at.isoformat(), *people])
    return f"row-{hashlib.sha256(parts.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _alike(values: Iterable[str | None]) -> list[str]:
    """Return texts without the differences that copying makes: case and white space."""
    return [
        " ".join(unicodedata.normalize("NFKC", each or "").casefold().split()) for each in values
    ]


def _numbers(values: Sequence[str]) -> list[str]:
    return ["".join(letter for letter in each if letter.isdigit()) for each in values]
