"""What a question asks for and what people write, found and masked. Rules: SCR-1 to SCR-8."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.screening.screen import Hit, QuestionScreen, masked, screen
from policy.screening.terms import (
    ASKING,
    IDENTITIES,
    NATIONAL_ID_TYPES,
    SELF,
    TERMS,
    SensitiveCategory,
)
from policy.vocabulary import NoticeQuestion

HEALTH, NATIONAL_ID = SensitiveCategory.HEALTH, SensitiveCategory.NATIONAL_ID
OPEN = NoticeQuestion("more", "Anything else?", "CUSTOM")


def shown(answer: str, question: NoticeQuestion = OPEN) -> str:
    """Return an answer as it would be kept."""
    return masked(answer, screen(question, answer))


def listed(lists: dict[SensitiveCategory, str]) -> list[tuple[SensitiveCategory, str]]:
    return [(kind, phrase) for kind, phrases in lists.items() for phrase in phrases.split(", ")]


def _mask(category: SensitiveCategory) -> str:
    return f"[masked: {category.value}]"


# SCR-1
@pytest.mark.parametrize("vendor_type", sorted(NATIONAL_ID_TYPES))
def test_the_answer_to_a_national_id_question_is_masked_whole(vendor_type: str) -> None:
    question = NoticeQuestion("q1", "Please fill in", vendor_type)
    assert screen(question, "anything at all") == (Hit(NATIONAL_ID, "q1", 0, 15),)
    assert shown("anything at all", question) == "[masked: national_id]"


def test_the_vendors_types_of_national_ids_are_all_known() -> None:
    meta = ["ID_AR_DNI", "ID_CL_RUT", "ID_CO_CC", "ID_CPF", "ID_EC_CI", "ID_MX_RFC", "ID_PE_DNI"]
    google = ["CC_CO", "CI_EC", "CPF_BR", "DNI_AR", "DNI_PE", "RFC_MX", "RUT_CL"]
    assert sorted(NATIONAL_ID_TYPES) == [*(f"GOVERNMENT_ISSUED_ID_{g}" for g in google), *meta]


# SCR-2
@pytest.mark.parametrize(("category", "phrase"), listed(dict(ASKING)))
def test_a_question_that_asks_for_sensitive_content_has_its_whole_answer_masked(
    category: SensitiveCategory, phrase: str
) -> None:
    by_label = NoticeQuestion("q7", f"1. {phrase.capitalize()}?", "CUSTOM")
    by_key = NoticeQuestion(phrase.replace(" ", "_"), "", "")
    for question in (by_label, by_key):
        found = QuestionScreen.of(question)
        assert found.asks_for is not None
        assert found.hits("no") == (Hit(found.asks_for, question.key, 0, 2),)
    assert QuestionScreen.of(by_label).asks_for in (category, _first_term_of(phrase))


def _first_term_of(phrase: str) -> SensitiveCategory | None:
    """Return the category of a phrase that both lists have; what is asked for counts first."""
    return next((kind for kind, listed_ in listed(dict(ASKING)) if listed_ in phrase), None)


def test_a_question_about_a_condition_by_name_asks_for_health() -> None:
    question = NoticeQuestion("q1", "Do you have diabetes?", "CUSTOM", ("Yes", "No"))
    assert shown("No", question) == "[masked: health]"


def test_a_questions_key_speaks_before_its_wording() -> None:
    question = NoticeQuestion("religion", "Your trade union?", "CUSTOM")
    assert QuestionScreen.of(question).asks_for is SensitiveCategory.RELIGION


@pytest.mark.parametrize(
    "label",
    [
        "Which health insurance do you offer?",
        "Is your firm in health and beauty?",
        "Would you like a free website diagnosis?",
        "Do you have a business bank account?",
        "Which race will you run?",
        "What is your golf handicap?",
        "Edad del niño",
        "What is your order number?",
        "Do you work for the NHS?",
        "What is your monthly budget?",
        "Date of birth",
        "Gender",
    ],
)
def test_a_question_of_business_asks_for_nothing_sensitive(label: str) -> None:
    assert QuestionScreen.of(NoticeQuestion("q1", label, "CUSTOM")).asks_for is None


# SCR-4
@pytest.mark.parametrize(("category", "phrase"), listed(dict(TERMS)))
def test_a_word_of_the_list_is_masked_where_it_stands(
    category: SensitiveCategory, phrase: str
) -> None:
    for written in (phrase, phrase.upper(), phrase.replace(" ", "_"), phrase.replace(" ", "-  ")):
        kept = shown(f"Well, {written}, so be it.")
        assert kept == f"Well, {_mask(category)}, so be it."


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("I have diabetes.", "I have [masked: health]."),
        ("diabetes", "[masked: health]"),
        ("two migraines a week", "two [masked: health] a week"),
        ("my mum's cancer's back", "my mum's [masked: health] back"),
        ("Crohns and Parkinson\u2019s", "[masked: health] and [masked: health]"),
        ("hiv/cancer", "[masked: health]/[masked: health]"),
        ("le diabe\u0300te", "le [masked: health]"),
        ("die dia\u200bbetes\u0301, ja", "die [masked: health], ja"),
        ("ＣＡＮＣＥＲ!", "[masked: health]!"),  # noqa: RUF001 - full-width letters
        ("W CIĄŻY", "[masked: health]"),
        ("niepełnosprawny", "[masked: health]"),
        ("straße, cancer", "straße, [masked: health]"),
        ("a heart\nattack", "a [masked: health]"),
        ("İ cancer ß HIV", "İ [masked: health] ß [masked: health]"),
        ("member of the GMB and HIV", "[masked: trade_union] and [masked: health]"),
        ("sex offender with PTSD", "[masked: criminal] with [masked: health]"),
    ],
)
def test_case_accents_plurals_and_invisible_signs_hide_nothing(answer: str, kept: str) -> None:
    assert shown(answer) == kept


@pytest.mark.parametrize(
    "answer",
    [
        "We need more leads for our shop",
        "anticancerous",
        "A stroke of luck; blinds, curtains and a brush stroke",
        "We are a credit union of the European Union",
        "my surgery has five doctors and needs a website",
        "a dental clinic, a church, a catholic school and a DNA of growth",
        "hearing aids",
        "a miscarriage of justice",
        "my account was disabled, I am blindsided",
        "white label and black friday",
        "I was right, on probation, on parole avenue",
        "zodiac sign: Leo",
        "my knee hurts",
    ],
)
def test_words_that_mostly_mean_something_else_are_left(answer: str) -> None:
    assert screen(OPEN, answer) == ()


# SCR-5
@pytest.mark.parametrize(("category", "identity"), listed(dict(IDENTITIES)))
def test_what_people_say_they_are_is_masked(category: SensitiveCategory, identity: str) -> None:
    assert shown(f"Hi, I am {identity} and") == f"Hi, I am {_mask(category)} and"
    assert shown(f"the {identity} market") in (
        f"the {identity} market",
        f"the {_mask(category)} market",  # where the word tells by itself
    )


@pytest.mark.parametrize("opening", SELF.split(", "))
def test_people_say_what_they_are_in_many_ways(opening: str) -> None:
    for article in ("", "a ", "an ", "ein ", "eine ", "un ", "une "):
        said = f"Yes: {opening} {article}"
        assert shown(f"{said}lesbian.") == f"{said}[masked: sex_life]."


@pytest.mark.parametrize(
    "answer",
    [
        "I am Christian from Nectra",
        "gay bar",
        "a Muslim wedding planner",
        "I am black-listed",
        "I am the Jewish museum's printer",
        "we sell to deaf people",
        "Siam gay",
    ],
)
def test_a_name_or_a_market_says_nothing_of_the_writer(answer: str) -> None:
    expected = "I am [masked: ethnicity]-listed" if "listed" in answer else answer
    assert shown(answer) == expected


# SCR-6
def test_an_option_of_the_form_is_masked_whole_only_if_it_is_sensitive_itself() -> None:
    offered = ("A clinic", "I have diabetes, type 2", "None")
    question = NoticeQuestion("q1", "What fits you?", "CUSTOM", offered)
    assert [shown(option, question) for option in offered] == [
        "A clinic",
        "[masked: health]",
        "None",
    ]
    typed = replace(question, options=())
    assert shown(offered[1], typed) == "I have [masked: health], type 2"


# SCR-7
@pytest.mark.parametrize("category", list(SensitiveCategory))
def test_what_is_masked_already_stays_as_it_is(category: SensitiveCategory) -> None:
    question = NoticeQuestion("q1", "Your religion?", "CUSTOM")
    for asked in (question, OPEN):
        assert screen(asked, _mask(category)) == ()
    assert screen(OPEN, f"about {_mask(category)} and so on") == ()


@pytest.mark.parametrize("answer", ["", " ", "\t\n"])
def test_no_answer_tells_nothing(answer: str) -> None:
    assert screen(NoticeQuestion("q1", "Your religion?", "CUSTOM"), answer) == ()


# SCR-8
def test_a_hit_says_what_and_where_and_never_the_content() -> None:
    [hit] = screen(OPEN, "I have diabetes.")
    assert hit == Hit(HEALTH, "more", 7, 15)
    assert "diabetes" not in repr(hit)


def test_a_text_without_hits_is_itself() -> None:
    assert masked("as it came", ()) == "as it came"


def test_what_overlaps_is_masked_once_up_to_the_end_of_the_longest() -> None:
    # "my mental health" and "mental health problem" share two words
    assert shown("it is my mental health problem now") == "it is [masked: health] problem now"
    assert shown("I am HIV positive") == "I am [masked: health]"
    assert shown("I am gay and a Muslim") == "I am [masked: sex_life] and a Muslim"


@given(
    st.lists(
        st.sampled_from(
            [
                *("diabetes", "my faith", "I am gay", "4111 1111 1111 1111", "hello", "ß", "é"),
                *(" ", ",", "I'm", "a", "529.982.247-25", "\u200b", "on bail", "07700 900123"),
            ]
        ),
        max_size=12,
    )
)
def test_hits_are_in_order_apart_and_within_and_leave_nothing_of_what_they_cover(
    pieces: list[str],
) -> None:
    answer = " ".join(pieces)
    hits = screen(OPEN, answer)
    edges = [edge for hit in hits for edge in (hit.start, hit.end)]
    assert edges == sorted(edges)
    assert all(0 <= hit.start < hit.end <= len(answer) for hit in hits)
    kept = masked(answer, hits)
    for told in ("diabetes", "faith", "4111", "529.982", "bail"):
        assert told not in kept
    assert kept.count("07700 900123") == answer.count("07700 900123")
