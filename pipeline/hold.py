"""Place and release holds: orders to keep data, which block deletion and permit nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import due, hold, ledger, trail, usage
from models.bulk import Values
from models.hold import HoldScope
from models.keys import new_keys
from models.ledger import Entry, LedgerKind
from models.store import Store
from pipeline.settings import ControllerSettings
from policy.errors import UsageError
from policy.legal_hold import HoldOrder
from policy.london import midnight
from policy.vocabulary import Identifier


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be kept and why: the named matter, who approved it, when to look at it again.

    `of`: the key of a lead, an identifier (every person it belongs to), or None for everything of
    the controller. `review_on` is a London date.
    """

    controller: ControllerSettings
    matter: str
    approver: str
    review_on: date
    of: UUID | Identifier | None


@dataclass(frozen=True, slots=True)
class HoldInForce:
    """A hold as it stands. `is_review_due`: the day on which it must be looked at has come."""

    id: UUID
    controller_id: str
    matter: str
    scope: HoldScope
    scope_id: UUID | None
    approver: str
    opened_at: datetime
    review_on: date
    released_at: datetime | None
    is_review_due: bool


def place_hold(store: Store, order: Order, actor: str, now: datetime) -> list[UUID]:
    """Place a hold; return its key, or several where an identifier belongs to several people.

    Nothing that it names is deleted until it is released; use is neither allowed nor forbidden by
    it. Rule: RET-15. UK GDPR Art. 17(3)(e), 18.

    Raises:
        UsageError: the lead or identifier is not known, the order names no matter or approver, or
            its review does not lie ahead.
    """
    _require_whole(order, now)
    controller_id = order.controller.id
    with store.writing(controller_id) as connection:
        scopes = _scopes(connection, order)
        keys = new_keys(len(scopes), now)
        rows = [_row(order, key, *scope, now) for key, scope in zip(keys, scopes, strict=True)]
        hold.add_holds(connection, rows)
        entries = [placed(row) for row in rows]
        ledger.append(connection, controller_id, actor, entries, now)
    return keys


def _require_whole(order: Order, now: datetime) -> None:
    """Let the policy refuse an order that names too little."""
    HoldOrder(
        matter=order.matter,
        scope="everything" if order.of is None else str(order.of),
        approver=order.approver,
        started_at=now,
        review_at=midnight(order.review_on),
    )


def _scopes(connection: Connection, order: Order) -> Sequence[tuple[HoldScope, UUID | None]]:
    """Return what an order is about: kind and key of each thing that is to be kept."""
    controller_id = order.controller.id
    if order.of is None:
        return [(HoldScope.CONTROLLER, None)]
    if isinstance(order.of, UUID):
        lead = trail.lead_by_id(connection, order.of)
        if lead is None or lead.controller_id != controller_id:
            raise UsageError(
                f"{controller_id} has no lead with this id."
                " Cure: take one from `leadledger leads list`."
            )
        return [(HoldScope.LEAD, order.of)]
    known = usage.identifier_rows(connection, order.of, controller_id)
    people = due.people_carrying(connection, controller_id, [row.id for row in known])
    if not people:
        raise UsageError(
            f"{controller_id} holds no lead of this identifier, so there is nothing to keep."
            " Cure: check it with `leadledger provenance`."
        )
    return [(HoldScope.PERSON, person_id) for person_id in people]


def _row(order: Order, key: UUID, scope: HoldScope, scope_id: UUID | None, now: datetime) -> Values:
    return {
        "controller_id": order.controller.id,
        "id": key,
        "matter": order.matter.strip(),
        "scope": scope,
        "scope_id": scope_id,
        "approver": order.approver.strip(),
        "opened_at": now,
        "review_on": order.review_on,
        "released_at": None,
    }


def placed(row: Values) -> Entry:
    """Return the ledger's entry: matter and approver may name people, so they stay out of it."""
    detail = {
        "scope": row["scope"],
        "of": row["scope_id"].hex if row["scope_id"] else None,
        "review_on": row["review_on"].isoformat(),
    }
    return LedgerKind.HOLD_PLACED, row["id"].hex, detail


def list_holds(
    store: Store, controllers: Sequence[ControllerSettings], now: datetime
) -> list[HoldInForce]:
    """Return the holds of some controllers, released ones too, oldest first."""
    with store.reading() as connection:
        rows = hold.holds_of(connection, [controller.id for controller in controllers])
    return [
        HoldInForce(
            row.id,
            row.controller_id,
            row.matter,
            row.scope,
            row.scope_id,
            row.approver,
            row.opened_at,
            row.review_on,
            row.released_at,
            _kept_order(row).is_review_due(now),
        )
        for row in rows
    ]


def _kept_order(row: Row[Any]) -> HoldOrder:
    return HoldOrder(
        matter=row.matter,
        scope=row.scope,
        approver=row.approver,
        started_at=row.opened_at,
        review_at=midnight(row.review_on),
        released_at=row.released_at,
    )


def release_hold(store: Store, hold_id: UUID, actor: str, now: datetime) -> bool:
    """End a hold; say whether it was in force until now. What is due by then goes with `expire`.

    Raises:
        UsageError: there is no such hold.
    """
    with store.reading() as connection:
        known = hold.hold_by_id(connection, hold_id)
    if known is None:
        raise UsageError("There is no hold with this id. Cure: take one from `hold list`.")
    with store.writing(known.controller_id) as connection:
        was_in_force = hold.release_hold(connection, known.controller_id, hold_id, now)
        if was_in_force:
            entry = (LedgerKind.HOLD_RELEASED, hold_id.hex, {"scope": known.scope})
            ledger.append(connection, known.controller_id, actor, [entry], now)
    return was_in_force
