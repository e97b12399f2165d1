"""The alarm of an answer that is owed follows the case: pauses, extensions, acknowledgements."""

from datetime import date
from typing import Any

from models.store import Store
from pipeline.status import status
from policy.alarms import AlarmKind, Severity
from policy.rights.request import QuestionAbout
from policy.rights.steps import StepKind
from policy.rights.table import Right
from tests.alarming import Watchman, watchman
from tests.build import settings, source
from tests.pipeline.casework import extend, opened, take

DUE = (AlarmKind.REQUEST_DUE, "nectra")
UNANSWERED = (AlarmKind.QUESTION_UNANSWERED, "nectra")
ASKED = (Right.ACCESS, Right.ERASURE)
CLARIFICATION, IDENTITY = QuestionAbout.CLARIFICATION, QuestionAbout.IDENTITY


def standing(one: Watchman, on: date, alarm: tuple[AlarmKind, str] = DUE) -> bool:
    """Say whether an alarm stands on the noon of a day."""
    one.clock.wait(days=(on - one.clock.at.date()).days)
    one.round()
    return alarm in one.standing()


def test_a_pause_and_an_extension_shift_it(store: Store) -> None:
    """T-5, T-6: received on 2 November, asked and answered within 10 to 16 November."""
    one = watchman(store)
    reference = opened(store, on=date(2026, 11, 2))
    assert not standing(one, date(2026, 11, 28))
    assert standing(one, date(2026, 11, 29))
    asked: dict[str, Any] = {"about": CLARIFICATION, "is_justified": True}
    take(store, reference, StepKind.ASKED, date(2026, 11, 10), now=one.clock(), **asked)
    assert not standing(one, date(2026, 11, 30))
    heard: dict[str, Any] = {"about": CLARIFICATION}
    take(store, reference, StepKind.HEARD, date(2026, 11, 16), now=one.clock(), **heard)
    assert not standing(one, date(2026, 12, 5))
    assert standing(one, date(2026, 12, 6))
    assert one.row(AlarmKind.REQUEST_DUE).severity is Severity.SERIOUS
    extend(store, reference, now=one.clock())
    assert not standing(one, date(2027, 2, 5))
    assert standing(one, date(2027, 2, 10))
    assert one.row(AlarmKind.REQUEST_DUE).severity is Severity.CRITICAL


def test_a_complaint_is_an_alarm_until_it_is_acknowledged(store: Store) -> None:
    """T-11."""
    one = watchman(store)
    reference = opened(store, Right.COMPLAINT, on=date(2026, 11, 22))
    assert standing(one, date(2026, 12, 19))
    take(store, reference, StepKind.ACKNOWLEDGED, now=one.clock())
    assert not standing(one, date(2027, 3, 1))
    found = status(store, settings(str(store.url), source()), one.clock())
    assert (found.requests_open, found.next_request_due) == (1, None)


def test_what_was_answered_is_no_alarm(store: Store) -> None:
    one = watchman(store)
    reference = opened(store, Right.OBJECTION_TO_MARKETING, on=date(2026, 11, 2))
    assert standing(one, date(2026, 12, 1))
    take(store, reference, StepKind.ANSWERED, now=one.clock())
    assert not standing(one, date(2026, 12, 24))


def test_a_pause_does_not_last_for_ever_unseen(store: Store) -> None:
    """ALM-9: asked on 10 November, and nobody ever answers."""
    one = watchman(store)
    paused, unsure = (opened(store, right, on=date(2026, 11, 2)) for right in ASKED)
    asked: dict[str, Any] = {"is_justified": True, "now": one.clock()}
    take(store, paused, StepKind.ASKED, date(2026, 11, 10), about=CLARIFICATION, **asked)
    take(store, unsure, StepKind.ASKED, date(2026, 11, 20), about=IDENTITY, **asked)
    assert not standing(one, date(2026, 12, 9), UNANSWERED)
    assert standing(one, date(2026, 12, 10), UNANSWERED)
    assert "1 rights request(s)" in one.row(AlarmKind.QUESTION_UNANSWERED).fact
    assert standing(one, date(2026, 12, 20), UNANSWERED)
    assert "2 rights request(s)" in one.row(AlarmKind.QUESTION_UNANSWERED).fact
    take(store, paused, StepKind.HEARD, now=one.clock(), about=CLARIFICATION)
    take(store, unsure, StepKind.HEARD, now=one.clock(), about=IDENTITY)
    assert not standing(one, date(2026, 12, 20), UNANSWERED)


def test_a_question_that_moves_no_day_is_no_alarm_of_its_own(sqlite_store: Store) -> None:
    one = watchman(sqlite_store)
    reference = opened(sqlite_store, on=date(2026, 11, 2))
    take(sqlite_store, reference, StepKind.ASKED, now=one.clock(), about=IDENTITY)
    assert not standing(one, date(2026, 12, 30), UNANSWERED)
    assert DUE in one.standing()
