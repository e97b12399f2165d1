"""The same submission by two ways is one lead with two source records, and nobody is made one."""

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Delivery
from models.lead import Arrival, Lead
from models.ledger import LedgerKind, LedgerRecord
from models.mark import LeadMark
from models.person import Person
from models.removal import Removal
from models.store import Store
from policy.retention import expires_at
from policy.vocabulary import Grade
from tests import build
from tests.build import FORM, NOW, declared, kept
from tests.pipeline.asking import may_email
from tests.pipeline.stopping import everything, expire_at, stop
from tests.pipeline.two_ways import YESTERDAY, copy, took

SECOND = timedelta(seconds=1)
API = copy("customers/1/leadFormSubmissionData/77", "api", "77", "click-1")
HOOK = copy("77", "webhook", "77", "click-1", received_at=NOW + SECOND)
OTHER_NUMBER = copy("x-9", "webhook", "x-9", "click-1")


@pytest.mark.parametrize("copies", [(API, HOOK), (HOOK, API), (API, OTHER_NUMBER)])
def test_two_ways_are_one_lead_with_two_records(
    store: Store, copies: tuple[Delivery, Delivery]
) -> None:
    """EV-11: known again by the number, else by click, second and address."""
    source = declared(store)
    assert took(store, source, copies[0]).counts["stored"] == 1
    assert took(store, source, copies[1]).counts["arrived_again"] == 1
    [lead] = kept(store, Lead)
    [arrival] = kept(store, Arrival)
    assert (lead.payload, arrival.payload) == (copies[0].payload, copies[1].payload)
    assert arrival.lead_id == lead.id
    assert len(kept(store, Person)) == 1


def test_either_copy_again_changes_nothing(store: Store) -> None:
    source = declared(store)
    took(store, source, HOOK)
    took(store, source, API)
    before = everything(store)
    for again in (API, HOOK, API):
        assert +took(store, source, again).counts == {"duplicates": 1}
    assert everything(store) == before


def test_two_ways_within_one_batch_are_one_lead_too(store: Store) -> None:
    report = took(store, declared(store), API, HOOK)
    assert (report.counts["stored"], report.counts["arrived_again"], report.rows) == (1, 1, 2)


@pytest.mark.parametrize(
    "stranger",
    [
        copy("customers/2/leadFormSubmissionData/77", "api", "77", "click-1"),  # the same way
        copy("x-1", "webhook", "x-1", "click-2"),  # another click
        copy("x-1", "webhook", "x-1", "click-1", at=YESTERDAY + SECOND),  # another second
        copy("x-1", "webhook", "x-1", "click-1", email="tom@mail.example"),  # somebody else
        copy("x-1", "webhook", "x-1", None),  # no click
        copy("x-1", "webhook", "x-1", "click-1", at=None),  # no time
        copy("test:77", "webhook", "77", "click-1", is_test=True),  # a test is nobody's
        copy("x-1"),  # a source with one way
    ],
)
def test_what_differs_in_any_of_it_is_another_lead(store: Store, stranger: Delivery) -> None:
    """EV-11."""
    source = declared(store)
    took(store, source, API)
    took(store, source, stranger)
    assert len(kept(store, Lead)) == 2
    assert kept(store, Arrival) == []


def test_a_number_that_leads_to_two_leads_leads_to_none(store: Store) -> None:
    """EV-11: rather a lead too many than two people's made one."""
    source = declared(store)
    took(store, source, API, copy("customers/2/leadFormSubmissionData/77", "api", "77", "c-2"))
    assert took(store, source, HOOK).counts["stored"] == 1


def test_another_source_does_not_know_the_marks(store: Store) -> None:
    first, second = build.source("one"), build.source("two")
    declared(store, first, second)
    took(store, first, API)
    assert took(store, second, HOOK).counts["stored"] == 1


def test_better_proof_by_the_second_way_counts_from_the_time_of_the_act(store: Store) -> None:
    source = declared(store)
    took(store, source, copy("77", "webhook", "77", at=None))
    [bare] = kept(store, Lead)
    assert (bare.grade, bare.has_source_time, bare.submitted_at) == (Grade.D, False, NOW)
    assert not may_email(store).is_allowed
    proof = copy("customers/1/leadFormSubmissionData/77", "api", "77", ticked=True, notice=FORM)
    assert took(store, source, proof).counts["improved"] == 1
    [lead] = kept(store, Lead)
    assert (lead.id, lead.has_source_time, lead.submitted_at) == (bare.id, True, YESTERDAY)
    assert lead.expires_at == expires_at(YESTERDAY) < bare.expires_at
    assert may_email(store).is_allowed


