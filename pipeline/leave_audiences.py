"""Note whom advertising platforms must drop from their audiences, while the address is still known.

Written in the transaction of the opt-out or erasure that calls for it. What waits is the hash that
the platform knows a person by, and only where an audience of the controller is configured. Rules:
AUD-1 to AUD-3.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from models import person as people
from models.audience import AudienceKey, hash_rules
from models.audience_removal import add_audience_removals
from models.keys import new_hex_keys
from policy.audience_hashes import hashes_of
from policy.suppression import SuppressionKeys, suppression_digest
from policy.vocabulary import ControllerId, Identifier


def leave_audiences(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    leaving: Callable[[], Iterable[Identifier]],
    at: datetime,
) -> None:
    """Let every configured audience of a controller lose some people.

    Args:
        connection: an open transaction that writes.
        controller_id: whose audiences.
        key: that of the suppression list.
        leaving: who leaves; not asked where no audience is configured.
        at: when they left (aware UTC): they are due from then.
    """
    rules = hash_rules(connection, controller_id)
    gone = sorted(set(leaving())) if rules else []
    if not gone:
        return
    owner = ControllerId(controller_id)
    digests = [suppression_digest(key, owner, identifier) for identifier in gone]
    for audience_id, rule in rules.items():
        keys = new_hex_keys(len(gone), at)
        rows = [
            {
                "controller_id": controller_id,
                "id": id_,
                "audience_id": audience_id,
                "digest": digest,
                "kind": identifier.kind,
                "hashes": list(hashes_of(rule, identifier)),
                "asked_at": at,
                "due_at": at,
                "attempts": 0,
            }
            for id_, digest, identifier in zip(keys, digests, gone, strict=True)
        ]
        add_audience_removals(connection, AudienceKey(controller_id, audience_id), rows)


def people_leave(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    keys: Collection[UUID],
    at: datetime,
) -> None:
    """Let the people whom some known identifiers name leave, with all that names them alone."""
    if keys:
        leave_audiences(
            connection,
            controller_id,
            key,
            lambda: whole_people(connection, controller_id, keys),
            at,
        )


def identifiers_leave(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    keys: Collection[UUID],
    at: datetime,
) -> None:
    """Let some known identifiers leave, and nothing else that names their people."""
    if keys:
        leave_audiences(
            connection, controller_id, key, lambda: _known(connection, controller_id, keys), at
        )


def whole_people(
    connection: Connection, controller_id: str, keys: Collection[UUID]
) -> set[Identifier]:
    """Return known identifiers with all others that name the same people, and nobody else.

    An objection covers the whole person. A shared number or mailbox leaves only if it is the one
    that was named: it would speak for others. Rule: SUP-1.
    """
    named = people.identifiers_of_keys(connection, controller_id, keys)
    owners = {row.person_id for row in named if row.person_id is not None}
    owned = people.identifiers_owned_by(connection, controller_id, owners) if owners else []
    return {Identifier(row.kind, row.value) for row in (*named, *owned)}


def _known(connection: Connection, controller_id: str, keys: Collection[UUID]) -> set[Identifier]:
    rows = people.identifiers_of_keys(connection, controller_id, keys)
    return {Identifier(row.kind, row.value) for row in rows}
