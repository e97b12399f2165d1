"""Copies of one submission: known by what is sure, and never by less."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from policy.copies import marks_of_copy, the_same
from policy.vocabulary import Identifier, IdentifierKind

AT = datetime(2026, 11, 22, 12, 30, 5, tzinfo=UTC)
EMAIL = Identifier(IdentifierKind.EMAIL, "ann@mail.example")
PHONE = Identifier(IdentifierKind.PHONE, "+447700900001")


def test_the_vendors_number_comes_first_then_click_second_and_address() -> None:
    """EV-11."""
    assert list(marks_of_copy("77", "c", AT, [EMAIL, PHONE])) == [
        "number\x1f77",
        "click\x1fc\x1f2026-11-22T12:30:05+00:00\x1femail\x1fann@mail.example",
        "click\x1fc\x1f2026-11-22T12:30:05+00:00\x1fphone\x1f+447700900001",
    ]


@pytest.mark.parametrize(
    ("number", "click", "at", "identifiers"),
    [
        (None, "c", None, [EMAIL]),
        (None, None, AT, [EMAIL]),
        (None, "", AT, [EMAIL]),
        ("", "c", AT, []),
    ],
)
def test_less_than_that_tells_nothing(
    number: str | None, click: str | None, at: datetime | None, identifiers: list[Identifier]
) -> None:
    """EV-11."""
    assert list(marks_of_copy(number, click, at, identifiers)) == []


def test_parts_of_a_second_do_not_count_and_the_next_second_does() -> None:
    """EV-11."""
    [exact] = marks_of_copy(None, "c", AT, [EMAIL])
    assert [exact] == list(marks_of_copy(None, "c", AT.replace(microsecond=999_999), [EMAIL]))
    assert [exact] != list(marks_of_copy(None, "c", AT + timedelta(seconds=1), [EMAIL]))


def test_the_first_mark_that_somebody_bears_decides() -> None:
    """EV-11."""
    assert the_same([set(), {"a"}, {"b"}]) == "a"
    assert the_same([{"b"}, {"a"}]) == "b"


@pytest.mark.parametrize("found", [[], [set()], [{"a", "b"}], [{"a", "b"}, {"a"}]])
def test_nobody_or_several_is_no_answer(found: list[set[str]]) -> None:
    """EV-11."""
    assert the_same(found) is None


def test_the_same_instant_told_in_another_zone_is_the_same() -> None:
    """EV-11."""
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    here = list(marks_of_copy(None, "c", AT, [EMAIL]))
    assert here == list(marks_of_copy(None, "c", elsewhere, [EMAIL]))
