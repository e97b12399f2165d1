"""Make the contracts and instructions of clients known to the store, each change a new version."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import contract as contracts
from models import ledger
from models.keys import new_keys
from models.ledger import Entry, LedgerKind
from pipeline.client_settings import ContractSettings, InstructionSettings
from pipeline.settings import ControllerSettings
from policy.vocabulary import Role


def declare_contract(
    connection: Connection, controller: ControllerSettings, actor: str, now: datetime
) -> bool:
    """Write a client's contract and instructions down where they changed; say whether they did.

    Nothing is overwritten: what counted until now counts for every question about that time. A
    contract that was taken out of the configuration ends with that, and permits nothing more. Rule:
    CNT-3.
    """
    known = contracts.contract_at(connection, controller.id)
    given = controller.contract if controller.role is Role.PROCESSOR else None
    if given is None:
        if known is None or not known.is_configured:
            return False
        _withdraw(connection, known, actor, now)
        return True
    digest = _digest(given, controller.instructions)
    if known is not None and known.is_configured and known.digest == digest:
        return False
    before = _versions(connection, known)
    key = new_keys(1, now)[0]
    keys = new_keys(len(controller.instructions), now)
    rows = [
        _instruction(controller.id, key, id_, each)
        for id_, each in zip(keys, controller.instructions, strict=True)
    ]
    contract = _contract(controller.id, key, given) | {"digest": digest, "declared_at": now}
    contracts.add_contract(connection, contract, rows)
    entries = [_contract_entry(contract)]
    entries += [_instruction_entry(row) for row in rows if _version(row) not in before]
    ledger.append(connection, controller.id, actor, entries, now)
    return True


def _withdraw(connection: Connection, known: Row[Any], actor: str, now: datetime) -> None:
    changed = {"id": new_keys(1, now)[0], "is_configured": False, "declared_at": now}
    row = known._asdict() | changed
    contracts.add_contract(connection, row, ())
    ledger.append(connection, known.controller_id, actor, [_contract_entry(row)], now)


def text_digest(text: str) -> str:
    """Return the fingerprint of an instruction's words: SHA-256 of their UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(contract: ContractSettings, instructions: Sequence[InstructionSettings]) -> str:
    """Return the fingerprint of all that was agreed; the order in the file makes no difference."""
    told = sorted(json.dumps(each.model_dump(mode="json"), sort_keys=True) for each in instructions)
    content = json.dumps([contract.model_dump(mode="json"), told], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _contract(controller_id: str, key: UUID, given: ContractSettings) -> dict[str, Any]:
    return {
        "controller_id": controller_id,
        "id": key,
        "reference": given.reference,
        "starts_on": given.starts_on,
        "ends_on": given.ends_on,
        "exit_choice": given.exit,
        "exit_days": given.exit_days,
        "exit_decision": given.exit_decision,
        "country": given.country,
        "sub_processors": list(given.sub_processors),
        "is_configured": True,
    }


def _instruction(
    controller_id: str, contract_id: UUID, key: UUID, given: InstructionSettings
) -> dict[str, Any]:
    return {
        "controller_id": controller_id,
        "id": key,
        "contract_id": contract_id,
        "reference": given.reference,
        "version": given.version,
        "text_digest": text_digest(given.text),
        "purposes": sorted(set(given.purposes)),
        "channels": sorted(set(given.channels)),
        "recipients": sorted(set(given.recipients)),
        "covers_special_categories": given.covers_special_categories,
        "from_on": given.from_on,
        "until_on": given.until_on,
    }


_KEYS = frozenset({"controller_id", "id", "contract_id"})


def _version(row: dict[str, Any]) -> str:
    return json.dumps(_told(row, _KEYS), sort_keys=True)


def _versions(connection: Connection, known: Row[Any] | None) -> set[str]:
    """Return the instructions that count now, so that only those that changed are told anew."""
    if known is None or not known.is_configured:
        return set()
    rows = contracts.instructions_of(connection, known.controller_id, known.id)
    return {_version(row._asdict()) for row in rows}


def _told(row: dict[str, Any], without: frozenset[str]) -> dict[str, Any]:
    """Return a row as the ledger tells it: texts, whole numbers and lists of them."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row.items()
        if name not in without
    }


def _contract_entry(row: dict[str, Any]) -> Entry:
    detail = _told(row, _KEYS | {"declared_at"})
    return LedgerKind.CONTRACT_DECLARED, row["id"].hex, detail


def _instruction_entry(row: dict[str, Any]) -> Entry:
    detail = _told(row, _KEYS) | {"contract": row["contract_id"].hex}
    return LedgerKind.INSTRUCTION_DECLARED, row["id"].hex, detail
