"""The ledger: canonical bytes, a leaf hash that anybody can compute, and nobody's data."""

import hashlib
import hmac
import json
from datetime import timedelta

import orjson
import pytest

from models import ledger
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from tests import build
from tests.build import NOW, declared, delivery, fields, kept, take

CANARIES = ("canary.priya@mail.example", "+447700900987", "Canaria Birdsong", "canary-answer")


@pytest.fixture
def filled(store: Store) -> Store:
    source = declared(store)
    given = fields(CANARIES[0], CANARIES[1], CANARIES[2], favourite=CANARIES[3])
    take(store, source, delivery("1000001", given), build.broken(b'{"canary-answer": '))
    again = fields(CANARIES[0], CANARIES[1], CANARIES[2], favourite="changed canary-answer")
    take(store, source, delivery("1000001", again), at=NOW + timedelta(minutes=1))
    return store


def test_a_body_is_its_own_canonical_json(filled: Store) -> None:
    rows = kept(filled, LedgerRecord)
    assert len(rows) >= 5
    for row in rows:
        body = row.body.encode()
        content = json.loads(body)
        again = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again.encode() == body == orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def test_a_leaf_hash_is_the_one_of_rfc_9162(filled: Store) -> None:
    for row in kept(filled, LedgerRecord):
        assert row.leaf_hash == hashlib.sha256(b"\x00" + row.body.encode()).digest()


def test_the_columns_of_a_row_say_what_its_body_says(filled: Store) -> None:
    for row in kept(filled, LedgerRecord):
        content = json.loads(row.body)
        assert content["id"] == row.id.hex
        assert content["kind"] == row.kind.value
        assert content["subject"] == row.subject_id
        assert content["controller"] == row.controller_id
        assert content["at"] == row.recorded_at.isoformat(timespec="microseconds")
        assert content["v"] == ledger.BODY_VERSION
        assert set(content) == {
            *("actor", "at", "controller", "detail", "id", "kind", "subject", "v"),
        }


def test_bodies_hold_text_whole_numbers_and_booleans_only(filled: Store) -> None:
    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for entry in value.values() for leaf in leaves(entry)]
        if isinstance(value, list):
            return [leaf for entry in value for leaf in leaves(entry)]
        return [value]

    for row in kept(filled, LedgerRecord):
        kinds = {type(leaf) for leaf in leaves(json.loads(row.body))}
        assert kinds <= {str, int, bool, type(None)}


def test_no_body_holds_anything_of_a_person(filled: Store) -> None:
    text = "\n".join(row.body for row in kept(filled, LedgerRecord)).lower()
    for canary in CANARIES:
        assert canary.lower() not in text
    assert "1000001" not in text  # the vendor's id of the person's lead


def test_the_payload_is_committed_to_under_the_salt_of_its_lead(filled: Store) -> None:
    [lead] = kept(filled, Lead)
    assert len(lead.salt) == 32
    assert lead.commitment == hmac.new(lead.salt, lead.payload, hashlib.sha256).digest()
    [stored] = [r for r in kept(filled, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
    assert stored.subject_id == lead.id.hex
    assert json.loads(stored.body)["detail"]["commitment"] == lead.commitment.hex()


def test_two_leads_with_the_same_bytes_commit_differently(store: Store) -> None:
    one = build.declared(store, build.source("one"), build.source("two"))
    take(store, one, delivery("1000001"))
    take(store, build.source("two"), delivery("1000001"))
    first, second = kept(store, Lead)
    assert first.payload == second.payload
    assert first.commitment != second.commitment


def test_entries_keep_the_order_in_which_they_were_appended(store: Store) -> None:
    source = declared(store)
    take(store, source, *(delivery(str(1000000 + n)) for n in range(50)))
    stored = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
    leads = {lead.id.hex: lead.external_id for lead in kept(store, Lead)}
    assert [leads[r.subject_id] for r in stored] == [str(1000000 + n) for n in range(50)]


def test_history_tells_of_the_subjects_that_are_asked_about_only(filled: Store) -> None:
    [lead] = kept(filled, Lead)
    with filled.reading() as connection:
        rows = ledger.history(connection, "nectra", [lead.id.hex])
        assert [row.kind for row in rows] == [
            LedgerKind.LEAD_STORED,
            LedgerKind.LEAD_ARRIVED_AGAIN,
        ]
        assert ledger.history(connection, "another", [lead.id.hex]) == []


def test_nothing_is_appended_when_the_transaction_is_undone(store: Store) -> None:
    declared(store)
    before = len(kept(store, LedgerRecord))
    entries = [(LedgerKind.LEAD_REFUSED, None, {"count": 1})]
    with pytest.raises(RuntimeError), store.writing() as connection:  # noqa: PT012
        ledger.append(connection, "nectra", "test", entries, NOW)
        raise RuntimeError
    assert len(kept(store, LedgerRecord)) == before
