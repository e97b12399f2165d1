"""Confirm what was ticked: who presses the button behind the mailed link gives the consent.

Rule: EV-12. To look changes nothing: mail filters open every link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import ledger, opt_in, outbox, permission, trail
from models import person as people
from models.controller import controller_ids
from models.keys import new_hex_keys
from models.ledger import Entry, LedgerKind
from models.notice import notice_row
from models.store import Store
from pipeline import compose
from pipeline.ask_to_confirm import wordings
from pipeline.gather import event_of
from policy.confirmation import events_of_confirmation
from policy.evidence import notice_from
from policy.vocabulary import Identifier, PermissionEvent

ACTOR = "confirmation"
UNIT_OF_WORK = 500


class OptInState(StrEnum):
    """How a link stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    NOTHING = "nothing"  # unknown, over, or its lead is gone: nobody outside is told which


@dataclass(frozen=True, slots=True)
class Question:
    """What a link asks: of which form, ticked when, in which words."""

    state: OptInState
    form: str = ""
    ticked_at: datetime | None = None
    wordings: Sequence[str] = ()


NOTHING = Question(OptInState.NOTHING)


def question(store: Store, controller_id: str, id_: UUID, now: datetime) -> Question:
    """Return what a link asks; it may be looked at any number of times."""
    with store.reading() as connection:
        found = _found(connection, controller_id, id_, now)
        return NOTHING if found is None else _question(connection, *found)


def confirm(store: Store, controller_id: str, id_: UUID, now: datetime) -> Question:
    """Give the consents that a link asks for, once; return how it stands now.

    Raises:
        StoreError: nothing was written; to press the button again is safe.
    """
    with store.writing(controller_id) as connection:
        found = _found(connection, controller_id, id_, now)
        if found is None:
            return NOTHING
        row, lead = found
        if opt_in.confirm_once(connection, controller_id, id_, now):
            given = _give(connection, row, lead, now)
            outbox.drop_mails_about(connection, controller_id, [id_])
            entry = _entry(row, given)
            ledger.append(connection, controller_id, ACTOR, [entry], now)
        asked = _question(connection, row, lead)
    return Question(OptInState.CONFIRMED, asked.form, asked.ticked_at, asked.wordings)


def drop_unconfirmed(store: Store, now: datetime) -> int:
    """Drop what nobody confirmed in time, with its mail; return how many. The leads stay.

    Raises:
        StoreError: the store failed; what was dropped before stays dropped.
    """
    count = 0
    with store.reading() as connection:
        known = controller_ids(connection)
        controllers = opt_in.controllers_with_unconfirmed(connection, known, now)
    for controller_id in controllers:
        while True:
            with store.writing(controller_id) as connection:
                rows = opt_in.unconfirmed(connection, controller_id, now, UNIT_OF_WORK)
                ids = [row.id for row in rows]
                outbox.drop_mails_about(connection, controller_id, ids)
                opt_in.drop_opt_ins(connection, controller_id, ids)
                entries: list[Entry] = [
                    (LedgerKind.OPT_IN_DROPPED, row.lead_id.hex, {"opt_in": row.id.hex})
                    for row in rows
                ]
                ledger.append(connection, controller_id, ACTOR, entries, now)
            count += len(rows)
            if len(rows) < UNIT_OF_WORK:
                break
    return count


def _found(
    connection: Connection, controller_id: str, id_: UUID, now: datetime
) -> tuple[Row[Any], Row[Any]] | None:
    """Return what a link names and its lead, None if it cannot be confirmed (any more)."""
    row = opt_in.opt_in_row(connection, controller_id, id_)
    if row is None or (row.confirmed_at is None and row.expires_at <= now):
        return None
    lead = trail.lead_by_id(connection, [controller_id], row.lead_id)
    return None if lead is None or lead.is_test or lead.expires_at <= now else (row, lead)


def _question(connection: Connection, row: Row[Any], lead: Row[Any]) -> Question:
    content = notice_row(connection, row.controller_id, row.notice_id).content
    shown = notice_from(content)
    state = OptInState.WAITING if row.confirmed_at is None else OptInState.CONFIRMED
    return Question(state, shown.name, lead.submitted_at, wordings(shown, row.boxes))


def _give(
    connection: Connection, row: Row[Any], lead: Row[Any], now: datetime
) -> list[tuple[Identifier, PermissionEvent]]:
    """Write the consents down; return them."""
    owner = row.controller_id
    keys = people.identifiers_of_lead(connection, owner, lead.id)
    names = {key: identifier for identifier, key in keys.items()}
    said = [
        (names[event.identifier_id], event_of(event))
        for event in permission.events_of_lead(connection, owner, lead.id)
        # what was made of its boxes later was not in the mail
        if event.identifier_id in names and event.recorded_at <= row.asked_at
    ]
    address = Identifier(row.kind, row.value)
    given = list(events_of_confirmation(said, address, row.boxes, now, lead.expires_at))
    ids = new_hex_keys(len(given), now)
    permission.add_events(
        connection,
        [
            compose.event_row(owner, id_, keys[identifier].hex, event, now)
            for id_, (identifier, event) in zip(ids, given, strict=True)
        ],
    )
    return given


def _entry(row: Row[Any], given: Sequence[tuple[Identifier, PermissionEvent]]) -> Entry:
    detail = {
        "opt_in": row.id.hex,
        "message_id": row.message_id,
        "mail_sent": row.sent_at.isoformat() if row.sent_at else None,
        "template": row.template,
        "wording": row.notice_id,
        "permissions": compose.permissions(given),
    }
    return LedgerKind.OPT_IN_CONFIRMED, row.lead_id.hex, detail
