"""Let an opt-out that came before the lead count as if it had come after it.

The suppression list names nobody, so an opt-out of an unknown address could not say whose other
addresses and numbers it covers, nor whose lead it ends. Once a lead brings the address, both are
known, and the objection is written down as of the time at which it was made. Rules: CON-3, SUP-1.
"""

from collections.abc import Container, Mapping
from datetime import datetime
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from models import ledger, permission
from models.keys import new_hex_keys
from models.permission import EVERY_CHANNEL
from pipeline import compose
from pipeline.leave_audiences import people_leave
from policy.audiences import ends_audiences
from policy.opt_out import OptOutReason
from policy.suppression import SuppressionKeys, suppression_digests
from policy.vocabulary import (
    Channel,
    ControllerId,
    EventKind,
    Identifier,
    PermissionEvent,
    Purpose,
)

_ONE_QUERY = 1_000


class OptOutsMet(NamedTuple):
    """The ledger's entries of what was written, and the identifiers that are on the list."""

    entries: list[ledger.Entry]
    listed: frozenset[Identifier]


def heed_opt_outs(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    keys: Mapping[Identifier, str],
    made: Container[Identifier],
    now: datetime,
) -> OptOutsMet:
    """Write down what new identifiers objected to before they came; say who is on the list at all.

    `keys` are all identifiers of some leads with their keys (hex digits), `made` those of them that
    the store lacked. The others got their objections when these were made. UK GDPR Art. 21(3).
    """
    if not keys or not permission.has_suppressions(connection, controller_id):
        return OptOutsMet([], frozenset())
    digests = {
        digest: identifier
        for identifier in keys
        for digest in suppression_digests(key, ControllerId(controller_id), identifier)
    }
    listed: dict[str, list[tuple[Channel | None, datetime]]] = {}
    for start in range(0, len(digests), _ONE_QUERY):
        some = islice(digests, start, start + _ONE_QUERY)
        listed |= permission.suppressions(connection, controller_id, some)
    # that an address is dead was said by a server, not by the person
    objected = permission.suppressions(
        connection, controller_id, list(listed), besides=[OptOutReason.BOUNCE]
    )
    found = [
        (keys[known], PermissionEvent(EventKind.OBJECTED, Purpose.DIRECT_MARKETING, scope, at))
        for digest, scopes in objected.items()
        if (known := digests[digest]) in made
        for scope, at in scopes
    ]
    rows = [
        compose.event_row(controller_id, id_, identifier, event, now)
        for id_, (identifier, event) in zip(new_hex_keys(len(found), now), found, strict=True)
    ]
    permission.add_events(connection, rows)
    leaving = [UUID(identifier) for identifier, event in found if ends_audiences(event)]
    people_leave(connection, controller_id, key, leaving, now)
    entries = [_entry(identifier, event) for identifier, event in found]
    return OptOutsMet(entries, frozenset(digests[digest] for digest in listed))


def _entry(identifier: str, event: PermissionEvent) -> ledger.Entry:
    detail = {
        "scope": event.channel or EVERY_CHANNEL,
        "reason": OptOutReason.KEPT,
        "known": True,
        "said_at": event.occurred_at.isoformat(),
        "permissions": [[event.kind, event.purpose, event.channel, None, None]],
    }
    return ledger.LedgerKind.OPTED_OUT, identifier, detail
