"""Normalising e-mail addresses and telephone numbers."""

import string
import unicodedata

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from policy.identity import (
    GENERIC_MAILBOXES,
    identifiers,
    is_generic_mailbox,
    normalise_email,
    normalise_phone,
)
from policy.vocabulary import Identifier, IdentifierKind

EMAIL, PHONE = IdentifierKind.EMAIL, IdentifierKind.PHONE
LONG_DOMAIN = ".".join(["a" * 60] * 3) + ".example"


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("priya@post.example", "priya@post.example"),
        ("  Priya.Shah@POST.Example\n", "priya.shah@post.example"),
        ("PRIYA+News@post.example", "priya+news@post.example"),
        ("o'hara_1%x@post.example", "o'hara_1%x@post.example"),
        ("priya@bücher.example", "priya@xn--bcher-kva.example"),
        ("priya@BÜCHER.example", "priya@xn--bcher-kva.example"),
        ("priya@bu\u0308cher.example", "priya@xn--bcher-kva.example"),
        ("priya@xn--bcher-kva.example", "priya@xn--bcher-kva.example"),
        ("Jos\u00e9@post.example", "jos\u00e9@post.example"),
        ("Jose\u0301@post.example", "jos\u00e9@post.example"),
        ("ÉLODIE@bücher.example", "élodie@xn--bcher-kva.example"),
        ("a" * 64 + "@post.example", "a" * 64 + "@post.example"),
        # longer than RFC 5321 has it, but in use: an opt-out must find it
        ("A" * 65 + "@post.example", "a" * 65 + "@post.example"),
        ("é" * 65 + "@post.example", "é" * 65 + "@post.example"),
    ],
)
def test_an_address_is_compared_in_one_form(given_text: str, expected: str) -> None:
    assert normalise_email(given_text) == expected


@pytest.mark.parametrize(
    "junk",
    [
        "",
        " ",
        "@",
        "priya",
        "priya@",
        "@post.example",
        "priya@post",
        "priya@@post.example",
        "priya@shah@post.example",
        ".priya@post.example",
        "priya.@post.example",
        "pri..ya@post.example",
        "pri ya@post.example",
        "priya@post..example",
        "priya@-post.example",
        "priya@post .example",
        "priya@[192.0.2.1]",
        '"priya shah"@post.example',
        '"priya"@post.example',
        "Priya <priya@post.example>",
        "priya@post.example, sam@post.example",
        "priya\x00@post.example",
        "priya@post.invalid",
        "n/a",
        "a" * 64 + "@" + LONG_DOMAIN,
        "x@" + "a" * 64 + ".example",
        "x@" + ".".join(["a" * 60] * 5) + ".example",
    ],
)
def test_what_is_no_address_is_none(junk: str) -> None:
    assert normalise_email(junk) is None


def test_an_address_may_be_254_characters_long_and_no_longer() -> None:
    room = 254 - 1 - len(LONG_DOMAIN)
    assert normalise_email("a" * room + "@" + LONG_DOMAIN) == "a" * room + "@" + LONG_DOMAIN
    assert normalise_email("a" * (room + 1) + "@" + LONG_DOMAIN) is None


ATOM = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~", min_size=1)
LABEL = st.text(string.ascii_letters + string.digits + "-üßñ中\u0308", min_size=1, max_size=63)
PLAIN = st.builds(
    lambda local, domain: ".".join(local) + "@" + ".".join(domain),
    st.lists(ATOM, min_size=1, max_size=4),
    st.lists(LABEL, min_size=1, max_size=6).map(lambda labels: [*labels, "example"]),
)


@given(PLAIN)
@example("a" * 64 + "@" + LONG_DOMAIN)
@example("x@xn--bcher-kva.example")
@example("x@xn--a.example")
@example("x@faß.example")
def test_the_fast_path_says_what_the_library_says(address: str) -> None:
    try:
        seen = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        assert normalise_email(address) is None
    else:
        expected = f"{seen.local_part.lower()}@{seen.ascii_domain.lower()}"
        assert normalise_email(address) == expected


@given(PLAIN | st.emails() | st.text())
def test_a_normalised_address_stays_as_it_is(address: str) -> None:
    once = normalise_email(address)
    assume(once is not None)
    assert once is not None
    assert normalise_email(once) == once


@given(st.text() | st.builds(lambda one, other: f"{one}@{other}.example", st.text(), st.text()))
def test_no_text_breaks_the_normalising(text: str) -> None:
    found = normalise_email(text)
    assert found is None or (found.count("@") == 1 and unicodedata.is_normalized("NFC", found))


