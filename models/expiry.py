"""Delete leads with all that hangs on them. Every statement works on a set of rows at once."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Delete, delete, select, update

from models.columns import table_of
from models.correction import CorrectionRecord
from models.lead import Arrival, Lead
from models.look_up import among, run_among
from models.mark import LeadMark
from models.permission import PermissionRecord
from models.person import IdentifierRecord, LeadIdentifier, Person
from policy.vocabulary import EventKind

_lead, _arrival, _link = table_of(Lead), table_of(Arrival), table_of(LeadIdentifier)
_event, _identifier = table_of(PermissionRecord), table_of(IdentifierRecord)
_person, _mark = table_of(Person), table_of(LeadMark)
_correction = table_of(CorrectionRecord)

GONE_WITH_THE_LEAD = (
    EventKind.GIVEN, EventKind.RENEWED, EventKind.ATTEMPTED, EventKind.ENQUIRED, EventKind.CLOSED,
)  # fmt: skip
"""What a lead said that goes with it. A refusal said on it stays with the address as long as that
does: an older consent on another lead must not come back to life."""


def unlink(
    connection: Connection, controller_id: str, leads: Collection[UUID], carried: Collection[UUID]
) -> set[UUID]:
    """Untie leads from what they carry; return the identifiers that other leads carry still."""
    run_among(connection, _of(_link.c.lead_id, connection, controller_id), leads)
    still = select(_link.c.identifier_id).where(
        among(connection, controller_id, _link.c.identifier_id)
    )
    return set(run_among(connection, still.distinct(), carried).scalars())


def detach_refusals(connection: Connection, controller_id: str, leads: Collection[UUID]) -> None:
    """Let refusals said on leads outlive them, as events of the identifier alone."""
    kept = (
        update(_event)
        .where(
            among(connection, controller_id, _event.c.lead_id),
            _event.c.kind.not_in(GONE_WITH_THE_LEAD),
        )
        .values(lead_id=None)
    )
    run_among(connection, kept, leads)


def delete_leads(connection: Connection, controller_id: str, leads: Collection[UUID]) -> None:
    """Delete leads that were untied, with copies, marks, corrections and permission events.

    Disclosures stay: they hold keys, which name nobody then.
    """
    hanging = _event.c.lead_id, _arrival.c.lead_id, _mark.c.lead_id, _correction.c.lead_id
    for column in (*hanging, _lead.c.id):
        run_among(connection, _of(column, connection, controller_id), leads)


def delete_identifiers(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> None:
    """Delete identifiers that no lead carries any more, with all their permission events."""
    for column in (_event.c.identifier_id, _identifier.c.id):
        run_among(connection, _of(column, connection, controller_id), identifiers)


def delete_people(connection: Connection, controller_id: str, people: Collection[UUID]) -> None:
    """Delete those of some people whom neither a lead nor an identifier names any more."""
    run_among(connection, _people_without_anything(connection, controller_id), people)


def _people_without_anything(connection: Connection, controller_id: str) -> Delete:
    is_in_lead = select(1).where(
        _lead.c.controller_id == _person.c.controller_id, _lead.c.person_id == _person.c.id
    )
    is_owner = select(1).where(
        _identifier.c.controller_id == _person.c.controller_id,
        _identifier.c.person_id == _person.c.id,
    )
    return delete(_person).where(
        among(connection, controller_id, _person.c.id),
        ~is_in_lead.exists(),
        ~is_owner.exists(),
    )


def _of(column: Column[Any], connection: Connection, controller_id: str) -> Delete:
    return delete(column.table).where(among(connection, controller_id, column))
