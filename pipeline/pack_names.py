"""Whose names stay out of an answer: of people known here who share something with the person."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import held, trail
from models.lead import names_of_people
from models.person import known_identifiers
from pipeline.pack_redact import written_in
from pipeline.pack_subject import PackSubject
from pipeline.traces import found_in_text
from policy.free_text import KnownNames

_LONGEST = 200_000
"""How many signs of one record are searched: a thread, not the files that hang on it."""


def names_of_others(
    connection: Connection, controller_id: str, subject: PackSubject, requests: Sequence[Row[Any]]
) -> KnownNames:
    """Return the names of others that are looked for in what the person sent. Rule: PACK-5.

    They are those of people of the same controller who share a number or a mailbox with the person,
    or whose address or number stands in what the person sent, such as a thread of mails. What is
    the person's own name, by their leads and by their `requests`, is nobody else's.
    """
    people = {each.person for each in subject.related}
    sent = chain(_sent(connection, controller_id, subject), (row.text for row in requests))
    people |= _people_in(connection, controller_id, subject, sent)
    keys = [person.hex for person in people - set(subject.people)]
    named = names_of_people(connection, controller_id, keys) if keys else {}
    others = (name for names in named.values() for name in names)
    own = [*map(_name, subject.leads), *(row.name for row in requests)]
    return KnownNames(others, own)


def _people_in(
    connection: Connection, controller_id: str, subject: PackSubject, sent: Iterable[str]
) -> set[UUID]:
    """Return the people whose address or number stands beside the person's own."""
    found = {each for text in sent for each in found_in_text(text[:_LONGEST])}
    known = known_identifiers(connection, controller_id, found - subject.own)
    keys = [UUID(key) for key, _ in known.values()]
    users = held.users_of(connection, controller_id, keys) if keys else []
    return {row.person_id for row in users} | {UUID(own) for _, own in known.values() if own}


def _sent(connection: Connection, controller_id: str, subject: PackSubject) -> Iterator[str]:
    ids = [lead.id for lead in subject.leads]
    for row in (*subject.leads, *trail.arrivals_of(connection, controller_id, ids)):
        yield written_in(row.payload, row.media_type)


def _name(lead: Row[Any]) -> str:
    return " ".join(filter(None, (lead.full_name, lead.first_name, lead.last_name)))
