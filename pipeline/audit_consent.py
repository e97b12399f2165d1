"""Show the consent of a person, and the exact form and wording behind one consent."""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import audit_consent as held
from models import ledger, usage
from models.ledger import LedgerKind, commitment
from models.store import Store
from pipeline.audit_answer import AuditAnswer
from pipeline.gather import event_of
from policy.consent import consent_state
from policy.consent_records.history import STATUS_OF
from policy.errors import UsageError
from policy.evidence import notice_from
from policy.vocabulary import Identifier, NoticeBox

MASKED = "sensitive_content_masked"
_WRONG = ("wordings_with_another_hash", "payloads_with_another_commitment", "entries_that_differ")
_RESTS_ON = ("permission_event", "lead", "notice", "ledger")


def audit_consent(
    store: Store, controllers: Sequence[str], identifier: Identifier, at: datetime
) -> AuditAnswer:
    """Return who agreed to what, when, how and told what, and how it stood at a time (aware).

    What was written down by then counts, so that it is what anybody could have known.
    """
    consents: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    wrong: Counter[str] = Counter(dict.fromkeys(_WRONG, 0))
    known = 0
    with store.reading() as connection:
        for owner in controllers:
            rows = usage.identifier_rows(connection, identifier, owner)
            events = [
                row
                for row in held.consents_of(connection, owner, [row.id for row in rows])
                if row.recorded_at <= at and row.occurred_at <= at
            ]
            known += len(rows)
            stored = _stored(connection, owner, events)
            consents += [_consent(row, stored) for row in events]
            states += _states(owner, [*events, *_elsewhere(connection, owner, rows, at)], at)
            for row in events:
                wrong.update(_flaws(row, stored))
    facts = {"known": bool(known), "state_then": states, "history": consents}
    return AuditAnswer(
        "Show consent for this person.",
        {"at": at, "identifier_kind": identifier.kind, "controllers": list(controllers)},
        facts,
        _RESTS_ON,
        dict(wrong),
        is_integrity=True,
    )


def audit_wording(store: Store, controllers: Sequence[str], consent_id: UUID) -> AuditAnswer:
    """Return the form and the wording behind one consent, as the person saw it.

    Raises:
        UsageError: there is no such consent.
    """
    with store.reading() as connection:
        row = held.consent_by_id(connection, controllers, consent_id)
        if row is None:
            raise UsageError(
                "There is no consent with this id. Cure: take one from `leadledger audit consent`;"
                " one whose lead was deleted is gone with it."
            )
        stored = _stored(connection, row.controller_id, [row])
    facts = _consent(row, stored) | {"notice_snapshot": None}
    if row.notice_content is not None:
        facts["notice_snapshot"] = json.loads(row.notice_content)
    wrong = Counter(dict.fromkeys(_WRONG, 0))
    wrong.update(_flaws(row, stored))
    asked = {"consent": str(consent_id)}
    question = "Show the exact form and wording seen."
    return AuditAnswer(question, asked, facts, _RESTS_ON, dict(wrong), is_integrity=True)


def _elsewhere(
    connection: Connection, owner: str, identifiers: Iterable[Row[Any]], at: datetime
) -> list[Row[Any]]:
    """Return objections on the person's other addresses and numbers: they count here (CON-3)."""
    own = {row.id for row in identifiers}
    people = {lead.person_id for lead in usage.leads_of(connection, owner, own)} - {None}
    rows = usage.objections_of_people(connection, owner, people)
    return [row for _, row in rows if row.identifier_id not in own and row.recorded_at <= at]


def _stored(connection: Connection, owner: str, events: Iterable[Row[Any]]) -> dict[str, Row[Any]]:
    """Return the ledger's entry of each lead that some events rest on, by the lead's key."""
    leads = {event.lead_id.hex for event in events if event.lead_id}
    rows = ledger.history(connection, owner, leads) if leads else []
    return {row.subject_id: row for row in rows if row.kind == LedgerKind.LEAD_STORED}


def _consent(row: Row[Any], stored: dict[str, Row[Any]]) -> dict[str, Any]:
    """Return what one event of a person said, how, and what proves it."""
    box = _box(row)
    entry = stored.get(row.lead_id.hex) if row.lead_id else None
    sent = [each["raw"] for each in row.findings or () if each["box"] == row.box_key]
    return {
        "consent": str(row.id),
        "controller": row.controller_id,
        "identifier": str(row.identifier_id),
        "identifier_kind": row.identifier_kind,
        "state": STATUS_OF.get(row.kind, row.kind),
        "at": row.occurred_at,
        "recorded_at": row.recorded_at,
        "is_source_time": row.has_source_time,
        "purpose": row.purpose,
        "channel": row.channel or "all",
        "lawful_basis": row.basis,
        "defect": row.defect,
        "valid_until": row.valid_until,
        "lead": str(row.lead_id) if row.lead_id else None,
        "source": row.source_id,
        "form": row.form_id,
        "form_version": row.notice_id,
        "wording": box.text if box else None,
        "box": row.box_key,
        "sent": sent[0] if sent else None,
        "required": box.is_required if box else None,
        "ticked_beforehand": box.is_pre_ticked if box else None,
        "grade": row.grade,
        "notice_captured_at": row.notice_captured_at,
        "commitment": row.commitment.hex() if row.commitment else None,
        "leaf_hash": entry.leaf_hash.hex() if entry else None,
    }


def _box(row: Row[Any]) -> NoticeBox | None:
    if row.notice_content is None or row.box_key is None:
        return None
    boxes = notice_from(row.notice_content).boxes
    return next((box for box in boxes if box.key == row.box_key), None)


def _states(owner: str, events: Sequence[Row[Any]], at: datetime) -> list[dict[str, Any]]:
    """Return how each purpose and channel that was ever spoken of stood at a time."""
    said = [event_of(row) for row in events]
    scopes = sorted({(e.purpose, e.channel) for e in said if e.channel is not None})
    found = []
    for purpose, channel in scopes:
        state = consent_state(said, purpose, channel, at)
        found.append(
            {
                "controller": owner,
                "purpose": purpose,
                "channel": channel,
                "given": state.is_given,
                "latest": state.latest.kind if state.latest else None,
                "since": state.latest.occurred_at if state.latest else None,
                "objected_at": state.objection.occurred_at if state.objection else None,
            }
        )
    return found


def _flaws(row: Row[Any], stored: dict[str, Row[Any]]) -> Iterable[str]:
    """Yield which proofs of an event do not add up."""
    if row.lead_id is None:
        return
    if row.notice_content is not None:
        digest = hashlib.sha256(row.notice_content.encode()).hexdigest()
        if digest != row.notice_id:
            yield _WRONG[0]
    is_whole = row.remarks is not None and MASKED not in row.remarks
    if is_whole and not hmac.compare_digest(commitment(row.salt, row.payload), row.commitment):
        yield _WRONG[1]
    entry = stored.get(row.lead_id.hex)
    if entry is not None:
        said = json.loads(entry.body)["detail"]["commitment"]
        if said != row.commitment.hex():
            yield _WRONG[2]
