"""What delays deletion and permits nothing: legal holds and open requests."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from policy.periods import Period
from policy.retention import Action, Plan, may_delete, plan
from policy.retention_ends import LivePurpose, RetentionFacts
from policy.retention_rules import DataClass, RetentionReason

R = RetentionReason
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


EXPIRES = instant("2026-07-14T23:00Z")


def lead(
    *, holds: tuple[Period, ...] = (), open_requests: tuple[Period, ...] = ()
) -> RetentionFacts:
    return RetentionFacts(
        data_class=DataClass.MARKETING_LEAD,
        started_at=instant("2024-07-14T23:30Z"),
        has_permission=True,
        holds=holds,
        open_requests=open_requests,
    )


LEAD = lead()
HELD_FROM = EXPIRES - 10 * DAY
RELEASED = EXPIRES + 10 * DAY


def test_a_hold_delays_deletion_and_permits_no_use() -> None:
    """Rule: RET-15."""
    found = plan(EXPIRES, lead(holds=(Period(HELD_FROM),)))
    assert found == Plan(
        Action.KEEP,
        is_use_over=True,
        use_stops_at=EXPIRES,
        due_at=None,
        delete_by=None,
        is_overdue=False,
        reasons=(R.LEGAL_HOLD, R.EXPIRED),
        rules=("RET-1", "RET-2", "RET-3", "RET-15", "RET-23"),
    )


def test_on_release_an_expired_record_is_due_at_once() -> None:
    """Rule: RET-15."""
    held = lead(holds=(Period(HELD_FROM, RELEASED),))
    before, then = plan(RELEASED - SECOND, held), plan(RELEASED, held)
    assert (before.action, before.reasons) == (Action.KEEP, (R.LEGAL_HOLD, R.EXPIRED))
    assert (then.action, then.reasons) == (Action.DELETE, (R.DELETE_OK, R.EXPIRED))
    assert then.use_stops_at == EXPIRES
    for each in (before, then):
        assert (each.due_at, each.delete_by) == (RELEASED, RELEASED + DAY)
    assert not plan(RELEASED + DAY, held).is_overdue
    assert plan(RELEASED + DAY + SECOND, held).is_overdue


@pytest.mark.parametrize(
    "hold",
    [
        Period(HELD_FROM, EXPIRES),
        Period(HELD_FROM, EXPIRES - SECOND),
        Period(EXPIRES + DAY),
        Period(RELEASED, RELEASED),
    ],
    ids=["ends as it expires", "ends before", "starts later", "is empty"],
)
def test_a_hold_that_is_not_in_force_delays_nothing(hold: Period) -> None:
    """Rule: RET-15."""
    assert plan(EXPIRES + HOUR, lead(holds=(hold,))) == plan(EXPIRES + HOUR, LEAD)


def test_a_hold_that_starts_this_instant_is_in_force() -> None:
    """Rule: RET-15."""
    found = plan(EXPIRES, lead(holds=(Period(EXPIRES),)))
    assert (found.reasons, found.due_at) == ((R.LEGAL_HOLD, R.EXPIRED), None)


def test_deletion_waits_until_the_answer_to_an_open_request_was_sent() -> None:
    """Rule: RET-16."""
    asked = lead(open_requests=(Period(HELD_FROM, RELEASED),))
    before, then = plan(RELEASED - SECOND, asked), plan(RELEASED, asked)
    assert (before.action, before.reasons) == (Action.KEEP, (R.OPEN_REQUEST, R.EXPIRED))
    assert before.rules == ("RET-1", "RET-2", "RET-3", "RET-16", "RET-23")
    assert before.is_use_over
    assert (then.action, then.due_at, then.delete_by) == (Action.DELETE, RELEASED, RELEASED + DAY)
    assert plan(EXPIRES, lead(open_requests=(Period(HELD_FROM),))).due_at is None


def test_the_longest_of_what_stands_against_deletion_counts() -> None:
    """Rules: RET-15, RET-16."""
    short, long = Period(HELD_FROM, EXPIRES + DAY), Period(HELD_FROM, RELEASED)
    for holds, requests in (((short, long), ()), ((long, short), ()), ((short,), (long,))):
        found = plan(RELEASED, lead(holds=holds, open_requests=requests))
        assert (found.due_at, found.delete_by) == (RELEASED, RELEASED + DAY)
    both = plan(EXPIRES, lead(holds=(Period(HELD_FROM),), open_requests=(short,)))
    assert both.reasons == (R.LEGAL_HOLD, R.OPEN_REQUEST, R.EXPIRED)
    assert both.due_at is None


@pytest.mark.parametrize(
    ("now", "facts", "reasons"),
    [
        (EXPIRES, LEAD, (R.DELETE_OK,)),
        (EXPIRES - SECOND, LEAD, (R.NOT_YET_DUE,)),
        (EXPIRES, lead(holds=(Period(HELD_FROM),)), (R.LEGAL_HOLD,)),
        (EXPIRES, lead(open_requests=(Period(HELD_FROM),)), (R.OPEN_REQUEST,)),
        (
            EXPIRES - SECOND,
            lead(holds=(Period(HELD_FROM),), open_requests=(Period(HELD_FROM),)),
            (R.LEGAL_HOLD, R.OPEN_REQUEST, R.NOT_YET_DUE),
        ),
    ],
)
def test_deletion_is_allowed_or_every_reason_against_it_is_named(
    now: datetime, facts: RetentionFacts, reasons: tuple[RetentionReason, ...]
) -> None:
    """Rule: RET-23."""
    answer = may_delete(now, facts)
    assert answer.reasons == reasons
    assert answer.is_allowed is (reasons == (R.DELETE_OK,))


def test_a_hold_is_not_taken_for_a_live_purpose_once_the_record_has_expired() -> None:
    """Rules: RET-9, RET-15."""
    opted_out = replace(
        lead(holds=(Period(HELD_FROM),)),
        opted_out_at=HELD_FROM,
        live_purposes=frozenset({LivePurpose.CONTRACT}),
    )
    before, then = plan(EXPIRES - SECOND, opted_out), plan(EXPIRES, opted_out)
    assert before.reasons == (R.LEGAL_HOLD, R.OTHER_LIVE_PURPOSE, R.FULL_OPT_OUT)
    assert before.kept_for == {LivePurpose.CONTRACT}
    assert then.reasons == (R.LEGAL_HOLD, R.EXPIRED, R.FULL_OPT_OUT)
    assert then.kept_for == frozenset()


def test_ret_15_each_hold_is_looked_at() -> None:
    """A hold that was over before the end delays nothing; the one beside it does."""
    over = Period(HELD_FROM, EXPIRES - DAY)
    held = lead(holds=(over, Period(HELD_FROM, RELEASED)))
    assert plan(RELEASED, held).delete_by == RELEASED + DAY
