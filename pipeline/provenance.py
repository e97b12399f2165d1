"""The time line of a lead or an identifier: source, wording, ticks, basis, uses, changes."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import disclosure as disclosures
from models import ledger, notice, trail, usage
from models.ledger import LedgerKind
from models.store import Store
from pipeline.show import require_lead
from policy.vocabulary import Identifier


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, at a time (UTC): what, and its particulars."""

    at: datetime
    what: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of some leads of one controller: the leads, and everything that happened."""

    controller_id: str
    leads: Sequence[UUID]
    moments: Sequence[Moment]


def of_identifier(
    store: Store, identifier: Identifier, controllers: Iterable[str]
) -> list[Provenance]:
    """Return the time line of an identifier, for each controller that knows it."""
    found = []
    with store.reading() as connection:
        for controller_id in controllers:
            for row in usage.identifier_rows(connection, identifier, controller_id):
                leads = trail.leads_carrying(connection, controller_id, row.id)
                found.append(_provenance(connection, controller_id, leads))
    return found


def of_lead(store: Store, lead_id: UUID) -> Provenance:
    """Return the time line of one lead.

    Raises:
        UsageError: there is none with that key.
    """
    with store.reading() as connection:
        lead = require_lead(connection, lead_id)
        return _provenance(connection, lead.controller_id, [lead])


def _provenance(
    connection: Connection, controller_id: str, leads: Sequence[Row[Any]]
) -> Provenance:
    ids = [lead.id for lead in leads]
    moments = [
        *(moment for lead in leads for moment in _submitted(connection, lead)),
        *_permissions(connection, controller_id, ids),
        *_arrivals(connection, controller_id, ids),
        *_ledger(connection, controller_id, ids, {lead.person_id for lead in leads} - {None}),
        *_exports(connection, controller_id, ids),
    ]
    return Provenance(controller_id, ids, sorted(moments, key=lambda moment: moment.at))


def _submitted(connection: Connection, lead: Row[Any]) -> Iterator[Moment]:
    """Tell what the person did, on what form, and what the form said."""
    detail = {
        "lead": str(lead.id),
        "source": lead.source_id,
        "form": lead.form_id,
        "origin": lead.origin,
        "evidence_grade": lead.grade,
        "test": lead.is_test,
        "kept_until": lead.expires_at.isoformat(),
        "boxes": lead.findings,
        "remarks": lead.remarks,
    }
    if lead.notice_id:
        row = notice.notice_row(connection, lead.controller_id, lead.notice_id)
        detail["wording"] = json.loads(row.content) | {"notice": lead.notice_id}
        detail["wording_captured_at"] = row.captured_at.isoformat()
    what = "submitted" if lead.has_source_time else "arrived without a time of its own"
    yield Moment(lead.submitted_at, what, detail)


def _permissions(
    connection: Connection, controller_id: str, ids: Sequence[UUID]
) -> Iterator[Moment]:
    for event in trail.events_of_leads(connection, controller_id, ids):
        yield Moment(
            event.occurred_at,
            f"permission {event.kind}",
            {
                "lead": str(event.lead_id) if event.lead_id else None,
                "identifier": event.identifier_kind,
                "purpose": event.purpose,
                "channel": event.channel,
                "lawful_basis": event.basis,
                "defect": event.defect,
                "box": event.box_key,
                "valid_until": event.valid_until.isoformat() if event.valid_until else None,
                "recorded_at": event.recorded_at.isoformat(),
            },
        )


def _arrivals(connection: Connection, controller_id: str, ids: Sequence[UUID]) -> Iterator[Moment]:
    for arrival in trail.arrivals_of(connection, controller_id, ids):
        detail = {"lead": str(arrival.lead_id), "commitment": arrival.commitment.hex()}
        yield Moment(arrival.received_at, "arrived again, with other bytes", detail)


def _ledger(
    connection: Connection, controller_id: str, ids: Sequence[UUID], people: Collection[UUID]
) -> Iterator[Moment]:
    carried = trail.identifiers_of_leads(connection, controller_id, ids)
    subjects = [id_.hex for id_ in (*ids, *carried, *people)]
    for row in ledger.history(connection, controller_id, subjects):
        body = json.loads(row.body)
        what = LedgerKind(row.kind).replace("_", " ")
        detail = body["detail"] | {
            "ledger": str(row.id),
            "by": body["actor"],
            "leaf_hash": row.leaf_hash.hex(),
        }
        yield Moment(row.recorded_at, what, detail)


def recipient_as_it_stood(row: Row[Any]) -> dict[str, Any]:
    """Return what the recipient of a list was when it got it; nothing for what was not kept."""
    stood = {
        "role": row.recipient_role,
        "contract": row.contract_reference,
        "country": row.country,
        "mechanism": row.mechanism,
        "tested_on": row.tested_on.isoformat() if row.tested_on else None,
        "authority_request": row.authority_request,
    }
    return {name: value for name, value in stood.items() if value is not None}


def _exports(connection: Connection, controller_id: str, ids: Sequence[UUID]) -> Iterator[Moment]:
    for row in disclosures.exports_with(connection, controller_id, ids):
        yield Moment(
            row.decided_at,
            "exported",
            {
                "lead": str(row.lead_id),
                "export": str(row.id),
                "purpose": row.purpose,
                "channel": row.channel,
                "recipient": row.recipient,
                **recipient_as_it_stood(row),
                "by": row.actor,
                "decision": row.code,
                "valid_until": row.valid_until.isoformat(),
                "sha256": row.sha256,
            },
        )
