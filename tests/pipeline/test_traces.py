"""An address or number is found in bytes however they are written, and nobody else's is."""

import base64
import html
import json
import quopri
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import quote, urlencode

import pytest

from pipeline.traces import Traces, found_in
from tests.build import email, phone

ADDRESS = "priya.sharma@mail.example"
NUMBER = "+447700900123"


def _mail(text: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message.set_content(f"Größe: {text}\n" * 3, cte="base64")
    return bytes(message)


def _nested(text: str) -> bytes:
    form = urlencode({"said": json.dumps({"a": text})})
    return json.dumps({"body": base64.b64encode(form.encode()).decode()}).encode()


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 big-endian": lambda text: (f"a {text}").encode("utf-16-be"),
    "percent": lambda text: f"e={quote(text, safe='')}&b=1".encode(),
    "every letter in percent": lambda text: "".join(f"%{ord(c):02X}" for c in text).encode(),
    "form": lambda text: urlencode({"e": f"\n{text}"}).encode(),
    "json": lambda text: json.dumps({"e": f"a\n{text}\tb"}).encode(),
    "json escapes": lambda text: "".join(f"\\u{ord(c):04x}" for c in text).encode(),
    "html": lambda text: html.escape(f"<a href='mailto:{text}'>").encode(),
    "html numbers": lambda text: "".join(f"&#{ord(c)};" for c in text).encode(),
    "quoted-printable": lambda text: quopri.encodestring(b"Gr\xc3\xbc\xc3\x9fe " + text.encode()),
    "every letter quoted": lambda text: "".join(f"={ord(c):02X}" for c in text).encode(),
    "header of a mail": lambda text: f"To: =?utf-8?Q?{text.replace('@', '=40')}?=".encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 for URLs": lambda text: b"t=" + base64.urlsafe_b64encode(b"\xfb\xff" + text.encode()),
    "base64 of a mail": _mail,
    "nested": _nested,
    "broken json": lambda text: b'{"id": 1, "e": "' + text.encode() + b'"\xff\xfe',
}


@pytest.mark.parametrize("value", [ADDRESS, NUMBER])
@pytest.mark.parametrize("way", WRITTEN)
def test_it_is_found_however_it_is_written(way: str, value: str) -> None:
    identifier = email(value) if "@" in value else phone(value)
    assert Traces([identifier]).are_in(WRITTEN[way](value))


@pytest.mark.parametrize(
    "other",
    [
        "x.priya.sharma@mail.example",
        "priya.sharma@mail.example.org",
        "priya.sharma@mail.examples",
        "priya_sharma@mail.example",
        "+4477009001234",
        "+447700900124",
        "1447700900123",
    ],
)
@pytest.mark.parametrize("way", ["utf-8", "percent", "json", "base64"])
def test_somebody_else_is_not_taken_for_them(other: str, way: str) -> None:
    assert not Traces([email(ADDRESS), phone(NUMBER)]).are_in(WRITTEN[way](other))


@pytest.mark.parametrize(
    "dialled",
    ["07700 900123", "+44 (0)7700 900 123", "0044 7700-900-123", "7700900123", "44 7700 900123"],
)
def test_a_number_is_found_as_people_write_it(dialled: str) -> None:
    assert Traces([phone(NUMBER)]).are_in(f"Ring me: {dialled}.".encode())


def test_a_foreign_domain_is_found_in_letters() -> None:
    traces = Traces([email("anna@xn--bcher-kva.example")])
    assert traces.are_in("Anna@Bücher.example".encode())
    assert traces.are_in(b"anna@xn--bcher-kva.example")


def test_without_identifiers_nothing_is_found() -> None:
    assert not Traces([]).are_in(b"priya.sharma@mail.example")


@pytest.mark.parametrize("value", [ADDRESS, NUMBER])
@pytest.mark.parametrize("way", WRITTEN)
def test_without_knowing_whom_to_look_for_it_is_found_as_well(way: str, value: str) -> None:
    identifier = email(value) if "@" in value else phone(value)
    assert identifier in found_in(WRITTEN[way](value))
