"""What stands against an erasure, whom it is about, and what it leaves."""

from datetime import timedelta

import pytest

from policy.erasure import (
    ErasureDelay,
    delays_erasure,
    delays_of,
    goes_whole,
    is_against_restriction,
    leaves_suppression,
    may_strip_request,
    was_theirs,
    who_is_meant,
)
from policy.rights.table import Right
from policy.vocabulary import Purpose
from tests.build import NOW

LATER, SECOND = NOW + timedelta(hours=1), timedelta(seconds=1)


def test_whatever_stands_against_an_erasure_is_named() -> None:
    """ERA-1."""
    free = {"is_held": False, "is_asked_for": False, "restricted_at": None, "asked_at": None}
    assert delays_of(**free) == ()  # type: ignore[arg-type]
    all_of_it = delays_of(is_held=True, is_asked_for=True, restricted_at=NOW, asked_at=None)
    assert all_of_it == tuple(ErasureDelay)


@pytest.mark.parametrize(
    ("restricted_at", "asked_at", "stands"),
    [
        (None, None, False),
        (NOW, None, True),
        (NOW, NOW, True),
        (LATER, NOW, True),
        (NOW, LATER, False),
    ],
)
def test_the_later_word_of_the_person_counts(
    restricted_at: object, asked_at: object, *, stands: bool
) -> None:
    """ERA-2."""
    assert is_against_restriction(restricted_at, asked_at) is stands  # type: ignore[arg-type]


def test_a_shared_identifier_says_of_nobody_that_they_are_meant() -> None:
    """ERA-3."""
    assert who_is_meant(None, ["a", "b"], []) is None
    assert who_is_meant(None, ["a", "b"], ["b"]) == ["b"]
    assert who_is_meant(None, ["a", "b"], ["stranger"]) is None


def test_whom_it_names_alone_is_meant_although_others_used_it() -> None:
    assert who_is_meant("a", ["a", "b"], []) == ["a"]
    assert who_is_meant(None, ["a"], []) == ["a"]
    assert who_is_meant(None, [], []) == []


def test_a_digest_stays_where_marketing_was_or_may_have_been_involved() -> None:
    """ERA-4."""
    assert leaves_suppression([Purpose.DIRECT_MARKETING], was_unread=False)
    assert leaves_suppression([Purpose.AD_AUDIENCE], was_unread=False)
    assert leaves_suppression([], was_unread=True)
    assert not leaves_suppression([Purpose.ENQUIRY_RESPONSE], was_unread=False)
    assert not leaves_suppression([], was_unread=False)


def test_a_request_keeps_its_words_until_it_is_answered() -> None:
    """ERA-5."""
    assert not may_strip_request(Right.RECTIFICATION, is_answered=False)
    assert may_strip_request(Right.RECTIFICATION, is_answered=True)
    assert may_strip_request(Right.ERASURE, is_answered=False)


def test_a_request_for_a_copy_delays_while_it_is_open() -> None:
    assert delays_erasure(Right.ACCESS, is_answered=False)
    assert not delays_erasure(Right.ACCESS, is_answered=True)
    assert not delays_erasure(Right.ERASURE, is_answered=False)


def test_a_list_goes_whole_unless_somebody_changed_it() -> None:
    """ERA-6."""
    assert goes_whole("a", "a")
    assert not goes_whole("a", "b")
    assert not goes_whole(None, "b")


def test_what_came_by_an_address_before_it_was_corrected_away_is_theirs() -> None:
    """ERA-7."""
    assert was_theirs(NOW, NOW, is_elses=False)
    assert not was_theirs(NOW + SECOND, NOW, is_elses=False)
    assert not was_theirs(NOW - SECOND, NOW, is_elses=True)
