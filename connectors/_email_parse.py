"""Take a mail apart: headers, texts and what is attached. It never raises, whatever the bytes say.

The standard library parses; its old policy is used because it looks at a header only when asked,
and gives it back as it came where it cannot be understood.
"""

import email
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from connectors._email_charset import decoded
from connectors._email_html import text_of_html
from connectors._values import whole

LARGEST_HEADERS = 256 * 1024
MOST_PARTS = 200
MOST_TEXT = 1024 * 1024
_LONGEST_VALUE = 20_000
_HEADERS_END = re.compile(rb"\r?\n\r?\n|\r\r")
_BOUNDARIES = re.compile(rb"boundary\s*=", re.IGNORECASE)
_FROM_LINE = re.compile(rb"\A(?:>?From [^\r\n]*\r?\n)+")
_ENCODED = re.compile(r"=\?[^?\s]{1,60}\?[bqBQ]\?")
_FOLDS = re.compile(r"\r?\n[ \t]*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")


class UnreadableMailError(Exception):
    """It is no mail, or built to hurt its reader. The text says which, without any of it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, taken apart. Texts are as written, with line ends of one kind.

    `plain` and `html` are the first readable text of each kind; `attachments` counts what else
    hangs on it; `root` is the library's own tree, for reports.
    """

    root: Message = field(repr=False)
    plain: str = field(repr=False)
    html: str = field(repr=False)
    attachments: int
    defects: tuple[str, ...]

    @property
    def body(self) -> str:
        """Return what a person reads: the plain text, or the text of the HTML where there is none.

        Many programs write no more than "view this in HTML" into the plain part.
        """
        if self.plain.strip() and not (self.html and len(self.plain.strip()) < 20):
            return self.plain
        return text_of_html(self.html) if self.html else self.plain

    @property
    def other_body(self) -> str:
        """Return what the part says that `body` left out; nothing where there is none."""
        if not (self.plain.strip() and self.html):
            return ""
        return text_of_html(self.html) if self.body is self.plain else self.plain

    @property
    def is_reply(self) -> bool:
        """Say whether its headers call it an answer: not all programs write Re: into subjects."""
        return bool(self.header("in-reply-to") or self.header("references"))

    def header(self, name: str) -> str:
        """Return a header, decoded and on one line; nothing where there is none."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        """Return each header of a name, topmost first."""
        return headers_of(self.root, name)

    def addresses(self, *names: str) -> list[tuple[str, str]]:
        """Return the (name, address) pairs of some headers."""
        return addresses_in([value for name in names for value in self.headers(name)])


def parse(raw: bytes) -> Mail:
    """Take a mail apart.

    Raises:
        UnreadableMailError: it is no mail, or nested or long beyond all reason.
    """
    raw = _FROM_LINE.sub(b"", raw, count=1)
    end = _HEADERS_END.search(raw, 0, LARGEST_HEADERS)
    if end is None and len(raw) > LARGEST_HEADERS:
        raise UnreadableMailError("its headers are longer than 256 KiB")
    if b":" not in raw[: end.start() if end else len(raw)]:
        raise UnreadableMailError("it has no headers")
    if sum(1 for _ in _BOUNDARIES.finditer(raw)) > MOST_PARTS:
        raise UnreadableMailError("it is nested beyond all reason")
    try:
        root = email.message_from_bytes(raw, policy=compat32)
        return _taken_apart(root)
    except UnreadableMailError:
        raise
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError, AssertionError):
        raise UnreadableMailError("it is built so that it cannot be taken apart") from None


def _taken_apart(root: Message) -> Mail:
    texts: dict[str, str] = {}
    attachments = 0
    defects: dict[str, None] = {}
    for number, part in enumerate(_leaves(root)):
        if number >= MOST_PARTS:
            raise UnreadableMailError("it has more than 200 parts")
        kind = part.get_content_type()
        if kind not in {"text/plain", "text/html"} or _is_attached(part):
            attachments += kind.partition("/")[0] not in {"multipart", "message"}
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        text, used = decoded(content[:MOST_TEXT], _charset_of(part))
        if used is not None:
            defects[f"charset_{used}"] = None
        if kind == "text/plain":
            text = _flowed(part, text)
        if kind not in texts or not texts[kind].strip():
            texts[kind] = _lines(text)
    return Mail(
        root, texts.get("text/plain", ""), texts.get("text/html", ""), attachments, tuple(defects)
    )


def _leaves(root: Message) -> Iterator[Message]:
    """Yield the parts that hold something, without going into mails that are attached."""
    waiting = [root]
    while waiting:
        part = waiting.pop(0)
        kind = part.get_content_maintype()
        payload = part.get_payload()
        if kind == "multipart" and isinstance(payload, list):
            waiting = [each for each in payload if isinstance(each, Message)] + waiting
        else:
            yield part


def _is_attached(part: Message) -> bool:
    given = str(part.get("content-disposition", "")).partition(";")[0].strip().lower()
    return given == "attachment"


def _charset_of(part: Message) -> str | None:
    try:
        given = part.get_param("charset")
    except (ValueError, TypeError, AttributeError, LookupError):
        return None
    if isinstance(given, tuple):
        given = given[2]
    return given if isinstance(given, str) else None


def _flowed(part: Message, text: str) -> str:
    """Return text/plain with the soft line ends of RFC 3676 taken out."""
    try:
        is_flowed = str(part.get_param("format") or "").lower() == "flowed"
        joins = str(part.get_param("delsp") or "").lower() == "yes"
    except (ValueError, TypeError, AttributeError):
        return text
    if not is_flowed:
        return text
    lines: list[str] = []
    is_open = False
    for line in text.splitlines():
        flows = line.endswith(" ") and line != "-- "
        kept = line[:-1] if flows and joins else line
        if is_open and not line.startswith(">"):
            lines[-1] += kept
        else:
            lines.append(kept)
        is_open = flows
    return "\n".join(lines)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def headers_of(part: Message, name: str) -> list[str]:
    """Return each header of a name of a part, decoded and on one line; it never raises."""
    wanted = name.lower()
    return [_value(given) for each, given in part.raw_items() if each.lower() == wanted]


def _value(given: object) -> str:
    text = _FOLDS.sub(" ", str(given)[:_LONGEST_VALUE])
    if _ENCODED.search(text):
        text = _words(text)
    elif not text.isascii():  # bytes that were sent bare, which the library keeps as surrogates
        text, _ = decoded(text.encode("utf-8", "surrogateescape"), None)
    return whole(" ".join(_CONTROLS.sub(" ", text).split()))


def _words(text: str) -> str:
    """Return a header whose words are encoded (RFC 2047); as it came where that goes wrong."""
    try:
        found = decode_header(text)
    except (HeaderParseError, ValueError, TypeError, LookupError):
        return text
    return "".join(
        decoded(each, charset)[0] if isinstance(each, bytes) else each for each, charset in found
    )


def addresses_in(values: Sequence[str]) -> list[tuple[str, str]]:
    """Return the (name, address) pairs of some header values; what is no address is left out."""
    try:
        found = getaddresses(list(values))
    except (ValueError, TypeError, IndexError):
        return []
    return [(name.strip(), address.strip()) for name, address in found if "@" in address]
