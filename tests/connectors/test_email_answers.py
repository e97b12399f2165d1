"""Answers in words that nobody listed, and the sets by which that is measured."""

import time

import pytest

from connectors._email_answers import judged
from connectors._email_own_words import written
from connectors._email_right_words import rights_in
from connectors._email_stop_words import Stop, stop_in
from connectors.base import Submission
from connectors.heard import RightAsked, StopAsked
from policy.rights.table import Right
from tests.connectors import email_corpus as corpus
from tests.connectors import email_unseen as unseen
from tests.connectors.email_unseen import Unseen

EASTERN = """
Отпишите меня от рассылки|Удалите меня из базы|Больше не пишите мне|Не хочу получать ваши письма|Прекратите слать спам|Стоп|Отзываю своё согласие
Відпишіть мене|Видаліть мене зі списку|Більше не пишіть мені|Не хочу отримувати ваші листи|Припиніть надсилати рекламу|Відкликаю згоду
Dezabonare|Scoateți-mă din listă|Nu mai doresc să primesc mesaje|Nu mă mai contactați|Îmi retrag consimțământul
Leiratkozás|Kérem, töröljenek a listáról|Nem kérek több levelet|Ne küldjenek több e-mailt|Szeretnék leiratkozni
Διαγράψτε με από τη λίστα|Δεν θέλω να λαμβάνω email|Μη μου ξαναστείλετε|Σταματήστε να μου στέλνετε|ΔΙΑΓΡΑΦΗ
Beni listeden çıkarın|Mail almak istemiyorum|Aboneliğimi iptal edin|Bir daha aramayın|RET|İPTAL
Už mi nepište|Zrušte odběr|Odhlaste mě|Viac mi neposielajte|Vymažte ma
"""
TO_BE_LOOKED_AT = """
This is not me, wrong person|My husband passed away|She has left the company|I will report you|GDPR!|This is spam|You idiots, leave us be
Das bin nicht ich|Er ist verstorben|nein danke|Ce monsieur est décédé|Persona equivocada|Он умер|Це не я|Rossz embert keresnek|Yanlış kişi
"""
INNOCENT = """
Our boiler stopped working|Tree removal, two oaks|It landed in my spam folder, sorry. Very interested!|No problem at all|Price list please
"""


def each(text: str) -> list[str]:
    return [part for line in text.strip().splitlines() for part in line.split("|")]


@pytest.mark.parametrize("name", unseen.SETS)
def test_each_set_of_answers_is_heard_as_well_as_it_was(name: str) -> None:
    found = unseen.score(name)
    assert found.recall >= 0.98
    assert found.false_stops <= 0.02
    assert found.stopped_as_sure == 0


@pytest.mark.parametrize("said", each(EASTERN))
def test_a_stop_in_a_language_of_the_east_is_sure(said: str) -> None:
    found = stop_in("Re: x", f"{said}\n\nPriya")
    assert found is not None
    assert found[0] is Stop.SURE


@pytest.mark.parametrize("said", each(TO_BE_LOOKED_AT))
def test_who_refuses_in_few_words_is_stopped_until_somebody_has_looked(said: str) -> None:
    readings = corpus.read(corpus.written(said, "Hello"))
    assert any(isinstance(one, StopAsked) and not one.is_sure for one in readings)
    assert any(isinstance(one, Submission | RightAsked) for one in readings)


@pytest.mark.parametrize("said", each(INNOCENT))
def test_what_only_sounds_like_a_refusal_stops_nobody(said: str) -> None:
    assert stop_in("Hello", said) is None


def test_silence_about_any_wish_counts_only_in_an_answer_to_a_mail_of_ours() -> None:
    said = Unseen("en", "Lahkun siit nimekirjast", means_stop=True)
    heard = unseen.stop_of(said)
    assert heard is not None
    assert (heard.is_sure, heard.signs) == (False, ("no_wish",))
    assert heard.tokens == ("a" * 60,)
    assert unseen.stop_of(said, has_link=False) is None


