"""Opt-in questions of Google lead forms, read as boxes.

Google's forms have no tick boxes. An advertiser who asks for permission does so with a question of
their own, "May we send you offers by e-mail?", and says in the settings which question that is and
which answers mean yes and no. Nothing else is ever a tick.

Source: developers.google.com, google-ads/webhook/docs/implementation (`column_id` of own
questions); google-ads 34.0.0, common/types/asset_types.py (`LeadFormCustomQuestionField`).
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from policy.vocabulary import BoxAnswer

UNREADABLE = "box_value_unreadable"
ANSWERED_TWICE = "box_answered_twice"
ANOTHER_ANSWER = "neither yes nor no"
"""The raw value of a box whose answer is neither. The answer itself stands among the answers, where
it is screened for what is sensitive."""

_REMEMBERED_AT_MOST = 4_096


class OptInQuestion(BaseModel):
    """A question of a lead form that asks for permission, and the answers that count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(
        pattern=r"^\S{1,64}$",
        description="The key of the box, by which sources.boxes says what a yes permits.",
        examples=["email_updates"],
    )
    question: str = Field(
        max_length=300,
        description="The question exactly as the form asks it.",
        examples=["May we send you offers by e-mail?"],
    )
    yes: tuple[str, ...] = Field(
        min_length=1, description="The answers that mean yes.", examples=[["Yes, please"]]
    )
    no: tuple[str, ...] = Field(
        min_length=1, description="The answers that mean no.", examples=[["No, thank you"]]
    )

    @model_validator(mode="after")
    def _means_one_thing(self) -> "OptInQuestion":
        if not skeleton(self.question):
            raise ValueError("the question has no words: copy it from the form")
        yes, no = set(map(plain, self.yes)), set(map(plain, self.no))
        if "" in yes | no:
            raise ValueError("an answer is empty: write what the form offers, or leave it out")
        if yes & no:
            raise ValueError("an answer stands under yes and under no: leave it out of one of them")
        return self


def plain(text: str) -> str:
    """Return a text as questions and answers are compared: without case, white space collapsed."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=_REMEMBERED_AT_MOST)
def skeleton(text: str) -> str:
    """Return a text's letters and digits, without case.

    A webhook names a question by a slug of its text. Google does not say how that is made, so only
    what every slug must keep is compared.

    Example:
        >>> skeleton("may_we_write_by_e-mail?") == skeleton("May we write by e-mail?")
        True
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def check_questions(questions: Sequence[OptInQuestion]) -> None:
    """Refuse questions that could be taken for one another.

    Raises:
        ValueError: two have the same key, or the same letters and digits.
    """
    if len({each.key for each in questions}) < len(questions):
        raise ValueError("two opt-in questions have the same key: give each its own")
    if len({skeleton(each.question) for each in questions}) < len(questions):
        raise ValueError(
            "two opt-in questions have the same letters and digits, so their answers cannot be "
            "told apart: keep one of them, or word them differently on the forms"
        )


class CustomRead(NamedTuple):
    """What the advertiser's own questions gave: boxes by key, other answers by question."""

    boxes: dict[str, BoxAnswer]
    answers: dict[str, list[str]]
    remarks: tuple[str, ...]

    def __repr__(self) -> str:
        """Say what was odd; the rest is somebody's data."""
        return f"CustomRead({', '.join(self.remarks)})"


class OptIns:
    """The opt-in questions of a source, ready to be looked up."""

    def __init__(self, questions: Sequence[OptInQuestion]) -> None:
        """Take the questions of the settings.

        Raises:
            ValueError: two of them could be taken for one another.
        """
        check_questions(questions)
        self._by_text = {plain(each.question): each for each in questions}
        self._by_skeleton = {skeleton(each.question): each for each in questions}
        self._ticks = {
            each.key: dict.fromkeys(map(plain, each.yes), True)
            | dict.fromkeys(map(plain, each.no), False)
            for each in questions
        }
        self._worded: dict[str, OptInQuestion | None] = {}
        self._given: dict[tuple[str, str], BoxAnswer] = {}

    def worded(self, question: str) -> OptInQuestion | None:
        """Return the opt-in question that has this text, whatever its case and white space."""
        try:
            return self._worded[question]
        except KeyError:
            _make_room(self._worded)
            found = self._worded[question] = self._by_text.get(plain(question))
            return found

    def named(self, *names: str) -> OptInQuestion | None:
        """Return the opt-in question that all names name: slugs, or texts, or neither.

        Names of two different opt-in questions name none.
        """
        if not self._by_skeleton:
            return None
        known = {found.key: found for name in names if (found := self._of_skeleton(name))}
        return next(iter(known.values())) if len(known) == 1 else None

    def _of_skeleton(self, name: str) -> OptInQuestion | None:
        return self._by_skeleton.get(skeleton(name))

    def is_no(self, question: OptInQuestion, answer: str) -> bool:
        """Say whether an answer to a question is among those that mean no."""
        return self._ticks[question.key].get(plain(answer)) is False

    def read(self, asked: Iterable[tuple[OptInQuestion | None, str, str]]) -> CustomRead:
        """Return the boxes and the other answers from answered questions.

        Of each: the opt-in question that it is (`worded`, `named`), if any, then the name under
        which its answer is kept otherwise, and the answer as given. A box answered twice, and not
        alike, has no tick.
        """
        boxes: dict[str, BoxAnswer] = {}
        answers: dict[str, list[str]] = {}
        remarks: list[str] = []
        for question, name, value in asked:
            if question is None:
                _keep(answers, name, value)
                continue
            box = self._box(question.key, value)
            if box.is_ticked is None and box.raw is not None:
                remarks.append(UNREADABLE)
                _keep(answers, name, value)
            before = boxes.setdefault(box.key, box)
            if before != box:
                remarks.append(ANSWERED_TWICE)
                both = f"{before.raw or ''}|{box.raw or ''}"
                boxes[box.key] = BoxAnswer(box.key, both, None)
        return CustomRead(boxes, answers, tuple(dict.fromkeys(remarks)) if remarks else ())

    def _box(self, key: str, value: str) -> BoxAnswer:
        known = self._given.get((key, value))
        if known is not None:
            return known
        said = plain(value)
        tick = self._ticks[key].get(said)
        if tick is None:
            return BoxAnswer(key, ANOTHER_ANSWER if said else None, None)
        _make_room(self._given)
        found = self._given[key, value] = BoxAnswer(key, value, tick)
        return found


def _make_room(
    remembered: dict[str, OptInQuestion | None] | dict[tuple[str, str], BoxAnswer],
) -> None:
    if len(remembered) >= _REMEMBERED_AT_MOST:
        remembered.clear()


def _keep(answers: dict[str, list[str]], name: str, value: str) -> None:
    values = answers.setdefault(name, [])
    if value and not value.isspace():
        values.append(value)
