"""Whose copy it is, and what of other people is kept out of it."""

import pytest

from policy.rights.packs import (
    Shown,
    goes_by_several_names,
    how_shown,
    is_about_them,
    is_portable,
    whose_answer,
)
from policy.vocabulary import LawfulBasis


@pytest.mark.parametrize(
    ("owners", "users", "chosen", "meant"),
    [
        ([], set(), [], []),  # nobody is known
        (["anna"], {"anna"}, [], ["anna"]),
        (["anna", "anna"], {"anna"}, [], ["anna"]),
        (["anna"], {"anna", "ben"}, [], ["anna"]),  # her address, and a number that he uses too
        (["anna", "ben"], {"anna", "ben"}, ["anna"], ["anna"]),
        (["anna", "ben"], {"anna", "ben"}, ["ben", "anna"], ["ben", "anna"]),
        ([], {"anna", "ben"}, ["ben"], ["ben"]),
    ],
)
def test_a_copy_is_for_one_person(
    owners: list[str], users: set[str], chosen: list[str], meant: list[str]
) -> None:
    """PACK-1."""
    assert whose_answer(owners, users, chosen) == meant


@pytest.mark.parametrize(
    ("owners", "users", "chosen"),
    [
        ([], {"anna", "ben"}, []),
        ([], {"anna"}, []),  # the mailbox of an office, that only she has used so far
        (["anna", "ben"], {"anna", "ben"}, []),
        (["anna"], {"anna"}, ["cleo"]),
        ([], set(), ["cleo"]),
    ],
)
def test_a_shared_identifier_says_of_nobody_that_the_copy_is_theirs(
    owners: list[str], users: set[str], chosen: list[str]
) -> None:
    """PACK-1."""
    assert whose_answer(owners, users, chosen) is None


def test_two_names_at_one_address_are_noticed() -> None:
    """PACK-1."""
    assert not goes_by_several_names(["Anna Berg", "anna  BERG", "Anna", "Anna Maria Berg"])
    assert goes_by_several_names(["Anna Berg", "Ben Berg"])
    assert not goes_by_several_names([])


def test_what_was_said_of_a_shared_number_is_shown_to_nobody() -> None:
    """PACK-2."""
    assert is_about_them(names_them_alone=True, rests_on=None, own=[])
    assert is_about_them(names_them_alone=False, rests_on="hers", own=["hers"])
    assert not is_about_them(names_them_alone=False, rests_on=None, own=["hers"])
    assert not is_about_them(names_them_alone=True, rests_on="his", own=["hers"])


def test_what_others_stand_in_is_masked_or_left_out() -> None:
    """PACK-3."""
    shown = {
        (others, is_theirs, can_mask): how_shown(
            others=others, is_theirs=is_theirs, can_mask=can_mask
        )
        for others in (0, 1)
        for is_theirs in (False, True)
        for can_mask in (False, True)
    }
    assert all(how is Shown.WHOLE for (others, *_), how in shown.items() if not others)
    assert [key for key, how in shown.items() if how is Shown.MASKED] == [(1, True, True)]


def test_only_consent_and_contract_can_be_taken_along() -> None:
    """PACK-4."""
    assert is_portable([None, LawfulBasis.CONSENT])
    assert is_portable([LawfulBasis.CONTRACT])
    others = set(LawfulBasis) - {LawfulBasis.CONSENT, LawfulBasis.CONTRACT}
    assert not is_portable([None, *others])
