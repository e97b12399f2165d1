"""What a consent must be proven by: rules BAS-1 and BAS-2."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from policy.consent_evidence import (
    ConsentEvidence,
    ConsentStatus,
    of_consent,
    of_explicit_consent,
    text_hash,
)
from policy.missing import Missing
from tests.policy.consents import EXPLICIT, GIVEN_AT, PROVEN, proven


def test_a_consent_that_is_proven_whole_lacks_nothing() -> None:
    assert of_consent(PROVEN) == ()


@pytest.mark.parametrize(
    ("item", "value", "lacking"),
    [
        ("identifier", None, Missing.IDENTIFIER),
        ("occurred_at", None, Missing.INSTANT),
        ("occurred_at", datetime(2026, 3, 2, 9, 30), Missing.INSTANT),  # noqa: DTZ001 - that is the point
        ("has_source_time", False, Missing.SOURCE_TIME),
        ("time_zone", " ", Missing.TIME_ZONE),
        ("time_precision", " ", Missing.TIME_PRECISION),
        ("form_id", " ", Missing.FORM),
        ("form_version", " ", Missing.FORM_VERSION),
        ("control", " ", Missing.CONTROL_TYPE),
        ("is_pre_ticked", None, Missing.DEFAULT_STATE),
        ("is_pre_ticked", True, Missing.EMPTY_DEFAULT),
        ("is_required", None, Missing.OPTIONALITY),
        ("is_required", True, Missing.FREE_CHOICE),
        ("action", " ", Missing.ACTION),
        ("notice_id", " ", Missing.NOTICE),
        ("notice_hash", " ", Missing.NOTICE_HASH),
        ("wording_hash", "", Missing.WORDING_HASH),
        ("wording_hash", text_hash("other words"), Missing.WORDING_HASH),
        ("language", " ", Missing.LANGUAGE),
        ("controllers", (), Missing.CONTROLLERS),
        ("controllers", ("Northgate Studio", " "), Missing.CONTROLLERS),
        ("purposes", (), Missing.PURPOSES),
        ("channels", (), Missing.CHANNELS),
        ("withdrawal_method", " ", Missing.WITHDRAWAL_METHOD),
        ("valid_until", None, Missing.VALIDITY_END),
        ("status", None, Missing.STATE),
    ],
)
def test_what_a_consent_lacks_is_named(item: str, value: Any, lacking: Missing) -> None:
    """Rule BAS-1: each item of the evidence, and that one only."""
    assert of_consent(proven(**{item: value})) == (lacking,)


def test_a_consent_of_which_nothing_is_held_lacks_everything() -> None:
    """Rules BAS-1 and BAS-2: nothing is taken for granted."""
    own = {Missing.EMPTY_DEFAULT, Missing.FREE_CHOICE, Missing.WITHDRAWN_AT, Missing.WITHDRAWN_HOW}
    express = (Missing.EXPRESS_STATEMENT, Missing.CATEGORY_NAMED)
    every = tuple(Missing)[: tuple(Missing).index(Missing.EXPRESS_STATEMENT)]
    lacking = tuple(item for item in every if item not in own)
    assert of_consent(ConsentEvidence()) == lacking
    assert of_explicit_consent(ConsentEvidence()) == lacking + express
    withdrawn = ConsentEvidence(status=ConsentStatus.WITHDRAWN)
    assert of_consent(withdrawn)[-2:] == (Missing.WITHDRAWN_AT, Missing.WITHDRAWN_HOW)


def test_the_states_of_a_consent_are_a_closed_list() -> None:
    assert [status.value for status in ConsentStatus] == [
        "requested",
        "refused",
        "given",
        "renewed",
        "withdrawn",
        "revoked",
        "expired",
        "invalidated",
        "unknown",
    ]


def test_no_words_are_no_wording_even_with_their_hash() -> None:
    assert of_consent(proven(wording=" ", wording_hash=text_hash(" "))) == (Missing.WORDING,)


def test_a_withdrawal_is_proven_by_when_and_how() -> None:
    """Rule BAS-1: asked of a withdrawn consent, and of no other."""
    withdrawn = proven(status=ConsentStatus.WITHDRAWN)
    assert of_consent(withdrawn) == (Missing.WITHDRAWN_AT, Missing.WITHDRAWN_HOW)
    dated = replace(withdrawn, withdrawn_at=GIVEN_AT)
    assert of_consent(dated) == (Missing.WITHDRAWN_HOW,)
    assert of_consent(replace(dated, withdrawn_how=" ")) == (Missing.WITHDRAWN_HOW,)
    assert of_consent(replace(dated, withdrawn_how="link in a message")) == ()
    assert of_consent(proven(status=ConsentStatus.REVOKED)) == ()


def test_an_explicit_consent_names_the_special_category() -> None:
    """Rule BAS-2: all that a consent needs, and a statement that says what it is about."""
    assert of_explicit_consent(EXPLICIT) == ()
    assert of_explicit_consent(replace(EXPLICIT, special_category="religion")) == (
        Missing.CATEGORY_NAMED,
    )
    assert of_explicit_consent(replace(EXPLICIT, special_category=" ")) == (Missing.CATEGORY_NAMED,)
    assert of_explicit_consent(replace(EXPLICIT, express_statement=" ", language="")) == (
        Missing.LANGUAGE,
        Missing.EXPRESS_STATEMENT,
        Missing.CATEGORY_NAMED,
    )


def test_the_hash_of_a_text_is_that_of_its_utf_8() -> None:
    assert text_hash("£") == "b4fe151e413445357b1c0935e7cf04a429492ebd23dc62bfadb2f898c431c1fd"
