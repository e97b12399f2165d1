"""Every recorded mail is read as expected, whatever somebody does to its bytes."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors._email_html import text_of_html
from connectors._email_identity import message_id_of
from connectors._email_own_words import written
from connectors._email_parse import parse
from connectors._email_read import ACCEPTED, TRUNCATED
from connectors.base import Problem, ProblemCode, Submission
from connectors.heard import AddressDead, StopAsked
from tests.connectors import email_corpus as corpus
from tests.connectors import meta_corpus

MAILS = corpus.mails()
BYTES = [path.read_bytes() for path in MAILS]
STOPS = [path for path in MAILS if corpus.expected(path) in {"optout", "complaint", "unsure"}]


@pytest.mark.parametrize("path", MAILS, ids=meta_corpus.name_of)
def test_a_recorded_mail_is_read_as_expected(path: Path) -> None:
    readings = corpus.read(path.read_bytes())
    wanted = corpus.expected(path)
    assert wanted == "hostile" or wanted in corpus.classes(readings)
    meta_corpus.assert_golden(path, corpus.as_json(readings))


def test_the_corpus_is_large_and_has_every_class() -> None:
    assert len(MAILS) >= 100
    words = {"enquiry", "form", "optout", "unsure", "right", "complaint", "bounce", "noted"}
    assert words | {"spam", "review", "hostile"} == {corpus.expected(path) for path in MAILS}


@pytest.mark.parametrize("path", STOPS, ids=meta_corpus.name_of)
def test_no_stop_is_missed_in_whatever_way_it_came(path: Path) -> None:
    raw = path.read_bytes()
    junk = b"X-Spam-Flag: YES\r\n" + raw
    for each in (raw, junk, b"From someone Tue Nov 24 10:00:00 2026\n" + raw):
        stops = [one for one in corpus.read(each) if isinstance(one, StopAsked)]
        assert stops
        assert all(one.emails or one.tokens for one in stops)


@pytest.mark.parametrize("path", STOPS, ids=meta_corpus.name_of)
def test_a_stop_counts_even_where_only_the_beginning_was_fetched(path: Path) -> None:
    readings = corpus.read(path.read_bytes(), TRUNCATED)
    assert any(isinstance(each, StopAsked) for each in readings)
    assert [each.code for each in readings if isinstance(each, Problem)] == [ProblemCode.TOO_LARGE]
    assert not any(isinstance(each, Submission) for each in readings)


def test_no_mail_ever_agrees_to_marketing_unless_the_settings_say_which_words_were_ticked() -> None:
    for path in MAILS:
        for reading in corpus.read(path.read_bytes(), forms=[]):
            if isinstance(reading, Submission):
                assert not reading.boxes


def test_a_tick_counts_only_where_the_form_s_own_domain_vouches_for_the_mail() -> None:
    def ticked(name: str) -> bool | None:
        [reading] = corpus.read((corpus.ROOT / f"{name}.eml").read_bytes())
        assert isinstance(reading, Submission)
        assert reading.boxes is not None
        return reading.boxes[0].is_ticked

    assert ticked("form_configured") is True
    assert ticked("form_configured_no") is False
    assert ticked("form_configured_unproven") is None


def test_junk_that_somebody_looked_at_is_read_as_what_it_is() -> None:
    raw = (corpus.ROOT / "spam_flagged.eml").read_bytes()
    assert corpus.classes(corpus.read(raw)) == {"spam"}
    assert corpus.classes(corpus.read(raw, ACCEPTED)) == {"enquiry"}


def test_a_mail_is_the_same_wherever_it_is_met() -> None:
    raw = corpus.written("We need a website.")
    again = b"Received: from elsewhere.example; Wed, 25 Nov 2026 10:00:00 +0000\r\n" + raw
    assert message_id_of(parse(raw)) == message_id_of(parse(again))
    assert message_id_of(parse(raw)) != message_id_of(parse(raw.replace(b"website", b"poster")))
    other = raw.replace(b"priya.sharma", b"tom.baker")
    assert message_id_of(parse(raw)) != message_id_of(parse(other))


def test_a_bounce_names_only_addresses_that_are_dead_for_good() -> None:
    [dead] = corpus.read((corpus.ROOT / "bounce_two.eml").read_bytes())
    assert isinstance(dead, AddressDead)
    assert dead.emails == ("priya.sharma@mail.example",)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<b>b</b> c</p>", "ab c"),
        ("<p>a</p><p>b</p>c", "a\nb\nc"),
        ("<table><tr><td>Name</td><td>Priya</td></tr></table>", "Name\tPriya"),
        ("a<br>b", "a\nb"),
        ("a<span style='display: none'>hidden</span><script>x()</script>", "a"),
        ("<blockquote>said</blockquote>", "> said"),
        ("", ""),
        ("<", "<"),
    ],
)
def test_html_is_read_as_people_see_it(html: str, text: str) -> None:
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("Yes.\n\nOn Tue, 3 Nov 2026 at 10:00, Us <a@us.example> wrote:\n> no", "Yes."),
        ("Ja.\n\nAm 03.11.2026 um 10:00 schrieb Us <a@us.example>:\n> nein", "Ja."),
        ("Oui.\n\nLe mar. 3 nov. 2026 à 10:00, Us <a@us.example> a écrit :\n> non", "Oui."),
        ("Sí.\n\nEl mar, 3 nov 2026 a las 10:00, Us (<a@us.example>) escribió:\n> no", "Sí."),
        ("Tak.\n\nW dniu wt., 3 lis 2026 o 10:00 Us <a@us.example> napisał(a):\n> nie", "Tak."),
        ("Ja.\n\nOp di 3 nov 2026 om 10:00 schreef Us <a@us.example>:\n> nee", "Ja."),
        ("Sim.\n\nEm ter., 3 de nov. de 2026, Us <a@us.example> escreveu:\n> não", "Sim."),
        ("Yes.\n\n-----Original Message-----\nFrom: Us\nSubject: x\n\nno", "Yes."),
        ("Yes.\n\nFrom: Us <a@us.example>\nSent: Tuesday\nTo: Me\nSubject: x\n\nno", "Yes."),
        ("> question\n\nanswer below", "answer below"),
        ("Yes.\n-- \nPriya\nunsubscribe", "Yes."),
    ],
)
def test_what_people_quote_is_not_taken_for_what_they_say(body: str, own: str) -> None:
    assert written(body, is_reply=True).own == own


def assert_read(raw: bytes) -> None:
    """Check that a mail is read in bounded time into something."""
    started = time.process_time()
    readings = corpus.read(raw)
    assert readings
    assert time.process_time() - started < 5


def _mutated(data: st.DataObject) -> bytes:
    raw = data.draw(st.sampled_from(BYTES))
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
    match data.draw(st.integers(0, 5)):
        case 0:
            return raw[:start]
        case 1:
            return raw[:start] + data.draw(st.binary(max_size=200)) + raw[end:]
        case 2:
            charset = data.draw(st.sampled_from([b"utf-16", b"utf-7", b"hex", b"x\xff", b"ebcdic"]))
            return raw.replace(b"utf-8", charset)
        case 3:
            return raw.replace(b": ", b":\r\n ", data.draw(st.integers(0, 9)))
        case 4:
            return raw.replace(b"text/plain", b'multipart/mixed; boundary="x"') + raw
        case _:
            return raw[end:] + raw[:start]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.large_base_example])
@given(st.data())
def test_whatever_is_done_to_a_mail_it_is_read_or_set_aside(data: st.DataObject) -> None:
    assert_read(_mutated(data))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3_000))
def test_any_bytes_are_read_or_set_aside(raw: bytes) -> None:
    assert_read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"x" * 1_000_000 + b"\r\n\r\nhello",
        b"X-A: b\r\n" * 200_000 + b"\r\nhello",
        b"From: a@x.example\r\n\r\n" + b"a\n \n" * 400_000,
        b"From: a@x.example\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 1_000_000,
        b"From: a@x.example\r\nContent-Type: text/html\r\n\r\n" + b"<table><tr><td>x" * 200_000,
        b"From: a@x.example\r\nSubject: Re: x\r\n\r\n" + b"On " + b"a " * 400_000,
        b"From: a@x.example\r\nSubject: Re: x\r\n\r\n" + b"do not " * 300_000,
        b"From: " + b"<" * 100_000 + b"\r\n\r\nhello",
        b"From: a@x.example\r\nTo: " + b"a@b.example, " * 100_000 + b"\r\n\r\nhello",
        b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\nFrom: a@x.example\r\n\r\nhello",
        b"From: a@x.example\r\n\r\n" + b"Name: x\nEmail: y\n" * 100_000,
        b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
        + b"--a\r\n\r\nx\r\n" * 100_000,
    ],
    ids=range(12),
)
def test_what_is_made_to_hurt_is_read_in_bounded_time(raw: bytes) -> None:
    assert_read(raw)
