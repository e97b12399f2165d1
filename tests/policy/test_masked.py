"""What is shown of somebody: to its owner (rule OUT-6), and to an auditor (rule STAFF-8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.masked import Mask, masked
from policy.vocabulary import Identifier, IdentifierKind

EMAIL, PHONE = IdentifierKind.EMAIL, IdentifierKind.PHONE


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (EMAIL, "priya@mail.example", "p…a@m….example"),
        (EMAIL, "ann@mail.example", "a…@m….example"),
        (EMAIL, "p@a.b.example", "p…@a….example"),
        (PHONE, "+447700900123", "+44…23"),
    ],
)
def test_the_middle_is_left_out(kind: IdentifierKind, value: str, shown: str) -> None:
    assert masked(Identifier(kind, value)) == shown


@given(st.from_regex(r"[a-z]{5,20}", fullmatch=True), st.from_regex(r"[a-z]{2,20}", fullmatch=True))
def test_neither_the_name_nor_the_domain_can_be_read(local: str, domain: str) -> None:
    shown = masked(Identifier(EMAIL, f"{local}@{domain}.example"))
    assert local not in shown
    assert f"{domain}." not in shown


def test_a_masked_value_tells_people_apart_within_one_answer_and_nothing_else() -> None:
    mask = Mask(frozenset({"id"}), frozenset({"name", "answers"}))
    people = [
        {"id": 1, "name": "Priya Sharma", "answers": {"knee?": "it hurts", "years": 41}},
        {"id": 2, "name": "Bob", "answers": {}, "surprise": "a new field"},
        {"id": 3, "name": "Priya Sharma", "answers": None},
    ]
    first, second, third = mask.tree(people)
    assert first["name"] == third["name"] != second["name"]
    assert [each["id"] for each in (first, second, third)] == [1, 2, 3]
    assert third["answers"] is None
    shown = str([first, second, third])
    for value in ("Priya", "Bob", "knee", "hurts", "41", "surprise", "new field"):
        assert value not in shown


@given(st.text(min_size=1, max_size=200))
def test_a_masked_value_has_neither_its_length_nor_its_letters(value: str) -> None:
    assert Mask(frozenset()).value(value) == "[masked 1]"
