"""Taking deliveries in: stored once, set aside once, all or nothing, with proof and ledger."""

import hashlib
import json
from datetime import timedelta

import pytest

from models.controller import SourceRecord
from models.delivery import Cursor, DeliveryRecord, cursors
from models.lead import Arrival, Lead
from models.ledger import LedgerKind, LedgerRecord
from models.notice import NoticeRecord
from models.permission import PermissionRecord
from models.person import IdentifierRecord, LeadIdentifier, Person
from models.store import Store
from pipeline.ingest import MAX_NAMED
from policy.errors import StoreError
from policy.evidence import notice_id
from policy.retention import expires_at, quarantine_until
from policy.vocabulary import BoxDefect, Channel, EventKind, Grade, LawfulBasis, Purpose
from tests import build
from tests.build import FORM, FORM_ID, NOW, broken, declared, delivery, fields, kept, take

EVERYTHING = (
    *(Lead, Arrival, Person, IdentifierRecord, LeadIdentifier, PermissionRecord),
    *(NoticeRecord, DeliveryRecord, Cursor, LedgerRecord),
)
YESTERDAY = NOW - timedelta(days=1)


def _kinds(store: Store) -> list[LedgerKind]:
    return [row.kind for row in kept(store, LedgerRecord)]


def test_a_lead_is_stored_with_all_that_it_came_with(store: Store) -> None:
    source = declared(store)
    came = delivery("1000001", fields(favourite="search ads", company_name="Nectra"))
    report = take(store, source, came)
    assert +report.counts == {"stored": 1, "consents": 2}
    assert report.grades == {Grade.A: 1}
    [lead] = kept(store, Lead)
    assert lead.external_id == "1000001"
    assert lead.payload == came.payload
    assert lead.submitted_at == YESTERDAY
    assert lead.received_at == NOW
    assert lead.expires_at == expires_at(YESTERDAY)
    assert lead.notice_id == notice_id(FORM)
    assert lead.full_name == "Priya Sharma"
    assert lead.company == "Nectra"
    assert lead.answers["favourite"] == ["search ads"]
    assert lead.contact == {"emails": ["priya.sharma@mail.example"], "phones": ["+447700900123"]}
    assert lead.has_source_time
    assert not lead.is_test
    assert not lead.has_identity_conflict
    assert len(kept(store, Person)) == 1
    assert {row.value for row in kept(store, IdentifierRecord)} == {
        "priya.sharma@mail.example",
        "+447700900123",
    }
    assert len(kept(store, LeadIdentifier)) == 2


def test_a_tick_gives_just_its_purpose_and_channel_on_the_identifier_it_reaches(
    store: Store,
) -> None:
    source = declared(store)
    take(store, source, delivery(boxes={"email_updates": "1", "call_updates": ""}))
    kinds = {row.id: row.kind for row in kept(store, IdentifierRecord)}
    found = {
        (kinds[e.identifier_id], e.kind, e.purpose, e.channel, e.basis, e.defect)
        for e in kept(store, PermissionRecord)
    }
    marketing = Purpose.DIRECT_MARKETING
    enquiry = (EventKind.ENQUIRED, Purpose.ENQUIRY_RESPONSE)
    assert found == {
        ("email", *enquiry, Channel.EMAIL, LawfulBasis.CONTRACT, None),
        ("phone", *enquiry, Channel.LIVE_CALL, LawfulBasis.CONTRACT, None),
        ("email", EventKind.GIVEN, marketing, Channel.EMAIL, LawfulBasis.CONSENT, None),
        (
            *("phone", EventKind.REFUSED, marketing, Channel.LIVE_CALL),
            *(None, BoxDefect.NOT_TICKED),
        ),
    }
    assert {e.occurred_at for e in kept(store, PermissionRecord)} == {YESTERDAY}


def test_the_same_delivery_again_changes_nothing(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery())
    before = {model: kept(store, model) for model in EVERYTHING}
    for _ in range(2):
        report = take(store, source, delivery(), at=NOW + timedelta(hours=1))
        assert +report.counts == {"duplicates": 1}
    assert {model: kept(store, model) for model in EVERYTHING} == before