@pytest.mark.parametrize(
    ("given_text", "region", "expected"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("+44 7700 900123", "IE", "+447700900123"),
        ("0044 7700 900123", "GB", "+447700900123"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("(020) 7946-0018", "GB", "+442079460018"),
        ("091 123 4567", "IE", "+353911234567"),
        ("020 911 2345", "IE", "+353209112345"),
        ("+353 20 911 2345", "GB", "+353209112345"),
        ("030 23125 123", "DE", "+493023125123"),
        ("+49 30 23125 123", "GB", "+493023125123"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("1 212 555 0123", "US", "+12125550123"),
        ("+12125550123", "GB", "+12125550123"),
        ("tel:+44-7700-900123", "GB", "+447700900123"),
        ("\u202a+44 7700 900123\u202c", "GB", "+447700900123"),
        ("\uff0b\uff14\uff147700900123", "GB", "+447700900123"),
    ],
)
def test_a_number_is_compared_as_it_is_dialled_from_anywhere(
    given_text: str, region: str, expected: str
) -> None:
    assert normalise_phone(given_text, region) == expected


@pytest.mark.parametrize("region", ["GB", "IE", "DE", "US"])
@pytest.mark.parametrize("junk", ["", "n/a", "7", "+", "+44", "0" * 30, "1" * 300, "@priya"])
def test_what_is_no_number_is_none(junk: str, region: str) -> None:
    assert normalise_phone(junk, region) is None


def test_a_number_without_country_in_an_unknown_region_is_none() -> None:
    assert normalise_phone("07700 900123", "ZZ") is None
    assert normalise_phone("+44 7700 900123", "ZZ") == "+447700900123"


def test_the_same_digits_are_another_number_in_another_region() -> None:
    assert normalise_phone("020 911 2345", "IE") != normalise_phone("020 911 2345", "DE")


@given(st.text(), st.sampled_from(["GB", "IE", "DE", "US"]))
def test_no_text_breaks_the_numbers(text: str, region: str) -> None:
    found = normalise_phone(text, region)
    assert found is None or (found.startswith("+") and normalise_phone(found, region) == found)


@pytest.mark.parametrize(
    "address", ["info@post.example", "no-reply@post.example", "sales+uk@post.example"]
)
def test_the_mailbox_of_an_office_is_known(address: str) -> None:
    assert is_generic_mailbox(address)


@pytest.mark.parametrize(
    "address", ["priya@post.example", "information@post.example", "priya@info.example"]
)
def test_the_mailbox_of_a_person_is_not_taken_for_an_offices(address: str) -> None:
    assert not is_generic_mailbox(address)


@pytest.mark.parametrize("mailbox", sorted(GENERIC_MAILBOXES))
def test_the_list_of_offices_is_written_as_addresses_are_compared(mailbox: str) -> None:
    assert normalise_email(f"{mailbox}@post.example") == f"{mailbox}@post.example"


def test_identifiers_are_named_once_and_the_unusable_are_counted() -> None:
    found, unusable = identifiers(
        ["Priya@post.example", "priya@POST.example", "none"],
        ["07700 900123", "+447700900123", "0", "020 7946 0018"],
        "GB",
    )
    assert found == (
        Identifier(EMAIL, "priya@post.example"),
        Identifier(PHONE, "+447700900123"),
        Identifier(PHONE, "+442079460018"),
    )
    assert unusable == 2


def test_a_submission_may_name_nobody() -> None:
    assert identifiers([], [], "GB") == ((), 0)


def asked_of_the_library(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


COUNTRY_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
NATIONAL = st.text(string.digits, max_size=15)


@settings(max_examples=400)
@given(st.sampled_from(COUNTRY_CODES) | st.integers(1, 999), NATIONAL)
@example(44, "7700900123")
@example(44, "07700900123")
@example(1, "12125550123")
@example(39, "0612345678")
@example(800, "12345678")
@example(999, "12345678")
def test_an_international_number_is_what_the_library_says(code: int, national: str) -> None:
    assert normalise_phone(f"+{code}{national}", "GB") == asked_of_the_library(f"+{code}{national}")


@pytest.mark.parametrize("code", COUNTRY_CODES)
def test_every_countrys_example_number_is_what_the_library_says(code: int) -> None:
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        sample = phonenumbers.example_number(region) if region != "001" else None
        if sample is None:
            sample = phonenumbers.example_number_for_non_geo_entity(code)
        assert sample is not None
        text = phonenumbers.format_number(sample, phonenumbers.PhoneNumberFormat.E164)
        for prefix in ("", "0", "1", "8"):
            tried = f"+{code}{prefix}{text.removeprefix(f'+{code}')}"
            assert normalise_phone(tried, "GB") == asked_of_the_library(tried)


def test_each_unusable_identifier_is_counted() -> None:
    assert identifiers(["nobody", "nowhere"], ["12", "34"], "GB") == ((), 4)
