"""Texts are read without case, accents and disguise, and every place is found again. SCR-4."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.screening.text import alternation, folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ab_C\td\ne\rf", "ab c d e f"),
        ("Ünï", "uni"),
        ("u\u0308", "u"),
        ("ŁØĐıæŒß", "lodiaeoess"),
        ("\u2019\u2018\u00b4\u2013\u2014\u2010\u2212", "'''----"),
        ("１２٣", "123"),
        ("a\u00a0b\u200bc\u00ad", "a bc"),
        ("é_", "e "),
        ("Привет", "привет"),
    ],
)
def test_a_text_is_folded_to_what_it_means(text: str, plain: str) -> None:
    assert folded(text)[0] == plain


def test_each_folded_character_knows_where_it_came_from() -> None:
    assert list(folded("aßé\u200bx")[1]) == [0, 1, 1, 2, 4]
    assert list(folded("abc")[1]) == [0, 1, 2]


@given(st.text())
def test_places_never_run_backwards_or_out_of_the_text(text: str) -> None:
    plain, places = folded(text)
    assert len(plain) == len(places)
    assert list(places) == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@given(st.lists(st.text("ab c'", min_size=1).map(str.strip).filter(bool), min_size=1))
def test_an_alternation_finds_its_phrases_and_nothing_else(phrases: list[str]) -> None:
    found = re.compile(alternation(phrases))
    for phrase in phrases:
        assert found.fullmatch(phrase)
        assert found.fullmatch(phrase.replace(" ", "-"))
        assert found.fullmatch(phrase + "x") is None
    assert found.fullmatch("x") is None


def test_an_alternation_prefers_the_longest_phrase() -> None:
    [match] = re.findall(alternation(["heart", "heart attack", "hear"]), "heart  attack")
    assert match == "heart  attack"


def test_a_space_is_up_to_three_signs_and_an_apostrophe_may_be_missing() -> None:
    found = re.compile(alternation(["crohn's disease"]))
    for written in ("crohn's disease", "crohns-disease", "crohn's - disease", "crohns/disease"):
        assert found.fullmatch(written)
    assert found.fullmatch("crohnsdisease") is None
    assert found.fullmatch("crohns    disease") is None