def test_a_duplicate_within_a_batch_is_stored_once(store: Store) -> None:
    source = declared(store)
    report = take(store, source, delivery("1000001"), delivery("1000002"), delivery("1000001"))
    assert +report.counts == {"stored": 2, "consents": 4, "duplicates": 1}
    assert len(kept(store, Lead)) == 2
    assert kept(store, Arrival) == []


def test_the_same_id_in_two_sources_is_two_leads(store: Store) -> None:
    one = declared(store, build.source("one"), build.source("two"))
    take(store, one, delivery("1000001"))
    take(store, build.source("two"), delivery("1000001"))
    assert sorted(lead.source_id for lead in kept(store, Lead)) == ["one", "two"]
    assert len(kept(store, Person)) == 1


def test_what_is_too_old_to_be_kept_is_refused_and_counted(store: Store) -> None:
    source = declared(store)
    old = delivery("1000001", fields("old@mail.example", None, None), at=NOW - timedelta(days=800))
    report = take(store, source, old, delivery("1000002"))
    assert report.counts["too_old"] == 1
    assert [lead.external_id for lead in kept(store, Lead)] == ["1000002"]
    assert "old@mail.example" not in {row.value for row in kept(store, IdentifierRecord)}
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_REFUSED]
    assert entry.subject_id is None
    assert json.loads(entry.body)["detail"]["count"] == 1


def test_a_lead_is_kept_to_the_instant_before_its_end(store: Store) -> None:
    source = declared(store)
    ends = expires_at(YESTERDAY)
    before = ends - timedelta(seconds=1)
    assert +take(store, source, delivery("1000001"), at=ends).counts == {"too_old": 1}
    assert take(store, source, delivery("1000001"), at=before).counts["stored"] == 1


def test_a_test_lead_is_nobodys_and_gives_nothing(store: Store) -> None:
    source = declared(store)
    report = take(store, source, delivery(listed_as_test=True))
    assert +report.counts == {"tests": 1}
    [lead] = kept(store, Lead)
    assert lead.is_test
    assert lead.person_id is None
    assert lead.expires_at == quarantine_until(NOW)
    for model in (Person, IdentifierRecord, LeadIdentifier, PermissionRecord):
        assert kept(store, model) == []


