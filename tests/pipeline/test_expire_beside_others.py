"""Deletion beside what happens meanwhile: other leads of a person, and holds."""

from datetime import timedelta

from models.delivery import DeliveryRecord
from models.lead import Lead
from models.store import Store
from pipeline.expire import expire
from pipeline.hold import place_hold, release_hold
from policy.retention_rules import RetentionReason
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    take,
)
from tests.pipeline.stopping import expire_at, stop
from tests.pipeline.test_hold import order

DAY = timedelta(days=1)
EXPIRED, OPT_OUT = RetentionReason.EXPIRED, RetentionReason.FULL_OPT_OUT
OLD = fields("old@mail.example")


def test_a_full_opt_out_ends_a_lead_also_when_the_lead_it_was_made_with_goes_first(
    store: Store,
) -> None:
    """Rule: RET-7. The objection goes over to what its person still carries."""
    source = declared(store)
    take(store, source, delivery("1", OLD, at=NOW - 725 * DAY))
    take(store, source, delivery("2", fields(None), at=NOW - 5 * DAY))
    stop(store, email("old@mail.example"))
    assert expire_at(store, NOW + 10 * DAY).deleted == {EXPIRED: 1}
    assert expire_at(store, NOW + 30 * DAY).deleted == {OPT_OUT: 1}
    assert kept(store, Lead) == []


def test_a_rehearsal_counts_what_an_opt_out_and_a_last_day_end_together(store: Store) -> None:
    """Rule: RET-7."""
    source = declared(store)
    take(store, source, delivery("1", OLD, at=NOW - 725 * DAY))
    take(store, source, delivery("2", fields(None), at=NOW - 60 * DAY))
    stop(store, email("old@mail.example"))
    rehearsed = expire_at(store, NOW + 10 * DAY, is_rehearsal=True)
    assert rehearsed.deleted == {EXPIRED: 1, OPT_OUT: 1}
    assert expire_at(store, NOW + 10 * DAY) == rehearsed


def test_an_objection_does_not_go_over_to_somebody_who_shares_a_number(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1", OLD, at=NOW - 725 * DAY))
    sam = fields("sam@mail.example", name="Sam Sharma")
    take(store, source, delivery("2", sam, at=NOW - 60 * DAY))
    stop(store, email("old@mail.example"))
    expire_at(store, NOW + 10 * DAY)
    assert len(kept(store, Lead)) == 1


def test_a_hold_that_is_placed_while_a_run_lasts_keeps_what_is_not_deleted_yet(
    store: Store,
) -> None:
    """Rule: RET-15."""
    take(store, declared(store), delivery())
    [lead] = kept(store, Lead)
    began = lead.expires_at
    later = began + timedelta(seconds=1)
    place_hold(store, order(lead.id, review_on=(later + 9 * DAY).date()), "test", later)
    found = expire(store, [controller()], SUPPRESSION_KEY, lambda: began)["nectra"]
    assert found.kept == {RetentionReason.LEGAL_HOLD: 1}
    assert kept(store, Lead) == [lead]


def test_a_hold_on_a_lead_keeps_the_bytes_that_were_held_back_from_it(store: Store) -> None:
    """Rule: RET-15."""
    source = declared(store)
    for number in ("1", "2"):
        given = fields(f"p{number}@mail.example", f"+44770090020{number}", notes="I have diabetes")
        take(store, source, delivery(number, given))
    first, second = kept(store, DeliveryRecord)
    [held] = [lead for lead in kept(store, Lead) if lead.external_id == second.external_id]
    [hold] = place_hold(store, order(held.id), "test", NOW)
    found = expire_at(store, NOW + 31 * DAY)
    assert (found.deliveries, found.deliveries_kept) == (1, 1)
    assert kept(store, DeliveryRecord) == [second] != [first]
    release_hold(store, hold, "test", NOW + 32 * DAY)
    assert expire_at(store, NOW + 32 * DAY).deliveries == 1
