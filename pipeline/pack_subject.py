"""Find whom an answer is about: their leads, what names them alone, and who must stay out of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row

from models import due, erasure, held
from models.person import identifiers_owned_by, known_identifiers
from pipeline.corrected_people import people_corrected_from
from pipeline.traces import Traces
from policy.errors import UsageError
from policy.identity import is_generic_mailbox
from policy.masked import masked
from policy.rights.packs import goes_by_several_names, whose_answer
from policy.vocabulary import Identifier, IdentifierKind


@dataclass(frozen=True, slots=True)
class RelatedPerson:
    """Somebody who shares something with the person, and may be the same: for the officer only.

    `shares` are the shared identifiers, masked; `leads` how many leads of theirs carry them.
    """

    person: UUID
    shares: tuple[str, ...]
    leads: int


@dataclass(frozen=True, slots=True)
class PackSubject:
    """Whom an answer is about.

    `alone` are the identifiers that name nobody else, by their keys where the store has them;
    `unknown` those that were given and that the store does not have; `carried` all that stands in
    the person's own leads, shared or not. `leads` are whole rows, test leads too. `unresolved`
    counts leads of theirs that name somebody else as well, so that nobody knows whose they are.
    """

    people: Sequence[UUID]
    alone: dict[UUID, Identifier]
    unknown: frozenset[Identifier]
    carried: dict[UUID, Identifier]
    leads: Sequence[Row[Any]]
    related: Sequence[RelatedPerson]
    unresolved: int = 0

    def __repr__(self) -> str:
        """Say whom by their keys; the rest is somebody's data."""
        return f"PackSubject({', '.join(map(str, self.people))})"

    @property
    def has_several_names(self) -> bool:
        """Say whether the leads go by names that may be those of two people."""
        names = {
            lead.full_name or " ".join(filter(None, (lead.first_name, lead.last_name)))
            for lead in self.leads
        }
        return goes_by_several_names(filter(None, names))

    @property
    def traces(self) -> frozenset[Identifier]:
        """Return by what the person is found in what nobody could read."""
        return frozenset(self.alone.values()) | self.unknown

    @property
    def own(self) -> frozenset[Identifier]:
        """Return every address and number that the person gave, or that is theirs."""
        return self.traces | frozenset(self.carried.values())

    def values(self, kind: IdentifierKind) -> list[str]:
        """Return the addresses or numbers that name nobody else."""
        return sorted(each.value for each in self.traces if each.kind is kind)


def find_pack_subject(
    connection: Connection,
    controller_id: str,
    given: Collection[Identifier],
    chosen: Collection[UUID] = (),
) -> PackSubject:
    """Return whom some identifiers mean. Rule: PACK-1.

    Raises:
        UsageError: they mean several people, or nobody can say whom; with the people's keys.
    """
    known = known_identifiers(connection, controller_id, given)
    owners = [UUID(owner) for _, owner in known.values() if owner]
    keys = {UUID(key): identifier for identifier, (key, _) in known.items()}
    used = held.users_of(connection, controller_id, keys) if keys else []
    users, in_use = {row.person_id for row in used}, {row.identifier_id for row in used}
    # who has the wrong address of somebody may be somebody else: a choice, never taken for them
    users |= people_corrected_from(connection, controller_id, given)
    people = whose_answer(owners, users | set(owners), chosen)
    if people is None:
        raise UsageError(_unclear(sorted(users | set(owners))))
    carried, alone = _identifiers(connection, controller_id, people)
    for identifier, (key, owner) in known.items():
        if owner is None and UUID(key) not in in_use and not _is_of_office(identifier):
            alone[UUID(key)] = identifier  # no lead carries it any more
    unknown = frozenset(each for each in given if each not in known and not _is_of_office(each))
    leads = _leads(connection, controller_id, people, frozenset(alone.values()) | unknown)
    return PackSubject(
        people,
        alone,
        unknown,
        carried,
        [lead for lead in leads if not lead.has_identity_conflict],
        _related(connection, controller_id, people, carried | keys),
        sum(lead.has_identity_conflict for lead in leads),
    )


def _identifiers(
    connection: Connection, controller_id: str, people: Sequence[UUID]
) -> tuple[dict[UUID, Identifier], dict[UUID, Identifier]]:
    """Return what the leads of some people carry, and what names them alone."""
    if not people:
        return {}, {}
    rows = due.identifiers_of_people(connection, controller_id, people)
    ours = {None, *people}  # an address that is somebody else's alone was only mentioned
    carried = {row.id: Identifier(row.kind, row.value) for row in rows if row.owner_id in ours}
    owned = identifiers_owned_by(connection, controller_id, people)
    return carried, {row.id: Identifier(row.kind, row.value) for row in owned}


def _leads(
    connection: Connection,
    controller_id: str,
    people: Sequence[UUID],
    traced: frozenset[Identifier],
) -> list[Row[Any]]:
    """Return the leads of some people, and the test leads, which are nobody's, in their name.

    Somebody who tries a form out with their own address is still somebody.
    """
    found = held.leads_of_people(connection, controller_id, people) if people else []
    traces = Traces(traced)
    nobodys = erasure.nobodys_payloads(connection, controller_id) if traced else []
    tests = [row.id for row in nobodys if traces.are_in(row.payload)]
    tried = held.leads_of_keys(connection, controller_id, tests) if tests else []
    return [*found, *(lead for lead in tried if traces.are_in(orjson.dumps(lead.contact)))]


def _related(
    connection: Connection,
    controller_id: str,
    people: Sequence[UUID],
    shared: dict[UUID, Identifier],
) -> list[RelatedPerson]:
    found: dict[UUID, list[Row[Any]]] = {}
    for row in held.users_of(connection, controller_id, shared) if shared else ():
        if row.person_id not in people:
            found.setdefault(row.person_id, []).append(row)
    return [
        RelatedPerson(
            person,
            tuple(sorted(masked(shared[row.identifier_id]) for row in rows)),
            max(row.leads for row in rows),
        )
        for person, rows in sorted(found.items())
    ]


def _is_of_office(identifier: Identifier) -> bool:
    return identifier.kind is IdentifierKind.EMAIL and is_generic_mailbox(identifier.value)


def _unclear(people: Sequence[UUID]) -> str:
    listed = ", ".join(map(str, people[:20]))
    more = f" and {len(people) - 20} more" if len(people) > 20 else ""
    return (
        f"This does not say whose copy is wanted: it is used by {listed}{more}. Nothing was"
        " written. Cure: name one person by an address of their own, or, if you are sure who asks,"
        " choose with --person (`leadledger provenance` shows whose leads they are)."
    )
