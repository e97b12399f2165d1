"""Which question comes first, where a mail could be several things."""

import pytest

from connectors.base import Problem, ProblemCode, Submission
from connectors.heard import Noted, NothingSaid, StopAsked
from tests.connectors import email_corpus as corpus

QUOTED = "\r\n\r\nOn Tue, 3 Nov 2026 at 10:00, Us <hello@my-agency.example> wrote:\r\n"
ANSWER = "In-Reply-To: <a@my-agency.example>\r\n"
FORM = "Name: Priya Sharma\r\nEmail: priya.sharma@mail.example\r\nMessage: A website, please.\r\n"


def alternatives(plain: str, html: str) -> bytes:
    """Return a mail that says the same in two ways, or should."""
    parts = "".join(
        f"--b\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{text}\r\n"
        for kind, text in (("plain", plain), ("html", html))
    )
    raw = corpus.written(f"{parts}--b--", subject="Re: Offers")
    return raw.replace(b"text/plain; charset=utf-8", b"multipart/alternative; boundary=b", 1)


def test_an_answer_whose_subject_says_nothing_of_it_is_read_without_what_it_quotes() -> None:
    said = f"Yes, what does it cost?{QUOTED}Our offer. No more emails? unsubscribe me here."
    for subject, more in (("Offers", ANSWER), ("Vá: Offers", ANSWER), ("Re: Offers", "")):
        [enquiry] = corpus.read(corpus.written(said, subject=subject, more=more))
        assert isinstance(enquiry, Submission)
        assert enquiry.answers["message"] == ["Yes, what does it cost?"]


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("STOP", "<p>Regards</p>"),
        ("This message needs a mail program that shows HTML.", "<p>Please unsubscribe me</p>"),
        ("Please unsubscribe me", "<p>Kind regards, Priya Sharma, Manager of things</p>"),
    ],
)
def test_a_stop_counts_in_whichever_part_it_stands(plain: str, html: str) -> None:
    readings = corpus.read(alternatives(plain, html))
    assert any(isinstance(each, StopAsked) for each in readings)


def test_an_opt_out_that_names_nobody_is_looked_at_by_somebody() -> None:
    ours = corpus.written("", subject="unsubscribe", sender="hello@my-agency.example")
    for raw in (ours, b"To: optout@my-agency.example\r\nSubject: x\r\n\r\nstop\r\n"):
        [problem] = corpus.read(raw)
        assert isinstance(problem, Problem)
        assert problem.code is ProblemCode.IN_REVIEW


def test_a_machine_that_answers_with_a_form_in_it_is_no_form() -> None:
    raw = corpus.written(
        f"I am away.\r\n\r\n{FORM}You have received a new submission.",
        subject="Your enquiry",
        more="Auto-Submitted: auto-replied\r\n",
    )
    [noted] = corpus.read(raw)
    assert isinstance(noted, Noted)
    assert noted.kind is NothingSaid.AUTO_REPLY


@pytest.mark.parametrize("more", ["Auto-Submitted: auto-generated\r\n", "Return-Path: <>\r\n"])
def test_a_form_that_says_a_machine_sends_it_is_a_form(more: str) -> None:
    raw = corpus.written(
        FORM.replace("A website", "PHPMailer or another mailer"),
        subject="New submission",
        sender="wordpress@site.example",
        more=more,
    )
    [lead] = corpus.read(raw)
    assert isinstance(lead, Submission)
    assert lead.contact.emails == ("priya.sharma@mail.example",)


@pytest.mark.parametrize(
    "subject",
    [
        "Auto: Probefahrt am Montag",
        "Out of office furniture, need more",
        "Abwesenheitsverwaltung für 20 Leute",
        "Ausência de site: quero um orçamento",
    ],
)
def test_a_subject_that_only_begins_like_an_absence_is_an_enquiry(subject: str) -> None:
    [enquiry] = corpus.read(corpus.written("What would it cost?", subject=subject))
    assert isinstance(enquiry, Submission)


@pytest.mark.parametrize(
    "subject",
    [
        "Out of Office: Re: Offers",
        "Abwesenheitsnotiz",
        "Automatic reply: Offers",
        "Frånvaro: Offers",
    ],
)
def test_a_subject_that_says_somebody_is_away_calls_for_nothing(subject: str) -> None:
    [noted] = corpus.read(corpus.written("I am back on Monday.", subject=subject))
    assert isinstance(noted, Noted)
