"""A value in every way in which bytes may hold it, to be searched for in raw files."""

import base64
import html
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

_LONG_ENOUGH = 6
"""Letters of base64; fewer may stand anywhere by chance."""


def writings(value: str) -> set[bytes]:
    """Return the ways in which a value may stand in a file."""
    return {way for spelt in (value, value.lower(), value.upper()) for way in _ways(spelt)}


def _ways(value: str) -> Iterator[bytes]:
    plain = value.encode()
    yield plain
    yield value.encode("utf-16-le")
    yield value.encode("utf-16-be")
    yield quote(value, safe="").encode()
    yield value.replace("@", "=40").encode()
    yield html.escape(value).encode()
    yield "".join(f"&#{ord(letter)};" for letter in value).encode()
    yield "".join(f"\\u{ord(letter):04x}" for letter in value).encode()
    yield "".join(f"={letter:02X}" for letter in plain).encode()
    for before in range(3):
        whole = base64.b64encode(b"-" * before + plain)
        inner = whole[4 if before else 0 : -4]  # what no neighbour changes
        if len(inner) >= _LONG_ENOUGH:
            yield inner


def found(files: Iterable[Path], values: Iterable[str]) -> list[tuple[str, str]]:
    """Return which files hold which values: name of the file, and the writing."""
    wanted = [way for value in values for way in writings(value)]
    return [
        (file.name, repr(way))
        for file in files
        for content in [file.read_bytes()]
        for way in wanted
        if way in content
    ]
