"""Who received one person's data, by name, and what these recipients were told since."""

from models import audience, held
from models import disclosure as disclosures
from pipeline.pack_asked import PackAsked, Record, at
from pipeline.pack_permissions import Digests


def recipients_of(asked: PackAsked) -> tuple[list[Record], list[Record]]:
    """Return the lists that the person was in, and what their recipients were, or must be, told."""
    ids = asked.leads
    if not ids:
        return [], []
    rows = disclosures.exports_with(asked.connection, asked.controller_id, ids)
    lists = [
        {
            "recipient": row.recipient,
            "role": row.recipient_role,
            "contract": row.contract_reference,
            "country": row.country,
            "safeguard": row.mechanism,
            "tested_on": row.tested_on.isoformat() if row.tested_on else None,
            "authority_request": row.authority_request,
            "purpose": row.purpose,
            "channel": row.channel,
            "given_at": at(row.decided_at),
            "lead": str(row.lead_id),
            "decision": row.code,
            "valid_until": at(row.valid_until),
            "list": str(row.id),
            "handed_over": row.closed_at is not None,
            "sha256": row.sha256,
        }
        for row in rows
    ]
    recalls = held.recalls_of_leads(
        asked.connection, asked.controller_id, ids, {row.id for row in rows}
    )
    return lists, [
        {
            "recipient": row.recipient,
            "because": row.reason,
            "lead": str(row.lead_id),
            "list": str(row.export_id),
            "opened_at": at(row.opened_at),
            "due_at": at(row.due_at),
            "told_at": at(row.acknowledged_at),
            "outcome": row.outcome,
        }
        for row in recalls
    ]


def audiences_of(asked: PackAsked, digests: Digests) -> list[Record]:
    """Return the advertising audiences that the person is being taken out of just now."""
    known = [row.id for row in audience.audiences(asked.connection, [asked.controller_id])]
    if not (known and digests):
        return []
    rows = held.removals_of(asked.connection, asked.controller_id, known, digests)
    return [
        {
            "audience": row.audience_id,
            "identifier": digests[row.digest].value,
            "digest": row.digest,
            "known_there_as": row.hashes,
            "asked_at": at(row.asked_at),
            "sent_at": at(row.sent_at),
            "given_up_at": at(row.give_up_at),
        }
        for row in rows
    ]
