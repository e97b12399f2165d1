"""Turn the bytes of a push into an object: JSON, or a form that was sent as such."""

import json
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from connectors._form_webhook_sent import Body
from connectors.base import ProblemCode

_MOST_FIELDS = 2_000
_LONGEST_BOUNDARY = 70
_MOST_DIGITS = 100


class UnreadableError(ValueError):
    """A body is not what it should be; the sentence says what to do."""

    def __init__(self, code: ProblemCode, detail: str) -> None:
        """Take the reason, and a sentence without anybody's data."""
        super().__init__(detail)
        self.code = code
        self.detail = detail


def json_body(payload: bytes) -> Body:
    """Return the object of a JSON body.

    Raises:
        UnreadableError: the body is none.
    """
    try:
        found = json.loads(
            _text(payload),
            object_pairs_hook=_object,
            parse_int=_whole_number,
            parse_constant=_no_number,
        )
    except UnreadableError:
        raise
    except (ValueError, RecursionError):
        detail = "The body is not whole JSON, or has a name twice. Have the tool send it again."
        raise UnreadableError(ProblemCode.NOT_JSON, detail) from None
    if isinstance(found, dict):
        return found
    detail = (
        "The body is JSON, but no object with one submission. Choose the tool's event for a form"
        " that was sent (for HubSpot: a workflow's webhook)."
    )
    raise UnreadableError(ProblemCode.NOT_AN_OBJECT, detail)


def form_body(payload: bytes) -> Body:
    """Return the fields of a form in an address's own way of writing (`a=1&b=2`).

    Raises:
        UnreadableError: the body is none.
    """
    try:
        pairs = parse_qsl(
            _text(payload), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except UnicodeDecodeError:
        raise _no_text() from None
    except ValueError:
        raise UnreadableError(ProblemCode.FIELDS_UNREADABLE, _NO_FORM) from None
    return _together(pairs)


def multipart_body(payload: bytes) -> Body:
    """Return the fields of a form in parts (multipart/form-data); files are left out.

    The first line of the body is the boundary: nothing else needs to be kept of the request.

    Raises:
        UnreadableError: the body is none.
    """
    start = payload.lstrip(b"\r\n")
    boundary = start.partition(b"\n")[0].rstrip(b"\r")[2:]
    if not start.startswith(b"--") or not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        raise UnreadableError(ProblemCode.FIELDS_UNREADABLE, _NO_FORM)
    parts = _Parts()
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        parser.logger = _QUIET
        parser.write(_with_line_ends(start))
        parser.finalize()
    except (FormParserError, ValueError):
        raise UnreadableError(ProblemCode.FIELDS_UNREADABLE, _NO_FORM) from None
    if not parts.is_whole:
        raise UnreadableError(ProblemCode.FIELDS_UNREADABLE, _NO_FORM)
    return _together([(_text(name), _text(value)) for name, value in parts.found])


_QUIET = logging.Logger("quiet", logging.CRITICAL + 1)  # noqa: LOG001 - nobody else's
"""The parser would log letters of what somebody sent."""

_NO_FORM = "The body is no form that was sent whole. Have the tool send it again."


def _with_line_ends(payload: bytes) -> bytes:
    return payload if b"\r\n" in payload else payload.replace(b"\n", b"\r\n")


class _Parts:
    """Gathers the parts of a form as a parser comes upon them."""

    def __init__(self) -> None:
        self.found: list[tuple[bytes, bytes]] = []
        self.is_whole = False
        self._headers: dict[bytes, bytes] = {}
        self._name = bytearray()
        self._value = bytearray()
        self._data = bytearray()

    def callbacks(self) -> Any:  # noqa: ANN401 - a TypedDict of the package's own
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_part_data": lambda data, start, end: self._data.extend(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._headers, self._data = {}, bytearray()
        if len(self.found) >= _MOST_FIELDS:
            raise ValueError("too many parts")

    def _end_header(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name, self._value = bytearray(), bytearray()

    def _end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name")
        if name is not None and b"filename" not in options:
            self.found.append((name, bytes(self._data)))

    def _finish(self) -> None:
        self.is_whole = True


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise _no_text() from None


def _no_text() -> UnreadableError:
    detail = "The body is not UTF-8. Have the tool send UTF-8, and send it again."
    return UnreadableError(ProblemCode.ENCODING, detail)


def _together(pairs: Sequence[tuple[str, str]]) -> Body:
    """Return pairs as an object; of a name that comes several times, all values."""
    by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, []).append(value)
    return {
        name: values[0] if len(values) == 1 else list(values) for name, values in by_name.items()
    }


def _object(pairs: list[tuple[str, object]]) -> Body:
    found = dict(pairs)
    if len(found) < len(pairs):
        # which of two values counts is anybody's guess
        raise ValueError("a name stands twice")
    return found


def _whole_number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)


def _no_number(_: str) -> None:
    raise ValueError("JSON has no such number")
