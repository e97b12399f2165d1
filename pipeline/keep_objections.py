"""Let objections outlive the deletion of the details that they were made with.

What remains of an opt-out is a keyed digest of each address and number that it covers. It must be
on the list before the events go, in the same transaction. Rules: RET-11, SUP-1.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import due, permission
from models.keys import new_hex_keys
from models.permission import EVERY_CHANNEL
from pipeline import compose
from policy.opt_out import OptOutReason
from policy.suppression import SuppressionKeys, key_fingerprint, suppression_digest
from policy.vocabulary import (
    Channel,
    ControllerId,
    EventKind,
    Identifier,
    PermissionEvent,
    Purpose,
)

Scopes = dict[tuple[Identifier, Channel | None], datetime]


@dataclass(frozen=True, slots=True)
class Said:
    """What the people of some leads took back, and the identifiers of each of these people."""

    endings: Sequence[tuple[UUID, Row[Any]]]
    identifiers: Mapping[UUID, Mapping[UUID, Identifier]]


def said_on(
    connection: Connection,
    controller_id: str,
    carriers: Mapping[UUID, Collection[UUID]],
    opted_out: Mapping[UUID, datetime],
) -> Said:
    """Look up, before leads are untied, what was taken back on what they carry.

    `carriers` are the people of each identifier, `opted_out` people who opted out of everything.
    """
    endings = [
        (person_id, row)
        for row in due.endings_of(connection, controller_id, carriers)
        if row.purpose is Purpose.DIRECT_MARKETING
        for person_id in carriers[row.identifier_id]
    ]
    people = {person_id for person_id, _ in endings} | opted_out.keys()
    identifiers: dict[UUID, dict[UUID, Identifier]] = defaultdict(dict)
    if people:
        for row in due.identifiers_of_people(connection, controller_id, people):
            identifiers[row.person_id][row.id] = Identifier(row.kind, row.value)
    return Said(endings, identifiers)


def keep(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    said: Said,
    gone: Collection[UUID],
    opted_out: Mapping[UUID, datetime],
) -> None:
    """Write on the suppression list what would be forgotten with the identifiers that are `gone`.

    An objection covers every identifier of its person; a withdrawal the one it was made for.
    """
    scopes: Scopes = {}
    for person_id, since in opted_out.items():
        for identifier in said.identifiers[person_id].values():
            _cover(scopes, identifier, None, since)
    for person_id, row in said.endings:
        if row.identifier_id in gone:
            own = said.identifiers[person_id]
            is_objection = row.kind is EventKind.OBJECTED
            for identifier in own.values() if is_objection else (own[row.identifier_id],):
                _cover(scopes, identifier, row.channel, row.occurred_at)
    if scopes:
        put_on_list(connection, controller_id, key, scopes)


def hand_on(
    connection: Connection,
    controller_id: str,
    said: Said,
    gone: Collection[UUID],
    now: datetime,
) -> None:
    """Repeat objections made with identifiers that are `gone` on what their people still carry.

    The list forbids use, but does not say whose leads it ends. To be called when the leads that go
    are untied. A shared number or mailbox inherits nothing: it would speak for others. Rule: RET-7.
    """
    objected = [
        (person_id, row)
        for person_id, row in said.endings
        if row.kind is EventKind.OBJECTED and row.identifier_id in gone
    ]
    people = {person_id for person_id, _ in objected}
    heirs: dict[UUID, UUID] = {}
    for row in due.identifiers_of_people(connection, controller_id, people) if people else ():
        if row.owner_id == row.person_id:
            heirs[row.person_id] = min(row.id, heirs.get(row.person_id, row.id))
    kept = {
        (heirs[person_id], PermissionEvent(row.kind, row.purpose, row.channel, row.occurred_at))
        for person_id, row in objected
        if person_id in heirs
    }
    permission.add_events(
        connection,
        [
            compose.event_row(controller_id, id_, heir.hex, event, now)
            for id_, (heir, event) in zip(new_hex_keys(len(kept), now), kept, strict=True)
        ],
    )


def _cover(
    scopes: Scopes, identifier: Identifier, channel: Channel | None, since: datetime
) -> None:
    known = scopes.get((identifier, channel))
    scopes[identifier, channel] = since if known is None else max(known, since)


def put_on_list(
    connection: Connection, controller_id: str, key: SuppressionKeys, scopes: Scopes
) -> None:
    """Write what was said of identifiers, by scope, on the list; a later time replaces an earlier.

    What a list entry for every channel says since then or later need not be said of one.
    """
    digests = {
        identifier: suppression_digest(key, ControllerId(controller_id), identifier)
        for identifier, _ in scopes
    }
    listed = permission.suppressions(connection, controller_id, digests.values())
    fresh = []
    for (identifier, channel), since in scopes.items():
        everything = scopes.get((identifier, None))
        if channel and everything is not None and everything >= since:
            continue
        digest = digests[identifier]
        if channel in {scope for scope, _ in listed.get(digest, ())}:
            permission.suppress_again(connection, controller_id, channel, [digest], since)
            permission.let_person_outrank_bounce(
                connection, controller_id, channel, [digest], OptOutReason.KEPT
            )
            continue
        row = {
            "controller_id": controller_id,
            "digest": digest,
            "channel": channel.value if channel else EVERY_CHANNEL,
            "key_id": key_fingerprint(key),
            "reason": OptOutReason.KEPT.value,
            "since": since,
        }
        fresh.append(row)
    permission.suppress(connection, fresh)
