"""Find out who is to be erased: one person, what names them alone, and who must not be mixed up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import due, erasure, restriction
from models.person import known_identifiers, owned_identifiers
from pipeline.corrected_away import CorrectedAway, corrected_away_of, theirs_and_doubtful
from pipeline.corrected_people import people_corrected_from
from pipeline.traces import Traces
from policy.erasure import who_is_meant
from policy.errors import UsageError
from policy.vocabulary import Identifier, IdentifierKind


@dataclass(frozen=True, slots=True)
class Related:
    """Somebody else whose leads carry an identifier of the person; they are shown, never erased."""

    person: UUID
    leads: int
    kinds: tuple[IdentifierKind, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is to be erased.

    `alone` are the identifiers that name nobody else, the one that was typed among them unless it
    is shared; `keys` are those of them that the store has. `away` is what was corrected away of
    them. `leads` (test leads too, which are nobody's) have the columns of `models.due`.
    `restricted_at` is since when use is restricted.
    """

    people: Sequence[UUID]
    alone: frozenset[Identifier]
    keys: frozenset[UUID]
    away: CorrectedAway
    leads: Sequence[Row[Any]]
    related: Sequence[Related]
    restricted_at: datetime | None

    def __repr__(self) -> str:
        """Say whom by their keys; the rest is somebody's data."""
        return f"Subject({', '.join(map(str, self.people))})"

    def values(self, kind: IdentifierKind) -> list[str]:
        """Return the addresses or numbers that name nobody else."""
        return sorted(each.value for each in self.alone if each.kind is kind)


def find_subject(
    connection: Connection, controller_id: str, typed: Identifier, chosen: Collection[UUID]
) -> Subject:
    """Return who is meant by an identifier. Rule: ERA-3.

    `chosen` are people, by their keys, where the identifier is shared.

    Raises:
        UsageError: several people use the identifier, and none of them was chosen; with their keys.
    """
    known = known_identifiers(connection, controller_id, [typed])
    key, owner = known.get(typed, (None, None))
    carriers = due.people_carrying(connection, controller_id, [UUID(key)] if key else [])
    once = people_corrected_from(connection, controller_id, [typed])
    if once and not chosen:
        raise UsageError(_corrected(sorted(once)))
    people = who_is_meant(UUID(owner) if owner else None, sorted({*carriers, *once}), chosen)
    if people is None:
        raise UsageError(_several(sorted(carriers)))
    named = _named(connection, controller_id, people)
    others = _others(connection, controller_id, list(named), set(people))
    shared = {carried for each in others.values() for carried in each}
    alone = {
        id_: identifier
        for id_, (identifier, owner_id) in named.items()
        if owner_id in people or (owner_id is None and id_ not in shared)
    }
    if key and not carriers and owner is None:
        alone[UUID(key)] = typed  # no lead carries it any more
    named_alone = frozenset(alone.values()) | (frozenset() if key else {typed})
    away = corrected_away_of(connection, controller_id, people)
    tests = _tests(connection, controller_id, named_alone, away)
    restricted = restriction.restrictions_of_people(connection, controller_id, people)
    since = [r.since for own in restricted.values() for r in own if r.lifted_at is None]
    return Subject(
        people,
        named_alone,
        frozenset(alone),
        away,
        erasure.leads_of_people(connection, controller_id, people, tests),
        _related(others, named),
        max(since, default=None),
    )


def _tests(
    connection: Connection, controller_id: str, alone: frozenset[Identifier], away: CorrectedAway
) -> set[UUID]:
    """Return the test leads in which the person stands."""
    traces = Traces(alone)
    rows = erasure.nobodys_payloads(connection, controller_id)
    found = {row.id for row in rows if traces.are_in(row.payload)}
    seen = [
        each
        for row in rows
        for each in away.seen_in_bytes(row.id, row.source_id, row.received_at, row.payload)
    ]
    theirs, _ = theirs_and_doubtful(connection, controller_id, seen)
    return found | theirs.keys()


_Named = dict[UUID, tuple[Identifier, UUID | None]]
"""Identifiers by their keys, each with whom it names alone."""


def _named(connection: Connection, controller_id: str, people: Sequence[UUID]) -> _Named:
    """Return what the leads of some people carry, and what else names them."""
    carried = due.identifiers_of_people(connection, controller_id, people) if people else []
    named: _Named = {row.id: (Identifier(row.kind, row.value), row.owner_id) for row in carried}
    for person in people:
        for row in owned_identifiers(connection, controller_id, person):
            named[row.id] = Identifier(row.kind, row.value), row.person_id
    return named


def _others(
    connection: Connection, controller_id: str, identifiers: Sequence[UUID], people: set[UUID]
) -> dict[UUID, dict[UUID, set[UUID]]]:
    """Return who else has leads with some identifiers: person, identifier, leads."""
    found: dict[UUID, dict[UUID, set[UUID]]] = {}
    carriers = due.people_carrying(connection, controller_id, identifiers)
    strangers = [person for person in carriers if person not in people]
    for row in due.identifiers_of_people(connection, controller_id, strangers):
        if row.id in identifiers:
            found.setdefault(row.person_id, {}).setdefault(row.id, set()).add(row.lead_id)
    return found


def _related(others: dict[UUID, dict[UUID, set[UUID]]], named: _Named) -> list[Related]:
    return [
        Related(
            person,
            len({lead for leads in carried.values() for lead in leads}),
            tuple(sorted({named[id_][0].kind for id_ in carried})),
        )
        for person, carried in sorted(others.items())
    ]


def _corrected(people: Sequence[UUID]) -> str:
    return (
        "This identifier was corrected since, and may be somebody else's now. Nothing was erased."
        f" Cure: if it is the person whose it was who asks, add --person {people[0]}; if it is not,"
        " no lead of theirs is held."
    )


def _several(people: Sequence[UUID]) -> str:
    listed = ", ".join(map(str, people)) or "nobody"
    return (
        f"This identifier does not say who is meant: it is used by {listed}. Nothing was erased."
        " Cure: name the person by an address of their own, or add --person with one of these keys"
        " (`leadledger provenance` shows whose leads they are)."
    )
