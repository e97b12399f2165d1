"""A lead that arrives again: by file and by the platform, in either order, or as a test."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.lead import Arrival, Lead
from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord
from models.person import LeadIdentifier, Person
from models.store import Store
from pipeline.import_files import import_file
from policy.evidence import notice_id
from policy.retention import quarantine_until
from policy.vocabulary import EventKind, Grade, LawfulBasis
from tests.build import (
    FORM,
    NOW,
    connector,
    declared,
    delivery,
    email,
    kept,
    payload,
    source,
    take,
)
from tests.pipeline.asking import may_email, object_to_marketing

YESTERDAY = NOW - timedelta(days=1)
LATER = NOW + timedelta(hours=1)
ROWS = (
    "id,created_time,form_id,platform,full_name,email,phone_number\n"
    "l:1000001,2026-11-21T13:00:00+01:00,f:555000111222333,fb,Priya Sharma,"
    "priya.sharma@mail.example,p:+447700900123\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def _import(store: Store, path: Path, at: datetime = NOW) -> dict[str, int]:
    known = declared(store)
    return dict(+import_file(store, known, connector(known, at), path, lambda: at).counts)


def _consents(store: Store) -> list[tuple[datetime, datetime]]:
    events = kept(store, PermissionRecord)
    return [(e.occurred_at, e.recorded_at) for e in events if e.basis is LawfulBasis.CONSENT]


def test_a_file_alone_proves_no_consent(store: Store, file: Path) -> None:
    assert _import(store, file) == {"stored": 1}
    [lead] = kept(store, Lead)
    assert lead.grade is Grade.C
    assert lead.notice_id is None
    assert _consents(store) == []
    assert not may_email(store).is_allowed


def test_the_platform_after_a_file_adds_the_consent_at_the_time_of_the_tick(
    store: Store, file: Path
) -> None:
    _import(store, file)
    [before] = kept(store, Lead)
    report = take(store, source(), delivery("1000001"), at=LATER)
    assert +report.counts == {"arrived_again": 1, "improved": 1}
    [lead] = kept(store, Lead)
    assert (lead.id, lead.person_id) == (before.id, before.person_id)
    assert lead.payload == before.payload  # as it came first; the other stands beside it
    assert lead.grade is Grade.A
    assert lead.notice_id == notice_id(FORM)
    assert lead.expires_at == before.expires_at
    assert {finding["kind"] for finding in lead.findings} == {"given"}
    assert _consents(store) == [(YESTERDAY, LATER)] * 2
    [arrival] = kept(store, Arrival)
    assert arrival.payload == payload("1000001")
    assert may_email(store).is_allowed
    assert len(kept(store, Person)) == 1
    assert len(kept(store, LeadIdentifier)) == 2
    kinds = [row.kind for row in kept(store, LedgerRecord)]
    assert kinds[-2:] == [LedgerKind.LEAD_ARRIVED_AGAIN, LedgerKind.PERMISSIONS_RECORDED]


def test_a_file_after_the_platform_makes_nothing_better_or_worse(store: Store, file: Path) -> None:
    take(store, declared(store), delivery("1000001"))
    before = kept(store, Lead), kept(store, PermissionRecord)
    assert _import(store, file, LATER) == {"arrived_again": 1}
    assert (kept(store, Lead), kept(store, PermissionRecord)) == before
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_ARRIVED_AGAIN]
    assert json.loads(entry.body)["detail"]["better"] is False


def test_file_and_platform_in_either_order_end_with_the_same_evidence(
    store: Store, file: Path
) -> None:
    _import(store, file)
    take(store, source(), delivery("1000001"), delivery("1000001"), at=LATER)
    assert _import(store, file, LATER) == {"duplicates": 1}
    assert +take(store, source(), delivery("1000001"), at=LATER).counts == {"duplicates": 1}
    assert len(_consents(store)) == 2
    assert len(kept(store, Arrival)) == 1


def test_file_and_platform_within_one_batch_improve_too(store: Store, file: Path) -> None:
    known = declared(store)
    [row] = connector(known).open_file(file)
    report = take(store, known, row, delivery("1000001"))
    assert +report.counts == {"stored": 1, "arrived_again": 1, "improved": 1}
    assert may_email(store).is_allowed


def test_other_bytes_are_kept_beside_the_lead_once(store: Store) -> None:
    known = declared(store)
    take(store, known, delivery("1000001"))
    changed = delivery("1000001", platform="ig")
    assert +take(store, known, changed, changed).counts == {"arrived_again": 1, "duplicates": 1}
    assert +take(store, known, changed).counts == {"duplicates": 1}
    [arrival] = kept(store, Arrival)
    assert arrival.payload == changed.payload
    assert kept(store, Lead)[0].payload == delivery("1000001").payload


def test_another_answer_about_the_boxes_does_not_rewrite_what_was_recorded(store: Store) -> None:
    known = declared(store)
    take(store, known, delivery("1000001", boxes={"email_updates": "", "call_updates": ""}))
    take(store, known, delivery("1000001"), at=LATER)
    kinds = {e.kind for e in kept(store, PermissionRecord)}
    assert kinds == {EventKind.ENQUIRED, EventKind.REFUSED}
    assert not may_email(store).is_allowed


def test_better_evidence_undoes_no_later_opt_out(store: Store, file: Path) -> None:
    _import(store, file)
    object_to_marketing(store, email(), at=YESTERDAY + timedelta(minutes=1))
    take(store, source(), delivery("1000001"), at=LATER)
    assert not may_email(store).is_allowed


def test_a_lead_that_is_listed_as_a_test_later_is_taken_out_of_use(store: Store) -> None:
    known = declared(store)
    take(store, known, delivery("1000001"))
    assert may_email(store).is_allowed
    report = take(store, known, delivery("1000001", listed_as_test=True), at=LATER)
    assert +report.counts == {"marked_as_test": 1, "duplicates": 1}
    [lead] = kept(store, Lead)
    assert lead.is_test
    assert lead.expires_at == quarantine_until(NOW)
    assert not may_email(store).is_allowed
    again = take(store, known, delivery("1000001", listed_as_test=True), at=LATER)
    assert +again.counts == {"duplicates": 1}
    kinds = [row.kind for row in kept(store, LedgerRecord)]
    assert kinds.count(LedgerKind.LEAD_MARKED_AS_TEST) == 1


def test_a_test_lead_never_becomes_a_real_one(store: Store) -> None:
    known = declared(store)
    take(store, known, delivery("1000001", listed_as_test=True))
    take(store, known, delivery("1000001", platform="ig"), at=LATER)
    [lead] = kept(store, Lead)
    assert lead.is_test
    assert kept(store, PermissionRecord) == []


def test_a_file_of_no_leads_and_a_file_twice_say_so(store: Store, file: Path) -> None:
    assert _import(store, file)["stored"] == 1
    assert _import(store, file) == {"duplicates": 1}


def test_a_row_that_names_more_people_than_the_lead_has_adds_nobody(store: Store) -> None:
    known = declared(store)
    take(store, known, delivery("1000001"))
    other = delivery("1000001", {"email": "someone.else@mail.example"})
    take(store, known, other, at=LATER)
    assert len(kept(store, LeadIdentifier)) == 2