def test_a_time_that_comes_later_never_moves_the_end_later(store: Store) -> None:
    source = declared(store)
    took(store, source, copy("77", "webhook", "77", at=None))
    [bare] = kept(store, Lead)
    late = NOW + timedelta(days=3)
    took(store, source, copy("r", "api", "77", at=late, notice=FORM), at=late)
    assert kept(store, Lead)[0].expires_at == bare.expires_at


def test_a_copy_after_an_opt_out_does_not_undo_it(store: Store) -> None:
    source = declared(store)
    took(store, source, copy("77", "webhook", "77"))
    stop(store, build.email())
    took(store, source, copy("r", "api", "77", ticked=True, notice=FORM))
    assert not may_email(store).is_allowed


def test_a_copy_of_a_deleted_lead_stays_out_and_the_marks_are_gone(store: Store) -> None:
    """EV-11 and RET-11: no copy brings a deleted lead back, whichever way it comes."""
    source = declared(store)
    took(store, source, API)
    stop(store, build.email())
    later = NOW + timedelta(days=200)
    assert sum(expire_at(store, later).deleted.values()) == 1
    assert kept(store, LeadMark) == []
    for back in (HOOK, OTHER_NUMBER, API):
        assert +took(store, source, back, at=later).counts == {"removed_before": 1}
    assert kept(store, Lead) == []


def test_another_lead_of_the_same_way_is_not_taken_for_a_deleted_one(store: Store) -> None:
    source = declared(store)
    took(store, source, API)
    stop(store, build.email())
    later = NOW + timedelta(days=200)
    expire_at(store, later)
    other = copy("customers/2/leadFormSubmissionData/77", "api", "77", "click-1")
    assert took(store, source, other, at=later).counts["stored"] == 1


def test_two_leads_with_the_same_mark_can_both_be_deleted(store: Store) -> None:
    source = declared(store)
    took(store, source, API, copy("customers/2/leadFormSubmissionData/77", "api", "77", "click-1"))
    stop(store, build.email())
    later = NOW + timedelta(days=200)
    assert sum(expire_at(store, later).deleted.values()) == 2
    ways = [row.way for row in kept(store, Removal)]
    assert sorted(map(str, ways)) == ["None", "None", "api", "api"]


def test_marks_hold_no_address_no_click_and_no_number(store: Store) -> None:
    took(store, declared(store), copy("r", "api", "number-123", "click-456"))
    for row in kept(store, LeadMark):
        assert len(row.digest) == 64
        assert not [t for t in ("number-123", "click-456", "priya") if t in str(tuple(row))]
    ledger = [row for row in kept(store, LedgerRecord) if row.kind is LedgerKind.LEAD_STORED]
    assert "click-456" not in str([tuple(row) for row in ledger])


WAYS = st.sampled_from(["api", "webhook", "file"])
COPIES = st.builds(
    lambda way, number, click, who: copy(
        f"{way}/{number}/{click}/{who}", way, number, click, email=f"{who}@mail.example"
    ),
    WAYS,
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from([None, "c1", "c2"]),
    st.sampled_from(["ann", "bob"]),
)


@settings(max_examples=40, deadline=None)
@given(copies=st.lists(COPIES, max_size=8))
def test_every_copy_is_kept_once_and_counted_once_whatever_comes(
    migrated_sqlite: Path, copies: list[Delivery]
) -> None:
    """EV-11: nothing is lost, nothing is kept twice, and no two people become one."""
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "leads.db").write_bytes(migrated_sqlite.read_bytes())
        store = Store(f"sqlite:///{made}/leads.db")
        source = declared(store)
        outcomes = Counter[str]()
        for each in copies:
            report = took(store, source, each)
            outcomes += report.counts
            assert report.rows == report.counts.total() == 1
        payloads = [row.payload for row in (*kept(store, Lead), *kept(store, Arrival))]
        assert sorted(payloads) == sorted({each.payload for each in copies})
        assert outcomes["stored"] == len(kept(store, Lead))
        for lead in kept(store, Lead):
            own = [row for row in kept(store, Arrival) if row.lead_id == lead.id]
            ways = [orjson.loads(row.payload)["marks"][0] for row in (lead, *own)]
            assert len(set(ways)) > 1 or len(ways) == 1
        store.close()
