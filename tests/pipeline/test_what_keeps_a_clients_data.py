"""What keeps a client's data after its contract: holds, requests, and what came late."""

from datetime import date, timedelta
from pathlib import Path

from models.hold import Hold
from models.lead import Lead
from models.ledger import LedgerKind
from models.store import Store
from pipeline.expire import expire
from pipeline.hold import Order, place_hold, release_hold
from pipeline.receive_request import Asked, receive_request
from pipeline.settings import ControllerSettings
from policy.retention_rules import RetentionReason
from policy.rights.table import Right
from tests import build
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    delivery,
    kept,
    take,
)
from tests.clients import BEFORE, DUE, closed, leaving, left, stocked, told

DAY = timedelta(days=1)


def test_what_a_hold_keeps_stays_is_named_and_goes_on_its_release(
    store: Store, tmp_path: Path
) -> None:
    """Rule: RET-15."""
    owner = leaving(exit="delete")
    stocked(store, owner, tmp_path)
    held = kept(store, Lead)[1]
    order = Order(owner, "a dispute", "Counsel", date(2027, 6, 1), held.id)
    [hold] = place_hold(store, order, "test", BEFORE)
    found = closed(store, owner)
    assert [row.id for row in kept(store, Lead)] == [held.id]
    assert (found.deleted.held, found.deleted.holds) == ([held.id], (hold,))
    assert found.exit.certified_at is None
    assert set(left(store)) == {
        "leads", "identifiers", "identifiers_of_leads", "people", "permission_events", "notices",
        "exports", "disclosures", "leads_in_lists",
    }  # fmt: skip
    closed(store, owner, at=NOW + DAY)
    assert len(told(store, LedgerKind.CLIENT_DATA_DELETED)) == 1  # nothing new was done
    release_hold(store, hold, "test", NOW + DAY)
    expire(store, [owner], SUPPRESSION_KEY, lambda: DUE)
    assert left(store) == {}
    assert kept(store, Hold) == []


def test_a_hold_on_everything_keeps_everything(store: Store, tmp_path: Path) -> None:
    owner = leaving(exit="delete")
    stocked(store, owner, tmp_path)
    place_hold(store, Order(owner, "x", "y", date(2027, 6, 1), None), "test", BEFORE)
    before = left(store)
    assert closed(store, owner).deleted.kept == {RetentionReason.LEGAL_HOLD: 3}
    assert left(store) == before
    assert (tmp_path / "list.csv").exists()


def asking(store: Store, owner: ControllerSettings) -> None:
    asked = Asked(Right.ACCESS, "P", "p1@mail.example", None, "What do you have?")
    receive_request(store, owner, SUPPRESSION_KEY, asked, BEFORE)


def test_requests_of_people_are_passed_on_before_anything_is_deleted(
    store: Store, tmp_path: Path
) -> None:
    """Rule: CNT-5."""
    owner = leaving(exit="delete")
    stocked(store, owner, tmp_path)
    asking(store, owner)
    assert len(closed(store, owner).deleted.waiting) == 1
    assert len(kept(store, Lead)) == 3
    closed(store, owner, are_requests_passed_on=True)
    assert left(store) == {}


def test_a_package_passes_requests_on(store: Store, tmp_path: Path) -> None:
    owner = leaving()
    stocked(store, owner, tmp_path)
    asking(store, owner)
    closed(store, owner, out=tmp_path / "back")
    assert "What do you have?" in (tmp_path / "back" / "rights_requests.jsonl").read_text()
    assert left(store) == {}


def test_a_contract_that_was_taken_out_of_the_configuration_is_ended_all_the_same(
    store: Store, tmp_path: Path
) -> None:
    """Rule: PERM-7."""
    owner = leaving()
    stocked(store, owner, tmp_path)
    bare = owner.model_copy(update={"contract": None, "instructions": ()})
    build.declared(store, build.source(owner=bare))
    closed(store, bare, out=tmp_path / "back")
    assert left(store) == {}


def test_what_came_after_the_package_waits_for_the_next(store: Store, tmp_path: Path) -> None:
    """Rule: CNT-5."""
    owner = leaving()
    stocked(store, owner, tmp_path)
    young = delivery("7000001", build.fields(email="young@mail.example", phone=None))
    take(store, build.source(owner=owner), young, at=NOW - timedelta(minutes=5))
    found = closed(store, owner, out=tmp_path / "back")
    assert [row.external_id for row in kept(store, Lead)] == ["7000001"]
    assert found.exit.certified_at is None
    later = NOW + timedelta(hours=1)
    closed(store, owner, at=later)
    assert len(kept(store, Lead)) == 1
    closed(store, owner, out=tmp_path / "more", at=later)
    assert left(store) == {}
