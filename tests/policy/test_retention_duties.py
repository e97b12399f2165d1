"""What must be done before a deletion, a restore or the end of a contract counts as done."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from policy.retention_duties import (
    BackupDuty,
    CopyPlace,
    ExitDuty,
    Replay,
    backup_duties_open,
    backup_overwritten_by,
    copies_left,
    exit_duties_open,
    is_backup_old,
    is_expiry_late,
    may_journal_forget,
    refusals_kept_since,
    replays_open,
    review_due_at,
    runs_kept_since,
    slots_kept_since,
)
from policy.vocabulary import Word


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("left_of", "words"),
    [
        (copies_left, CopyPlace),  # Rule: RET-18
        (backup_duties_open, BackupDuty),  # Rule: RET-17
        (replays_open, Replay),  # Rule: RET-17
        (exit_duties_open, ExitDuty),  # Rule: RET-19
    ],
)
def test_each_single_thing_that_was_not_done_is_named(
    left_of: Callable[[Any], tuple[Word, ...]], words: type[Word]
) -> None:
    assert left_of(list(words)) == ()
    assert left_of(()) == tuple(words)
    for word in words:
        assert left_of(set(words) - {word}) == (word,)


def test_an_erasure_reaches_every_copy_and_tells_those_who_got_one() -> None:
    """Rule: RET-18."""
    assert [place.value for place in CopyPlace] == [
        "database",
        "cache",
        "search_index",
        "raw_payloads",
        "inbox",
        "set_aside",
        "log",
        "export_files",
        "recipients_told",
    ]


def test_a_backup_is_out_of_reach_and_a_restore_repeats_what_happened_since() -> None:
    """Rule: RET-17."""
    duties = ["no_other_restore", "no_access", "encrypted", "overwrite_scheduled"]
    assert [duty.value for duty in BackupDuty] == duties
    assert [replay.value for replay in Replay] == ["erasures", "suppressions", "expiries"]


def test_the_end_of_a_contract_is_done_when_the_certificate_is_issued() -> None:
    """Rule: RET-19."""
    assert [duty.value for duty in ExitDuty] == [
        "choice_recorded",
        "choice_carried_out",
        "sub_processors_done",
        "certificate_issued",
    ]


def test_a_backup_is_overwritten_thirty_five_days_after_it_was_made() -> None:
    """Rule: RET-17."""
    assert backup_overwritten_by(instant("2026-01-31T08:15Z")) == instant("2026-03-07T08:15Z")
    assert backup_overwritten_by(instant("2026-03-01T08:15Z")) == instant("2026-04-05T08:15Z")


def test_the_journal_forgets_what_a_backup_that_was_made_a_day_later_knows() -> None:
    """Rule: RET-17."""
    ended = instant("2026-01-31T08:00Z")
    assert may_journal_forget(ended, instant("2026-02-01T08:00Z"))
    assert not may_journal_forget(ended, instant("2026-02-01T07:59Z"))


def test_the_newest_backup_is_old_after_a_day_and_a_half() -> None:
    """Rule: RET-17."""
    made_at = instant("2026-01-31T08:00Z")
    assert not is_backup_old(made_at, instant("2026-02-01T20:00Z"))
    assert is_backup_old(made_at, instant("2026-02-01T20:01Z"))


@pytest.mark.parametrize(
    ("made", "reviewed", "due"),
    [
        ("2026-07-14T23:30Z", None, "2027-07-14T23:00Z"),
        ("2026-07-14T23:30Z", "2027-03-01T09:00Z", "2028-03-01T00:00Z"),
        ("2028-02-29T09:00Z", None, "2029-02-28T00:00Z"),
    ],
)
def test_a_suppression_list_is_reviewed_a_year_after_the_last_time(
    made: str, reviewed: str | None, due: str
) -> None:
    """Rule: RET-13."""
    reviewed_at = None if reviewed is None else instant(reviewed)
    assert review_due_at(instant(made), reviewed_at) == instant(due)


def test_expiry_is_late_when_it_was_not_run_for_more_than_a_day() -> None:
    """Rule: RET-10."""
    now = instant("2026-03-29T12:00Z")
    assert not is_expiry_late(now, now - timedelta(hours=24))
    assert is_expiry_late(now, now - timedelta(hours=24, seconds=1))
    assert is_expiry_late(now, None)


def test_records_of_our_own_work_end_too() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert slots_kept_since(now) == datetime(2026, 8, 24, 12, tzinfo=UTC)
    assert runs_kept_since(now) == datetime(2024, 11, 22, tzinfo=UTC)
    assert refusals_kept_since(now) == date(2026, 8, 24)