def test_a_list_unsubscribe_address_in_what_is_quoted_is_a_link_of_ours() -> None:
    body = f"Lahkun\r\n\r\n> unsubscribe: mailto:optout+{'a' * 60}@my-agency.example"
    assert "unsure" in corpus.classes(corpus.read(corpus.written(body, "Re: Offers")))
    assert "unsure" not in corpus.classes(corpus.read(corpus.written(body, "Offers")))


def test_a_long_answer_is_judged_by_its_phrases_alone() -> None:
    letter = "We met at the fair and spoke about slate. " * 30
    assert judged(f"{letter} No.", answers_ours=True) is None


def test_a_refusal_in_the_message_of_a_form_is_about_anything() -> None:
    said = "The tenants do not want it any more"
    assert stop_in("", said) is not None
    assert stop_in("", said, of_form=True) is None


def test_who_asks_where_their_address_is_from_and_refuses_is_stopped_too() -> None:
    said = "Where did you get my address from? I am not interested."
    readings = corpus.read(corpus.written(said, "Re: Offers"))
    assert [type(one) for one in readings] == [StopAsked, RightAsked]


@pytest.mark.parametrize("language", unseen.LANGUAGES)
def test_the_head_of_a_quote_is_no_word_of_the_person(language: str) -> None:
    raw = unseen.as_answer(Unseen(language, "Xyz", means_stop=False))
    body = raw.partition(b"\r\n\r\n")[2].decode().replace("\r\n", "\n")
    assert written(body, is_reply=True).own == "Xyz"


@pytest.mark.parametrize(
    "head",
    [
        "24.11.2026 10:00, My Agency пишет:",
        "24 ноября 2026 г., 10:00, My Agency написал(а):",
        "24.11.26 10:00, My Agency пише:",
        "-------- Исходное сообщение --------",
        "-----Orijinal Mesaj-----",
        "От: My Agency\nОтправлено: вторник\nКому: Мне\nТема: x",
    ],
)
def test_other_programs_begin_a_quote_in_their_own_way(head: str) -> None:
    assert written(f"Да.\n\n{head}\n\nнет", is_reply=True).own == "Да."


def test_what_a_person_wrote_before_is_not_cut_for_a_quote() -> None:
    said = "Я вам уже писал:\nотпишите меня"
    assert written(said, is_reply=True).own == said


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Удалите мои персональные данные", Right.ERASURE),
        ("Видаліть мої дані", Right.ERASURE),
        ("Ștergeți datele mele", Right.ERASURE),
        ("Töröljék az adataimat", Right.ERASURE),
        ("Διαγράψτε τα δεδομένα μου", Right.ERASURE),
        ("Kişisel verilerimi silin", Right.ERASURE),
        ("Какие данные вы храните обо мне?", Right.ACCESS),
        ("Milyen adatokat tárolnak rólam?", Right.ACCESS),
        ("Hangi bilgilerim var sizde?", Right.ACCESS),
        ("Подам жалобу в Роскомнадзор", Right.COMPLAINT),
        ("Sizi KVKK'ya bildireceğim", Right.COMPLAINT),
    ],
)
def test_what_people_of_the_east_ask_by_law_is_known(said: str, right: Right) -> None:
    assert right in rights_in("", said)


def test_an_ordinary_question_of_the_east_is_no_request_by_law() -> None:
    for said in ("Какие данные вам нужны?", "Ποια στοιχεία χρειάζεστε;", "Milyen adat kell?"):
        assert rights_in("", said) == []


@pytest.mark.parametrize(
    "piece", ["no ", "не ", "ne m'", "a", "list de ", "?!", "\n>", "ko ", "1."]
)
def test_words_take_time_in_proportion_to_the_text(piece: str) -> None:
    started = time.process_time()
    judged(piece * (900 // len(piece)), answers_ours=True)
    body = piece * (1_000_000 // len(piece))
    stop_in("Re: x", body, answers_ours=True)
    stop_in("Re: x", written(body, is_reply=True).own, answers_ours=True)
    rights_in("Re: x", body)
    assert time.process_time() - started < 2
