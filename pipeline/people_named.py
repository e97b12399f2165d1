"""Whose leads carry an address or number that somebody gave, so far that an officer can judge."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from models import due
from models.person import known_identifiers
from pipeline.corrected_people import people_corrected_from
from policy.masked import masked
from policy.vocabulary import Identifier


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the person of a request.

    `given` are what the request names and they carry, `more` what else they carry; both masked.
    """

    person: UUID
    leads: int
    given: tuple[str, ...]
    more: tuple[str, ...]


def people_named(
    connection: Connection, controller_id: str, identifiers: Sequence[Identifier]
) -> list[Candidate]:
    """Return the people whose leads carry one of some identifiers, by key in order.

    Several may share one, such as a family's number: none of them is told of the others. Those are
    named too whose address or number it was until it was corrected. Rule: ERA-3.
    """
    if not identifiers:
        return []
    known = known_identifiers(connection, controller_id, identifiers)
    keys = [UUID(key) for key, _ in known.values()]
    carriers = set(due.people_carrying(connection, controller_id, keys)) if keys else set()
    people = sorted(carriers | people_corrected_from(connection, controller_id, identifiers))
    leads: dict[UUID, set[UUID]] = defaultdict(set)
    carried: dict[UUID, set[Identifier]] = defaultdict(set)
    for row in due.identifiers_of_people(connection, controller_id, people) if people else ():
        leads[row.person_id].add(row.lead_id)
        carried[row.person_id].add(Identifier(row.kind, row.value))
    wanted = set(identifiers)
    return [
        Candidate(
            person,
            len(leads[person]),
            tuple(sorted(map(masked, carried[person] & wanted))),
            tuple(sorted(map(masked, carried[person] - wanted))),
        )
        for person in people
    ]
