"""What holds of every plan, whatever happened: nothing extends, and nothing but a rule keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from policy.periods import Period
from policy.retention import Action, expires_at, may_delete, plan
from policy.retention_ends import LivePurpose, RetentionFacts
from policy.retention_rules import DataClass, RetentionReason

DAY = timedelta(days=1)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 3_000 * 24).map(lambda hours: FIRST + timedelta(hours=hours))
MAYBE = st.none() | INSTANTS
LEADS = st.sampled_from([DataClass.MARKETING_LEAD, DataClass.ENQUIRY, DataClass.CONSENT])
PURPOSES = st.frozensets(st.sampled_from(LivePurpose))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, end = draw(INSTANTS), draw(MAYBE)
    return Period(start, end and max(start, end))


def facts_of(classes: st.SearchStrategy[DataClass]) -> st.SearchStrategy[RetentionFacts]:
    return st.builds(
        RetentionFacts,
        data_class=classes,
        started_at=INSTANTS,
        has_permission=st.booleans(),
        permission_ended_at=MAYBE,
        valid_until=MAYBE,
        opted_out_at=MAYBE,
        enquiry_closed_at=MAYBE,
        erasure_owed_at=MAYBE,
        contract_ended_at=MAYBE,
        client_served_at=MAYBE,
        marketing_ended_at=MAYBE,
        last_event_at=MAYBE,
        live_purposes=PURPOSES,
    )


ANY = facts_of(st.sampled_from(DataClass))
LEAD = facts_of(LEADS)


@given(LEAD, INSTANTS)
def test_nothing_keeps_a_lead_or_its_use_longer_than_its_own_clock(
    facts: RetentionFacts, now: datetime
) -> None:
    """Rules: RET-1, RET-4, RET-5, RET-9, RET-10."""
    own = expires_at(facts.started_at)
    found = plan(now, facts)
    assert found.use_stops_at is not None
    assert found.due_at is not None
    assert found.delete_by is not None
    assert found.use_stops_at <= own
    assert found.due_at <= own
    assert found.delete_by <= own + DAY
    assert plan(own, facts).action is Action.DELETE


@given(LEAD, INSTANTS)
def test_a_record_with_an_opt_out_goes_within_thirty_days_unless_something_needs_it(
    facts: RetentionFacts, now: datetime
) -> None:
    """Rule: RET-7."""
    out = replace(
        facts,
        opted_out_at=max(now, facts.started_at),
        live_purposes=facts.live_purposes & {LivePurpose.OPEN_ENQUIRY},
    )
    assert out.opted_out_at is not None
    found = plan(now, out)
    assert found.use_stops_at is not None
    assert found.due_at is not None
    assert found.delete_by is not None
    assert found.use_stops_at <= out.opted_out_at
    assert found.due_at <= out.opted_out_at + 30 * DAY
    assert found.delete_by <= out.opted_out_at + 30 * DAY


@given(LEAD, INSTANTS, INSTANTS)
def test_an_opt_out_a_closing_or_an_owed_erasure_never_makes_anything_later(
    facts: RetentionFacts, now: datetime, then: datetime
) -> None:
    """Rule: RET-5."""
    known = replace(facts, opted_out_at=None, enquiry_closed_at=None, erasure_owed_at=None)
    before = plan(now, known)
    for more in (
        replace(known, opted_out_at=then),
        replace(known, enquiry_closed_at=then),
        replace(known, erasure_owed_at=then),
        replace(known, received_at=facts.started_at - DAY),
    ):
        after = plan(now, more)
        for one, other in (
            (after.use_stops_at, before.use_stops_at),
            (after.due_at, before.due_at),
            (after.delete_by, before.delete_by),
        ):
            assert one is not None
            assert other is not None
            assert one <= other


@given(ANY, st.lists(periods(), max_size=3), st.lists(periods(), max_size=3), INSTANTS)
def test_holds_and_open_requests_delay_deletion_and_never_the_end_of_use(
    facts: RetentionFacts, holds: list[Period], requests: list[Period], now: datetime
) -> None:
    """Rules: RET-15, RET-16."""
    free, kept = plan(now, facts), plan(now, replace(facts, holds=holds, open_requests=requests))
    assert (kept.use_stops_at, kept.is_use_over) == (free.use_stops_at, free.is_use_over)
    assert kept.kept_for == free.kept_for
    is_blocked = any(period.covers(now) for period in (*holds, *requests))
    if is_blocked:
        assert kept.action is Action.KEEP
    else:
        assert kept.action is free.action
    if kept.due_at is not None:
        assert free.due_at is not None
        ends = {period.end for period in (*holds, *requests)}
        assert kept.due_at == free.due_at or kept.due_at in ends
        assert kept.due_at >= free.due_at
        assert kept.delete_by is not None
        assert kept.delete_by >= kept.due_at


@given(ANY, PURPOSES, INSTANTS)
def test_a_live_purpose_never_gives_use_back(
    facts: RetentionFacts, purposes: frozenset[LivePurpose], now: datetime
) -> None:
    """Rules: RET-7, RET-9, RET-23."""
    alone, needed = (
        plan(now, replace(facts, live_purposes=each)) for each in (frozenset(), purposes)
    )
    assert needed.use_stops_at == alone.use_stops_at


@given(ANY, INSTANTS, st.lists(periods(), max_size=2))
def test_what_may_be_deleted_is_neither_in_use_nor_early_and_stays_so(
    facts: RetentionFacts, now: datetime, holds: list[Period]
) -> None:
    """Rules: RET-10, RET-23."""
    held = replace(facts, holds=holds)
    found, answer = plan(now, held), may_delete(now, held)
    assert answer.is_allowed is (found.action is Action.DELETE)
    assert answer.reasons == found.reasons[: len(answer.reasons)]
    assert (RetentionReason.DELETE_OK in answer.reasons) is answer.is_allowed
    if answer.is_allowed:
        assert found.is_use_over
        assert found.due_at is not None
        assert found.due_at <= now
        assert plan(now + DAY, replace(facts)).action is Action.DELETE
        assert found.kept_for == frozenset()
