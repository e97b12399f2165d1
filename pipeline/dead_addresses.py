"""Stop e-mail to addresses that do not exist any more, and nothing else. Rule: MAIL-2."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from models import permission, usage
from models.bulk import Values
from models.keys import new_hex_keys
from models.ledger import Entry, LedgerKind
from pipeline import compose
from pipeline.gather import event_of
from pipeline.opt_out import Named
from policy.opt_out import OptOutReason, events_of_dead_address
from policy.suppression import key_fingerprint
from policy.vocabulary import Channel, PermissionEvent


def mark_dead(
    connection: Connection, controller_id: str, key: bytes, named: Sequence[Named], at: datetime
) -> list[Entry]:
    """Put addresses on the suppression list for e-mail, and end what permitted it.

    Return the ledger's entries of those that were not on it.
    """
    listed = permission.suppressions(connection, controller_id, [each.digest for each in named])
    fresh = [
        each
        for each in dict.fromkeys(named)
        if not any(scope in (None, Channel.EMAIL) for scope, _ in listed.get(each.digest, ()))
    ]
    ids = [UUID(each.key) for each in fresh if each.key]
    events: dict[str, list[PermissionEvent]] = defaultdict(list)
    for row in usage.events_of(connection, controller_id, ids):
        events[row.identifier_id.hex].append(event_of(row))
    ended = [
        (each.key, event)
        for each in fresh
        if each.key
        for event in events_of_dead_address(events[each.key], at)
    ]
    rows = [
        compose.event_row(controller_id, id_, identifier, event, at)
        for id_, (identifier, event) in zip(new_hex_keys(len(ended), at), ended, strict=True)
    ]
    permission.add_events(connection, rows)
    permission.suppress(connection, [_row(controller_id, key, each, at) for each in fresh])
    scope, reason = Channel.EMAIL, OptOutReason.BOUNCE
    return [
        (
            LedgerKind.ADDRESS_DEAD,
            each.key,
            {"scope": scope, "reason": reason, "known": bool(each.key)},
        )
        for each in fresh
    ]


def _row(controller_id: str, key: bytes, named: Named, at: datetime) -> Values:
    return {
        "controller_id": controller_id,
        "digest": named.digest,
        "channel": Channel.EMAIL.value,
        "key_id": key_fingerprint(key),
        "reason": OptOutReason.BOUNCE.value,
        "since": at,
    }
