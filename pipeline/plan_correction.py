"""Find out whose details are to be corrected, on which leads, and in the place of what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import correction, due, erasure
from models.person import known_identifiers
from policy.correction import CorrectedField, require_one_person, required_value, what_is_wrong
from policy.erasure import who_is_meant
from policy.errors import UsageError
from policy.identity import normalise_email, normalise_phone
from policy.vocabulary import Identifier, IdentifierKind


@dataclass(frozen=True, slots=True)
class CorrectionOrder:
    """Whose details are corrected, to what, on whose word.

    `fields` are the right values as they were typed; numbers without a country are dialled in
    `region`. `lead` chooses one lead; else all of the person's. `request` is the reference of what
    they asked for. `is_same_person`: somebody else whom the right address names is the same person.
    """

    identifier: Identifier
    fields: Mapping[CorrectedField, str]
    reason: str
    actor: str
    request: str | None = None
    lead: UUID | None = None
    region: str = "GB"
    is_same_person: bool = False
    is_rehearsal: bool = False

    def __repr__(self) -> str:
        """Say nothing of who it is, nor of what is right."""
        return f"CorrectionOrder({', '.join(self.fields)}, by {self.actor})"


@dataclass(frozen=True, slots=True)
class Change:
    """One detail, the leads that get it, and what it takes the place of.

    `right` and `wrong` are None for what identifies nobody. `heir` is whom the right address names
    already, if that is somebody else.
    """

    field: CorrectedField
    value: str
    leads: Sequence[Row[Any]]
    right: Identifier | None = None
    wrong: Identifier | None = None
    heir: UUID | None = None

    def __repr__(self) -> str:
        """Say which detail; the rest is somebody's data."""
        return f"Change({self.field} of {len(self.leads)})"

    @property
    def completes(self) -> bool:
        """Say whether nothing was there before."""
        if self.right is not None:
            return self.wrong is None
        return not any(getattr(lead, name) for lead in self.leads for name in NAMES[self.field])


@dataclass(frozen=True, slots=True)
class Planned:
    """Whose leads are corrected, and how."""

    person_id: UUID
    leads: Sequence[Row[Any]]
    changes: Sequence[Change]

    def __repr__(self) -> str:
        """Say whose by the key; the rest is somebody's data."""
        return f"Planned({self.person_id})"


NAMES: Mapping[CorrectedField, Sequence[str]] = {
    CorrectedField.NAME: ("full_name", "first_name", "last_name"),
    CorrectedField.COMPANY: ("company",),
    CorrectedField.JOB_TITLE: ("job_title",),
}
"""The columns of a lead that a detail stands in; the first one gets the right value."""


def normal(kind: IdentifierKind, given: str, region: str) -> Identifier | None:
    """Return what was typed as an identifier of some kind, None if it is none."""
    is_email = kind is IdentifierKind.EMAIL
    value = normalise_email(given) if is_email else normalise_phone(given, region)
    return Identifier(kind, value) if value else None


def plan_correction(connection: Connection, controller_id: str, order: CorrectionOrder) -> Planned:
    """Return what is to be corrected. Rules: COR-1, COR-2, COR-4.

    Raises:
        UsageError: it is not clear who or what is meant, or a value is missing; with the cure.
    """
    if not order.fields:
        raise UsageError("Nothing is to be corrected. Cure: add --field, as in --field name=….")
    person_id, leads = _chosen(connection, controller_id, order)
    carried: dict[UUID, set[Identifier]] = defaultdict(set)
    for row in due.identifiers_of_people(connection, controller_id, [person_id]):
        carried[row.lead_id].add(Identifier(row.kind, row.value))
    changes = []
    for field, given in order.fields.items():
        value = required_value(field, given)
        change = Change(field, value, leads)
        if field.kind is not None:
            change = _exchange(order, change, field.kind, carried)
            change = _with_heir(connection, controller_id, order, change, person_id)
        changes.append(change)
    return Planned(person_id, leads, changes)


def _chosen(
    connection: Connection, controller_id: str, order: CorrectionOrder
) -> tuple[UUID, list[Row[Any]]]:
    known = known_identifiers(connection, controller_id, [order.identifier])
    key, owner = known.get(order.identifier, (None, None))
    carriers = due.people_carrying(connection, controller_id, [UUID(key)] if key else [])
    leads = erasure.leads_of_people(connection, controller_id, carriers, ())
    if order.lead is not None:
        leads = [lead for lead in leads if lead.id == order.lead]
        if not leads:
            raise UsageError(
                "Nobody with this identifier has a lead with this id. Nothing was changed. Cure:"
                " take it from `leadledger provenance`."
            )
        carriers, owner = [leads[0].person_id], None
    people = who_is_meant(UUID(owner) if owner else None, sorted(carriers), ())
    if people is None:
        raise UsageError(
            "Several people use this identifier, and nobody can say who is meant. Nothing was"
            " changed. Cure: name the person by an address of their own, or one lead by --lead."
        )
    ids = [lead.id for lead in leads if lead.person_id in people]
    if not ids:
        raise UsageError(
            f"{controller_id} holds no lead of this identifier, so there is nothing to correct."
            " Cure: check it with `leadledger provenance`."
        )
    return people[0], correction.leads_to_correct(connection, controller_id, ids)


def _exchange(
    order: CorrectionOrder,
    change: Change,
    kind: IdentifierKind,
    carried: Mapping[UUID, set[Identifier]],
) -> Change:
    """Return a change with the wrong identifier, and the leads that carry it."""
    right = normal(kind, change.value, order.region)
    if right is None:
        raise UsageError(
            f"The right {change.field} is none. Nothing was changed. Cure: write it as"
            " priya@mail.example or +447700900123."
        )
    everything = {each for lead in change.leads for each in carried[lead.id]}
    wrong = what_is_wrong(kind, order.identifier, everything)
    if wrong == right:
        raise UsageError(
            f"This {change.field} is what is kept already. Nothing was changed. Cure: look at it"
            " with `leadledger leads show`."
        )
    leads = [lead for lead in change.leads if wrong is None or wrong in carried[lead.id]]
    return Change(change.field, change.value, leads, right, wrong)


def _with_heir(
    connection: Connection,
    controller_id: str,
    order: CorrectionOrder,
    change: Change,
    person_id: UUID,
) -> Change:
    """Return a change with whom the right address names already, if that is somebody else."""
    right = change.right
    if right is None or right.kind is not IdentifierKind.EMAIL:
        return change
    owner = known_identifiers(connection, controller_id, [right]).get(right, ("", None))[1]
    is_elses = owner is not None and UUID(owner) != person_id
    require_one_person(is_somebody_elses=is_elses, is_same_person=order.is_same_person)
    heir = UUID(owner) if owner and is_elses else None
    return Change(change.field, change.value, change.leads, right, change.wrong, heir)
