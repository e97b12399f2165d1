"""Keep others out of a text or a record: addresses, numbers and known names are made unreadable."""

import re
from collections.abc import Collection, Iterable, Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

import orjson

from connectors.own_part import own_part, thread_of
from pipeline.traces import found_in, found_in_text
from policy.free_text import ADDRESS, NOBODY, NUMBER_OR_NONE, KnownNames, numbers_in
from policy.identity import normalise_email, normalise_phone
from policy.masked import masked
from policy.rights.packs import Shown, how_shown
from policy.vocabulary import Identifier, IdentifierKind

OTHERS = "It holds data of other people. What is about you alone stands elsewhere in this answer."
UNREADABLE = "Nobody can read it, so nobody can say whose data it holds."
_QUOTED = "Words that you quoted of others, and files, are left out of it."
_MASKED = "Addresses, numbers and known names of other people in it are made unreadable."
_NAME = "[a name]"
_COUNTS = re.compile(r"(?:^|_)(?:id|ids|time|date|at|day|timestamp|zip|code)$", re.IGNORECASE)
"""Names of values that are long numbers and no telephone's."""
_NO_NUMBER = re.compile(
    r"\d{4}-\d\d-\d\d[T ]?[\d:.Z+-]*|\d{1,2}/\d{1,2}/\d{4}"
    r"|(?:\d{1,3}\.){3}\d{1,3}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{24,}",
    re.IGNORECASE,
)
"""A value that is a time, an address of a machine, a key or a fingerprint as a whole."""
_NO_PARTS = (ValueError, TypeError, RecursionError)
"""What is raised of bytes that have no parts, or parts in parts without end."""
_MAIL = "message/rfc822"
_SENT_BY_OTHERS = (
    "A machine or somebody else sent it. What it says of you stands elsewhere in this answer."
)

Item = dict[str, Any]


