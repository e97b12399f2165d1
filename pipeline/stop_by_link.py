"""Stop what a link in a message stops, for whom it names, whether or not they are still known."""

from uuid import UUID

from sqlalchemy import Connection

from models import ledger, permission, usage
from models.keys import new_hex_keys
from models.ledger import Entry, LedgerKind
from models.person import known_identifiers
from models.store import Store
from pipeline import compose
from pipeline.corrected_people import right_ones_of_key
from pipeline.gather import event_of, require_own_key
from pipeline.leave_audiences import people_leave
from pipeline.link_holder import Holder, come_again, holder_of, identifiers_naming
from pipeline.opt_out import Named, Said, note, stop
from pipeline.unsubscribe_token import Link
from policy.audiences import ends_audiences
from policy.opt_out import OptOutReason, events_of_withdrawal
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, PermissionEvent, Purpose


def stop_by_link(store: Store, key: SuppressionKeys, link: Link, said: Said) -> bool:
    """Opt out whom a link names, at once and in one transaction; say whether it names anybody.

    Whoever the store knows gets the withdrawal and the objection, whoever it does not is stopped by
    the digest in the link alone. Rules: CON-3, OUT-4, SUP-1.

    Raises:
        ConfigError: the suppression list was made with another key; nothing was written.
        StoreError: nothing was written; it may be tried again.
    """
    owner = link.controller.id
    with store.writing(owner) as connection:
        require_own_key(connection, owner, key)
        return stop_linked(connection, key, link, said)


def stop_linked(connection: Connection, key: SuppressionKeys, link: Link, said: Said) -> bool:
    """Opt out whom a link names, in a transaction that is open; say whether it names anybody."""
    owner = link.controller.id
    holder = holder_of(connection, key, link)
    if holder is None:
        return False
    known = holder.row.id.hex if holder.row else None
    if known is None and not _is_listed(connection, owner, holder, said.scope):
        known = come_again(connection, link, holder)
    note(connection, owner, holder.keys, [Named(holder.digest, known)], said)
    if known is None and (right := right_ones_of_key(connection, owner, link.identifier_id)):
        stop(connection, owner, key, right, said)
    return True


def withdraw_by_link(
    store: Store, key: SuppressionKeys, link: Link, purpose: Purpose, channel: Channel, said: Said
) -> None:
    """Take one consent back, on each address and number of whom a link names. Rules: OUT-1, COR-3.

    If what the link was sent to was corrected since, it is taken back on what they have now.

    Raises:
        ConfigError: the suppression list was made with another key; nothing was written.
        StoreError: nothing was written; it may be tried again.
    """
    owner = link.controller.id
    with store.writing(owner) as connection:
        require_own_key(connection, owner, key)
        holder = holder_of(connection, key, link)
        if holder is None:
            return
        taken_back: list[tuple[str, PermissionEvent]] = []
        for id_ in _keys_of(connection, link, holder):
            events = [event_of(each) for each in usage.events_of(connection, owner, [id_])]
            ended = events_of_withdrawal(events, purpose, channel, said.at)
            taken_back += [(id_.hex, event) for event in ended]
        ids = new_hex_keys(len(taken_back), said.at)
        rows = [
            compose.event_row(owner, id_, identifier, event, said.recorded_at)
            for id_, (identifier, event) in zip(ids, taken_back, strict=True)
        ]
        permission.add_events(connection, rows)
        leaving = [UUID(identifier) for identifier, event in taken_back if ends_audiences(event)]
        people_leave(connection, owner, key, leaving, said.at)
        entries = [_entry(identifier, event, said) for identifier, event in taken_back]
        ledger.append(connection, owner, said.actor, entries, said.recorded_at)


def _keys_of(connection: Connection, link: Link, holder: Holder) -> list[UUID]:
    """Return the keys of what names whom a link names, also if that was corrected since."""
    if holder.row is not None:
        return [row.id for row in identifiers_naming(connection, link, holder.row)]
    owner = link.controller.id
    right = right_ones_of_key(connection, owner, link.identifier_id)
    return [UUID(key) for key, _ in known_identifiers(connection, owner, right).values()]


def _is_listed(
    connection: Connection, controller_id: str, holder: Holder, scope: Channel | None
) -> bool:
    listed = permission.suppressions(
        connection, controller_id, [holder.digest], besides=[OptOutReason.BOUNCE]
    )
    return any(each in (None, scope) for each, _ in listed.get(holder.digest, ()))


def _entry(identifier: str, event: PermissionEvent, said: Said) -> Entry:
    detail = {
        "scope": event.channel,
        "purpose": event.purpose,
        "reason": said.reason,
        "known": True,
        "said_at": said.at.isoformat(),
        "permissions": [[event.kind, event.purpose, event.channel, None, None]],
    }
    return LedgerKind.OPTED_OUT, identifier, detail
