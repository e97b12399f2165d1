"""Mails that lie about how they are written, or do not say: what stands in them is read."""

import pytest

from connectors._email_parse import parse
from connectors.base import Submission
from connectors.heard import StopAsked
from tests.connectors import email_corpus as corpus


@pytest.mark.parametrize(
    "charset",
    [
        "utf-16", "utf-16le", "utf-32", "cp037", "cp500", "IBM-037", "utf-7", "hex", "rot13", "zip",
        "punycode", "unicode_escape", "iso-2022-jp", "undefined", "x-unknown", "", "\xff",
    ],
)  # fmt: skip
def test_a_stop_counts_whatever_its_charset_is_said_to_be(charset: str) -> None:
    raw = corpus.written("Please unsubscribe me", subject="Re: Offers")
    lying = raw.replace(b"charset=utf-8", f"charset={charset}".encode("latin-1"))
    [stop] = corpus.read(lying)
    assert isinstance(stop, StopAsked)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_header_that_was_sent_in_bare_bytes_is_read(encoding: str) -> None:
    head = "From: Zoë Müller <zoe@mail.example>\r\nSubject: Für Ihre schöne Seite\r\n"
    rest = b"To: hello@my-agency.example\r\n\r\nWe need a website.\r\n"
    [enquiry] = corpus.read(head.encode(encoding) + rest)
    assert isinstance(enquiry, Submission)
    assert enquiry.contact.full_name == "Zoë Müller"
    assert enquiry.answers["subject"] == ["Für Ihre schöne Seite"]


def test_each_header_of_a_name_is_found_whatever_its_case() -> None:
    mail = parse(b"X-A: one\r\nx-a: two\r\n\r\n")
    assert mail.headers("X-a") == ["one", "two"]
    assert mail.header("x-b") == ""
