"""Prove one erasure from the ledger: what went, who was told, and what is left."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import audit_ledger, audit_uses, due, ledger
from models.ledger import LedgerKind, leaf_hash
from models.store import Store
from pipeline.audit_answer import AuditAnswer
from policy.errors import UsageError
from policy.retention_duties import backup_overwritten_by

_INSTANT = timedelta(microseconds=1)
_PROMPT = timedelta(hours=24)
_OF_THE_SAME_ACT = frozenset(
    {
        LedgerKind.LEAD_DELETED,
        LedgerKind.DELIVERY_DELETED,
        LedgerKind.EXPORT_FILE_DELETED,
        LedgerKind.MAIL_DROPPED,
        LedgerKind.OPTED_OUT,
        LedgerKind.RECALL_OPENED,
    }
)


def audit_erasure(store: Store, controllers: Sequence[str], reference: str) -> AuditAnswer:
    """Return what the ledger has of the erasures for a request, or of one certificate.

    Raises:
        UsageError: the ledger knows none by that reference.
    """
    with store.reading() as connection:
        found = [
            _erasure(connection, row)
            for owner in controllers
            for row in _of_reference(connection, owner, reference)
        ]
    if not found:
        raise UsageError(
            "The ledger has no erasure with this reference. Cure: give that of the request, or the"
            " id on the certificate."
        )
    zero = {
        "leads_still_here": sum(each["leads_still_here"] for each in found),
        "entries_with_a_wrong_hash": sum(not each["hash_adds_up"] for each in found),
        "last_act_not_complete": int(not found[-1]["complete"]),
    }
    return AuditAnswer(
        "Prove this erasure.",
        {"reference": reference},
        {"erasures": found},
        ("ledger", "recall"),
        zero,
    )


def _of_reference(connection: Connection, owner: str, reference: str) -> list[Row[Any]]:
    kinds = [LedgerKind.PERSON_ERASED]
    rows = audit_ledger.entries(connection, [owner], kinds, None, audit_ledger.LAST)
    key = reference.replace("-", "").lower()
    return [
        row
        for row in rows
        if row.subject_id == key or json.loads(row.body)["detail"]["request"] == reference
    ]


def _erasure(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    owner, at = row.controller_id, row.recorded_at
    detail = json.loads(row.body)["detail"]
    until = at + _INSTANT
    acts = list(audit_ledger.entries(connection, [owner], _OF_THE_SAME_ACT, at, until))
    leads = [UUID(each.subject_id) for each in acts if each.kind == LedgerKind.LEAD_DELETED]
    recalls = audit_uses.recalls_of_leads(connection, owner, leads)
    scrubbed_at = ledger.first_since(connection, owner, [LedgerKind.STORE_SCRUBBED], at)
    return {
        "certificate": row.subject_id,
        "controller": owner,
        "request": detail["request"],
        "at": at,
        "complete": detail["complete"],
        "erased": detail["counts"],
        "kept": detail["kept"],
        "delays": detail["delays"],
        "requests_to_be_answered_first": detail["waiting"],
        "entries_of_the_same_act": dict(Counter(each.kind.value for each in acts)),
        "files_rewritten_at": scrubbed_at,
        "files_rewritten_within_a_day": scrubbed_at is not None and scrubbed_at - at <= _PROMPT,
        "in_no_backup_from": backup_overwritten_by(at),
        "recipients": [
            {
                "recipient": each.recipient,
                "export": str(each.export_id),
                "due_at": each.due_at,
                "told_at": each.acknowledged_at,
                "outcome": each.outcome,
            }
            for each in recalls
        ],
        "remains": {"suppression_entries": detail["suppressed"], "removals": len(leads)},
        "ledger_entries_of_the_leads": len(
            ledger.history(connection, owner, [lead.hex for lead in leads])
        ),
        "leads_still_here": len(due.leads_by_keys(connection, owner, leads)),
        "leaf_hash": row.leaf_hash.hex(),
        "hash_adds_up": leaf_hash(row.body.encode()) == row.leaf_hash,
        "rules": detail["rules"],
    }
