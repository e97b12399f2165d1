"""The hashes by which advertising platforms know people, as the platforms publish them."""

from hashlib import sha256

import pytest

from policy.audience_hashes import HashRule, hashes_of
from policy.identity import normalise_email, normalise_phone
from policy.vocabulary import Identifier, IdentifierKind


def email(value: str) -> Identifier:
    normalised = normalise_email(value)
    assert normalised is not None
    return Identifier(IdentifierKind.EMAIL, normalised)


def phone(value: str) -> Identifier:
    normalised = normalise_phone(value, "GB")
    assert normalised is not None
    return Identifier(IdentifierKind.PHONE, normalised)


def of(*texts: str) -> tuple[str, ...]:
    return tuple(sha256(text.encode()).hexdigest() for text in texts)


def test_meta_publishes_these_hashes() -> None:
    address = "f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79"
    assert hashes_of(HashRule.META, email(" Mary@Example.com ")) == (address,)
    number = "1ef970831d7963307784fa8688e8fce101a15685d62aa765fed23f3a2c576a4e"
    assert hashes_of(HashRule.META, Identifier(IdentifierKind.PHONE, "+15559876543")) == (number,)


@pytest.mark.parametrize("typed", ["+44 (0)7700 900123", "07700 900123", "+447700900123"])
def test_a_number_is_written_as_it_is_dialled_from_abroad_however_it_was_typed(typed: str) -> None:
    assert hashes_of(HashRule.META, phone(typed)) == of("447700900123")
    assert hashes_of(HashRule.GOOGLE, phone(typed)) == of("+447700900123")


def test_gmail_is_written_in_each_form_that_google_ever_asked_for() -> None:
    asked = email("cloudy.sanfrancisco+shopping@gmail.com")
    assert hashes_of(HashRule.GOOGLE, asked) == of(
        "cloudysanfrancisco@gmail.com",
        "cloudysanfrancisco+shopping@gmail.com",
        "cloudy.sanfrancisco+shopping@gmail.com",
    )
    assert hashes_of(HashRule.META, asked) == of("cloudy.sanfrancisco+shopping@gmail.com")
    plain = hashes_of(HashRule.GOOGLE, email("Cloudy@GoogleMail.com"))
    assert plain == of("cloudy@googlemail.com")


def test_no_form_of_another_domain_can_be_somebody_else() -> None:
    asked = email("user.name+NYC@Example.com")
    assert hashes_of(HashRule.GOOGLE, asked) == of("user.name+nyc@example.com")


def test_an_address_in_other_letters_is_hashed_as_it_is_compared() -> None:
    given = email("priya@bücher.example")
    assert hashes_of(HashRule.GOOGLE, given) == of("priya@xn--bcher-kva.example")
