"""An opt-out that comes before its lead counts as if it had come after it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord
from models.store import Store
from policy.errors import ConfigError
from policy.retention_rules import RetentionReason
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, EventKind
from tests.build import NOW, controller, declared, delivery, email, kept, phone, source, take
from tests.pipeline.asking import answer, may_email
from tests.pipeline.stopping import expire_at, stop

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_an_opt_out_before_the_lead_covers_every_identifier_that_the_lead_brings(
    store: Store,
) -> None:
    """Rule: CON-3. In either order nobody is called who said no."""
    own = declared(store)
    stop(store, email(), at=NOW)
    take(store, own, delivery(at=NOW - DAY), at=NOW + HOUR)
    asked = answer(store, phone(), channel=Channel.LIVE_CALL, at=NOW + 2 * HOUR)
    assert not asked.decision.is_allowed
    assert not may_email(store, at=NOW + 2 * HOUR).is_allowed


def test_an_opt_out_before_the_lead_ends_its_keeping(store: Store) -> None:
    """Rule: RET-7."""
    own = declared(store)
    stop(store, email(), at=NOW)
    take(store, own, delivery(at=NOW - DAY), at=NOW + HOUR)
    found = expire_at(store, NOW + 30 * DAY)
    assert found.deleted == {RetentionReason.FULL_OPT_OUT: 1}
    assert kept(store, Lead) == []


def test_a_consent_after_an_opt_out_that_came_first_opens_what_it_says(store: Store) -> None:
    """Rule: PERM-14."""
    own = declared(store)
    stop(store, email(), at=NOW - 2 * DAY)
    take(store, own, delivery(at=NOW - DAY, boxes={"email_updates": "1"}))
    assert may_email(store).is_allowed
    assert not answer(store, phone(), channel=Channel.LIVE_CALL).decision.is_allowed
    assert expire_at(store, NOW + 60 * DAY).deleted == {}


def test_an_opt_out_that_came_first_is_written_down_once_and_names_nobody(store: Store) -> None:
    own = declared(store)
    stop(store, email(), at=NOW, scope=Channel.EMAIL)
    for number in ("1", "2"):
        take(store, own, delivery(number, at=NOW - DAY), at=NOW + HOUR)
    [event] = [r for r in kept(store, PermissionRecord) if r.kind is EventKind.OBJECTED]
    assert (event.channel, event.occurred_at, event.lead_id) == (Channel.EMAIL, NOW, None)
    entries = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.OPTED_OUT]
    assert [json.loads(r.body)["detail"]["known"] for r in entries] == [False, True]
    assert all("sharma" not in r.body.lower() for r in entries)


def test_the_opt_out_of_another_controller_stops_nobody_here(store: Store) -> None:
    """Rule: CON-6."""
    own = declared(store, source(), source("meta-other", owner=controller("other")))
    stop(store, email(), controllers=["other"])
    take(store, own, delivery(at=NOW - DAY), at=NOW + HOUR)
    assert may_email(store, at=NOW + 2 * HOUR).is_allowed


def test_nothing_comes_in_under_a_foreign_suppression_key(store: Store) -> None:
    """Rule: SUP-2."""
    own = declared(store)
    stop(store, email())
    foreign = replace(own, suppression_key=SuppressionKeys(b"x" * 40))
    with pytest.raises(ConfigError, match="put the old key back"):
        take(store, foreign, delivery())
    assert kept(store, Lead) == []
