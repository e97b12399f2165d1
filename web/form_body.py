"""Take the body of a form apart: urlencoded, multipart or JSON, up to a size and a count."""

import re
from collections.abc import AsyncGenerator
from typing import NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from web.bodies import BodyError

LARGEST_BODY = 65_536
MOST_FIELDS = 64
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,99}")
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"


class FormBody(NamedTuple):
    """What a form sent, and whether there were files, which are not taken."""

    values: dict[str, list[str]]
    has_files: bool

    def __repr__(self) -> str:
        """Say nothing: it is somebody's data."""
        return "FormBody(…)"


def media_type(headers: Headers) -> str:
    """Return the type of a body, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


async def form_body(headers: Headers, body: bytes) -> FormBody:
    """Return the fields of a body.

    Raises:
        BodyError: it is of another type, broken, or has too many fields.
    """
    has_files = False
    match media_type(headers):
        case "application/x-www-form-urlencoded":
            pairs = _urlencoded(body)
        case "multipart/form-data":
            pairs, has_files = await _multipart(headers, body)
        case "application/json":
            pairs = _json(body)
        case _:
            raise BodyError(415, "The body is no form. Send it as a form, or as JSON.")
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if not _NAME.fullmatch(name):
            raise BodyError(400, "A field has a name that no form has. Check the form.")
        values.setdefault(name, []).append(value)
    return FormBody(values, has_files)


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BodyError(
            400, f"The form is not UTF-8, or has more than {MOST_FIELDS} fields. Check it."
        ) from None


async def _multipart(headers: Headers, body: bytes) -> tuple[list[tuple[str, str]], bool]:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    try:
        parser = MultiPartParser(
            headers,
            whole(),
            max_files=MOST_FIELDS,
            max_fields=MOST_FIELDS,
            max_part_size=LARGEST_BODY,
        )
        found = (await parser.parse()).multi_items()
    except (MultiPartException, KeyError, ValueError):
        raise _broken() from None
    if not body.rstrip().endswith(b"--"):
        raise _broken()  # without its end, nobody knows which answers are missing
    pairs, has_files = [], False
    for name, value in found:
        if isinstance(value, UploadFile):
            # a field for files that was left empty sends a file without a name
            has_files = has_files or bool(value.filename or value.size)
            await value.close()
        else:
            pairs.append((name, value))
    return pairs, has_files


def _broken() -> BodyError:
    return BodyError(
        400, f"The form is broken, or has more than {MOST_FIELDS} fields. Send it again."
    )


def _json(body: bytes) -> list[tuple[str, str]]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BodyError(400, "The body is no JSON in UTF-8. Send one object.") from None
    if not isinstance(found, dict) or len(found) > MOST_FIELDS:
        raise BodyError(400, f"Send one JSON object with at most {MOST_FIELDS} fields.")
    pairs: list[tuple[str, str]] = []
    for name, value in found.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in values) or len(values) > MOST_FIELDS:
            raise BodyError(400, "A field is no text. Send every answer as text.")
        pairs += [(name, each) for each in values]
    return pairs
