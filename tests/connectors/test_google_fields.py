"""From the fields of a Google lead form to a contact, answers and oddities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._google_field_types import FIELD_TYPES, NATIONAL_IDS
from connectors._google_fields import CONTACT_TYPES, read_fields
from connectors.base import Contact
from pipeline.screen import FormScreen

NATIONAL_ID_VALUES = {
    "GOVERNMENT_ISSUED_ID_CPF_BR": "52998224725",
    "GOVERNMENT_ISSUED_ID_DNI_AR": "12345678",
    "GOVERNMENT_ISSUED_ID_DNI_PE": "87654321",
    "GOVERNMENT_ISSUED_ID_RUT_CL": "123456785",
    "GOVERNMENT_ISSUED_ID_CC_CO": "1020304050",
    "GOVERNMENT_ISSUED_ID_CI_EC": "1710034065",
    "GOVERNMENT_ISSUED_ID_RFC_MX": "VECJ880326XXX",
}


def test_every_contact_field_has_its_place() -> None:
    found = read_fields(
        [
            ("FULL_NAME", "Ann Lee"),
            ("FIRST_NAME", "Ann"),
            ("LAST_NAME", "Lee"),
            ("WORK_EMAIL", "ann@work.example"),
            ("EMAIL", "ann@shop.example"),
            ("WORK_PHONE", "+442079460101"),
            ("PHONE_NUMBER", "+447700900101"),
            ("COMPANY_NAME", "Shop"),
            ("JOB_TITLE", "Owner"),
        ]
    )
    assert found.contact == Contact(
        "Ann Lee",
        "Ann",
        "Lee",
        ("ann@shop.example", "ann@work.example"),
        ("+447700900101", "+442079460101"),
        "Shop",
        "Owner",
    )
    assert (found.answers, found.remarks) == ({}, ())


@pytest.mark.parametrize("name", sorted(set(FIELD_TYPES.values()) - CONTACT_TYPES))
def test_every_other_type_is_an_answer_under_its_name(name: str) -> None:
    found = read_fields([("EMAIL", "ann@shop.example"), (name, " Yes ")])
    assert found.answers == {name.lower(): [" Yes "]}
    assert found.remarks == ()


def test_an_unknown_type_is_an_answer_under_its_number() -> None:
    assert read_fields([("4242", "38")]).answers == {"4242": ["38"]}


def test_of_several_names_the_first_is_the_contact_s_and_none_is_lost() -> None:
    names = ["Ann Lee", " ", "A. Lee", "Ann Lee", "A. Lee", "Ann B. Lee"]
    found = read_fields([("EMAIL", "ann@shop.example"), *(("FULL_NAME", name) for name in names)])
    assert found.contact.full_name == "Ann Lee"
    assert found.answers == {"full_name": ["A. Lee", "Ann B. Lee"]}
    assert found.remarks == ("several_values",)


def test_a_second_firm_is_kept_under_the_name_that_is_not_screened() -> None:
    found = read_fields([("COMPANY_NAME", "Shop"), ("COMPANY_NAME", "Diabetes Aid")])
    assert found.answers == {"company": ["Diabetes Aid"]}
    assert FormScreen(None).masking(found.answers) is None


def test_several_addresses_and_numbers_are_all_contact() -> None:
    found = read_fields(
        [("EMAIL", "b@shop.example"), ("EMAIL", "a@shop.example"), ("EMAIL", "b@shop.example")]
    )
    assert found.contact.emails == ("b@shop.example", "a@shop.example")
    assert found.remarks == ()


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_what_was_left_blank_is_no_value(blank: str) -> None:
    found = read_fields([("EMAIL", blank), ("PHONE_NUMBER", blank), ("CITY", blank)])
    assert found.contact == Contact()
    assert found.answers == {"city": []}
    assert found.remarks == ("no_contact",)


@pytest.mark.parametrize("said", ["No", "no", " NO. ", "false", "Nein", "Não", "нет", "いいえ"])
def test_who_is_not_over_18_is_a_minor(said: str) -> None:
    found = read_fields([("EMAIL", "ann@shop.example"), ("OVER_18_AGE", said)])
    assert found.remarks == ("minor",)
    assert found.answers == {"over_18_age": [said]}


@pytest.mark.parametrize("said", ["Yes", "yes!", "TRUE", "Ja", "sí", "oui", "да", "はい"])
def test_who_is_over_18_is_not_remarked_on(said: str) -> None:
    assert read_fields([("EMAIL", "a@shop.example"), ("OVER_18_AGE", said)]).remarks == ()


@pytest.mark.parametrize(
    "said", ["", "17", "I am 17", "not yet", "perhaps", "yes and no", "1", "0"]
)
def test_an_age_that_is_neither_yes_nor_no_is_unclear(said: str) -> None:
    found = read_fields([("EMAIL", "a@shop.example"), ("OVER_18_AGE", said)])
    assert found.remarks == ("age_unclear",)


def test_a_no_among_several_answers_on_age_counts() -> None:
    found = read_fields([("OVER_18_AGE", "Yes"), ("OVER_18_AGE", "No")])
    assert "minor" in found.remarks


def test_not_being_over_another_age_tells_of_no_minor() -> None:
    others = [(f"OVER_{age}_AGE", "No") for age in range(19, 66)]
    assert read_fields([("EMAIL", "a@shop.example"), *others]).remarks == ()


def test_what_was_read_prints_nothing_of_it() -> None:
    shown = repr(read_fields([("EMAIL", "ann@shop.example"), ("CITY", "Leeds")]))
    assert "ann" not in shown
    assert "Leeds" not in shown


def test_each_kind_of_national_id_has_an_example_here() -> None:
    assert set(NATIONAL_ID_VALUES) == NATIONAL_IDS


PAIRS = st.lists(
    st.tuples(
        st.sampled_from(
            ["EMAIL", "FULL_NAME", "WORK_PHONE", "CITY", "OVER_18_AGE", "4242", "JOB_TITLE"]
        ),
        st.text(max_size=5) | st.sampled_from(["Ann", "No"]),
    ),
    max_size=8,
)


@given(pairs=PAIRS)
def test_no_value_is_ever_lost(pairs: list[tuple[str, str]]) -> None:
    found = read_fields(iter(pairs))
    contact = found.contact
    kept = {contact.full_name, contact.job_title, *contact.emails, *contact.phones}
    kept |= {value for values in found.answers.values() for value in values}
    assert {value for _, value in pairs if value.strip()} <= kept
    has_contact = bool(contact.emails or contact.phones)
    assert has_contact != ("no_contact" in found.remarks)
