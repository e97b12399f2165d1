"""Read which consent boxes were ticked.

Only what Meta documents as a tick is one: consent is never read out of a truthy value.

Source: developers.facebook.com, marketing-api, lead-ads/retrieving (custom_disclaimer_responses).
"""

from collections.abc import Mapping
from functools import lru_cache

from connectors._meta_fields import FormShape
from connectors._values import json_of
from policy.vocabulary import BoxAnswer

UNREADABLE = "box_value_unreadable"
WITHOUT_KEY = "box_without_key"
ANSWERED_TWICE = "box_answered_twice"
LIST_UNREADABLE = "boxes_unreadable"
NOT_ON_FORM = "box_not_on_form"

_TICKS_OF_TEXT = {"1": True, "": False, "0": False}


def tick_of(value: object) -> bool | None:
    """Return what an `is_checked` value says; None for every value that Meta does not document.

    `"1"`, `1` and `true` are ticks, `""`, `"0"`, `0` and `false` are none. A text such as `"false"`
    or `"true"` is neither: taking it for what it seems to say would guess a consent.
    """
    if isinstance(value, str):
        return _TICKS_OF_TEXT.get(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {1: True, 0: False}.get(value)
    return None


def boxes_of(
    responses: object, shape: FormShape | None
) -> tuple[tuple[BoxAnswer, ...] | None, tuple[str, ...]]:
    """Return an answer for each box of the form and for each response, and what was odd.

    The form's boxes come first, in its order; a box without a response has neither value nor tick.
    None stands for "not known": no response came, and the form's wording is not known either.
    """
    if isinstance(responses, Mapping) and "data" in responses:
        responses = responses["data"]
    if not responses or not isinstance(responses, list):
        odd = (LIST_UNREADABLE,) if responses else ()
        return _none_came(shape), odd
    answers: dict[str, BoxAnswer] = {}
    odd_ones: list[str] = []
    for response in responses:
        answer = _answer_of(response)
        if answer is None:
            odd_ones.append(WITHOUT_KEY)
        else:
            _take(answer, answers, odd_ones)
    if shape is None:
        return tuple(answers.values()) or None, tuple(dict.fromkeys(odd_ones))
    return _in_form_order(answers, shape, odd_ones), tuple(dict.fromkeys(odd_ones))


def _none_came(shape: FormShape | None) -> tuple[BoxAnswer, ...] | None:
    if shape is None or not (shape.unanswered or shape.notice.wording_known):
        return None
    return shape.unanswered


def _in_form_order(
    answers: dict[str, BoxAnswer], shape: FormShape, odd: list[str]
) -> tuple[BoxAnswer, ...]:
    if tuple(answers) == shape.box_keys:
        return tuple(answers.values())
    shown = {blank.key: answers.pop(blank.key, blank) for blank in shape.unanswered}
    if answers and shape.notice.wording_known:
        odd.append(NOT_ON_FORM)
    return (*shown.values(), *answers.values())


def _answer_of(response: object) -> BoxAnswer | None:
    """Return the answer in one response, or None if it names no box."""
    if not isinstance(response, dict):
        return None
    key = response.get("checkbox_key")
    if isinstance(key, int) and not isinstance(key, bool):
        key = str(key)
    if not isinstance(key, str) or not key:
        return None
    if "is_checked" not in response:
        return BoxAnswer(key, None, None)
    value = response["is_checked"]
    if isinstance(value, str | int):
        return _answer(key, value)
    return BoxAnswer(key, json_of(value), None)


# typed: 1, True and "1" are different answers in the record
@lru_cache(maxsize=4_096, typed=True)
def _answer(key: str, value: str | int) -> BoxAnswer:
    raw = value if isinstance(value, str) else json_of(value)
    return BoxAnswer(key, raw, tick_of(value))


def _take(answer: BoxAnswer, answers: dict[str, BoxAnswer], odd: list[str]) -> None:
    """Keep an answer; two different answers to one box are no answer."""
    if answer.is_ticked is None:
        odd.append(UNREADABLE)
    before = answers.setdefault(answer.key, answer)
    if before != answer:
        odd.append(ANSWERED_TWICE)
        both = f"{before.raw or ''}|{answer.raw or ''}"
        answers[answer.key] = BoxAnswer(answer.key, both, None)
