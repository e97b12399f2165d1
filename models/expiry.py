"""Delete leads with all that hangs on them. Every statement works on a set of rows at once."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from sqlalchemy import Connection, Delete, delete, select, update

from models.columns import table_of
from models.correction import CorrectionRecord
from models.lead import Arrival, Lead
from models.look_up import (
    among,
    among_of,
    delete_among,
    run_among,
    run_among_of,
    select_among,
)
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
    delete_among(connection, controller_id, _link.c.lead_id, leads)
    column = _link.c.identifier_id
    still = select_among(connection, controller_id, (column,), column, carried)
    return {row.identifier_id for row in still}


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
        delete_among(connection, controller_id, column, leads)


def delete_identifiers(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> None:
    """Delete identifiers that no lead carries any more, with all their permission events."""
    for column in (_event.c.identifier_id, _identifier.c.id):
        delete_among(connection, controller_id, column, identifiers)


def delete_people(connection: Connection, controller_id: str, people: Collection[UUID]) -> None:
    """Delete those of some people whom neither a lead nor an identifier names any more."""
    if people:
        gone = _people_without_anything(connection.dialect.name)
        run_among_of(connection, gone, controller_id, people)


@cache
def _people_without_anything(dialect: str) -> Delete:
    is_in_lead = select(1).where(
        _lead.c.controller_id == _person.c.controller_id, _lead.c.person_id == _person.c.id
    )
    is_owner = select(1).where(
        _identifier.c.controller_id == _person.c.controller_id,
        _identifier.c.person_id == _person.c.id,
    )
    return delete(_person).where(
        among_of(dialect, _person.c.id), ~is_in_lead.exists(), ~is_owner.exists()
    )
