"""Find who is meant by an address or number that was corrected since.

Whoever says "stop" may still use the old one, or a link that was sent to it. Nobody's record has it
any more, but the leads that it was taken from are known. In doubt they are meant. Rules: COR-3,
CON-3.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection

from models import correction, due
from models.person import identifiers_owned_by, known_identifiers
from policy.vocabulary import Identifier


def right_ones(
    connection: Connection, controller_id: str, given: Collection[Identifier]
) -> list[Identifier]:
    """Return by what those are known whose wrong address or number was given."""
    people = people_corrected_from(connection, controller_id, given)
    return _identifiers_of(connection, controller_id, people)


def people_corrected_from(
    connection: Connection, controller_id: str, given: Collection[Identifier]
) -> set[UUID]:
    """Return those whose wrong address or number was given.

    One that somebody has is theirs, and says nothing of whom it was taken from.
    """
    known = known_identifiers(connection, controller_id, list(given)) if given else {}
    nobodys = [each for each in given if each not in known]
    if not nobodys or not correction.has_corrected_away(connection, controller_id):
        return set()
    found = correction.leads_corrected_from(connection, controller_id, nobodys)
    return {lead.person_id for lead, _ in found if lead.person_id is not None}


def right_ones_of_key(
    connection: Connection, controller_id: str, identifier_id: UUID
) -> list[Identifier]:
    """Return the same for the key of a record that is gone, as a link of a list has it."""
    return _identifiers_of(
        connection, controller_id, _people_of_key(connection, controller_id, identifier_id)
    )


def was_key_corrected(connection: Connection, controller_id: str, identifier_id: UUID) -> bool:
    """Say whether a record that is gone was corrected, and not erased; it tells of nobody whom."""
    return bool(_people_of_key(connection, controller_id, identifier_id))


def _people_of_key(connection: Connection, controller_id: str, identifier_id: UUID) -> set[UUID]:
    if not correction.has_corrected_away(connection, controller_id):
        return set()
    return correction.people_listed_by(connection, controller_id, identifier_id)


def _identifiers_of(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> list[Identifier]:
    """Return what names some people alone, else all that their leads carry."""
    if not people:
        return []
    owned = identifiers_owned_by(connection, controller_id, people)
    rest = set(people) - {row.person_id for row in owned}
    carried = due.identifiers_of_people(connection, controller_id, rest) if rest else []
    return sorted({Identifier(row.kind, row.value) for row in (*owned, *carried)})
