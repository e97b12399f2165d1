"""Holds: what they name stays, and nothing of the matter reaches the ledger."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from models.hold import Hold, HoldScope
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.hold import Order, list_holds, place_hold, release_hold
from policy.errors import UsageError
from policy.vocabulary import Identifier
from tests.build import NOW, controller, declared, delivery, email, kept, take

MATTER = "Sharma against Nectra"
TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)


def order(
    of: UUID | Identifier | None = None,
    *,
    matter: str = MATTER,
    review_on: date = TOMORROW,
    controller_id: str = "nectra",
) -> Order:
    return Order(controller(controller_id), matter, "A. Counsel", review_on, of)


def test_a_hold_is_kept_with_its_matter_and_the_ledger_names_nobody(store: Store) -> None:
    take(store, declared(store), delivery())
    [lead] = kept(store, Lead)
    [key] = place_hold(store, order(lead.id), "test", NOW)
    [row] = kept(store, Hold)
    assert (row.id, row.scope, row.scope_id) == (key, HoldScope.LEAD, lead.id)
    assert (row.matter, row.approver, row.review_on) == (MATTER, "A. Counsel", TOMORROW)
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.HOLD_PLACED]
    assert entry.subject_id == key.hex
    assert "Sharma" not in entry.body
    assert "Counsel" not in entry.body


def test_an_identifier_holds_the_person_behind_it(store: Store) -> None:
    take(store, declared(store), delivery())
    place_hold(store, order(email()), "test", NOW)
    [row] = kept(store, Hold)
    assert (row.scope, row.scope_id) == (HoldScope.PERSON, kept(store, Lead)[0].person_id)


def test_what_is_not_known_cannot_be_held(store: Store) -> None:
    declared(store)
    with pytest.raises(UsageError, match="no lead with this id"):
        place_hold(store, order(uuid4()), "test", NOW)
    with pytest.raises(UsageError, match="no lead of this identifier"):
        place_hold(store, order(email()), "test", NOW)
    assert kept(store, Hold) == []


def test_another_controllers_lead_cannot_be_held(store: Store) -> None:
    take(store, declared(store), delivery())
    [lead] = kept(store, Lead)
    with pytest.raises(UsageError, match="other has no lead"):
        place_hold(store, order(lead.id, controller_id="other"), "test", NOW)


def test_an_order_must_be_whole_and_its_review_lie_ahead(store: Store) -> None:
    declared(store)
    with pytest.raises(UsageError, match="names no matter"):
        place_hold(store, order(matter=" "), "test", NOW)
    with pytest.raises(UsageError, match="before it starts"):
        place_hold(store, order(review_on=TODAY), "test", NOW)
    assert place_hold(store, order(), "test", NOW)


def test_a_review_is_due_from_its_day_in_london_on(store: Store) -> None:
    declared(store)
    place_hold(store, order(review_on=date(2027, 6, 2)), "test", NOW)
    starts = datetime(2027, 6, 1, 23, tzinfo=UTC)
    before = list_holds(store, [controller()], starts - timedelta(seconds=1))
    assert [each.is_review_due for each in before] == [False]
    assert [each.is_review_due for each in list_holds(store, [controller()], starts)] == [True]


def test_a_release_is_recorded_once(store: Store) -> None:
    declared(store)
    [key] = place_hold(store, order(), "test", NOW)
    assert release_hold(store, key, "test", NOW) is True
    assert release_hold(store, key, "test", NOW + timedelta(days=9)) is False
    [found] = list_holds(store, [controller()], NOW + timedelta(days=9))
    assert (found.released_at, found.is_review_due) == (NOW, False)
    kinds = [row.kind for row in kept(store, LedgerRecord)]
    assert kinds.count(LedgerKind.HOLD_RELEASED) == 1
    with pytest.raises(UsageError, match="no hold with this id"):
        release_hold(store, uuid4(), "test", NOW)
