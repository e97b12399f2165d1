"""Notifications of forms that nobody described: the person is who stands in them, or nobody is."""

import pytest

from connectors.base import Problem, ProblemCode, Submission
from connectors.heard import Noted
from tests.connectors import email_corpus as corpus

SITE = "My Site <wordpress@site.example>"
OURS = "hello@my-agency.example"


def form_of(body: str, sender: str = SITE) -> Submission:
    [lead] = corpus.read(corpus.written(body, subject="Website", sender=sender))
    assert isinstance(lead, Submission)
    assert lead.origin["class"] == "form"
    assert not lead.boxes
    return lead


@pytest.mark.parametrize(
    "labels",
    [
        ("Naam", "E-mailadres", "Telefoonnummer", "Bericht"),
        ("Imię i nazwisko", "Adres e-mail", "Telefon", "Wiadomość"),
        ("お名前", "メールアドレス", "電話番号", "メッセージ本文"),
        ("Full Name", "User Email", "Phone Number", "Message"),
        ("Namn", "E-post", "Telefon", "Meddelande"),
    ],
    ids=lambda labels: labels[0],
)
def test_the_labels_of_many_languages_name_the_person(labels: tuple[str, ...]) -> None:
    values = ("Priya Sharma", "priya@mail.example", "+447700900111", "Hello there")
    lead = form_of("\r\n".join(f"{a}: {b}" for a, b in zip(labels, values, strict=True)))
    assert lead.contact.full_name == "Priya Sharma"
    assert lead.contact.emails == ("priya@mail.example",)
    assert lead.contact.phones == ("+447700900111",)
    assert lead.answers["message"] == ["Hello there"]


@pytest.mark.parametrize("sender", [SITE, "Info <info@site.example>", OURS])
def test_a_role_or_one_s_own_address_is_not_the_person_of_a_form(sender: str) -> None:
    lead = form_of("Name: Priya\r\nEmail: priya@mail.example\r\nMessage: A price?", sender)
    assert lead.contact.emails == ("priya@mail.example",)


@pytest.mark.parametrize("sender", [SITE, OURS])
def test_a_form_without_an_address_gives_a_lead_without_one(sender: str) -> None:
    lead = form_of("Name: Priya\r\nPhone: +447700900111\r\nMessage: Call me", sender)
    assert lead.contact.emails == ()
    assert lead.contact.phones == ("+447700900111",)


def test_a_second_person_in_the_message_does_not_become_part_of_the_first() -> None:
    lead = form_of(
        "Name: Priya\r\nEmail: priya@mail.example\r\nMessage: hi\r\nEmail: tom@mail.example"
    )
    assert lead.contact.emails == ("priya@mail.example",)
    assert lead.answers["Email"] == ["tom@mail.example"]
    assert "label_repeated" in lead.remarks


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        ("Question: how much?\r\nBudget: 4000", SITE),
        ("You have a new lead. Log in to see it.", "Ads <noreply@ads.example>"),
        ("Something: from our own site", OURS),
    ],
)
def test_what_a_machine_writes_in_a_layout_of_its_own_is_looked_at(body: str, sender: str) -> None:
    [problem] = corpus.read(corpus.written(body, subject="New", sender=sender))
    assert isinstance(problem, Problem)
    assert problem.code is ProblemCode.IN_REVIEW


def test_an_answer_of_our_own_calls_for_nothing() -> None:
    more = "In-Reply-To: <a@mail.example>\r\n"
    [noted] = corpus.read(corpus.written("Thank you.", "Re: x", sender=OURS, more=more))
    assert isinstance(noted, Noted)
