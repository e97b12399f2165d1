"""Who is told that somebody in their list stopped or was erased, by when, and what closes that."""

from datetime import timedelta

import pytest

from policy.errors import UsageError
from policy.recall import (
    RecallReason,
    is_recall_late,
    is_told_again,
    recall_due_at,
    recalled_purposes,
    require_reason_not_told,
)
from policy.rights.told import ToldOutcome
from policy.vocabulary import Purpose
from tests.build import NOW


def test_an_opt_out_calls_marketing_lists_back_and_any_other_change_all() -> None:
    """RCL-1."""
    stopped = recalled_purposes(RecallReason.OPTED_OUT)
    assert set(stopped) == {Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE}
    for reason in set(RecallReason) - {RecallReason.OPTED_OUT}:
        assert set(recalled_purposes(reason)) == set(Purpose)


def test_a_recall_has_its_days() -> None:
    """RCL-2."""
    for reason in (RecallReason.OPTED_OUT, RecallReason.RESTRICTED):
        assert recall_due_at(NOW, reason) == NOW + timedelta(hours=48)
    for reason in (RecallReason.RECTIFIED, RecallReason.RESTRICTION_LIFTED):
        assert recall_due_at(NOW, reason) == NOW + timedelta(days=7)
    due = recall_due_at(NOW, RecallReason.ERASED)
    assert due == NOW + timedelta(days=7)
    assert not is_recall_late(due, due, None)
    assert is_recall_late(due + timedelta(seconds=1), due, None)
    assert not is_recall_late(due + timedelta(seconds=1), due, due)


def test_what_may_happen_again_is_told_again() -> None:
    """RCL-5."""
    again = {reason for reason in RecallReason if is_told_again(reason)}
    assert again == set(RecallReason) - {RecallReason.OPTED_OUT, RecallReason.ERASED}


def test_nobody_told_needs_a_reason_on_record() -> None:
    """RCL-3."""
    require_reason_not_told(ToldOutcome.TOLD, None)
    require_reason_not_told(ToldOutcome.IMPOSSIBLE, "the firm was wound up")
    for outcome in (ToldOutcome.IMPOSSIBLE, ToldOutcome.DISPROPORTIONATE):
        with pytest.raises(UsageError, match="not said why"):
            require_reason_not_told(outcome, " ")
