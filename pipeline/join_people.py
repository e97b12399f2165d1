"""Let leads become another person's, so that whatever kept or stopped them goes along.

Nothing is ever permitted by it: permissions stick to their identifiers, objections follow the
leads, restrictions and holds are copied, as is the remark that somebody is under age; and what is
copied stays with the other person too. Rules: RST-4, COR-4, CON-5, PERM-26.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models import correction, due, erasure, hold, ledger, permission, restriction, usage
from models import lead as leads
from models.hold import HoldScope
from models.keys import new_hex_keys, new_keys
from models.ledger import Entry, LedgerKind
from pipeline import compose
from pipeline.gather import event_of, restriction_of
from pipeline.hold import placed
from pipeline.leave_audiences import identifiers_leave
from pipeline.restrict import write_restrictions
from policy.restriction import carried_over
from policy.suppression import SuppressionKeys
from policy.vocabulary import SAYS_UNDER_AGE, PermissionEvent


@dataclass(frozen=True, slots=True)
class Handover:
    """Some leads of one person that become another's, by whom."""

    leads: Sequence[UUID]
    whose: UUID
    heir: UUID
    actor: str


def give_leads(
    connection: Connection, controller_id: str, key: SuppressionKeys, given: Handover, now: datetime
) -> None:
    """Let some leads of a person be another's, in the transaction that is given."""
    said = _objections(connection, controller_id, given.whose)
    is_under_age = bool(usage.under_age_of_people(connection, controller_id, [given.whose]))
    correction.give_leads(connection, controller_id, given.leads, given.heir)
    for person_id in (given.heir, given.whose):
        _keep_objections(connection, controller_id, person_id, said, now)
    if is_under_age:
        _keep_under_age(connection, controller_id, given, now)
    _copy_holds(connection, controller_id, given, now)
    _copy_restrictions(connection, controller_id, key, given, now)
    if usage.objections_of_people(connection, controller_id, [given.heir]):
        carried = due.identifiers_of_people(connection, controller_id, [given.heir])
        identifiers_leave(connection, controller_id, key, {row.id for row in carried}, now)


def _objections(
    connection: Connection, controller_id: str, person_id: UUID
) -> frozenset[PermissionEvent]:
    """Return what a person objected to, by whichever address or number of theirs."""
    rows = usage.objections_of_people(connection, controller_id, [person_id])
    return frozenset(replace(event_of(row), lead_id=None) for _, row in rows)


def _keep_objections(
    connection: Connection,
    controller_id: str,
    person_id: UUID,
    said: frozenset[PermissionEvent],
    now: datetime,
) -> None:
    """Repeat what somebody objected to before their leads were parted, where it would be lost.

    Nobody knows which of the two had said it. It is written on one address or number that names
    them alone, else on all that they have.
    """
    lost = said - _objections(connection, controller_id, person_id)
    rows = due.identifiers_of_people(connection, controller_id, [person_id]) if lost else []
    owned = sorted({row.id for row in rows if row.owner_id == person_id})
    on = owned[:1] or sorted({row.id for row in rows})
    pairs = [(id_, event) for id_ in on for event in sorted(lost, key=str)]
    permission.add_events(
        connection,
        [
            compose.event_row(controller_id, key, id_.hex, event, now)
            for key, (id_, event) in zip(new_hex_keys(len(pairs), now), pairs, strict=True)
        ],
    )


def _keep_under_age(
    connection: Connection, controller_id: str, given: Handover, now: datetime
) -> None:
    """Let both stay under age, whichever of them had said so: nobody knows.

    A remark is a lead's, so each lead of whoever would lose it gets it.
    """
    both = given.whose, given.heir
    still = usage.under_age_of_people(connection, controller_id, both)
    lost = [person_id for person_id in both if person_id not in still]
    rows = erasure.leads_of_people(connection, controller_id, lost, ()) if lost else []
    ids = [row.id for row in rows]
    marked = leads.add_remark(connection, controller_id, ids, SAYS_UNDER_AGE)
    detail = {"remark": SAYS_UNDER_AGE}
    entries: list[Entry] = [(LedgerKind.LEAD_REMARKED, id_.hex, detail) for id_ in sorted(marked)]
    ledger.append(connection, controller_id, given.actor, entries, now)


def _copy_restrictions(
    connection: Connection, controller_id: str, key: SuppressionKeys, given: Handover, now: datetime
) -> None:
    both = given.whose, given.heir
    found = restriction.restrictions_of_people(connection, controller_id, both)
    of_each = {
        each: {(row.ground, restriction_of(row)): row for row in found.get(each, ())}
        for each in both
    }
    following = carried_over(of_each[given.heir], of_each[given.whose])
    rows = [
        {**of_each[given.whose][each]._mapping, "id": id_, "person_id": given.heir}  # noqa: SLF001 - SQLAlchemy's public name for it
        for id_, each in zip(new_keys(len(following), now), following, strict=True)
    ]
    write_restrictions(connection, controller_id, key, rows, given.actor, now)


def _copy_holds(connection: Connection, controller_id: str, given: Handover, now: datetime) -> None:
    held = [
        row
        for row in hold.holds_in_force(connection, controller_id)
        if row.scope is HoldScope.PERSON and row.scope_id == given.whose
    ]
    rows: list[dict[str, Any]] = [
        {**row._mapping, "id": id_, "scope_id": given.heir}  # noqa: SLF001 - as above
        for id_, row in zip(new_keys(len(held), now), held, strict=True)
    ]
    hold.add_holds(connection, rows)
    entries: list[Entry] = [placed(row) for row in rows]
    ledger.append(connection, controller_id, given.actor, entries, now)
