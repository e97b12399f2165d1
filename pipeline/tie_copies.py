"""Tie the addresses and numbers that only another copy of a lead has to that lead.

A file may lack the column that the platform's own answer has. Who opts out by that number, or asks
what is held about it, means this lead too. Rules: CON-3, EV-11.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from models import correction
from models import person as people
from models.correction import wrong_digest
from models.keys import new_hex_keys
from models.lead import KnownLead
from models.ledger import commitment
from pipeline.prepare import Prepared
from policy.identity import is_generic_mailbox
from policy.vocabulary import Identifier, IdentifierKind


class Tied(NamedTuple):
    """The identifiers of some copies with their keys (hex digits), and those that are new."""

    keys: Mapping[Identifier, str]
    made: frozenset[Identifier]


def tie_copies(
    connection: Connection,
    controller_id: str,
    met: Sequence[tuple[Prepared, KnownLead]],
    now: datetime,
) -> Tied:
    """Tie what copies with other bytes carry to their leads; a test lead carries nothing.

    Only a copy that has an address or number in common with its lead says more of the same person.
    Nobody is merged for that: an identifier of somebody else's stays theirs.
    """
    copies = [
        (prepared, known)
        for prepared, known in met
        if len(prepared.identifiers) > 1
        and known.person_id is not None
        and commitment(known.salt, prepared.delivery.payload) != known.commitment
    ]
    if not copies:
        return Tied({}, frozenset())
    others = _still_right(connection, controller_id, copies)
    wanted = dict.fromkeys(each for carried, _ in others for each in carried)
    stored = people.known_identifiers(connection, controller_id, list(wanted))
    keys = {identifier: key for identifier, (key, _) in stored.items()}
    there = people.links_of_leads(connection, controller_id, [known.id for _, known in others])
    alike = [
        (found, known)
        for found, known in others
        if any((known.id.hex, keys.get(each)) in there for each in found)
    ]
    carried = dict.fromkeys(each for found, _ in alike for each in found)
    fresh = [identifier for identifier in carried if identifier not in keys]
    keys |= dict(zip(fresh, new_hex_keys(len(fresh), now), strict=True))
    owners = _owners(fresh, alike)
    people.add_identifiers(connection, controller_id, [(i, keys[i], owners[i]) for i in fresh])
    pairs = dict.fromkeys(
        (known.id.hex, keys[identifier]) for found, known in alike for identifier in found
    )
    missing = [pair for pair in pairs if pair not in there]
    people.add_lead_identifiers(connection, controller_id, missing)
    return Tied({identifier: keys[identifier] for identifier in carried}, frozenset(fresh))


Carried = tuple[Sequence[Identifier], KnownLead]


def _still_right(
    connection: Connection, controller_id: str, copies: Sequence[tuple[Prepared, KnownLead]]
) -> list[Carried]:
    """Return what each copy carries, but for what was found wrong of its lead since (COR-1)."""
    leads = [known.id for _, known in copies]
    wrong = correction.corrected_away(connection, controller_id, leads)
    return [
        (
            [
                each
                for each in prepared.identifiers
                if not wrong or (known.id, wrong_digest(known.salt, each)) not in wrong
            ],
            known,
        )
        for prepared, known in copies
    ]


def _owners(fresh: Sequence[Identifier], copies: Sequence[Carried]) -> dict[Identifier, str | None]:
    """Return whom new identifiers name: the one person whose copies have them, else nobody."""
    owners: dict[Identifier, str | None] = {}
    for identifier in fresh:
        found = {
            known.person_id.hex
            for carried, known in copies
            if identifier in carried and known.person_id is not None
        }
        shared = identifier.kind is IdentifierKind.EMAIL and is_generic_mailbox(identifier.value)
        owners[identifier] = None if shared or len(found) > 1 else found.pop()
    return owners
