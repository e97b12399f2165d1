"""Where in a payload an answer is masked, and what is remembered of a form. Rule: SCR-8."""

import json

import pytest

from pipeline.hold_back import masked_json
from pipeline.screen import FormScreen, MaskedAnswer
from tests.build import FORM


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"name": "fit", "values": ["yes"]}, {"name": "fit", "values": ["[m]"]}),
        ({"name": "sure", "values": ["yes"]}, {"name": "sure", "values": ["yes"]}),
        ({"name": "sure", "values": ["told"]}, {"name": "sure", "values": ["[t]"]}),
        ({"fit": "yes", "sure": "yes"}, {"fit": "[m]", "sure": "yes"}),
        (
            {"name": "fit", "values": [7, 7.5, None, True]},
            {"name": "fit", "values": ["[n]", 7.5, None, True]},
        ),
        ({"name": "fit", "values": [{"a": 1}]}, {"name": "fit", "values": ["[o]"]}),
        (
            {"name": "fit", "more": {"values": ["yes"]}},
            {"name": "fit", "more": {"values": ["[m]"]}},
        ),
        ([["told"], {"x": 10**30}], [["[t]"], {"x": 10**30}]),
    ],
)  # fmt: skip
def test_an_answer_is_masked_where_it_stands_in_a_payload(
    content: object, expected: object
) -> None:
    changes = [
        MaskedAnswer("fit", "yes", "[m]", is_whole=True),
        MaskedAnswer("fit", "7", "[n]", is_whole=True),
        MaskedAnswer("fit", '{"a":1}', "[o]", is_whole=True),
        MaskedAnswer("other", "told", "[t]", is_whole=False),
    ]
    masked = masked_json(json.dumps(content).encode(), changes)
    assert masked is not None
    assert json.loads(masked) == expected


@pytest.mark.parametrize("content", [b"", b"fit=yes", b"\xff", b"[" * 100_000, b'["\\ud800"]'])
def test_what_is_no_json_cannot_be_masked(content: bytes) -> None:
    assert masked_json(content, [MaskedAnswer("fit", "yes", "[m]", is_whole=True)]) is None


def test_a_second_name_among_the_answers_is_a_contact_detail_too() -> None:
    assert FormScreen(None).masking({"full_name": ["Gay Cancer"], "company": ["HIV Trust"]}) is None
    assert FormScreen(None).masking({"name of it": ["HIV Trust"]}) is not None


def test_an_answer_found_clean_is_remembered_and_forgotten_in_bounds() -> None:
    screen = FormScreen(FORM)
    for n in range(600):
        assert screen.masking({f"field {n}": ["fine"], "more": [f"fine {n}", "x" * 65]}) is None
    held = screen._fields
    assert len(held) <= 512
    assert all(len(field.clean) <= 256 for field in held.values())
    assert all(len(text) <= 64 for field in held.values() for text in field.clean)
    for _ in range(2):
        found = screen.masking({"more": ["I have epilepsy"]})
        assert found is not None
        assert found.answers == {"more": ["I have [masked: health]"]}


def test_a_submission_with_more_fields_than_are_remembered_is_masked_all_the_same() -> None:
    answers = {f"field {n}": ["fine", "I have epilepsy"] for n in range(1_100)}
    found = FormScreen(None).masking(answers)
    assert found is not None
    assert set(map(tuple, found.answers.values())) == {("fine", "I have [masked: health]")}
