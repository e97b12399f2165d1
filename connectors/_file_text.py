"""Tell the encoding of a downloaded file, and decode it without losing a byte.

Meta's business downloads are UTF-16LE with a byte order mark, sheet exports UTF-8 (observed;
Meta documents neither).
"""

import base64
import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from policy.errors import UsageError

_ESCAPE = "leadledger-escape"
_FIRST_ESCAPE = 0xDC00


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Stand a lone surrogate in for each byte that is no text, in UTF-8 and UTF-16 alike.

    The standard `surrogateescape` does so for UTF-8 only.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    damaged = error.object[error.start : error.end]
    return "".join(chr(_FIRST_ESCAPE + byte) for byte in damaged), error.end


codecs.register_error(_ESCAPE, _escape)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOK = b"PK\x03\x04"
_LOOKED_AT = 4_096


def first_bytes_of(path: Path) -> bytes:
    """Return the beginning of a file, up to 4,096 bytes.

    Raises:
        UsageError: the file cannot be opened or read.
    """
    with _errors_named(path), path.open("rb") as file:
        return file.read(_LOOKED_AT)


def encoding_of(path: Path, given: str | None = None) -> str:
    """Return the encoding of a text file: that of its byte order mark, the one given, or found.

    Raises:
        UsageError: the file cannot be opened, is empty, or holds no text.
    """
    head = first_bytes_of(path)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise UsageError(f"{path.name} is empty. Download it again and import that.")
    if head.startswith(_WORKBOOK):
        raise UsageError(
            f"{path.name} is a spreadsheet workbook, which changes long ids. Download the leads as "
            "CSV and import that file unopened."
        )
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if given is not None:
        return given
    if _is_unmarked_utf16(head):
        return "utf-16-le"
    if b"\0" in head:
        raise UsageError(
            f"{path.name} is not a text file. Download the leads as CSV or JSON and import that."
        )
    return "utf-8"


def _is_unmarked_utf16(head: bytes) -> bool:
    """Say whether this can only be UTF-16LE: it opens with Latin letters, a zero behind each."""
    opening = head[:32]
    return len(opening) >= 4 and not any(opening[1::2]) and all(opening[::2])


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIOWrapper]:
    """Open a file as text, line ends as they are.

    Raises:
        UsageError: the file cannot be opened or read.
    """
    with (
        _errors_named(path),
        path.open("r", encoding=encoding, errors=_ESCAPE, newline="") as file,
    ):
        yield file


@contextmanager
def _errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{path.name} cannot be read ({error.strerror or type(error).__name__}). Check the "
            "path and its permissions."
        ) from error


def first_mark_of(path: Path, encoding: str) -> str:
    """Return the first character of a text file that is no white space.

    Raises:
        UsageError: the file cannot be opened or read.
    """
    with opened(path, encoding) as file:
        while mark := file.read(1):
            if not mark.isspace() and mark != "\ufeff":
                return mark
    return ""


def is_damaged(text: str) -> bool:
    """Say whether a text stands for bytes that could not be decoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def bytes_of(text: str) -> bytes:
    """Return a decoded text as UTF-8; what could not be decoded stays recognisably broken."""
    return text.encode("utf-8", "surrogatepass")


def in_base64(text: str) -> str:
    """Return a damaged text so that JSON can hold it: base64 of `bytes_of`."""
    return base64.b64encode(bytes_of(text)).decode("ascii")
