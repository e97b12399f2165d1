"""Put the right address or number in the place of a wrong one, on the leads of one person.

What was agreed to under the wrong one ends there and goes nowhere; what forbids spreads to the
right one. Rules: COR-2, COR-3, CON-3.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import itemgetter
from uuid import UUID

from sqlalchemy import Connection

from models import correction, due, erasure, expiry, opt_in, outbox, permission, usage
from models import person as people
from models.keys import new_hex_keys
from pipeline import compose, keep_objections
from pipeline.gather import event_of
from pipeline.heed_opt_outs import heed_opt_outs
from pipeline.leave_audiences import identifiers_leave
from policy.correction import Moved, moved_events
from policy.identity import is_generic_mailbox
from policy.opt_out import OptOutReason
from policy.suppression import SuppressionKeys, suppression_digests
from policy.vocabulary import ControllerId, Identifier, IdentifierKind, PermissionEvent


@dataclass(frozen=True, slots=True)
class Exchange:
    """Which leads of a person get which identifier; `wrong` None: it completes them."""

    person_id: UUID
    leads: Sequence[UUID]
    wrong: Identifier | None
    right: Identifier

    def __repr__(self) -> str:
        """Say whose by the key; the rest is somebody's data."""
        return f"Exchange({self.person_id})"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange did: the events it added, and whether the right one is on the list."""

    moved: Moved
    is_listed: bool


def exchange(
    connection: Connection, controller_id: str, key: SuppressionKeys, order: Exchange, now: datetime
) -> Exchanged:
    """Exchange an identifier in the transaction that is given.

    A number that is somebody else's too turns out to be shared (ID-4).
    """
    named = [each for each in (order.wrong, order.right) if each is not None]
    known = people.known_identifiers(connection, controller_id, named)
    right_id, is_made = _right(connection, controller_id, order, known, now)
    moved = Moved((), ())
    if order.wrong is not None:
        wrong_id = UUID(known[order.wrong][0])
        moved = _leave(connection, controller_id, key, order, wrong_id, now)
    tied = people.links_of_leads(connection, controller_id, order.leads)
    pairs = {(lead.hex, right_id.hex) for lead in order.leads}
    people.add_lead_identifiers(connection, controller_id, sorted(pairs - tied))
    _add(connection, controller_id, right_id, moved.right, now)
    made = {order.right} if is_made else frozenset()
    met = heed_opt_outs(connection, controller_id, key, {order.right: right_id.hex}, made, now)
    return Exchanged(moved, bool(met.listed))


def _right(
    connection: Connection,
    controller_id: str,
    order: Exchange,
    known: dict[Identifier, tuple[str, str | None]],
    now: datetime,
) -> tuple[UUID, bool]:
    """Return the key of the right identifier, made if the store lacks it."""
    right = order.right
    if right not in known:
        is_nobodys = right.kind is IdentifierKind.EMAIL and is_generic_mailbox(right.value)
        [id_] = new_hex_keys(1, now)
        owner = None if is_nobodys else order.person_id.hex
        people.add_identifiers(connection, controller_id, [(right, id_, owner)])
        return UUID(id_), True
    id_, owner = known[right]
    if right.kind is IdentifierKind.PHONE and owner not in (None, order.person_id.hex):
        people.set_owners(connection, controller_id, {id_: None})
    return UUID(id_), False


def _leave(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    order: Exchange,
    wrong_id: UUID,
    now: datetime,
) -> Moved:
    """Untie leads from a wrong identifier; delete it where nobody else carries it."""
    events = [event_of(row) for row in usage.events_of(connection, controller_id, [wrong_id])]
    moved = moved_events(events, order.leads, now)
    carriers = {wrong_id: {order.person_id}}
    said = keep_objections.said_on(connection, controller_id, carriers, {})
    asked = correction.opt_ins_at(connection, controller_id, order.leads, wrong_id)
    outbox.drop_mails_about(connection, controller_id, asked)
    opt_in.drop_opt_ins(connection, controller_id, asked)
    correction.untie(connection, controller_id, order.leads, wrong_id)
    _spread_list(connection, controller_id, key, order)
    others = due.people_carrying(connection, controller_id, [wrong_id])
    if erasure.uncarried(connection, controller_id, [wrong_id]):
        identifiers_leave(connection, controller_id, key, [wrong_id], now)
        keep_objections.keep(connection, controller_id, key, said, [wrong_id], {})
        expiry.delete_identifiers(connection, controller_id, [wrong_id])
        return moved
    _add(connection, controller_id, wrong_id, moved.wrong, now)
    if order.person_id not in others:
        identifiers_leave(connection, controller_id, key, [wrong_id], now)
        heir = others[0].hex if len(others) == 1 and _names(order.wrong) else None
        people.set_owners(connection, controller_id, {wrong_id.hex: heir})
    return moved


def _names(identifier: Identifier | None) -> bool:
    """Say whether an identifier can name one person alone."""
    if identifier is None or identifier.kind is not IdentifierKind.EMAIL:
        return False
    return not is_generic_mailbox(identifier.value)


def _spread_list(
    connection: Connection, controller_id: str, key: SuppressionKeys, order: Exchange
) -> None:
    """Put the right identifier on the suppression list for what the wrong one is on it for.

    That the wrong address is dead, as a server said, says nothing of the right one.
    """
    if order.wrong is None or not permission.has_suppressions(connection, controller_id):
        return
    digests = suppression_digests(key, ControllerId(controller_id), order.wrong)
    listed = permission.suppressions(
        connection, controller_id, digests, besides=[OptOutReason.BOUNCE]
    )
    scopes: keep_objections.Scopes = {}
    for channel, since in sorted(chain.from_iterable(listed.values()), key=itemgetter(1)):
        scopes[order.right, channel] = since
    if scopes:
        keep_objections.put_on_list(connection, controller_id, key, scopes)


def _add(
    connection: Connection,
    controller_id: str,
    identifier_id: UUID,
    events: Iterable[PermissionEvent],
    now: datetime,
) -> None:
    """Add those of some events to an identifier that it does not have yet."""
    rows = usage.events_of(connection, controller_id, [identifier_id])
    known: Collection[PermissionEvent] = {event_of(row) for row in rows}
    fresh = [event for event in events if event not in known]
    permission.add_events(
        connection,
        [
            compose.event_row(controller_id, id_, identifier_id.hex, event, now)
            for id_, event in zip(new_hex_keys(len(fresh), now), fresh, strict=True)
        ],
    )
