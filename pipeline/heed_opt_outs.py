"""Let an opt-out that came before the lead count as if it had come after it.

The suppression list names nobody, so an opt-out of an unknown address could not say whose other
addresses and numbers it covers, nor whose lead it ends. Once a lead brings the address, both are
known, and the objection is written down as of the time at which it was made. Rules: CON-3, SUP-1.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from models import ledger, permission
from models.keys import new_hex_keys
from models.permission import EVERY_CHANNEL
from pipeline import compose
from policy.opt_out import OptOutReason
from policy.suppression import suppression_digest
from policy.vocabulary import (
    Channel,
    ControllerId,
    EventKind,
    Identifier,
    PermissionEvent,
    Purpose,
)

_ONE_QUERY = 1_000


def heed_opt_outs(
    connection: Connection,
    controller_id: str,
    key: bytes,
    made: Mapping[Identifier, str],
    now: datetime,
) -> list[ledger.Entry]:
    """Write down what new identifiers (with their keys, hex digits) objected to before they came.

    Identifiers that the store had already got their objections when they were made. Return the
    ledger's entries. UK GDPR Art. 21(3).
    """
    if not made or not permission.has_suppressions(connection, controller_id):
        return []
    digests = {
        suppression_digest(key, ControllerId(controller_id), identifier): id_
        for identifier, id_ in made.items()
    }
    listed: dict[str, list[tuple[Channel | None, datetime]]] = {}
    for start in range(0, len(digests), _ONE_QUERY):
        some = islice(digests, start, start + _ONE_QUERY)
        listed |= permission.suppressions(connection, controller_id, some)
    found = [
        (digests[digest], PermissionEvent(EventKind.OBJECTED, Purpose.DIRECT_MARKETING, scope, at))
        for digest, scopes in listed.items()
        for scope, at in scopes
    ]
    rows = [
        compose.event_row(controller_id, id_, identifier, event, now)
        for id_, (identifier, event) in zip(new_hex_keys(len(found), now), found, strict=True)
    ]
    permission.add_events(connection, rows)
    return [_entry(identifier, event) for identifier, event in found]


def _entry(identifier: str, event: PermissionEvent) -> ledger.Entry:
    detail = {
        "scope": event.channel or EVERY_CHANNEL,
        "reason": OptOutReason.KEPT,
        "known": True,
        "permissions": [[event.kind, event.purpose, event.channel, None, None]],
    }
    return ledger.LedgerKind.OPTED_OUT, identifier, detail
