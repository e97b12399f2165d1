"""Say to whom somebody was handed out, and why they could be contacted on a day."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models import audit_uses, ledger, trail, usage
from models import recipient as recipients
from models.keys import first_key
from models.ledger import LedgerKind
from models.store import Store
from pipeline.audit_answer import AuditAnswer
from pipeline.client_facts import instructed
from pipeline.export import COLUMNS
from pipeline.gather import event_of, gather, require_own_key, wordings
from pipeline.list_recipients import settings_of
from pipeline.settings import ControllerSettings
from policy.decision import Decision
from policy.facts import Facts
from policy.london import midnight
from policy.permission import decide
from policy.suppression import SuppressionKeys
from policy.uses import Recipient, UseRequest
from policy.vocabulary import Identifier, PermissionEvent

_RESTS_ON = ("disclosure", "export", "ledger", "lead", "permission_event", "suppression", "hold")
_GONE = "What was deleted since, with its lead, is missing from the inputs."


def audit_recipients(
    store: Store, controllers: Sequence[str], subject: Identifier | UUID
) -> AuditAnswer:
    """Return every list that somebody was in, and who got it. A lead's key works when it is gone.

    Rule: T-15. UK GDPR Art. 15(1)(c), 19, 30.
    """
    found: list[dict[str, Any]] = []
    with store.reading() as connection:
        for owner in controllers:
            leads = leads_of(connection, owner, subject)
            found += audit_uses.lists_of_leads(connection, owner, leads)
    facts = {
        "recipients": sorted({each["recipient"] for each in found}),
        "disclosures": found,
        "fields": list(COLUMNS),
    }
    return AuditAnswer(
        "Who received it?",
        {"subject": _named(subject), "controllers": list(controllers)},
        facts,
        ("disclosure", "export"),
        {},
        ("One list row holds the columns named as fields; which of them were empty is not kept.",),
    )


def audit_contact(
    store: Store,
    controllers: Sequence[ControllerSettings],
    suppression_key: SuppressionKeys,
    subject: Identifier | UUID,
    day: date,
) -> AuditAnswer:
    """Return which lists let somebody be contacted on a London day, and decide each once more.

    The second decision is by the rules of this version, from what was known then: it shows what the
    first one rested on, and whether it would fall the same way.

    Raises:
        ConfigError: the suppression list was made with another key.
    """
    found: list[dict[str, Any]] = []
    start, end = midnight(day), midnight(day + timedelta(days=1))
    with store.reading() as connection:
        for controller in controllers:
            require_own_key(connection, controller.id, suppression_key)
            leads = leads_of(connection, controller.id, subject)
            rows = [
                row
                for row in audit_uses.lists_of_leads(connection, controller.id, leads)
                if row["decided_at"] < end and row["valid_until"] > start
            ]
            entries = _entries(connection, controller.id, rows)
            found += [
                row
                | entries.get(row["export"].hex, {})
                | _decided_again(connection, controller, suppression_key, row)
                for row in rows
            ]
    facts = {"lists_good_on_the_day": found}
    asked = {"subject": _named(subject), "on": day, "controllers": [c.id for c in controllers]}
    return AuditAnswer(
        "Why was this person contacted on that day?",
        asked,
        facts,
        _RESTS_ON,
        {},
        (
            "That a message or call was really made is known to whoever got the list, not here.",
            _GONE,
        ),
    )


def leads_of(connection: Connection, owner: str, subject: Identifier | UUID) -> list[UUID]:
    """Return the keys of the leads of somebody, named by an identifier or by a lead's key."""
    if isinstance(subject, UUID):
        return [subject]
    return [
        lead.id
        for row in usage.identifier_rows(connection, subject, owner)
        for lead in trail.leads_carrying(connection, owner, row.id)
    ]


def _named(subject: Identifier | UUID) -> str:
    return str(subject) if isinstance(subject, UUID) else f"an identifier ({subject.kind})"


def _entries(
    connection: Connection, owner: str, rows: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return of each list which rules it was made by, as the ledger has it."""
    found = {}
    lists = {row["export"].hex for row in rows}
    for entry in ledger.history(connection, owner, lists) if lists else ():
        if entry.kind == LedgerKind.EXPORT_MADE:
            detail = json.loads(entry.body)["detail"]
            rules = detail.get("rules", "not recorded by this list's version")
            found[entry.subject_id] = {"rules": rules, "leaf_hash": entry.leaf_hash.hex()}
    return found


def _decided_again(
    connection: Connection,
    controller: ControllerSettings,
    key: SuppressionKeys,
    row: Mapping[str, Any],
) -> dict[str, Any]:
    """Decide one disclosure anew, from what was known when it was decided."""
    at: datetime = row["decided_at"]
    named = usage.identifiers_by_keys(connection, controller.id, [row["identifier_id"]])
    if not named:
        return {"inputs": None, "same_answer": None}
    shown = wordings(connection, controller.id)
    contract = instructed(connection, controller, at)
    [dossier] = gather(connection, controller, key, named, shown, row["channel"], contract=contract)
    facts = _known_then(connection, controller.id, dossier.facts, row["identifier_id"], at)
    recipient = _recipient_then(connection, controller.id, row["recipient"], at)
    decision = decide(UseRequest(row["purpose"], row["channel"], at, recipient=recipient), facts)
    return {"inputs": _inputs(facts, decision), "same_answer": decision.code == row["code"]}


def _recipient_then(connection: Connection, owner: str, id_: str, at: datetime) -> Recipient | None:
    """Return a recipient as it stood, None for `internal` and what the registry does not have."""
    for row in recipients.recipients_at(connection, [owner], at):
        if row.id == id_:
            return settings_of(row).facts
    return None


def _known_then(
    connection: Connection, owner: str, facts: Facts, identifier_id: UUID, at: datetime
) -> Facts:
    """Return facts without what was written down after a time."""
    first_after = first_key(at + timedelta(milliseconds=1))
    people = {
        lead.person_id
        for lead in usage.leads_of(connection, owner, [identifier_id])
        if lead.person_id is not None
    }
    rows = [
        *usage.events_of(connection, owner, [identifier_id]),
        *(row for _, row in usage.objections_of_people(connection, owner, people)),
    ]
    events: Mapping[UUID, PermissionEvent] = {
        row.id: event_of(row) for row in rows if row.recorded_at <= at
    }
    leads = [lead for lead in facts.leads if lead.id < first_after]
    return replace(facts, leads=leads, events=list(events.values()))


def _inputs(facts: Facts, decision: Decision) -> dict[str, Any]:
    return {
        "role": facts.role,
        "leads": [
            {"lead": str(lead.id), "submitted_at": lead.submitted_at, "ends_at": lead.expires_at}
            for lead in facts.leads
        ],
        "events": [
            {"kind": e.kind, "purpose": e.purpose, "channel": e.channel, "at": e.occurred_at}
            for e in sorted(facts.events, key=lambda e: e.occurred_at)
        ],
        "on_suppression_list": [
            {"channel": channel or "all", "since": since}
            for channel, since in facts.suppressed_since
        ],
        "holds": len(facts.holds),
        "restrictions": len(facts.restrictions),
        "answer": list(decision.reasons),
        "rules": list(decision.rules),
        "lawful_basis": decision.basis,
    }
