"""When a dropped file counts as whole, who may take it up, and how long it is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from policy.dropped_files import (
    CLAIM_LASTS,
    KEPT_FOR,
    SETTLED_AFTER,
    is_being_written,
    is_kept,
    is_whole,
    may_be_taken_over,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("name", ["list.csv.part", "list.TMP", ".list.csv"])
def test_names_of_files_that_are_not_whole_yet(name: str) -> None:
    assert is_being_written(name)
    assert not is_being_written("party.csv")


def test_a_file_counts_as_whole_once_it_has_rested() -> None:
    assert not is_whole(NOW - SETTLED_AFTER + SECOND, NOW)
    assert is_whole(NOW - SETTLED_AFTER, NOW)


def test_a_time_ahead_of_ours_keeps_no_opt_out_waiting() -> None:
    assert not is_whole(NOW + SECOND, NOW)
    assert is_whole(NOW + timedelta(days=400), NOW)


def test_a_claim_is_over_when_its_owner_must_have_died() -> None:
    assert not may_be_taken_over(NOW - CLAIM_LASTS + SECOND, NOW)
    assert may_be_taken_over(NOW - CLAIM_LASTS, NOW)


def test_a_file_that_was_done_is_kept_thirty_days() -> None:
    assert timedelta(days=30) == KEPT_FOR
    assert is_kept(NOW - KEPT_FOR + SECOND, NOW)
    assert not is_kept(NOW - KEPT_FOR, NOW)
