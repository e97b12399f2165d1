"""Laws of the answer itself: its shape, how long it holds, and that there always is one."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from policy.facts import Facts
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import ReasonCode
from tests.policy.any_time import Warp
from tests.policy.asked_uses import USES
from tests.policy.worlds import FACTS, laws


@laws
@given(FACTS, USES)
def test_an_allow_has_one_reason_and_a_denial_names_each_of_its_own_once(
    known: Facts, asked: UseRequest
) -> None:
    answered = decide(asked, known)
    assert len(answered.reasons) == len(set(answered.reasons)) > 0
    assert len(answered.rules) == len(set(answered.rules)) > 0
    assert all(reason.is_allow is answered.is_allowed for reason in answered.reasons)
    assert len(answered.reasons) == 1 or not answered.is_allowed
    assert answered.decided_at == asked.at


@laws
@given(FACTS, USES)
def test_a_denial_permits_nothing_and_names_no_basis(known: Facts, asked: UseRequest) -> None:
    answered = decide(asked, known)
    if not answered.is_allowed:
        assert answered.basis is None
        assert answered.rests_on is None
        assert answered.valid_until is None


@laws
@given(FACTS, USES)
def test_an_allow_ends_later_than_it_begins_and_within_a_week(
    known: Facts, asked: UseRequest
) -> None:
    """EXP-1; what a client gets back, or has deleted, ends at no time of its own (PERM-7)."""
    answered = decide(asked, known)
    if answered.code is ReasonCode.OK_PROCESSOR_EXIT:
        assert answered.valid_until is None
    elif answered.is_allowed:
        assert answered.valid_until is not None
        assert asked.at < answered.valid_until <= asked.at + timedelta(days=7)


@laws
@given(FACTS, USES, st.data())
def test_nothing_that_is_known_makes_a_decision_raise(
    known: Facts, asked: UseRequest, data: st.DataObject
) -> None:
    """Whatever the clocks said: from the year 1 to the year 9999."""
    warp = Warp(data)
    answered = decide(warp.moved(asked), warp.moved(known))
    assert all(reason.is_allow is answered.is_allowed for reason in answered.reasons)


def known_by(known: Facts, at: datetime) -> Facts:
    """Return the facts as they are known at a time; what happens later is not known."""
    return replace(
        known,
        leads=[lead for lead in known.leads if lead.submitted_at <= at],
        events=[event for event in known.events if event.occurred_at <= at],
        suppressed_since=[entry for entry in known.suppressed_since if entry[1] <= at],
        restrictions=[each for each in known.restrictions if each.since <= at],
        register_checks=[check for check in known.register_checks if check.checked_at <= at],
        line_refused_since=_by(known.line_refused_since, at),
        erased_at=_by(known.erased_at, at),
        died_at=_by(known.died_at, at),
    )


def _by(happened_at: datetime | None, at: datetime) -> datetime | None:
    return None if happened_at is None or happened_at > at else happened_at


@laws
@given(FACTS, USES, st.floats(0, 1))
def test_as_long_as_nothing_happens_an_allow_stays_one_until_its_end(
    known: Facts, asked: UseRequest, share: float
) -> None:
    """EXP-1: what is allowed in a list may be relied on until the list's own end."""
    known = known_by(known, asked.at)
    answered = decide(asked, known)
    if answered.is_allowed and answered.valid_until is not None:
        last = answered.valid_until - timedelta(microseconds=1)
        between = asked.at + (last - asked.at) * share
        for at in (between, last):
            assert decide(replace(asked, at=at), known).is_allowed
