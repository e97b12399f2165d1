"""What the platform has erased is erased here too, at once, and stays out."""

from datetime import timedelta

from models.delivery import DeliveryRecord
from models.lead import Arrival, Lead
from models.ledger import LedgerKind, LedgerRecord
from models.mark import LeadMark
from models.permission import PermissionRecord
from models.person import IdentifierRecord, LeadIdentifier, Person
from models.removal import Removal
from models.store import Store
from pipeline.hold import place_hold, release_hold
from policy.vocabulary import ReasonCode
from tests import build
from tests.build import FORM, NOW, declared, kept
from tests.pipeline.asking import may_email
from tests.pipeline.stopping import everything, expire_at, stop
from tests.pipeline.test_hold import order
from tests.pipeline.two_ways import copy, erased, took

PERSONAL = (
    *(Lead, Arrival, Person, IdentifierRecord, LeadIdentifier, PermissionRecord),
    *(LeadMark, DeliveryRecord),
)
LATER = NOW + timedelta(hours=1)
LEAD = copy("1", "api", "1", ticked=True, notice=FORM)


def nobody_is_left(store: Store) -> bool:
    return not any(kept(store, model) for model in PERSONAL)


def test_a_lead_that_the_platform_erased_is_gone_with_all_its_copies(store: Store) -> None:
    """RET-26."""
    source = declared(store)
    took(store, source, LEAD, copy("x", "webhook", "1"))
    report = took(store, source, erased("1"), at=LATER)
    assert (+report.counts, report.rows) == ({"erased_at_source": 1}, 1)
    assert nobody_is_left(store)
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_DELETED]
    assert "RET-26" in entry.body


def test_it_stays_out_whichever_way_it_comes_again(store: Store) -> None:
    source = declared(store)
    took(store, source, LEAD)
    took(store, source, erased("1"))
    again = took(store, source, LEAD, copy("x", "webhook", "1"), at=LATER)
    assert +again.counts == {"removed_before": 2}
    assert nobody_is_left(store)


def test_the_word_of_it_again_changes_nothing(store: Store) -> None:
    source = declared(store)
    took(store, source, LEAD)
    took(store, source, erased("1"))
    before = everything(store)
    assert +took(store, source, erased("1"), at=LATER).counts == {"erased_before": 1}
    assert everything(store) == before


def test_a_lead_that_we_never_had_is_remembered_as_gone(store: Store) -> None:
    source = declared(store)
    assert +took(store, source, erased("1"), erased("1")).counts == {"erased_before": 2}
    assert len(kept(store, Removal)) == 1
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_REFUSED]
    assert "ERASED" in entry.body
    assert +took(store, source, LEAD, at=LATER).counts == {"removed_before": 1}


def test_a_lead_and_the_word_of_its_erasure_in_one_batch_leave_nothing(store: Store) -> None:
    report = took(store, declared(store), erased("1"), LEAD)
    assert report.counts["erased_at_source"] == 1
    assert nobody_is_left(store)


def test_a_hold_delays_the_erasure_and_lets_nobody_be_used(store: Store) -> None:
    """RET-26 with RET-15."""
    source = declared(store)
    took(store, source, LEAD)
    [lead] = kept(store, Lead)
    [hold] = place_hold(store, order(lead.id), "test", NOW)
    assert may_email(store).is_allowed
    assert +took(store, source, erased("1"), at=NOW).counts == {"erasure_held": 1}
    [still] = kept(store, Lead)
    assert still.payload == lead.payload
    answer = may_email(store, at=LATER)
    assert not answer.is_allowed
    assert ReasonCode.LEGAL_HOLD_ONLY in answer.reasons
    assert sum(expire_at(store, LATER).deleted.values()) == 0
    release_hold(store, hold, "test", LATER)
    assert sum(expire_at(store, LATER).deleted.values()) == 1
    assert nobody_is_left(store)


def test_an_opt_out_outlives_the_erasure(store: Store) -> None:
    source = declared(store)
    took(store, source, LEAD)
    stop(store, build.email())
    took(store, source, erased("1"))
    took(store, source, copy("2", "api", "2", ticked=True, notice=FORM))
    assert not may_email(store).is_allowed
