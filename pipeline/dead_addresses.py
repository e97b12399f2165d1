"""Stop e-mail to addresses that do not exist any more, and nothing else. Rule: MAIL-2."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from policy.suppression import SuppressionKeys, key_fingerprint
from policy.vocabulary import Channel, PermissionEvent


def mark_dead(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    named: Sequence[Named],
    at: datetime,
) -> list[Entry]:
    """Put addresses on the suppression list for e-mail, and end what permitted it.

    Whoever agreed anew since an earlier mail came back is stopped again: the day on the list moves.
    Return the ledger's entries of those of which this says anything new.
    """
    unique = list(dict.fromkeys(named))
    digests = [each.digest for each in unique]
    listed = _with_email(permission.suppressions(connection, controller_id, digests))
    # what a person said keeps its day: a mail that comes back is no word of theirs
    said = _with_email(
        permission.suppressions(connection, controller_id, digests, besides=[OptOutReason.BOUNCE])
    )
    fresh = [each for each in unique if each.digest not in listed]
    again = list(listed - said)
    ids = [UUID(each.key) for each in unique if each.key]
    events: dict[str, list[PermissionEvent]] = defaultdict(list)
    for row in usage.events_of(connection, controller_id, ids):
        events[row.identifier_id.hex].append(event_of(row))
    ended = [
        (each.key, event)
        for each in unique
        if each.key
        for event in events_of_dead_address(events[each.key], at)
    ]
    rows = [
        compose.event_row(controller_id, id_, identifier, event, at)
        for id_, (identifier, event) in zip(new_hex_keys(len(ended), at), ended, strict=True)
    ]
    permission.add_events(connection, rows)
    permission.suppress(connection, [_row(controller_id, key, each, at) for each in fresh])
    permission.suppress_again(connection, controller_id, Channel.EMAIL, again, at)
    stopped = {key for key, _ in ended}
    return [_entry(each) for each in unique if each in fresh or each.key in stopped]


def _with_email(listed: Mapping[str, Sequence[tuple[Channel | None, datetime]]]) -> set[str]:
    """Return the digests with an entry for e-mail by itself."""
    return {
        digest
        for digest, scopes in listed.items()
        if Channel.EMAIL in {scope for scope, _ in scopes}
    }


def _entry(named: Named) -> Entry:
    scope, reason = Channel.EMAIL, OptOutReason.BOUNCE
    detail = {"scope": scope, "reason": reason, "known": bool(named.key)}
    return LedgerKind.ADDRESS_DEAD, named.key, detail


def _row(controller_id: str, key: SuppressionKeys, named: Named, at: datetime) -> Values:
    return {
        "controller_id": controller_id,
        "digest": named.digest,
        "channel": Channel.EMAIL.value,
        "key_id": key_fingerprint(key),
        "reason": OptOutReason.BOUNCE.value,
        "since": at,
    }
