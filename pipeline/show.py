"""Show leads as they are kept."""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import trail
from models.controller import controller_ids
from models.store import Store
from policy.errors import UsageError
from policy.evidence import notice_from

PAGE = 500
Shown = dict[str, Any]


def newest_leads(store: Store, source_id: str | None, limit: int) -> list[Shown]:
    """Return the leads that were stored last, newest first, in a few words each."""
    found: list[Shown] = []
    after = None
    with store.reading() as connection:
        controllers = controller_ids(connection)
        while len(found) < limit:
            size = min(PAGE, limit - len(found))
            rows = trail.leads_page(connection, controllers, source_id, after, size)
            if not rows:
                break
            after = rows[-1].id
            found += map(in_short, rows)
    return found


def in_short(row: Row[Any]) -> Shown:
    """Return a lead in a few words."""
    return {
        "id": str(row.id),
        "controller": row.controller_id,
        "source": row.source_id,
        "form": row.form_id,
        "submitted_at": row.submitted_at.isoformat(timespec="seconds"),
        "name": row.full_name or " ".join(filter(None, (row.first_name, row.last_name))) or None,
        "grade": row.grade,
        "test": row.is_test,
        "kept_until": row.expires_at.isoformat(timespec="seconds"),
    }


def require_lead(connection: Connection, lead_id: UUID) -> Row[Any]:
    """Return a stored lead.

    Raises:
        UsageError: there is none with that key.
    """
    row = trail.lead_by_id(connection, controller_ids(connection), lead_id)
    if row is None:
        raise UsageError(
            f"There is no lead {lead_id}. Cure: take an id from `leadledger leads list`;"
            " an erased lead is gone."
        )
    return row


def one_lead(store: Store, lead_id: UUID) -> Shown:
    """Return everything that one submission holds, without its raw bytes.

    Raises:
        UsageError: there is none with that key.
    """
    with store.reading() as connection:
        row = require_lead(connection, lead_id)
    return {
        **in_short(row),
        "external_id": row.external_id,
        "person": str(row.person_id) if row.person_id else None,
        "received_at": row.received_at.isoformat(timespec="seconds"),
        "contact": row.contact,
        "company": row.company,
        "job_title": row.job_title,
        "answers": row.answers,
        "origin": row.origin,
        "boxes": row.findings,
        "remarks": row.remarks,
        "notice": row.notice_id,
        "identity_conflict": row.has_identity_conflict,
    }


def bases_by_form(store: Store) -> Counter[tuple[str, str, str, str]]:
    """Return how many identifiers may be used, by form's name, basis, purpose and channel."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    with store.reading() as connection:
        for row in trail.bases_by_notice(connection, controller_ids(connection)):
            name = notice_from(row.content).name if row.content else "no form known"
            found[name, row.basis, row.purpose, row.channel] += row.people
    return found


def a_disclosed_lead(store: Store) -> UUID | None:
    """Return a lead that was in an export, None if none was."""
    with store.reading() as connection:
        return trail.first_disclosed(connection, controller_ids(connection))
