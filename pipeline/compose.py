"""Compose the rows of new leads: data in, data out. Keys are hex digits, as they are written."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.bulk import Values
from models.keys import new_hex_keys
from models.ledger import Entry, LedgerKind, commitment
from pipeline.prepare import Prepared
from pipeline.screen import Masking
from policy.lawful_basis import events_of_submission
from policy.vocabulary import Identifier, IdentifierKind, LawfulBasis, PermissionEvent

SALT_BYTES = 32
ESCAPED_NUL = rb"\u0000"


def salts(count: int) -> Iterator[bytes]:
    """Yield random salts, drawn at once."""
    drawn = os.urandom(SALT_BYTES * count)
    return (drawn[n * SALT_BYTES : (n + 1) * SALT_BYTES] for n in range(count))


def lead_row(
    controller_id: str,
    source_id: str,
    lead_id: str,
    prepared: Prepared,
    person: tuple[str | None, bool],
    salt: bytes,
) -> dict[str, Any]:
    """Return the row of a new lead. Its commitment is that of the bytes that came. Rule: SCR-9."""
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
        "payload": kept_payload(prepared),
        "salt": salt,
        "commitment": commitment(salt, delivery.payload),
        "submitted_at": prepared.submitted_at,
        "expires_at": prepared.expires_at,
        **evidence_columns(prepared),
    }
    # the payload still has what was sent
    return cleaned(row) if ESCAPED_NUL in delivery.payload else row


def kept_payload(prepared: Prepared) -> bytes:
    """Return the bytes that stay with a lead: those that came, unless they told what may not."""
    masked = prepared.masked_payload
    return prepared.delivery.payload if masked is None else masked


def cleaned(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose texts PostgreSQL keeps: it has no NUL in text."""
    return {name: without_nul(value) for name, value in row.items()}


def without_nul(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    """Return a value with every NUL in its texts replaced by the replacement character."""
    match value:
        case str():
            return value.replace("\0", "\ufffd") if "\0" in value else value
        case dict():
            return {without_nul(key): without_nul(entry) for key, entry in value.items()}
        case list() | tuple():
            return [without_nul(entry) for entry in value]
        case _:
            return value


def evidence_columns(prepared: Prepared) -> dict[str, Any]:
    """Return what a delivery says of the evidence: replaced if a better delivery comes."""
    return {
        "notice_id": prepared.notice_id,
        "grade": prepared.grade,
        "has_source_time": prepared.submission.submitted_at is not None,
        "findings": prepared.findings.as_kept,
    }


@dataclass(frozen=True, slots=True)
class Shape:
    """A permission event without what differs from lead to lead.

    `place` is that of the identifier it sticks to; `columns` are the last ones of `EVENT_COLUMNS`.
    """

    place: int
    has_end: bool
    columns: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The events of all submissions with the same answers on the same form.

    `named` is how the ledger names them; `consents` how many of them are consents.
    """

    events: tuple[Shape, ...]
    named: Sequence[Sequence[str | None]]
    consents: int


class ShapeBook:
    """Asks the policy once for all submissions that differ in person and time only.

    What events a submission gives follows from its findings and from the kinds of identifiers it
    left; the lead, the identifiers and the times are filled in for each.
    """

    def __init__(self) -> None:
        """Start with nothing asked."""
        self._known: dict[tuple[int, tuple[IdentifierKind, ...]], tuple[Any, Shapes]] = {}

    def shapes(self, prepared: Prepared) -> Shapes:
        """Return the events of a submission; a test lead has none."""
        findings = prepared.findings
        asked = id(findings), tuple([identifier.kind for identifier in prepared.identifiers])
        known = self._known.get(asked)
        if known is None or known[0] is not findings:
            known = self._known[asked] = (findings, _shapes(prepared))
        return known[1]


def _shapes(prepared: Prepared) -> Shapes:
    nobody = UUID(int=0)
    places = {identifier: place for place, identifier in enumerate(prepared.identifiers)}
    events = events_of(prepared, nobody)
    shapes = tuple(
        Shape(places[identifier], event.valid_until is not None, _columns(event))
        for identifier, event in events
    )
    consents = sum(event.basis is LawfulBasis.CONSENT for _, event in events)
    return Shapes(shapes, permissions(events), consents)


def _columns(event: PermissionEvent) -> tuple[str | None, ...]:
    words = (event.purpose, event.channel, event.kind, event.basis, event.defect)
    return (*(word.value if word else None for word in words), without_nul(event.box_key))


def events_of(prepared: Prepared, lead_id: UUID) -> list[tuple[Identifier, PermissionEvent]]:
    """Return the permission events of a submission; a test lead has none."""
    if prepared.submission.is_test:
        return []
    return list(
        events_of_submission(
            prepared.identifiers,
            prepared.findings.found,
            prepared.submitted_at,
            lead_id,
            prepared.expires_at,
        )
    )


def event_rows(
    controller_id: str,
    leads: Sequence[tuple[str, Prepared, Sequence[str], Sequence[Shape]]],
    now: datetime,
) -> list[tuple[Any, ...]]:
    """Return the rows of permission events, given each lead's key, identifiers' keys and shapes."""
    count = sum(len(shapes) for _, _, _, shapes in leads)
    keys = iter(new_hex_keys(count, now))
    rows = []
    for lead_id, prepared, identifiers, shapes in leads:
        at, end = prepared.submitted_at, prepared.expires_at
        for shape in shapes:
            until = end if shape.has_end else None
            identifier = identifiers[shape.place]
            first = (controller_id, next(keys), identifier, lead_id, at, now, until)
            rows.append(first + shape.columns)
    return rows


def event_row(
    controller_id: str, id_: str, identifier_id: str, event: PermissionEvent, now: datetime
) -> tuple[Any, ...]:
    """Return the row of one permission event of a lead."""
    lead_id = event.lead_id.hex if event.lead_id else None
    times = (event.occurred_at, now, event.valid_until)
    return (controller_id, id_, identifier_id, lead_id, *times, *_columns(event))


def stored_entry(row: Values, shapes: Shapes, masking: Masking | None = None) -> Entry:
    """Return the ledger's entry of a new lead: what was kept and why it may be used, no more."""
    detail = {
        "source": row["source_id"],
        "notice": row["notice_id"],
        "grade": row["grade"],
        "test": row["is_test"],
        "conflict": row["has_identity_conflict"],
        "expires": row["expires_at"].isoformat(),
        "commitment": row["commitment"].hex(),
        "permissions": shapes.named,
    }
    if masking is not None:
        detail["masked"] = masking.categories
    return LedgerKind.LEAD_STORED, row["id"], detail


def permissions(
    events: Sequence[tuple[Identifier, PermissionEvent]],
) -> list[list[str | None]]:
    """Return events as the ledger keeps them: kind, purpose, channel, basis, defect."""
    return [[e.kind, e.purpose, e.channel, e.basis, e.defect] for _, e in events]
