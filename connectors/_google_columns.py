"""The names under which Google's webhook and downloads carry what they tell.

Google documents the ids of a webhook's columns and none of its names or of a download's headings:
those are as observed, or as likely as not. All are compared without case, `_` and `-` as spaces.

Source: developers.google.com, google-ads/webhook/docs/implementation.
"""

from functools import lru_cache

from connectors._google_field_types import FIELD_TYPES

_TYPES = frozenset(FIELD_TYPES.values())

_NAMES = {
    "user email": "EMAIL",
    "e mail": "EMAIL",
    "email address": "EMAIL",
    "e mail address": "EMAIL",
    "user phone": "PHONE_NUMBER",
    "phone": "PHONE_NUMBER",
    "telephone": "PHONE_NUMBER",
    "work phone number": "WORK_PHONE",
    "work e mail": "WORK_EMAIL",
    "company": "COMPANY_NAME",
    "zip code": "POSTAL_CODE",
    "postcode": "POSTAL_CODE",
}


@lru_cache(maxsize=4_096)
def heading_of(name: str) -> str:
    """Return a name as it is compared: `Ad_Group-ID ` is `ad group id`."""
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


@lru_cache(maxsize=4_096)
def type_of_id(column_id: str) -> str | None:
    """Return the field type that a `column_id` names, or None if it is another question's."""
    name = column_id.strip().upper()
    return name if name in _TYPES else None


@lru_cache(maxsize=4_096)
def type_of_name(name: str) -> str | None:
    """Return the field type that a column's name or heading stands for, or None."""
    heading = heading_of(name)
    return type_of_id(heading.replace(" ", "_")) or _NAMES.get(heading)
