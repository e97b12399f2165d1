"""The plan for one record: the clocks of each class of data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from policy.errors import UsageError
from policy.periods import Period
from policy.retention import (
    Action,
    Plan,
    consent_ends_at,
    may_delete,
    plan,
    profile_due_at,
)
from policy.retention_ends import LivePurpose, RetentionFacts
from policy.retention_rules import DataClass, RetentionReason

R = RetentionReason
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


STARTED = instant("2024-07-14T23:30Z")  # 15 July in London
EXPIRES = instant("2026-07-14T23:00Z")
LEAD = RetentionFacts(data_class=DataClass.MARKETING_LEAD, started_at=STARTED, has_permission=True)


def test_a_lead_is_used_and_kept_until_the_second_before_it_expires() -> None:
    """Rules: RET-1, RET-2, RET-3."""
    assert plan(EXPIRES - SECOND, LEAD) == Plan(
        Action.KEEP,
        is_use_over=False,
        use_stops_at=EXPIRES,
        due_at=EXPIRES,
        delete_by=EXPIRES + DAY,
        is_overdue=False,
        reasons=(R.NOT_YET_DUE,),
        rules=("RET-1", "RET-2", "RET-3", "RET-23"),
    )


def test_a_lead_that_expires_is_deleted_within_a_day() -> None:
    """Rule: RET-10."""
    expected = Plan(
        Action.DELETE,
        is_use_over=True,
        use_stops_at=EXPIRES,
        due_at=EXPIRES,
        delete_by=EXPIRES + DAY,
        is_overdue=False,
        reasons=(R.DELETE_OK, R.EXPIRED),
        rules=("RET-1", "RET-2", "RET-3", "RET-10", "RET-23"),
    )
    assert plan(EXPIRES, LEAD) == expected
    assert plan(EXPIRES + DAY, LEAD) == expected
    assert plan(EXPIRES + DAY + SECOND, LEAD).is_overdue


@pytest.mark.parametrize(
    ("started", "ends"),
    [
        ("2024-02-29T12:00Z", "2026-02-28T00:00Z"),
        ("2026-02-28T12:00Z", "2028-02-28T00:00Z"),
        ("2024-03-31T00:30Z", "2026-03-30T23:00Z"),
        ("2024-10-27T00:30Z", "2026-10-27T00:00Z"),
    ],
)
def test_a_leap_day_and_a_change_of_the_clocks_end_on_the_day_of_that_number(
    started: str, ends: str
) -> None:
    """Rules: RET-2, RET-3."""
    facts = RetentionFacts(data_class=DataClass.MARKETING_LEAD, started_at=instant(started))
    end = instant(ends)
    assert plan(end, facts).due_at == end
    assert plan(end, facts).action is Action.DELETE
    assert plan(end - SECOND, facts).action is Action.KEEP


def test_a_source_whose_clock_runs_ahead_is_not_kept_longer() -> None:
    """Rule: RET-1."""
    assert plan(EXPIRES, replace(LEAD, received_at=STARTED - DAY)).due_at == EXPIRES - DAY
    assert plan(EXPIRES, replace(LEAD, received_at=STARTED + DAY)).due_at == EXPIRES


def test_what_reaches_us_after_its_end_is_deleted_within_a_day_of_receipt() -> None:
    """Rule: RET-10."""
    received = EXPIRES + 5 * DAY
    found = plan(received + DAY, replace(LEAD, received_at=received))
    assert (found.due_at, found.delete_by) == (EXPIRES, received + DAY)
    assert found.action is Action.DELETE
    assert not found.is_overdue
    assert plan(received + DAY + SECOND, replace(LEAD, received_at=received)).is_overdue


@pytest.mark.parametrize(
    "never", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"], ids=["first", "last"]
)
@pytest.mark.parametrize("data_class", DataClass)
def test_a_clock_that_was_never_set_stops_no_plan(data_class: DataClass, never: str) -> None:
    facts = RetentionFacts(
        data_class=data_class,
        started_at=instant(never),
        contract_ended_at=instant(never),
        marketing_ended_at=instant(never),
    )
    expected = Action.DELETE if never.startswith("0001") else Action.KEEP
    assert plan(STARTED, facts).action is expected


CLASSES = [
    (DataClass.ENQUIRY, "2026-07-14T23:00Z", R.EXPIRED),
    (DataClass.CONSENT, "2026-07-14T23:00Z", R.EXPIRED),
    (DataClass.TEST_LEAD, "2024-08-13T23:30Z", R.QUARANTINE_OVER),
    (DataClass.QUARANTINE, "2024-08-13T23:30Z", R.QUARANTINE_OVER),
    (DataClass.SPECIAL_CATEGORY_HELD, "2024-08-13T23:30Z", R.QUARANTINE_OVER),
    (DataClass.AUDIT_SKELETON, "2030-07-14T23:00Z", R.EXPIRED),
    (DataClass.TECHNICAL_DATA, "2024-10-12T23:30Z", R.EXPIRED),
    (DataClass.ANALYTICS, "2026-09-14T23:00Z", R.EXPIRED),
    (DataClass.BACKUP, "2024-08-18T23:30Z", R.EXPIRED),
    (DataClass.EXPORT_FILE, "2024-07-21T23:30Z", R.EXPIRED),
]


@pytest.mark.parametrize(("data_class", "ends", "reason"), CLASSES)
def test_each_class_of_data_is_deleted_when_its_own_time_is_over(
    data_class: DataClass, ends: str, reason: RetentionReason
) -> None:
    """Rules: RET-6, RET-14, RET-17, RET-18, RET-20, RET-21, RET-22, RET-25."""
    facts = RetentionFacts(data_class=data_class, started_at=STARTED)
    end = instant(ends)
    before, then = plan(end - SECOND, facts), plan(end, facts)
    assert (before.action, before.reasons) == (Action.KEEP, (R.NOT_YET_DUE,))
    assert (then.action, then.reasons) == (Action.DELETE, (R.DELETE_OK, reason))
    assert (then.due_at, then.delete_by) == (end, end + DAY)


@pytest.mark.parametrize(
    "data_class", [DataClass.TEST_LEAD, DataClass.QUARANTINE, DataClass.SPECIAL_CATEGORY_HELD]
)
def test_what_was_set_aside_is_never_used_and_counts_from_its_receipt(
    data_class: DataClass,
) -> None:
    """Rule: RET-22."""
    received = STARTED + 3 * DAY
    facts = RetentionFacts(data_class=data_class, started_at=STARTED, received_at=received)
    found = plan(received, facts)
    assert found.is_use_over
    assert found.due_at == received + 30 * DAY


@pytest.mark.parametrize("data_class", [DataClass.TEST_LEAD, DataClass.SPECIAL_CATEGORY_HELD])
def test_the_use_of_what_is_held_back_was_over_before_it_reached_us(data_class: DataClass) -> None:
    """Rule: RET-22."""
    facts = RetentionFacts(data_class=data_class, started_at=STARTED, received_at=STARTED + 3 * DAY)
    assert plan(STARTED, facts).use_stops_at == STARTED


def test_an_old_test_lead_is_not_kept_beyond_the_time_of_a_lead() -> None:
    """Rule: RET-22."""
    facts = RetentionFacts(
        data_class=DataClass.TEST_LEAD, started_at=STARTED, received_at=EXPIRES - DAY
    )
    assert plan(EXPIRES, facts).due_at == EXPIRES


def test_a_consent_ends_by_its_own_clock_or_earlier_by_its_wording() -> None:
    """Rule: RET-6."""
    assert consent_ends_at(STARTED) == EXPIRES
    assert consent_ends_at(STARTED, EXPIRES - SECOND) == EXPIRES - SECOND
    assert consent_ends_at(STARTED, EXPIRES + SECOND) == EXPIRES


def test_a_consent_that_ran_out_counts_no_more_and_its_evidence_stays_with_the_lead() -> None:
    """Rule: RET-6."""
    year = instant("2025-07-14T23:00Z")
    facts = RetentionFacts(data_class=DataClass.CONSENT, started_at=STARTED, valid_until=year)
    before, then = plan(year - SECOND, facts), plan(year, facts)
    assert (before.is_use_over, before.reasons) == (False, (R.NOT_YET_DUE,))
    assert (then.is_use_over, then.use_stops_at) == (True, year)
    assert then.reasons == (R.NOT_YET_DUE, R.CONSENT_RAN_OUT)
    assert "RET-6" in plan(EXPIRES, facts).rules
    assert (then.action, then.due_at, then.kept_for) == (Action.KEEP, EXPIRES, frozenset())
    assert plan(EXPIRES, facts).reasons == (R.DELETE_OK, R.EXPIRED, R.CONSENT_RAN_OUT)


def test_a_client_record_follows_the_contract_and_is_used_for_claims_only_after_it() -> None:
    """Rule: RET-9."""
    running = RetentionFacts(data_class=DataClass.CLIENT_RECORD, started_at=STARTED)
    assert plan(instant("2099-01-01T00:00Z"), running) == Plan(
        Action.KEEP,
        is_use_over=False,
        use_stops_at=None,
        due_at=None,
        delete_by=None,
        is_overdue=False,
        reasons=(R.NOT_YET_DUE,),
        rules=("RET-9", "RET-23"),
    )
    ended = instant("2026-02-28T12:00Z")
    over = RetentionFacts(
        data_class=DataClass.CLIENT_RECORD, started_at=STARTED, contract_ended_at=ended
    )
    assert not plan(ended - SECOND, over).is_use_over
    assert plan(ended, over).is_use_over
    due = instant("2032-02-28T00:00Z")
    assert plan(due - SECOND, over).reasons == (R.NOT_YET_DUE,)
    assert plan(due, over).reasons == (R.DELETE_OK, R.CONTRACT_ENDED)


def test_a_marketing_record_ends_on_its_own_date_although_the_person_is_a_client() -> None:
    """Rule: RET-9."""
    client = replace(LEAD, live_purposes=frozenset({LivePurpose.CONTRACT, LivePurpose.LEGAL_CLAIM}))
    assert plan(EXPIRES - SECOND, client).reasons == (R.NOT_YET_DUE,)
    assert plan(EXPIRES, client) == plan(EXPIRES, LEAD)


ENDED = instant("2026-01-31T12:00Z")


def processed(
    *, served_at: datetime | None = None, exit_time: timedelta | None = None
) -> RetentionFacts:
    return RetentionFacts(
        data_class=DataClass.PROCESSOR_DATA,
        started_at=STARTED,
        contract_ended_at=ENDED,
        contract_exit=exit_time,
        client_served_at=served_at,
    )


def test_a_clients_data_goes_thirty_days_after_the_contract_at_the_latest() -> None:
    """Rule: RET-19."""
    end = instant("2026-03-02T12:00Z")
    found = plan(ENDED, processed())
    assert (found.is_use_over, found.use_stops_at) == (True, ENDED)
    assert not plan(ENDED - SECOND, processed()).is_use_over
    assert (found.action, found.due_at, found.delete_by) == (Action.KEEP, end, end)
    assert plan(end - SECOND, processed()).reasons == (R.NOT_YET_DUE,)
    assert plan(end, processed()).reasons == (R.DELETE_OK, R.CONTRACT_ENDED)
    assert not plan(end, processed()).is_overdue
    assert plan(end + SECOND, processed()).is_overdue


@pytest.mark.parametrize("days", [0, 14, 60])
def test_the_contract_may_name_another_time_for_the_return(days: int) -> None:
    """Rule: RET-19."""
    facts = processed(exit_time=timedelta(days=days))
    assert plan(ENDED, facts).due_at == ENDED + timedelta(days=days)


def test_a_client_that_has_its_data_back_waits_no_longer() -> None:
    """Rule: RET-19."""
    served = ENDED + 5 * DAY
    facts = processed(served_at=served)
    assert plan(served - SECOND, facts).reasons == (R.NOT_YET_DUE,)
    found = plan(served, facts)
    assert found.reasons == (R.DELETE_OK, R.CLIENT_SERVED)
    assert (found.due_at, found.delete_by) == (served, served + DAY)
    assert (found.use_stops_at, found.rules) == (ENDED, ("RET-19", "RET-10", "RET-23"))


def test_a_client_that_was_served_early_keeps_its_data_with_us_until_the_contract_ends() -> None:
    """Rule: RET-19."""
    assert plan(ENDED, processed(served_at=ENDED - DAY)).due_at == ENDED
    assert plan(ENDED - SECOND, processed(served_at=ENDED - DAY)).action is Action.KEEP
    running = RetentionFacts(
        data_class=DataClass.PROCESSOR_DATA, started_at=STARTED, client_served_at=ENDED
    )
    assert plan(ENDED, running).due_at is None


def test_a_suppression_entry_stays_for_as_long_as_the_controller_markets() -> None:
    """Rule: RET-13."""
    entry = RetentionFacts(data_class=DataClass.SUPPRESSION_ENTRY, started_at=STARTED)
    found = plan(instant("2099-01-01T00:00Z"), entry)
    assert (found.action, found.is_use_over, found.due_at) == (Action.KEEP, False, None)
    stopped = RetentionFacts(
        data_class=DataClass.SUPPRESSION_ENTRY,
        started_at=STARTED,
        marketing_ended_at=ENDED,
        erasure_owed_at=STARTED,
        opted_out_at=STARTED,
    )
    assert plan(ENDED - SECOND, stopped).reasons == (R.NOT_YET_DUE,)
    assert plan(ENDED, stopped).reasons == (R.DELETE_OK, R.MARKETING_ENDED)
    assert plan(ENDED, stopped).delete_by == ENDED + DAY


def test_an_audit_skeleton_stays_for_six_years_after_the_last_event() -> None:
    """Rule: RET-14."""
    facts = RetentionFacts(
        data_class=DataClass.AUDIT_SKELETON,
        started_at=STARTED,
        last_event_at=instant("2024-02-29T09:00Z"),
        erasure_owed_at=STARTED,
    )
    end = instant("2030-02-28T00:00Z")
    assert plan(end - SECOND, facts).reasons == (R.NOT_YET_DUE,)
    assert plan(end, facts).reasons == (R.DELETE_OK, R.EXPIRED)


def test_a_profile_lives_until_the_last_of_its_submissions_ends() -> None:
    """Rule: RET-4."""
    later = RetentionFacts(data_class=DataClass.ENQUIRY, started_at=STARTED + 40 * DAY)
    held = plan(EXPIRES, replace(LEAD, holds=(Period(STARTED),)))
    first, second = plan(EXPIRES, LEAD), plan(EXPIRES, later)
    assert profile_due_at([first]) == EXPIRES
    assert profile_due_at([second, first]) == second.due_at == instant("2026-08-23T23:00Z")
    assert profile_due_at([first, held]) is None
    assert first.action is Action.DELETE
    with pytest.raises(UsageError, match="Cure: delete it with its last submission"):
        profile_due_at([])


def test_a_time_without_a_zone_is_refused() -> None:
    wall_clock = datetime(2026, 7, 15)  # noqa: DTZ001 - that is what is refused
    with pytest.raises(UsageError, match="now is 2026-07-15"):
        plan(wall_clock, LEAD)
    with pytest.raises(UsageError, match="now is 2026-07-15"):
        may_delete(wall_clock, LEAD)
    with pytest.raises(UsageError, match="started_at is 2026-07-15"):
        RetentionFacts(data_class=DataClass.ENQUIRY, started_at=wall_clock)


def test_every_time_is_given_in_utc() -> None:
    there = STARTED.astimezone(instant("2024-01-01T00:00+05:30").tzinfo)
    facts = RetentionFacts(
        data_class=DataClass.TECHNICAL_DATA, started_at=there, erasure_owed_at=there + DAY
    )
    found = plan(there, facts)
    for at in (found.use_stops_at, found.due_at, found.delete_by):
        assert at is not None
        assert at.tzinfo is UTC
