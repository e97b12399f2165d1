"""What people write when they want no more of it, and what only looks like that."""

import pytest

from connectors._email_right_words import rights_in
from connectors._email_stop_words import Stop, stop_in
from policy.rights.table import Right
from tests.connectors import email_corpus as corpus

STOPS = """
STOP|unsubscribe|Unsubscribe please!|Please stop emailing me.|Please remove me from your list
take me off this list|Do not contact me again|I don't want to receive your emails anymore|Please stop.
leave me alone|stop texting me|no more emails please|I withdraw my consent|opt out|Remove my email from your database
please stop sending me these messages|I object to the use of my data for marketing|I never want to hear from you
Bitte keine Werbung mehr|Bitte melden Sie mich vom Newsletter ab|Bitte löschen Sie mich aus dem Verteiler|Abmelden
Hiermit widerspreche ich der Nutzung meiner Daten zu Werbezwecken|Ich widerrufe meine Einwilligung
Lassen Sie mich in Ruhe|Schicken Sie mir keine E-Mails mehr
Merci de me désinscrire|Je ne souhaite plus recevoir vos mails|Désinscription|Ne m'envoyez plus de publicité
Retirez-moi de votre liste|Je m'oppose au traitement de mes données|Arrêtez de m'écrire
BAJA|Por favor, darme de baja|No deseo recibir más correos|Dejen de enviarme mensajes|No me llamen más
Cancellami|Non desidero più ricevere le vostre email|Rimuovetemi dalla lista|Smettete di scrivermi
Schrijf mij uit|Geen mail meer aub|afmelden|Ik wil niet meer benaderd worden|Vriendelijk verzoek om mij uit te schrijven
Proszę mnie wypisać|Nie chcę otrzymywać wiadomości|Wypisz|Cofam zgodę
Remova-me da lista|Não quero receber mais emails|SAIR|Parem de enviar mensagens
Avregistrera mig|Jag vill inte längre få era mejl|Ta bort mig från listan
Afmeld mig|Jeg ønsker ikke flere mails|Slet mig fra listen
Meld meg av|Jeg vil ikke ha flere e-poster
配信停止をお願いします|配信停止|今後メールを送らないでください|退会
En halua enää viestejä|Poistakaa minut listalta|Nechci dostávat e-maily|Odhlaste mě
"""
INNOCENT = """
We campaign to stop traffic on High Street and want a website.|please stop by our office on Monday
Please stop and read this: we need a quote|Ich möchte meine Bestellung stornieren
Can you call me tomorrow? I want to receive your offer.|Wir haben keine Website und brauchen eine.
Nous n'avons pas de site|We cannot stop growing|Je souhaite recevoir un devis par email
Quisiera recibir más información|Vorrei ricevere un preventivo|Do you remove wasps from roofs?
Ik wil graag een offerte ontvangen|The end of year budget is 5000|We do not have a website
I can not wait to hear from you|Jeg vil gerne have et tilbud|メールでの連絡をお願いします
Please do not hesitate to contact me|Ich freue mich auf Ihre Nachricht, keine Eile|Chcę otrzymać ofertę
Gostaria de receber um orçamento|Jag vill gärna ha en offert|Our old agency quit on us
"""


def each(text: str) -> list[str]:
    return [part for line in text.strip().splitlines() for part in line.split("|")]


@pytest.mark.parametrize("said", each(STOPS))
def test_whoever_says_stop_is_heard(said: str) -> None:
    for subject, text in (("Re: Our offers", said), (said, ""), ("Hi", f"Hello,\n\n{said}\n\nBob")):
        found = stop_in(subject, text)
        assert found is not None
        if text == said:
            assert found[0] is Stop.SURE


@pytest.mark.parametrize("said", each(INNOCENT))
def test_who_says_something_else_is_not_stopped(said: str) -> None:
    assert stop_in("Re: Our offers", said) is None


def test_what_could_be_both_is_unsure() -> None:
    found = stop_in("Question", "Does your tool have an unsubscribe page, and what does it cost?")
    assert found == (Stop.UNSURE, "doubtful_word")


def test_the_settings_can_add_words() -> None:
    assert stop_in("Re: x", "Lahkun") is None
    assert stop_in("Re: x", "Lahkun!", ("lahkun",)) == (Stop.SURE, "text_is_keyword")


