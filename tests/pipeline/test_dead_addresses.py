"""That an address is dead is a server's word: what its person says stands beside and above it."""

import json
from datetime import timedelta

import pytest

from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord, Suppression
from models.store import Store
from policy.vocabulary import Channel, EventKind
from tests.build import NOW, declared, delivery, email, fields, kept, phone, source, take
from tests.mailing import arrive, inbox, recorded
from tests.pipeline.asking import answer, may_email
from tests.pipeline.stopping import everything, expire_at, stop

DAY = timedelta(days=1)
LATER = NOW + DAY
MUCH_LATER = NOW + 3_000 * DAY
OFFICE = email("priya@office.example")
WITH_OFFICE = fields(work_email=OFFICE.value)


@pytest.fixture
def both(store: Store) -> Store:
    """A store that knows a Meta source and a mailbox of one controller."""
    declared(store, source(), inbox())
    return store


def comes_back(store: Store, on: int = 0) -> None:
    """Let a mail to Priya come back, so many days from now."""
    at = NOW + on * DAY
    arrive(store, inbox(), recorded("bounce_unknown_user", at), at=at)


def test_who_says_stop_after_a_bounce_is_stopped_on_every_address_that_comes_later(
    both: Store,
) -> None:
    """Rule: CON-3."""
    comes_back(both, -1)
    report = stop(both, email(), at=NOW, scope=Channel.EMAIL)
    assert report.counts["nectra"]["new"] == 1
    take(both, source(), delivery("1", WITH_OFFICE), at=NOW)
    assert not may_email(both, at=LATER).is_allowed
    assert not may_email(both, OFFICE, at=LATER).is_allowed
    assert answer(both, phone(), channel=Channel.LIVE_CALL, at=LATER).decision.is_allowed


def test_a_stop_after_a_bounce_takes_the_entry_over_and_is_in_the_ledger(both: Store) -> None:
    comes_back(both, -1)
    stop(both, email(), at=NOW, scope=Channel.EMAIL)
    [entry] = kept(both, Suppression)
    assert (entry.channel, entry.reason, entry.since) == ("email", "asked", NOW)
    told = [row for row in kept(both, LedgerRecord) if row.kind is LedgerKind.OPTED_OUT]
    assert [json.loads(row.body)["detail"]["reason"] for row in told] == ["asked"]


def test_a_bounce_after_a_stop_leaves_the_stop_as_it_was(both: Store) -> None:
    stop(both, email(), at=NOW - DAY, scope=Channel.EMAIL)
    before = kept(both, Suppression)
    comes_back(both)
    assert kept(both, Suppression) == before


def test_what_another_address_of_a_person_stopped_is_no_bounce_once_the_lead_is_gone(
    both: Store,
) -> None:
    """Rule: RET-11."""
    take(both, source(), delivery("1", WITH_OFFICE))
    comes_back(both, 1)
    stop(both, OFFICE, at=NOW + 2 * DAY, scope=Channel.EMAIL)
    expire_at(both, MUCH_LATER)
    assert kept(both, Lead) == []
    stopped = {(row.channel, row.reason) for row in kept(both, Suppression)}
    assert ("email", "bounce") not in stopped
    new = fields(work_email="priya@new-job.example")
    take(both, source(), delivery("2", new, at=NOW + DAY), at=NOW + 3 * DAY)
    assert not may_email(both, email("priya@new-job.example"), at=NOW + 4 * DAY).is_allowed


def test_whoever_agrees_anew_with_a_dead_address_may_be_written_to_until_it_bounces_again(
    both: Store,
) -> None:
    comes_back(both, -30)
    take(both, source(), delivery())
    assert may_email(both, at=LATER).is_allowed
    comes_back(both, 1)
    assert not may_email(both, at=LATER).is_allowed
    kinds = {row.kind for row in kept(both, PermissionRecord) if row.lead_id is None}
    assert kinds == {EventKind.REVOKED}
    before = everything(both)
    comes_back(both, 1)
    assert everything(both) == before


def test_a_consent_from_between_two_bounces_that_arrives_late_opens_nothing(both: Store) -> None:
    comes_back(both, -30)
    comes_back(both)
    take(both, source(), delivery(at=NOW - DAY), at=LATER)
    assert not may_email(both, at=LATER).is_allowed
