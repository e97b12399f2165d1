"""Contracts and instructions are kept as they were declared: each change is a new version."""

import json
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from models.contract import Contract, InstructionRecord
from models.controller import Controller
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.declare import declare
from pipeline.declare_contracts import text_digest
from pipeline.settings import ControllerSettings
from policy.errors import ConfigError
from policy.vocabulary import Role
from tests import build
from tests.build import INSTRUCTION, NOW, client, delivery, kept, take

LATER = NOW + timedelta(days=3)


def declared(store: Store, owner: ControllerSettings, at: datetime = NOW) -> None:
    declare(store, build.settings(str(store.url), build.source(owner=owner)), at)


def told(store: Store, kind: LedgerKind) -> list[dict[str, Any]]:
    rows = [row for row in kept(store, LedgerRecord) if row.kind is kind]
    return [orjson.loads(row.body)["detail"] for row in rows]


def test_a_contract_is_declared_once_with_the_hash_of_each_instruction(store: Store) -> None:
    owner = client(sub_processors=["Mailer Ltd"])
    for at in (NOW, LATER):
        declared(store, owner, at)
    [contract] = kept(store, Contract)
    assert (contract.reference, contract.exit_days, contract.declared_at) == ("DPA-1", 30, NOW)
    [instruction] = kept(store, InstructionRecord)
    assert instruction.text_digest == text_digest(INSTRUCTION["text"])
    [entry] = told(store, LedgerKind.CONTRACT_DECLARED)
    assert entry["sub_processors"] == ["Mailer Ltd"]
    [entry] = told(store, LedgerKind.INSTRUCTION_DECLARED)
    assert entry["text_digest"] == instruction.text_digest
    assert INSTRUCTION["text"] not in json.dumps(entry)


def test_a_changed_instruction_is_a_new_version_and_only_it_is_told(store: Store) -> None:
    declared(store, client("shop", {}, {"reference": "INS-2"}))
    declared(
        store, client("shop", {"version": "2", "text": "Other."}, {"reference": "INS-2"}), LATER
    )
    assert [row.declared_at for row in kept(store, Contract)] == [NOW, LATER]
    assert len(kept(store, InstructionRecord)) == 4
    versions = [
        (e["reference"], e["version"]) for e in told(store, LedgerKind.INSTRUCTION_DECLARED)
    ]
    assert versions == [("INS-1", "1"), ("INS-2", "1"), ("INS-1", "2")]


def test_the_order_of_instructions_is_no_change(store: Store) -> None:
    declared(store, client("shop", {}, {"reference": "INS-2"}))
    declared(store, client("shop", {"reference": "INS-2"}, {}), LATER)
    assert len(kept(store, Contract)) == 1


def test_a_contract_that_is_taken_out_and_put_back_leaves_each_step(store: Store) -> None:
    owner = client()
    without = owner.model_copy(update={"contract": None, "instructions": ()})
    for day, each in enumerate((owner, without, without, owner)):
        declared(store, each, NOW + timedelta(days=day))
    assert [row.is_configured for row in kept(store, Contract)] == [True, False, True]
    assert len(told(store, LedgerKind.CONTRACT_DECLARED)) == 3


def test_a_clients_data_does_not_become_our_own_by_a_change_of_role(store: Store) -> None:
    """Rule: CNT-7."""
    declared(store, client())
    own = client().model_copy(
        update={"role": Role.CONTROLLER, "contract": None, "instructions": ()}
    )
    declared(store, own)  # nothing was kept yet: it was a slip
    declared(store, client(), LATER)
    take(store, build.source(owner=client()), delivery("1000001"), at=LATER)
    with pytest.raises(ConfigError, match="is held for a client") as told_so:
        declared(store, own, LATER)
    assert "Cure: set `role" in str(told_so.value)
    assert [row.role for row in kept(store, Controller)] == [Role.PROCESSOR]
