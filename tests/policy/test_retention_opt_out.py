"""What ends the keeping of a lead early: a full opt-out, a closed enquiry, an owed erasure."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from policy.retention import Action, may_delete, plan
from policy.retention_ends import LivePurpose, RetentionFacts
from policy.retention_rules import DataClass, RetentionReason

R = RetentionReason
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


STARTED = instant("2026-01-10T09:00Z")
EXPIRES = instant("2028-01-10T00:00Z")
LEAD = RetentionFacts(data_class=DataClass.MARKETING_LEAD, started_at=STARTED, has_permission=True)
ENQUIRY = RetentionFacts(data_class=DataClass.ENQUIRY, started_at=STARTED)
LEFT_OPEN = STARTED + 30 * DAY


@pytest.mark.parametrize("facts", [LEAD, ENQUIRY, replace(LEAD, data_class=DataClass.CONSENT)])
def test_after_a_full_opt_out_use_is_over_at_once_and_a_closed_record_goes(
    facts: RetentionFacts,
) -> None:
    """Rule: RET-7."""
    opted_out = STARTED + 60 * DAY
    gone = replace(facts, opted_out_at=opted_out)
    assert not plan(opted_out - SECOND, gone).is_use_over
    assert plan(opted_out - SECOND, gone).reasons == (R.NOT_YET_DUE,)
    found = plan(opted_out, gone)
    assert (found.is_use_over, found.use_stops_at) == (True, opted_out)
    assert (found.action, found.reasons) == (Action.DELETE, (R.DELETE_OK, R.FULL_OPT_OUT))
    assert (found.due_at, found.delete_by) == (opted_out, opted_out + 30 * DAY)
    assert not plan(opted_out + 30 * DAY, gone).is_overdue
    assert plan(opted_out + 30 * DAY + SECOND, gone).is_overdue
    assert found.rules[-3:] == ("RET-7", "RET-10", "RET-23")


def test_an_enquiry_that_nobody_closed_counts_as_open_for_thirty_days() -> None:
    """Rule: RET-7."""
    opted_out = STARTED + 3 * DAY
    facts = replace(LEAD, opted_out_at=opted_out)
    before, then = plan(LEFT_OPEN - SECOND, facts), plan(LEFT_OPEN, facts)
    assert before.reasons == (R.OTHER_LIVE_PURPOSE, R.FULL_OPT_OUT)
    assert before.kept_for == {LivePurpose.OPEN_ENQUIRY}
    assert before.use_stops_at == opted_out
    assert then.reasons == (R.DELETE_OK, R.FULL_OPT_OUT)
    assert then.kept_for == frozenset()
    for each in (before, then):
        assert (each.due_at, each.delete_by) == (LEFT_OPEN, opted_out + 30 * DAY)


def test_an_enquiry_that_is_closed_lets_the_record_go_earlier() -> None:
    """Rule: RET-7."""
    opted_out, closed = STARTED + 3 * DAY, STARTED + 8 * DAY
    facts = replace(LEAD, opted_out_at=opted_out, enquiry_closed_at=closed)
    assert plan(closed - SECOND, facts).reasons == (R.OTHER_LIVE_PURPOSE, R.FULL_OPT_OUT)
    assert plan(closed, facts).reasons == (R.DELETE_OK, R.FULL_OPT_OUT)
    assert plan(closed, facts).due_at == closed
    already = replace(facts, enquiry_closed_at=STARTED + DAY)
    assert plan(opted_out, already).due_at == opted_out


def test_closing_an_enquiry_late_does_not_keep_the_record_longer() -> None:
    """Rule: RET-5."""
    opted_out = STARTED + 3 * DAY
    late = replace(LEAD, opted_out_at=opted_out, enquiry_closed_at=LEFT_OPEN + DAY)
    assert plan(LEFT_OPEN, late).due_at == LEFT_OPEN


def test_an_opt_out_with_the_very_submission_counts_and_leaves_thirty_days_for_the_answer() -> None:
    """Rule: RET-7."""
    facts = replace(LEAD, opted_out_at=STARTED)
    found = plan(STARTED, facts)
    assert (found.is_use_over, found.due_at, found.delete_by) == (True, LEFT_OPEN, LEFT_OPEN)
    assert plan(LEFT_OPEN, facts).action is Action.DELETE


def test_an_enquiry_made_after_the_opt_out_has_its_own_clock() -> None:
    """Rules: RET-4, RET-7."""
    facts = replace(ENQUIRY, opted_out_at=STARTED - SECOND)
    assert plan(LEFT_OPEN, facts) == plan(LEFT_OPEN, ENQUIRY)
    assert plan(LEFT_OPEN, facts).due_at == EXPIRES


def test_another_open_enquiry_keeps_the_record_for_thirty_days_at_the_most() -> None:
    """Rule: RET-7."""
    opted_out = STARTED + 60 * DAY
    facts = replace(
        LEAD, opted_out_at=opted_out, live_purposes=frozenset({LivePurpose.OPEN_ENQUIRY})
    )
    end = opted_out + 30 * DAY
    before, then = plan(end - SECOND, facts), plan(end, facts)
    assert before.reasons == (R.OTHER_LIVE_PURPOSE, R.FULL_OPT_OUT)
    assert before.kept_for == {LivePurpose.OPEN_ENQUIRY}
    assert (then.action, then.due_at, then.delete_by) == (Action.DELETE, end, end)


@pytest.mark.parametrize("purpose", [LivePurpose.CONTRACT, LivePurpose.LEGAL_CLAIM])
def test_a_contract_or_a_claim_keeps_the_record_after_an_opt_out_but_not_its_use(
    purpose: LivePurpose,
) -> None:
    """Rules: RET-7, RET-9."""
    opted_out = STARTED + 60 * DAY
    facts = replace(LEAD, opted_out_at=opted_out, live_purposes=frozenset({purpose}))
    found = plan(EXPIRES - SECOND, facts)
    assert (found.action, found.reasons) == (
        Action.KEEP,
        (R.OTHER_LIVE_PURPOSE, R.FULL_OPT_OUT),
    )
    assert (found.is_use_over, found.use_stops_at) == (True, opted_out)
    assert (found.due_at, found.delete_by) == (EXPIRES, EXPIRES + DAY)
    assert found.kept_for == {purpose}
    assert may_delete(EXPIRES - SECOND, facts).reasons == (R.OTHER_LIVE_PURPOSE,)
    assert plan(EXPIRES, facts).reasons == (R.DELETE_OK, R.EXPIRED, R.FULL_OPT_OUT)
    assert plan(EXPIRES, facts).kept_for == frozenset()


def test_what_keeps_a_record_is_named_in_full() -> None:
    """Rule: RET-23."""
    facts = replace(LEAD, opted_out_at=STARTED + DAY, live_purposes=frozenset(LivePurpose))
    assert plan(STARTED + 2 * DAY, facts).kept_for == set(LivePurpose)


def test_a_live_purpose_is_no_reason_while_nothing_has_ended() -> None:
    """Rule: RET-23."""
    facts = replace(LEAD, live_purposes=frozenset(LivePurpose))
    assert plan(STARTED, facts) == plan(STARTED, LEAD)


def test_an_opt_out_shortly_before_the_end_leaves_the_end_where_it_is() -> None:
    """Rule: RET-5."""
    opted_out = EXPIRES - 2 * DAY
    found = plan(EXPIRES, replace(LEAD, opted_out_at=opted_out))
    assert (found.due_at, found.delete_by) == (opted_out, EXPIRES + DAY)


@pytest.mark.parametrize(
    ("closed", "ends"),
    [
        ("2026-01-20T12:00Z", "2026-07-19T23:00Z"),
        ("2026-08-31T12:00Z", "2027-02-28T00:00Z"),
        ("2026-07-14T23:30Z", "2027-01-15T00:00Z"),
        ("2026-09-29T12:00Z", "2027-03-29T00:00+01:00"),
    ],
)
@pytest.mark.parametrize("facts", [ENQUIRY, replace(LEAD, has_permission=False)])
def test_an_enquiry_without_marketing_goes_six_months_after_it_was_closed(
    closed: str, ends: str, facts: RetentionFacts
) -> None:
    """Rule: RET-20."""
    closed_at, end = instant(closed), instant(ends)
    over = replace(facts, enquiry_closed_at=closed_at)
    assert not plan(closed_at - SECOND, over).is_use_over
    assert plan(closed_at, over).is_use_over
    assert plan(end - SECOND, over).reasons == (R.NOT_YET_DUE,)
    found = plan(end, over)
    assert found.reasons == (R.DELETE_OK, R.ENQUIRY_CLOSED)
    assert (found.use_stops_at, found.due_at, found.delete_by) == (closed_at, end, end + DAY)
    assert "RET-20" in found.rules


def test_a_closed_enquiry_with_a_permission_is_kept_for_marketing() -> None:
    """Rule: RET-20."""
    facts = replace(LEAD, enquiry_closed_at=STARTED + DAY)
    assert plan(EXPIRES - SECOND, facts) == plan(EXPIRES - SECOND, LEAD)


def test_a_closed_enquiry_never_outlives_the_time_of_a_lead() -> None:
    """Rule: RET-20."""
    facts = replace(ENQUIRY, enquiry_closed_at=EXPIRES - DAY)
    assert plan(EXPIRES, facts).due_at == EXPIRES


def test_a_permission_that_ended_after_the_enquiry_ends_use_then() -> None:
    """Rule: RET-20."""
    closed = STARTED + 10 * DAY
    six_months_on = instant("2026-07-19T23:00Z")
    early, late = six_months_on - 30 * DAY, six_months_on + 30 * DAY
    facts = replace(ENQUIRY, enquiry_closed_at=closed, permission_ended_at=early)
    assert (plan(late, facts).use_stops_at, plan(late, facts).due_at) == (early, six_months_on)
    facts = replace(facts, permission_ended_at=late)
    assert plan(late - SECOND, facts).reasons == (R.NOT_YET_DUE,)
    found = plan(late, facts)
    assert (found.use_stops_at, found.due_at, found.delete_by) == (late, late, late + DAY)
    facts = replace(facts, permission_ended_at=closed - DAY)
    assert plan(late, facts).use_stops_at == closed


@pytest.mark.parametrize("purpose", [LivePurpose.CONTRACT, LivePurpose.LEGAL_CLAIM])
def test_a_contract_or_a_claim_keeps_a_closed_enquiry_until_its_own_date(
    purpose: LivePurpose,
) -> None:
    """Rules: RET-9, RET-20."""
    facts = replace(
        ENQUIRY, enquiry_closed_at=STARTED + 10 * DAY, live_purposes=frozenset({purpose})
    )
    found = plan(instant("2026-07-19T23:00Z"), facts)
    assert found.reasons == (R.OTHER_LIVE_PURPOSE, R.ENQUIRY_CLOSED)
    assert (found.due_at, found.is_use_over) == (EXPIRES, True)
    assert plan(EXPIRES, facts).action is Action.DELETE


def test_another_open_enquiry_does_not_keep_one_that_is_closed() -> None:
    """Rule: RET-20."""
    facts = replace(
        ENQUIRY,
        enquiry_closed_at=STARTED + 10 * DAY,
        live_purposes=frozenset({LivePurpose.OPEN_ENQUIRY}),
    )
    assert plan(instant("2026-07-19T23:00Z"), facts).action is Action.DELETE


@pytest.mark.parametrize(
    "data_class",
    [
        DataClass.MARKETING_LEAD,
        DataClass.ENQUIRY,
        DataClass.CONSENT,
        DataClass.TEST_LEAD,
        DataClass.QUARANTINE,
        DataClass.SPECIAL_CATEGORY_HELD,
        DataClass.CLIENT_RECORD,
        DataClass.TECHNICAL_DATA,
        DataClass.ANALYTICS,
        DataClass.EXPORT_FILE,
    ],
)
def test_an_erasure_that_is_owed_is_due_at_once(data_class: DataClass) -> None:
    """Rules: RET-10, RET-18."""
    owed = STARTED + DAY
    facts = RetentionFacts(data_class=data_class, started_at=STARTED, erasure_owed_at=owed)
    assert plan(owed - SECOND, facts).action is Action.KEEP
    found = plan(owed, facts)
    assert found.reasons == (R.DELETE_OK, R.ERASURE_OWED)
    assert (found.due_at, found.delete_by) == (owed, owed + DAY)
    assert found.is_use_over
    assert "RET-18" in found.rules


def test_only_a_claim_stands_against_an_erasure_that_is_owed() -> None:
    """Rules: RET-9, RET-23."""
    owed = STARTED + DAY
    facts = replace(LEAD, erasure_owed_at=owed)
    claimed = replace(facts, live_purposes=frozenset({LivePurpose.LEGAL_CLAIM}))
    others = frozenset({LivePurpose.CONTRACT, LivePurpose.OPEN_ENQUIRY})
    assert plan(owed, replace(facts, live_purposes=others)).action is Action.DELETE
    found = plan(owed, claimed)
    assert found.reasons == (R.OTHER_LIVE_PURPOSE, R.ERASURE_OWED)
    assert (found.use_stops_at, found.due_at) == (owed, EXPIRES)


@pytest.mark.parametrize(
    "data_class", [DataClass.PROCESSOR_DATA, DataClass.BACKUP, DataClass.AUDIT_SKELETON]
)
def test_what_follows_a_client_or_a_schedule_is_not_ended_by_a_person(
    data_class: DataClass,
) -> None:
    """Rules: RET-14, RET-17, RET-19."""
    facts = RetentionFacts(
        data_class=data_class, started_at=STARTED, erasure_owed_at=STARTED, opted_out_at=STARTED
    )
    assert plan(STARTED, facts).reasons == (R.NOT_YET_DUE,)
