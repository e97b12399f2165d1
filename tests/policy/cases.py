"""Cases of made-up people, step by step, for the tests of what a case may do next."""

from typing import Any

from policy.rights.case import Case
from policy.rights.request import ExtensionGround, QuestionAbout
from policy.rights.steps import Act, CaseStep, StepKind
from policy.rights.table import Right
from policy.vocabulary import Role
from tests.policy.requests_made import at

IDENTITY, FEE, CLARIFICATION = QuestionAbout


def case(
    received: str = "2026-06-01",
    *steps: CaseStep,
    right: Right = Right.ACCESS,
    role: Role = Role.CONTROLLER,
    knows: bool = True,
) -> Case:
    return Case(right, at(received), role, knows, steps)


def step(kind: StepKind, when: str, **more: Any) -> CaseStep:
    return CaseStep(kind, at(when), **more)


def asked(about: QuestionAbout, when: str) -> CaseStep:
    return step(StepKind.ASKED, when, about=about, is_justified=True, is_prompt=True)


def heard(about: QuestionAbout, when: str) -> CaseStep:
    return step(StepKind.HEARD, when, about=about)


def extended(when: str) -> CaseStep:
    grounds = frozenset({ExtensionGround.COMPLEXITY})
    return step(StepKind.EXTENDED, when, grounds=grounds, gives_reasons=True)


def searched(when: str) -> CaseStep:
    return step(StepKind.SEARCHED, when, text="the store and the mailbox")


def acted(when: str, act: Act = Act.ERASED, *, is_whole: bool = True) -> CaseStep:
    return step(StepKind.ACTED, when, act=act, is_whole=is_whole)


def answered(when: str, *, is_nothing_held: bool = False) -> CaseStep:
    return step(StepKind.ANSWERED, when, is_nothing_held=is_nothing_held)
