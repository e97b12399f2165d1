"""Read single values as platforms write them: ids, times, yes or no, lists of texts."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

_MOST_DIGITS = 32
LONGEST_ID = 200


def id_of(value: object) -> str | None:
    """Return an id as text, or None if it is no id.

    Ids have up to 17 digits and come as text or as integers. A float (`1.05e15`) has lost digits,
    so it never stands for an id; one that begins with a zero would be a second name for another.
    """
    if isinstance(value, str):
        is_id = value.isdecimal() and value.isascii() and not value.startswith("0")
        return value if is_id and len(value) <= _MOST_DIGITS else None
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**_MOST_DIGITS:
        return str(value)
    return None


def id_from(text: str) -> str:
    """Return an id as it is kept: as given, or its SHA-256 where it is too long to be one."""
    if len(text) <= LONGEST_ID and text.isprintable():
        return text
    return f"sha256-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def instant_of(value: object) -> datetime | None:
    """Return an ISO time with an offset (`2026-07-09T04:27:11+0000`) as aware UTC, else None.

    A time without an offset is no instant: whose clock it was cannot be known.
    """
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            return None
        return instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def flag_of(value: object) -> bool | None:
    """Return yes or no from JSON, from 1 and 0, or from text in any case; else None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str):
        return _FLAGS.get(str(value).strip().lower())
    return None


def texts_of(values: object) -> list[str] | None:
    """Return the values of one field as texts, all of them, or None if they are no values.

    Meta sends a list of texts, now and then empty. A bare text or number is taken as a list of one;
    a value that is no text is kept as its JSON.
    """
    if isinstance(values, list):
        for value in values:
            if type(value) is not str:
                return [_text_of(value) for value in values if value is not None]
        return values
    if values is None or isinstance(values, dict):
        return None
    return [_text_of(values)]


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else json_of(value)


def json_of(value: object) -> str:
    """Return a parsed value as JSON text."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        # what may be read nested 1,024 deep may be written 254 deep
        return "nested too deep"


def without_blanks(values: Sequence[str]) -> tuple[str, ...]:
    """Return the values that say something, each once, as given."""
    if len(values) == 1:
        return (values[0],) if values[0] and not values[0].isspace() else ()
    return tuple(dict.fromkeys(value for value in values if value and not value.isspace()))


def whole(text: str) -> str:
    r"""Return a text in which a sign that was cut in half (`\ud83d`) is a replacement sign."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
