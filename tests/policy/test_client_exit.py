"""The end of a client's contract: duties, what may go when, and the alarm (CNT-4 to CNT-6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.alarms import AlarmLimits, Severity
from policy.alarms_of_the_house import alarm_of_exit
from policy.client_contract import ExitChoice
from policy.client_exit import (
    STILL_ARRIVING,
    ExitFacts,
    deletable_until,
    duties_done,
    exit_due_at,
    may_certify,
    retention_facts,
)
from policy.retention import Action, plan
from policy.retention_duties import ExitDuty, exit_duties_open

ENDED = datetime(2026, 12, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = ENDED + 5 * DAY
DUE = ENDED + 30 * DAY
ALL_DONE = ExitFacts(
    ended_at=ENDED,
    exit_days=30,
    choice=ExitChoice.RETURN_AND_DELETE,
    has_sub_processors=True,
    returned_at=LATER,
    deleted_at=LATER,
    sub_processors_done_at=LATER,
    certified_at=LATER,
)
CARRIED = ExitDuty.CHOICE_CARRIED_OUT


@pytest.mark.parametrize(
    ("change", "open_"),
    [
        ({}, ()),
        ({"choice": None}, (ExitDuty.CHOICE_RECORDED, CARRIED)),
        ({"returned_at": None}, (CARRIED,)),
        ({"deleted_at": None}, (CARRIED,)),
        ({"choice": ExitChoice.RETURN, "deleted_at": None}, (CARRIED,)),
        ({"choice": ExitChoice.DELETE, "returned_at": None}, ()),
        ({"sub_processors_done_at": None}, (ExitDuty.SUB_PROCESSORS_DONE,)),
        ({"sub_processors_done_at": None, "has_sub_processors": False}, ()),
        ({"certified_at": None}, (ExitDuty.CERTIFICATE_ISSUED,)),
    ],
)
def test_each_duty_is_done_by_its_own_deed(
    change: dict[str, Any], open_: tuple[ExitDuty, ...]
) -> None:
    """Rules: CNT-4, RET-19."""
    facts = replace(ALL_DONE, **change)
    assert exit_duties_open(duties_done(facts)) == open_
    assert may_certify(facts) == (set(open_) <= {ExitDuty.CERTIFICATE_ISSUED})


def test_nothing_goes_before_its_client_has_it_back() -> None:
    """Rule: CNT-5."""
    for choice in ExitChoice:
        facts = replace(ALL_DONE, choice=choice)
        assert deletable_until(facts, ENDED - timedelta(seconds=1)) is None
        assert deletable_until(replace(facts, choice=None), LATER) is None
        back = LATER - STILL_ARRIVING if choice.is_returned else LATER
        assert deletable_until(facts, LATER) == back
        not_back = deletable_until(replace(facts, returned_at=None), LATER)
        assert (not_back is None) == choice.is_returned


@pytest.mark.parametrize(
    ("choice", "ordered_at", "goes_at"),
    [
        (ExitChoice.DELETE, None, DUE),
        (ExitChoice.DELETE, LATER, LATER),
        (ExitChoice.RETURN_AND_DELETE, None, LATER),
        (ExitChoice.RETURN, LATER, DUE),
    ],
)
def test_each_choice_has_its_own_day(
    choice: ExitChoice, ordered_at: datetime | None, goes_at: datetime
) -> None:
    """Rules: CNT-5, RET-19."""
    facts = replace(ALL_DONE, choice=choice, deleted_at=None)
    assert exit_due_at(facts) == DUE
    known = retention_facts(facts, ENDED - DAY, ENDED - DAY, ((), ()), ordered_at)
    assert plan(goes_at - timedelta(seconds=1), known).action is Action.KEEP
    assert plan(goes_at, known).action is Action.DELETE


def test_an_end_that_nears_its_deadline_is_an_alarm() -> None:
    """Rule: CNT-6."""
    limits = AlarmLimits()
    facts = replace(ALL_DONE, certified_at=None)
    assert alarm_of_exit("shop", facts, limits, DUE - 7 * DAY - timedelta(seconds=1)) is None
    near = alarm_of_exit("shop", facts, limits, DUE - 7 * DAY)
    late = alarm_of_exit("shop", facts, limits, DUE)
    assert near is not None
    assert late is not None
    assert (near.severity, late.severity) == (Severity.SERIOUS, Severity.CRITICAL)
    assert near.state != late.state
    assert "leadledger clients close shop" in near.cure
    assert alarm_of_exit("shop", ALL_DONE, limits, DUE) is None


def test_a_short_deadline_is_no_alarm_before_the_contract_is_over() -> None:
    facts = ExitFacts(ended_at=ENDED, exit_days=3)
    limits = AlarmLimits()
    assert alarm_of_exit("shop", facts, limits, ENDED - timedelta(seconds=1)) is None
    assert alarm_of_exit("shop", facts, limits, ENDED) is not None
