"""Words that are kept with a case name nobody by an address or a number."""

import pytest

from policy.errors import UsageError
from policy.rights.words import MOST_WORDS, require_nameless


# CASE-6
@pytest.mark.parametrize(
    "text",
    [
        "the mailbox of priya@mail.example",
        "called +44 7700 900123",
        "called 07700 900123 twice",
        "called (01632) 960-961",
        "called 202 555 0123",
        "x" * (MOST_WORDS + 1),
    ],
)
def test_words_that_name_somebody_or_are_too_many_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r" Cure: ") as refusal:
        require_nameless(text)
    assert text not in str(refusal.value)


# CASE-6
@pytest.mark.parametrize(
    "text",
    [
        "",
        "the store, the mailboxes and the archive of 2017 to 2026",
        "everything from 2017-01-01 to 2026-11-22",
        "from 01/02/2026 until 03.04.2026",
        "box 12345678, shelf 9",
        "x" * MOST_WORDS,
    ],
)
def test_dates_and_places_are_no_names(text: str) -> None:
    require_nameless(text)
