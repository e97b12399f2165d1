"""Cut a JSON file of leads into items: one lead, a list, a Graph page, or a lead a line."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import TextIO

import orjson

from connectors._file_text import bytes_of
from connectors._values import json_of
from policy.errors import UsageError

_CHUNK = 65_536
_LONGEST_VALUE = 8_388_608  # characters; a lead has about a thousand
_BETWEEN = re.compile(r"[\s,\ufeff]*")
_decoder = json.JSONDecoder()

Item = tuple[bytes, object]
"""One lead's own bytes in UTF-8, and what they parse to: None where they are no JSON."""


def items(file: TextIO) -> Iterator[Item]:
    """Yield each lead of an open JSON file, in file order, never holding more than one value.

    What is no JSON is an item too, so that nothing gets lost silently.

    Raises:
        UsageError: a value is longer than 8 million characters, so this is no file of leads.
    """
    if _opens_a_list(file):
        yield from _listed(file)
        return
    lines = (line for line in iter(lambda: file.readline(_LONGEST_VALUE), "") if line.strip())
    first = next(lines, "")
    second = "" if _parsed(first) is not None else next(lines, "")
    if second and not isinstance(_parsed(second), dict):
        # no line of its own is JSON: this is one value, printed over several lines
        yield from _unpacked(_whole(file, first + second))
        return
    for line in chain((first, second) if second else (first,), lines):
        yield from _unpacked(line.strip())


def _opens_a_list(file: TextIO) -> bool:
    """Look at the first mark of the file, and go back to its start."""
    mark = file.read(1)
    while mark and (mark.isspace() or mark == "\ufeff"):
        mark = file.read(1)
    file.seek(0)
    return mark == "["


def _parsed(text: str) -> object:
    try:
        parsed: object = orjson.loads(bytes_of(text))
    except orjson.JSONDecodeError:
        return None
    return parsed


def _whole(file: TextIO, start: str) -> str:
    text = start + file.read(_LONGEST_VALUE)
    if len(text) > _LONGEST_VALUE:
        raise _too_long()
    return text


def _too_long() -> UsageError:
    return UsageError(
        "The file stops being JSON, or holds a value of more than 8 million characters. Download "
        "it again, or save it with one lead a line."
    )


def _unpacked(text: str) -> Iterator[Item]:
    """Yield the value itself, or the leads of a Graph page."""
    value = _parsed(text)
    if isinstance(value, dict) and "id" not in value and isinstance(value.get("data"), list):
        for lead in value["data"]:
            yield json_of(lead).encode(), lead
        return
    yield bytes_of(text), value


def _listed(file: TextIO) -> Iterator[Item]:
    """Yield the items of a list that may be longer than memory."""
    text = file.read(_CHUNK)
    at = text.index("[") + 1
    while True:
        at = _after(_BETWEEN, text, at)
        if text.startswith("]", at):
            return
        try:
            value, end = _decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            value, end = None, len(text)
        if end < len(text):
            yield bytes_of(text[at:end]), value
            at = end
            continue
        # cut off by the end of what was read so far, or by the end of the file
        more = file.read(max(_CHUNK, len(text) - at))
        if len(text) - at > _LONGEST_VALUE:
            raise _too_long()
        if not more:
            yield bytes_of(text[at:]), None
            return
        text, at = text[at:] + more, 0


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