class Redactor:
    """Knows one person's own addresses and numbers, and the house's; everybody else is masked.

    `others` counts what was made unreadable.
    """

    def __init__(
        self,
        own: Collection[Identifier],
        house: Collection[str] = (),
        regions: Collection[str] = ("GB",),
        names: KnownNames = NOBODY,
    ) -> None:
        """Prepare; `house` are addresses of the controller's own, `regions` where people dial.

        `names` are those of other people, as far as they are known.
        """
        ours = (normalise_email(each) for each in house)
        self._theirs = frozenset(own)
        self._known = self._theirs | {
            Identifier(IdentifierKind.EMAIL, each) for each in ours if each
        }
        self._regions = tuple(regions)
        self._names = names
        self.others = 0

    def text(self, text: str, *, with_numbers: bool = True, with_names: bool = True) -> str:
        """Return a text in which others' addresses, numbers and known names are unreadable."""

        def between(words: str) -> str:
            shown = NUMBER_OR_NONE.sub(self._digits, words) if with_numbers else words
            return self._names.replaced(shown, self._name) if with_names else shown

        shown, done = [], 0
        for found in ADDRESS.finditer(text):  # their own may have somebody's name in it: it stays
            shown += [between(text[done : found.start()]), self._address(found)]
            done = found.end()
        return "".join([*shown, between(text[done:])])

    def value(self, value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON value
        """Return a JSON value of which the same holds; `name` is what it is kept under."""
        if isinstance(value, str):
            is_count = bool(_COUNTS.search(name) or _NO_NUMBER.fullmatch(value))
            return self.text(value, with_numbers=not is_count)
        if isinstance(value, dict):
            return self._fields_of(value)
        if isinstance(value, list):
            return [self.value(each, name) for each in value]
        return value

    def _fields_of(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return fields of which the same holds; two others in their names stay two fields."""
        shown: dict[str, Any] = {}
        for key, each in fields.items():
            # what a field is called is the form's word: no name is looked for in it
            name = self.text(key, with_names=False)
            while name in shown:
                name += "'"
            shown[name] = self.value(each, key)
        return shown

    def payload(self, content: bytes, media_type: str, *, is_theirs: bool) -> Item:
        """Return bytes as they came, as far as they are the person's: `content`, or why not.

        Rule: PACK-3.
        """
        if media_type.startswith(_MAIL):
            return self._mail(content)
        before = self.others
        try:
            shown = self.value(_parsed(content, media_type))
            hidden = self._hidden(shown)
        except _NO_PARTS:
            self.others = before
            return self._plain(content)
        others = self.others - before
        how = how_shown(others=others + hidden, is_theirs=is_theirs, can_mask=not hidden)
        if how is Shown.LEFT_OUT:
            return {"left_out": OTHERS}
        return {"content": shown} | ({"note": _MASKED} if how is Shown.MASKED else {})

    def _mail(self, content: bytes) -> Item:
        """Show what the person wrote in a mail, without what they quoted of others."""
        part = own_part(content)
        if part is None:
            return {"left_out": UNREADABLE}
        senders = {normalise_email(each) for each in part.senders}
        if not senders or not senders <= {each.value for each in self._theirs}:
            return {"left_out": _SENT_BY_OTHERS}
        before = self.others
        shown = self.value({"sent": part.sent_at, "subject": part.subject, "text": part.text})
        notes = [_QUOTED] if part.is_cut else []
        notes += [_MASKED] if self.others > before else []
        return {"content": shown} | ({"note": " ".join(notes)} if notes else {})

    def _plain(self, content: bytes) -> Item:
        """Show a text whose parts are not known: whole, or not at all."""
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return {"left_out": UNREADABLE}
        others = len(found_in(content) - self._known) + self._names.are_in(ADDRESS.sub(" ", text))
        if how_shown(others=others, is_theirs=True, can_mask=False) is Shown.LEFT_OUT:
            return {"left_out": OTHERS}
        return {"content": text}

    def _hidden(self, shown: object) -> int:
        """Return how many others stand in what is written in a way that is not masked, as base64.

        Long numbers that stand in plain sight, such as a platform's ids, are no telephones.
        """
        written = orjson.dumps(shown)
        plain = (written.decode(), *_texts(shown))
        in_sight = {number for text in plain for number in found_in_text(text)}
        hidden = found_in(written) - self._known
        return sum(each.kind is IdentifierKind.EMAIL or each not in in_sight for each in hidden)

    def _address(self, found: re.Match[str]) -> str:
        address = normalise_email(found.group().strip(".-"))
        identifier = address and Identifier(IdentifierKind.EMAIL, address)
        if identifier and identifier in self._known:
            return found.group()
        self.others += 1
        return masked(identifier) if identifier else "…"

    def _name(self, _whose: str) -> str:
        self.others += 1
        return _NAME

    def _digits(self, found: re.Match[str]) -> str:
        written = found.group()
        if found.group("none"):
            return written
        shown, done = [], 0
        for start, end, numbers in numbers_in(written, self._numbers):
            if not numbers & self._known:
                self.others += 1
                shown += [written[done:start], masked(min(numbers))]
                done = end
        return "".join([*shown, written[done:]])

    def _numbers(self, written: str) -> set[Identifier] | None:
        """Return what number this is, by the regions in which people dial; None if it is none."""
        found = {
            Identifier(IdentifierKind.PHONE, number)
            for region in self._regions
            if (number := normalise_phone(written, region))
        }
        return found or None


def written_in(content: bytes, media_type: str) -> str:
    """Return what stands in some bytes, quotes of a mail too: to be searched, never to be shown."""
    if media_type.startswith(_MAIL):
        return thread_of(content)
    try:
        return " \n".join(_texts(_parsed(content, media_type)))
    except _NO_PARTS:
        return content.decode("utf-8", "replace")


def _texts(value: object) -> Iterator[str]:
    """Yield each text and number of a JSON value as it was meant: no sign of quoting beside it."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value is not None:
        yield str(value)


def _parsed(content: bytes, media_type: str) -> object:
    """Return what some bytes say in parts.

    Raises:
        ValueError: they have none that is known.
    """
    if media_type.endswith("urlencoded"):
        return _fields(parse_qsl(content.decode(), keep_blank_values=True, strict_parsing=True))
    if content.startswith(b"--"):
        return _fields(_parts(content))
    return orjson.loads(content)


def _fields(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the fields of a form, each with its values."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _parts(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the fields of a multipart form.

    Raises:
        ValueError: it is none, or a part is no text.
    """
    boundary = content.splitlines()[0][2:]
    head = b'Content-Type: multipart/form-data; boundary="%s"\r\n\r\n' % boundary
    parts = message_from_bytes(head + content).get_payload()
    if not isinstance(parts, list):
        raise ValueError("no form")  # noqa: TRY004 - what the bytes are, not what was passed
    for part in parts:
        if not isinstance(part, Message):
            continue
        value = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        if not isinstance(value, bytes) or not isinstance(name, str):
            raise ValueError("a part of it cannot be read")  # noqa: TRY004 - as above
        yield name, value.decode()
