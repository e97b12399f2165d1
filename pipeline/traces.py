"""Find an address or a number in bytes that nobody could read, however they are written there.

What was set aside is in no known shape, so it is read in every way that a mail, a form or a file
may be written in: UTF-8 and UTF-16, percent signs, quoted-printable, base64, escapes of JSON and
HTML.
"""

import base64
import binascii
import html
import quopri
import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote_plus

from policy.free_text import ADDRESS, DIGITS, numbers_in
from policy.identity import normalise_email, normalise_phone
from policy.vocabulary import Identifier, IdentifierKind

DEPTH = 3
"""How often one way of writing may stand within another: a form, in a JSON text, in base64."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}(?:\r?\n[ \t]*[A-Za-z0-9+/_-]+)*")
_BLANKS = re.compile(r"\s+")
_JSON_SIGN = re.compile(r"\\u([0-9a-fA-F]{4})")
_JSON_BLANK = re.compile(r"\\[bfnrt]")
_BETWEEN_DIGITS = r"[\s().\-/\u00a0\u2010-\u2015\u2212]{0,3}"
_NO_DIGIT = re.compile(r"\D+")
_SHORTEST_NATIONAL = 7
_ALIGNMENTS = 4


def readings(content: bytes, shortest: int = 0) -> Iterator[str]:
    """Yield every text that some bytes can be read as, in lower case, each once.

    `shortest` is how many signs what is looked for has at least: what is too short in base64 to
    hold it is not read.
    """
    found = waiting = set(_texts(content))
    for _ in range(DEPTH):
        waiting = {each for text in waiting for each in _unwrapped(text, shortest)} - found
        found |= waiting
    yield from {text.lower() for text in found}


def _texts(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    if b"\0" in content:
        for start in (0, 1):  # it may begin in the middle of a sign
            yield content[start:].decode("utf-16-le", "replace")
            yield content[start:].decode("utf-16-be", "replace")


def _unwrapped(text: str, shortest: int) -> Iterator[str]:
    """Yield what a text says where parts of it are written in another way."""
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield unquote_plus(text)
    if "\\" in text:
        plain = _JSON_SIGN.sub(lambda sign: chr(int(sign[1], 16)), text)
        yield _JSON_BLANK.sub(" ", plain).replace("\\", "")
    if "=" in text:
        yield quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    for run in _BASE64.findall(text):
        letters = _BLANKS.sub("", run).replace("-", "+").replace("_", "/")
        # four letters are three bytes; and of digits alone no third byte is ASCII
        if len(letters) * 3 // 4 < shortest or letters.isdigit():
            continue
        for start in range(_ALIGNMENTS):  # what stands before it may look like a part of it
            yield from _of_base64(letters[start:])


def _of_base64(letters: str) -> Iterator[str]:
    whole = letters[: len(letters) // 4 * 4]
    rest = letters[len(whole) :]
    try:
        content = base64.b64decode(whole + (rest + "=" * (4 - len(rest)) if len(rest) > 1 else ""))
    except binascii.Error:
        return
    text = content.decode("utf-8", "replace")
    if text.count("\N{REPLACEMENT CHARACTER}") * 4 < len(text) or b"\0" in content:
        yield from _texts(content)


class Traces:
    """Knows the ways in which some addresses and numbers may be written."""

    def __init__(self, identifiers: Collection[Identifier]) -> None:
        """Prepare the search; without identifiers nothing is ever found."""
        ways = [way for identifier in identifiers for way in _ways(identifier)]
        self._pattern = re.compile("|".join(ways)) if ways else None
        of_kind = {kind: [i for i in identifiers if i.kind is kind] for kind in IdentifierKind}
        self._addresses = [
            way for i in of_kind[IdentifierKind.EMAIL] for way in _spellings(i.value)
        ]
        self._numbers = {way for i in of_kind[IdentifierKind.PHONE] for way in _dialled(i.value)}
        self._shortest = min(map(len, (*self._addresses, *self._numbers)), default=0)

    def are_in(self, content: bytes) -> bool:
        """Say whether one of the identifiers stands in some bytes."""
        pattern = self._pattern
        if pattern is None:
            return False
        found = readings(content, self._shortest)
        return any(self._may_be_in(text) and pattern.search(text) for text in found)

    def _may_be_in(self, text: str) -> bool:
        """Say whether it is worth to look more closely, which takes ten times as long."""
        if any(address in text for address in self._addresses):
            return True
        digits = _NO_DIGIT.sub("", text) if self._numbers else ""
        return any(number in digits for number in self._numbers)


_REGION = "GB"


def found_in(content: bytes) -> set[Identifier]:
    """Return every address and number that stands in some bytes, as far as one can tell.

    It errs on the side of too many: what is no address or number is on no list either. A number
    without a country code is taken for a British one.
    """
    return {each for text in readings(content) for each in found_in_text(text)}


def found_in_text(text: str) -> Iterator[Identifier]:
    """Yield every address and number that stands in a text in plain sight; as above."""
    for written in ADDRESS.findall(text):
        # letters of quoting may stick to the front: `?q?anna@…`
        for start in {0, *(sign.end() for sign in re.finditer(r"[^\w.+-]", written))}:
            if address := normalise_email(written[start:].rstrip(".-")):
                yield Identifier(IdentifierKind.EMAIL, address)
    for written in DIGITS.findall(text):
        for _, _, number in numbers_in(written, _read):
            yield Identifier(IdentifierKind.PHONE, number)


def _read(written: str) -> str | None:
    return normalise_phone(written, _REGION)


def _ways(identifier: Identifier) -> Iterator[str]:
    """Yield patterns of an identifier as a whole: anna@ is not in joanna@."""
    if identifier.kind is IdentifierKind.EMAIL:
        for address in _spellings(identifier.value):
            yield rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)"
        return
    for digits in _dialled(identifier.value):
        yield rf"(?<!\d){_BETWEEN_DIGITS.join(digits)}(?!\d)"


def _spellings(address: str) -> Iterator[str]:
    yield address.lower()
    local, _, domain = address.rpartition("@")
    if "xn--" in domain:
        with_letters = domain.encode("ascii").decode("idna")
        yield f"{local}@{with_letters}".lower()


def _dialled(number: str) -> Iterator[str]:
    """Yield a number as it is written at home and abroad."""
    import phonenumbers  # noqa: PLC0415 - slow to load, and needed by an erasure only

    known = phonenumbers.parse(number)
    national = phonenumbers.national_significant_number(known)
    yield f"{known.country_code}{national}"
    yield f"{known.country_code}0{national}"
    yield f"0{national}"
    if len(national) >= _SHORTEST_NATIONAL:
        yield national
