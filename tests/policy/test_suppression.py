"""The digest by which a suppressed identifier is known again."""

import hashlib
import hmac

import pytest

from policy.suppression import (
    SuppressionKeys,
    key_fingerprint,
    key_fingerprints,
    suppression_digest,
    suppression_digests,
)
from policy.vocabulary import ControllerId, Identifier, IdentifierKind
from tests.policy.facts import PRIYA, PRIYAS_PHONE

KEY, NECTRA, CLIENT = SuppressionKeys(b"k" * 32), ControllerId("nectra"), ControllerId("client")
NEWER = SuppressionKeys(b"n" * 32, (b"k" * 32,))


def test_the_same_identifier_is_known_again() -> None:
    again = Identifier(IdentifierKind.EMAIL, "priya@post.example")
    assert suppression_digest(KEY, NECTRA, PRIYA) == suppression_digest(KEY, NECTRA, again)


def test_entries_of_two_controllers_cannot_be_compared() -> None:
    assert suppression_digest(KEY, NECTRA, PRIYA) != suppression_digest(KEY, CLIENT, PRIYA)


def test_without_the_key_nothing_can_be_looked_up() -> None:
    assert suppression_digest(KEY, NECTRA, PRIYA) != suppression_digest(
        SuppressionKeys(b"x" * 32), NECTRA, PRIYA
    )


def test_an_address_and_a_number_of_the_same_letters_differ() -> None:
    as_email = Identifier(IdentifierKind.EMAIL, PRIYAS_PHONE.value)
    assert suppression_digest(KEY, NECTRA, PRIYAS_PHONE) != suppression_digest(
        KEY, NECTRA, as_email
    )


def test_the_digest_is_an_hmac_that_stays_the_same_for_years() -> None:
    text = b"nectra\x1femail\x1fpriya@post.example"
    assert suppression_digest(KEY, NECTRA, PRIYA) == hmac.digest(b"k" * 32, text, "sha256").hex()


def test_nothing_of_the_identifier_is_left_in_the_digest() -> None:
    digest = suppression_digest(KEY, NECTRA, PRIYA)
    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")
    assert "priya" not in repr(PRIYA)


def test_another_key_has_another_name() -> None:
    assert key_fingerprint(KEY) != key_fingerprint(SuppressionKeys(b"k" * 33))
    assert key_fingerprint(KEY) == key_fingerprint(SuppressionKeys(b"k" * 32))
    assert KEY.current.hex()[:16] not in key_fingerprint(KEY)


def test_digest_and_name_of_a_key_never_change() -> None:
    """A list that was made by one version must be matched by every later one (SUP-1, SUP-2)."""
    key = b"k" * 32
    priya = Identifier(IdentifierKind.EMAIL, "priya@post.example")
    text = b"nectra\x1femail\x1fpriya@post.example"
    digest = hmac.new(key, text, hashlib.sha256).hexdigest()
    assert suppression_digest(SuppressionKeys(key), ControllerId("nectra"), priya) == digest
    assert key_fingerprint(SuppressionKeys(key)) == "2724dbc8e981848f"


def test_what_is_written_has_the_new_key_and_what_is_looked_up_every_key() -> None:
    assert suppression_digest(NEWER, NECTRA, PRIYA) not in suppression_digests(KEY, NECTRA, PRIYA)
    assert suppression_digests(NEWER, NECTRA, PRIYA) == (
        suppression_digest(NEWER, NECTRA, PRIYA),
        suppression_digest(KEY, NECTRA, PRIYA),
    )
    assert key_fingerprints(NEWER) == (key_fingerprint(NEWER), key_fingerprint(KEY))


def test_a_former_key_can_stand_in_front_for_what_it_was_used_for() -> None:
    turned = NEWER.of_fingerprint(key_fingerprint(KEY))
    assert turned == SuppressionKeys(b"k" * 32, (b"n" * 32,))
    with pytest.raises(KeyError):
        NEWER.of_fingerprint("unknown")


def test_no_key_is_shown_by_accident() -> None:
    assert "n" * 8 not in repr(NEWER)
    assert "k" * 8 not in repr(NEWER)
