"""Requests of made-up people, for the tests of deadlines."""

from collections.abc import Sequence
from datetime import date, datetime

from policy.rights.request import (
    ExtensionGround,
    ExtensionNotice,
    Question,
    QuestionAbout,
    RightsRequest,
)
from policy.rights.table import Right
from policy.vocabulary import Role


def at(text: str) -> datetime:
    """Return an instant; a date alone means noon, UTC, of that day."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00Z")


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def asked(
    about: QuestionAbout, when: str, answered: str | None, *, is_prompt: bool = True
) -> Question:
    return Question(about, at(when), None if answered is None else at(answered), True, is_prompt)


def identity(when: str, answered: str | None) -> Question:
    return asked(QuestionAbout.IDENTITY, when, answered)


def fee(when: str, answered: str | None) -> Question:
    return asked(QuestionAbout.FEE, when, answered)


def clarification(when: str, answered: str | None) -> Question:
    return asked(QuestionAbout.CLARIFICATION, when, answered)


def told_of_extension(when: str) -> ExtensionNotice:
    return ExtensionNotice(at(when), frozenset({ExtensionGround.COMPLEXITY}), gives_reasons=True)


def request(
    received: str,
    questions: Sequence[Question] = (),
    extended: Sequence[ExtensionNotice] = (),
    *,
    right: Right = Right.ACCESS,
    is_under_eu_law: bool = False,
) -> RightsRequest:
    return RightsRequest(right, at(received), Role.CONTROLLER, questions, extended, is_under_eu_law)