def test_words_of_a_subject_that_we_wrote_stop_nobody() -> None:
    assert stop_in("Re: Stop paying too much for ads: no more emails to agencies", "Yes!") is None


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Please delete all my data", Right.ERASURE),
        ("Löschen Sie bitte alle meine Daten", Right.ERASURE),
        ("Veuillez supprimer mes données", Right.ERASURE),
        ("Please send me a copy of all personal data you hold about me", Right.ACCESS),
        ("Auskunft nach Art. 15 DSGVO über meine Daten", Right.ACCESS),
        ("Je demande l'accès à mes données", Right.ACCESS),
        ("Please correct my details", Right.RECTIFICATION),
        ("I ask for data portability", Right.PORTABILITY),
        ("I want the processing restricted: restriction of processing please", Right.RESTRICTION),
        ("This is a formal complaint", Right.COMPLAINT),
        ("Please erase everything you have about me", Right.ERASURE),
        ("I want to be forgotten", Right.ERASURE),
        ("Chiedo la cancellazione dei miei dati", Right.ERASURE),
        ("Under GDPR I request all information you have about me", Right.ACCESS),
        ("Where did you get my details from?", Right.ACCESS),
        ("Quelles données détenez-vous sur moi ?", Right.ACCESS),
        ("Vorrei sapere quali dati avete su di me", Right.ACCESS),
        ("Jakie dane o mnie posiadacie?", Right.ACCESS),
        ("You have my name wrong, please correct it", Right.RECTIFICATION),
        ("I will report you to the ICO", Right.COMPLAINT),
        ("Ich beschwere mich bei der Aufsichtsbehörde", Right.COMPLAINT),
    ],
)
def test_what_people_ask_by_law_is_known(said: str, right: Right) -> None:
    assert right in rights_in("", said)


@pytest.mark.parametrize(
    "said",
    [
        "We want a website about data",
        "Can you send me information about your services?",
        "Can you make an .ico favicon?",
        "Please update our details on the quote",
        "Une réclamation client nous pousse à refaire le site",
        "We sell access control and data loggers; need a site",
    ],
)
def test_an_ordinary_question_is_no_request_by_law(said: str) -> None:
    assert rights_in("", said) == []


@pytest.mark.parametrize(
    ("results", "proven"),
    [
        ("in.my-agency.example; dmarc=pass header.from=mail.example", True),
        ("in.my-agency.example; dmarc=fail header.from=mail.example; dkim=pass header.d=mail.example", False),
        ("in.my-agency.example; dkim=pass header.d=mail.example", True),
        ("in.my-agency.example; dkim=pass header.i=@sub.mail.example", True),
        ("in.my-agency.example; dkim=pass header.d=elsewhere.example", False),
        ("in.my-agency.example; dkim=pass header.d=example", False),
        ("in.my-agency.example; spf=pass smtp.mailfrom=mail.example", False),
        ("in.my-agency.example; dmarc=pass header.from=elsewhere.example", False),
        ("mx.elsewhere.example; dmarc=pass header.from=mail.example", False),
        ("in.my-agency.example (comment; dmarc=pass); none", False),
    ],
)  # fmt: skip
def test_a_sender_is_believed_as_our_own_server_says(results: str, *, proven: bool) -> None:
    raw = corpus.written("Please unsubscribe me", more=f"Authentication-Results: {results}\r\n")
    [stop] = corpus.read(raw)
    assert stop.is_proven is proven  # type: ignore[union-attr]


def test_only_the_topmost_result_of_our_server_counts() -> None:
    more = (
        "Authentication-Results: in.my-agency.example; dmarc=fail header.from=mail.example\r\n"
        "Authentication-Results: in.my-agency.example; dmarc=pass header.from=mail.example\r\n"
    )
    [stop] = corpus.read(corpus.written("Please unsubscribe me", more=more))
    assert stop.is_proven is False  # type: ignore[union-attr]


def test_microsoft_s_header_counts_right_below_its_own_servers() -> None:
    more = (
        "Received: from a.example by AB1.prod.outlook.com with SMTP; Tue, 24 Nov 2026 10:00:00 +0000\r\n"
        "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=mail.example;"
        " dkim=pass header.d=mail.example; dmarc=pass action=none header.from=mail.example;compauth=pass reason=100\r\n"
    )
    raw = corpus.written("Please unsubscribe me", more=more)
    [stop] = corpus.read(raw, authentication_hosts=["microsoft"])
    assert stop.is_proven is True  # type: ignore[union-attr]
    [stop] = corpus.read(raw)
    assert stop.is_proven is False  # type: ignore[union-attr]
