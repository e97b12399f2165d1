"""A store is not moved from under a daemon that works on it."""

from datetime import timedelta

import pytest

from jobs.perform import perform
from models import scheduled_run as runs
from models.scheduled_run import Claim
from models.store import Store
from pipeline.move_store import JUST_NOW, require_at_rest
from policy.errors import UsageError
from tests.build import NOW
from tests.jobs.clockwork import Moved, Noted, entry, worker

SECOND = timedelta(seconds=1)


def test_a_store_that_nobody_works_on_may_be_moved(store: Store) -> None:
    require_at_rest(store, NOW)


def test_a_daemon_that_has_a_run_in_hand_is_named_until_its_time_is_over(store: Store) -> None:
    until = NOW + timedelta(minutes=10)
    assert runs.claim(store, Claim("pull", "meta-main", NOW, "web-1-77", 1), NOW, until)
    with pytest.raises(UsageError, match=r"web-1-77.*Cure: end every `leadledger run`"):
        require_at_rest(store, until - SECOND)
    require_at_rest(store, until)


def test_a_daemon_that_ended_a_run_just_now_is_there_still(store: Store) -> None:
    clock = Moved()
    assert perform(worker(store, clock, "web-2-78"), entry(Noted(clock)))
    with pytest.raises(UsageError, match="web-2-78"):
        require_at_rest(store, clock.at + JUST_NOW)
    require_at_rest(store, clock.at + JUST_NOW + SECOND)


def test_a_run_that_was_left_for_later_is_nobodys(store: Store) -> None:
    until = NOW + timedelta(minutes=10)
    claim = runs.claim(store, Claim("pull", "", NOW, "web-1-77", 1), NOW, until)
    assert claim is not None
    runs.release(store, claim, until)
    require_at_rest(store, NOW + SECOND)
