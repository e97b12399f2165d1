"""Forms that can be changed: their wording is known between two looks that found the same."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.snapshots import Seen, looked_at, shown_at

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
T0 = datetime(2026, 9, 1, 8, tzinfo=UTC)
LONG_AGO = T0 - 400 * DAY


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (T0 - SECOND, None),
        (T0, "a"),
        (T0 + DAY, "a"),
        (T0 + DAY + SECOND, None),
        (T0 + 2 * DAY - SECOND, None),
        (T0 + 2 * DAY, "b"),
        (T0 + 3 * DAY, "b"),
        (T0 + 3 * DAY + SECOND, None),
        (None, None),
    ],
)
def test_a_wording_is_known_only_while_it_was_seen_unchanged(
    moment: datetime | None, shown: str | None
) -> None:
    """EV-10: before the first look, and between looks that differ, nobody knows."""
    seen = [Seen("a", T0, T0 + DAY), Seen("b", T0 + 2 * DAY, T0 + 3 * DAY)]
    assert shown_at(moment, seen) == shown


def test_the_first_look_knows_the_moment_alone() -> None:
    """EV-10."""
    assert looked_at([], "a", T0, oldest=LONG_AGO) == [Seen("a", T0, T0)]


def test_the_same_content_has_stood_between_two_looks() -> None:
    """EV-10."""
    first = looked_at([], "a", T0, oldest=LONG_AGO)
    assert looked_at(first, "a", T0 + DAY, oldest=LONG_AGO) == [Seen("a", T0, T0 + DAY)]


def test_an_older_look_that_comes_late_takes_nothing_back() -> None:
    known = [Seen("a", T0, T0 + DAY)]
    assert looked_at(known, "a", T0 + SECOND, oldest=LONG_AGO) == known


def test_another_content_is_known_from_now_on_only() -> None:
    """EV-10."""
    known = [Seen("a", T0, T0 + DAY)]
    assert looked_at(known, "b", T0 + 2 * DAY, oldest=LONG_AGO) == [
        *known,
        Seen("b", T0 + 2 * DAY, T0 + 2 * DAY),
    ]


def test_a_content_that_comes_back_did_not_stand_meanwhile() -> None:
    """EV-10."""
    seen: list[Seen] = []
    for day, content in enumerate("aba"):
        seen = looked_at(seen, content, T0 + day * DAY, oldest=LONG_AGO)
    assert [shown_at(T0 + day * DAY, seen) for day in range(3)] == ["a", "b", "a"]
    assert shown_at(T0 + DAY / 2, seen) is None


def test_what_is_too_old_is_dropped_but_for_the_last_change() -> None:
    seen = [Seen("a", T0, T0), Seen("b", T0 + DAY, T0 + DAY), Seen("c", T0 + 2 * DAY, T0 + 2 * DAY)]
    later = looked_at(seen, "c", T0 + 90 * DAY, oldest=T0 + DAY + SECOND)
    assert [each.content for each in later] == ["b", "c"]
    later = looked_at(seen, "c", T0 + 90 * DAY, oldest=T0 + DAY)
    assert [each.content for each in later] == ["b", "c"]
    later = looked_at(seen, "c", T0 + 90 * DAY, oldest=T0)
    assert [each.content for each in later] == ["a", "b", "c"]


def test_the_operators_word_counts_until_a_change_is_found() -> None:
    """EV-10: it never makes a change undone, and never shortens what was seen."""
    vouched = T0 - 30 * DAY
    first = looked_at([], "a", T0, oldest=LONG_AGO, vouched_since=vouched)
    assert first == [Seen("a", vouched, T0)]
    again = looked_at(first, "a", T0 + DAY, oldest=LONG_AGO, vouched_since=T0 + DAY)
    assert again == [Seen("a", vouched, T0 + DAY)]
    said_later = looked_at([Seen("a", T0, T0)], "a", T0 + DAY, oldest=T0, vouched_since=vouched)
    assert said_later == [Seen("a", vouched, T0 + DAY)]
    changed = looked_at(first, "b", T0 + 2 * DAY, oldest=LONG_AGO, vouched_since=vouched)
    assert changed[-1] == Seen("b", T0 + 2 * DAY, T0 + 2 * DAY)
    still = looked_at(changed, "b", T0 + 99 * DAY, oldest=T0 + 98 * DAY, vouched_since=vouched)
    assert still == [first[0], Seen("b", T0 + 2 * DAY, T0 + 99 * DAY)]


LOOKS = st.lists(st.tuples(st.integers(0, 100), st.sampled_from("abc")), min_size=1, max_size=12)


@given(looks=LOOKS, moment=st.integers(0, 100))
def test_nothing_is_known_but_between_two_neighbouring_looks_that_agree(
    looks: list[tuple[int, str]], moment: int
) -> None:
    """EV-10, against the plainest model of it."""
    ordered = sorted(dict(looks).items())
    seen: list[Seen] = []
    for hour, content in ordered:
        seen = looked_at(seen, content, T0 + timedelta(hours=hour), oldest=LONG_AGO)
    known = dict(ordered).get(moment)
    for (start, before), (end, after) in itertools.pairwise(ordered):
        if start <= moment <= end and before == after:
            known = before
    assert shown_at(T0 + timedelta(hours=moment), seen) == known
