"""Compose the rows of new leads: data in, data out."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from models.bulk import Values
from models.keys import new_keys
from models.ledger import Entry, LedgerKind, commitment
from pipeline.prepare import Prepared
from policy.evidence import BoxFinding
from policy.lawful_basis import events_of_submission
from policy.vocabulary import Identifier, PermissionEvent

SALT_BYTES = 32
ESCAPED_NUL = rb"\u0000"


def salts(count: int) -> Iterator[bytes]:
    """Yield random salts, drawn at once."""
    drawn = os.urandom(SALT_BYTES * count)
    return (drawn[n * SALT_BYTES : (n + 1) * SALT_BYTES] for n in range(count))


def lead_row(
    controller_id: str,
    source_id: str,
    lead_id: UUID,
    prepared: Prepared,
    person: tuple[UUID | None, bool],
    salt: bytes,
) -> dict[str, Any]:
    """Return the row of a new lead."""
    submission, delivery = prepared.submission, prepared.delivery
    contact = submission.contact
    row = {
        "controller_id": controller_id,
        "id": lead_id,
        "source_id": source_id,
        "external_id": submission.external_id,
        "person_id": person[0],
        "form_id": submission.form_id,
        "is_test": submission.is_test,
        "has_identity_conflict": person[1],
        "received_at": delivery.received_at,
        "full_name": contact.full_name,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "company": contact.company,
        "job_title": contact.job_title,
        "contact": {"emails": contact.emails, "phones": contact.phones},
        "answers": submission.answers,
        "origin": submission.origin,
        "remarks": prepared.remarks,
        "media_type": delivery.media_type,
        "payload": delivery.payload,
        "salt": salt,
        "commitment": commitment(salt, delivery.payload),
        **evidence_columns(prepared),
        "submitted_at": prepared.submitted_at,
        "expires_at": prepared.expires_at,
    }
    # PostgreSQL keeps no NUL in text; the payload still has what was sent, byte for byte
    return _without_nul(row) if ESCAPED_NUL in delivery.payload else row


def _without_nul(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    """Return a value with every NUL in its texts replaced by the replacement character."""
    match value:
        case str():
            return value.replace("\0", "\ufffd") if "\0" in value else value
        case dict():
            return {_without_nul(key): _without_nul(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_without_nul(entry) for entry in value]
        case _:
            return value


def evidence_columns(prepared: Prepared) -> dict[str, Any]:
    """Return what a delivery says of the evidence: replaced if a better delivery comes."""
    return {
        "notice_id": prepared.notice_id,
        "grade": prepared.grade,
        "has_source_time": prepared.submission.submitted_at is not None,
        "findings": [finding_of(finding) for finding in prepared.findings],
    }


def finding_of(finding: BoxFinding) -> dict[str, Any]:
    """Return what was found of one box, as it is kept on the lead."""
    meaning = finding.meaning
    return {
        "box": finding.key,
        "raw": finding.raw,
        "kind": finding.kind,
        "defect": finding.defect,
        "purpose": meaning.purpose if meaning else None,
        "channels": meaning.channels if meaning else (),
    }


def events_of(prepared: Prepared, lead_id: UUID) -> list[tuple[Identifier, PermissionEvent]]:
    """Return the permission events of a submission; a test lead has none."""
    if prepared.submission.is_test:
        return []
    return list(
        events_of_submission(
            prepared.identifiers,
            prepared.findings,
            prepared.submitted_at,
            lead_id,
            prepared.expires_at,
        )
    )


def event_rows(
    controller_id: str, events: Sequence[tuple[UUID, PermissionEvent]], now: datetime
) -> list[Values]:
    """Return the rows of permission events, each with its identifier's key."""
    return [
        {
            "controller_id": controller_id,
            "id": key,
            "identifier_id": identifier_id,
            "lead_id": event.lead_id,
            "purpose": event.purpose,
            "channel": event.channel,
            "kind": event.kind,
            "basis": event.basis,
            "defect": event.defect,
            "box_key": event.box_key,
            "occurred_at": event.occurred_at,
            "recorded_at": now,
            "valid_until": event.valid_until,
        }
        for key, (identifier_id, event) in zip(new_keys(len(events), now), events, strict=True)
    ]


def stored_entry(row: Values, events: Sequence[tuple[Identifier, PermissionEvent]]) -> Entry:
    """Return the ledger's entry of a new lead: what was kept and why it may be used, no more."""
    detail = {
        "source": row["source_id"],
        "notice": row["notice_id"],
        "grade": row["grade"],
        "test": row["is_test"],
        "conflict": row["has_identity_conflict"],
        "expires": row["expires_at"].isoformat(),
        "commitment": row["commitment"].hex(),
        "permissions": permissions(events),
    }
    return LedgerKind.LEAD_STORED, row["id"].hex, detail


def permissions(
    events: Sequence[tuple[Identifier, PermissionEvent]],
) -> list[list[str | None]]:
    """Return events as the ledger keeps them: kind, purpose, channel, basis, defect."""
    return [[e.kind, e.purpose, e.channel, e.basis, e.defect] for _, e in events]
