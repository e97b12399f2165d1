"""How the tests work on the cases of requests."""

from datetime import date, datetime, timedelta
from typing import Any

from models.rights_request import RightsRequestRecord
from models.store import Store
from pipeline.open_request import open_request
from pipeline.receive_request import Asked
from pipeline.settings import ControllerSettings
from pipeline.show_case import ShownCase, show_case
from pipeline.take_step import take_steps
from policy.rights.request import ExtensionGround, QuestionAbout
from policy.rights.steps import CaseStep, IntakeChannel, StepKind
from policy.rights.table import Right
from tests.build import NOW, SUPPRESSION_KEY, controller, kept

PRIYA = "priya.sharma@mail.example"
LATER = NOW + timedelta(hours=1)


def opened(
    store: Store,
    right: Right = Right.ACCESS,
    *,
    owner: ControllerSettings | None = None,
    on: date | None = None,
    now: datetime = NOW,
    **asked: Any,
) -> str:
    """Write a letter down; return its reference."""
    given = {"name": "Priya Sharma", "email": PRIYA, "channel": IntakeChannel.LETTER} | asked
    whose, made = owner or controller(), ("test", now)
    letter = Asked(right, **given)
    return open_request(store, whose, SUPPRESSION_KEY, letter, on, made).reference


def take(
    store: Store,
    reference: str,
    kind: StepKind,
    on: date | None = None,
    *,
    now: datetime = LATER,
    owner: ControllerSettings | None = None,
    **said: Any,
) -> ShownCase:
    """Take a step; return the case as it then stands."""
    whose = owner or controller()
    take_steps(
        store,
        whose,
        reference,
        lambda at: [CaseStep(kind, at, **said)],
        on,
        ("test", now),
    )
    return show_case(store, whose.id, reference, now)


def know(store: Store, reference: str, now: datetime = LATER) -> ShownCase:
    """Note that the person has shown who they are."""
    return take(store, reference, StepKind.HEARD, about=QuestionAbout.IDENTITY, now=now)


def extend(store: Store, reference: str, on: date | None = None, **more: Any) -> ShownCase:
    """Note that the person was told that it takes longer."""
    grounds = frozenset({ExtensionGround.COMPLEXITY})
    said: dict[str, Any] = {"text": "many years", "grounds": grounds, "gives_reasons": True} | more
    return take(store, reference, StepKind.EXTENDED, on, **said)


def row_of(store: Store, reference: str) -> Any:
    """Return the row of a request."""
    [row] = [row for row in kept(store, RightsRequestRecord) if row.reference == reference]
    return row