def test_a_wording_is_stored_once_whatever_the_leads(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001"), delivery("1000002"))
    take(store, source, delivery("1000003", notice=build.notice()))
    take(store, source, delivery("1000004", notice=build.notice(body="Another wording.")))
    notices = kept(store, NoticeRecord)
    assert len(notices) == 2
    for row in notices:
        assert row.id == hashlib.sha256(row.content.encode()).hexdigest()
        assert row.form_id == FORM_ID
    assert _kinds(store).count(LedgerKind.NOTICE_CAPTURED) == 2


def test_the_wording_of_a_lead_that_is_set_aside_is_kept_too(store: Store) -> None:
    take(store, declared(store), broken())
    [row] = kept(store, DeliveryRecord)
    [shown] = kept(store, NoticeRecord)
    assert row.notice_id == shown.id


def test_what_cannot_be_read_is_set_aside_with_its_bytes_and_the_reason(store: Store) -> None:
    source = declared(store)
    content = b'{"id": "1000", \xff\x00 broken'
    report = take(store, source, broken(content, position="row 17"), delivery())
    assert report.counts["set_aside"] == 1
    assert report.counts["stored"] == 1
    [named] = report.named
    assert (named.position, named.reason) == ("row 17", "encoding")
    [row] = kept(store, DeliveryRecord)
    assert row.payload == content
    assert row.reason == "encoding"
    assert row.delete_after == quarantine_until(NOW)
    assert row.digest == hashlib.sha256(content).digest()
    assert LedgerKind.DELIVERY_SET_ASIDE in _kinds(store)


def test_of_many_unreadable_records_the_first_are_named(store: Store) -> None:
    source = declared(store)
    many = [broken(b"{" * (n + 1), position=f"row {n}") for n in range(MAX_NAMED + 10)]
    report = take(store, source, *many)
    assert report.counts["set_aside"] == MAX_NAMED + 10
    assert [named.position for named in report.named] == [f"row {n}" for n in range(MAX_NAMED)]


def test_nul_characters_are_stored_and_the_payload_keeps_them(store: Store) -> None:
    source = declared(store)
    came = delivery("1000001", fields(name="Priya\0Sharma", **{"note\0": "a\0b"}))
    assert b"\\u0000" in came.payload
    take(store, source, came)
    [lead] = kept(store, Lead)
    assert lead.payload == came.payload
    assert lead.full_name == "Priya\ufffdSharma"
    assert lead.answers == {"note\ufffd": ["a\ufffdb"]}


@pytest.mark.parametrize("place", ["external id", "box", "form", "email"])
def test_a_nul_anywhere_else_stops_no_batch(store: Store, place: str) -> None:
    source = declared(store)
    odd = {
        "external id": delivery("100\0001"),
        "box": delivery("1000002", boxes={"email\0_updates": "1\0"}),
        "form": delivery("1000003", form_id="55\0", notice=None),
        "email": delivery("1000004", fields(email="priya\0@mail.example")),
    }[place]
    report = take(store, source, odd, delivery("1000009"))
    assert report.counts["stored"] + report.counts["set_aside"] == 2
    assert "1000009" in {lead.external_id for lead in kept(store, Lead)}


def test_a_nul_in_a_forms_wording_stops_no_batch(store: Store) -> None:
    source = declared(store)
    report = take(store, source, delivery("1000001", notice=build.notice(title="Hello\0there")))
    assert report.counts["stored"] == 1


def test_values_of_any_length_are_stored(store: Store) -> None:
    source = declared(store)
    long = fields(name="P" * 50_000, question="x" * 100_000)
    assert take(store, source, delivery("1000001", long)).counts["stored"] == 1


def test_the_cursor_moves_with_its_leads(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery(), cursor="2026-11-21T12:00:00+00:00")
    with store.reading() as connection:
        moved = cursors(connection, "nectra", "meta-main")
    assert moved == {FORM_ID: "2026-11-21T12:00:00+00:00"}


def test_a_failure_in_the_middle_leaves_nothing(store: Store) -> None:
    source = declared(store)
    before = {model: kept(store, model) for model in EVERYTHING}
    # the ledger is the last to be written: its table refuses now
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE ledger RENAME TO elsewhere")
    with pytest.raises(StoreError):
        take(store, source, delivery(), broken(), cursor="2026-11-21T12:00:00+00:00")
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO ledger")
    assert {model: kept(store, model) for model in EVERYTHING} == before
    report = take(store, source, delivery(), broken(), cursor="2026-11-21T12:00:00+00:00")
    assert +report.counts == {"stored": 1, "consents": 2, "set_aside": 1}


def test_a_source_that_was_never_declared_leaves_nothing(store: Store) -> None:
    declared(store)
    with pytest.raises(StoreError):
        take(store, build.source("unknown"), delivery(), cursor="x")
    assert kept(store, Lead) == kept(store, Person) == kept(store, Cursor) == []


def test_every_lead_has_one_entry_in_the_ledger(store: Store) -> None:
    source = declared(store)
    take(store, source, *(delivery(str(1000000 + n)) for n in range(30)))
    take(store, source, *(delivery(str(1000000 + n)) for n in range(40)))
    stored = [r.subject_id for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
    assert sorted(stored) == sorted(lead.id.hex for lead in kept(store, Lead))
    assert len(stored) == 40


def test_declaring_a_source_is_recorded_when_it_is_new_or_its_boxes_change(store: Store) -> None:
    declared(store)
    declared(store)
    declared(store, build.source(meanings=()))
    entries = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.SOURCE_CONFIGURED]
    assert len(entries) == 2
    boxes = [json.loads(entry.body)["detail"]["boxes"] for entry in entries]
    assert sorted(map(len, boxes)) == [0, 2]
    assert len(kept(store, SourceRecord)) == 1
