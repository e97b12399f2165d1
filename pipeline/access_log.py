"""Write down who looked at whom, before it is shown, and show that record.

A row holds keys and counts: which command, what it was narrowed by (an identifier, say, and not
which one), how many leads, and which. The ledger can be shown to anybody who may see keys.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from models import ledger, staff
from models.ledger import Entry, LedgerKind
from models.store import Store
from pipeline.visitor import STAFF, Visitor
from policy.errors import StoreUnavailable, UsageError

KEYS_A_ROW = 1_000
LOGGED = (
    LedgerKind.PEOPLE_VIEWED,
    LedgerKind.STAFF_ACTED,
    LedgerKind.STAFF_REFUSED,
    LedgerKind.STAFF_SIGNED_IN,
    LedgerKind.STAFF_LOCKED,
    LedgerKind.STAFF_ADDED,
    LedgerKind.STAFF_REMOVED,
    LedgerKind.STAFF_PASSWORD_SET,
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody is about to see of one controller: how much, and the keys of what.

    `narrowed_by` is `lead`, `identifier`, `source` and so on, None for nothing: never a value.
    """

    controller_id: str
    count: int
    keys: Sequence[UUID] = ()
    narrowed_by: str | None = None


NoteLook = Callable[[Looked], None]
"""Writes down what is about to be shown or written out; where it raises, nothing may be."""


def note_looks(
    store: Store, visitor: Visitor, command: str, looks: Sequence[Looked], now: datetime
) -> None:
    """Write down what somebody is about to see, in one transaction. Rule: STAFF-9.

    Raises:
        StoreUnavailable: it cannot be written down, so nothing may be shown; with the cure.
    """
    entries: dict[str, list[Entry]] = {}
    for look in looks:
        entries.setdefault(look.controller_id, []).extend(_entries(look, visitor, command))
    try:
        with store.writing() as connection:
            for controller_id, own in entries.items():
                ledger.append(connection, controller_id, visitor.actor, own, now)
    except StoreUnavailable as error:
        raise StoreUnavailable(
            f"Who looks at people is written down first, and that failed: {error} Nothing was"
            " shown."
        ) from None


def _entries(look: Looked, visitor: Visitor, command: str) -> list[Entry]:
    """Return one row for each thousand keys; of one lead it is the subject, so it tells of this."""
    detail: dict[str, object] = {
        "command": command,
        "narrowed_by": look.narrowed_by,
        "count": look.count,
        "view": visitor.view,
        "role": visitor.role,
    }
    keys = [key.hex for key in look.keys]
    if len(keys) == 1 and look.count == 1:
        return [(LedgerKind.PEOPLE_VIEWED, keys[0], detail)]
    pages = [keys[start : start + KEYS_A_ROW] for start in range(0, len(keys), KEYS_A_ROW)]
    return [(LedgerKind.PEOPLE_VIEWED, None, detail | {"keys": page}) for page in pages or [[]]]


def note_deed(
    store: Store, owner: str, visitor: Visitor, command: str, now: datetime, *, is_allowed: bool
) -> None:
    """Write down that somebody of the staff does something, or was refused it."""
    if visitor.staff_id is None:
        return
    kind = LedgerKind.STAFF_ACTED if is_allowed else LedgerKind.STAFF_REFUSED
    entry = (kind, visitor.staff_id.hex, {"command": command, "role": visitor.role})
    with store.writing(owner) as connection:
        ledger.append(connection, owner, visitor.actor, [entry], now)


@dataclass(frozen=True, slots=True)
class Logged:
    """One row of the record. `who` is a login, or what the operator's commands are called."""

    at: datetime
    controller: str
    who: str
    what: str
    subject: str | None
    detail: Mapping[str, Any]


def access_log(
    store: Store, controllers: Sequence[str], since: datetime, login: str | None
) -> list[Logged]:
    """Return who looked at whom and came in, oldest first.

    Args:
        store: the store.
        controllers: whose people.
        since: from when on (aware).
        login: only what one person did; None: everybody.

    Raises:
        UsageError: nobody has or had that login.
    """
    with store.reading() as connection:
        names = {f"{STAFF}{row.id.hex}": row.login for row in staff.everybody(connection)}
        if login is not None and login not in names.values():
            raise UsageError(
                "Nobody of the staff has or had that login. Cure: take one from `leadledger staff"
                " list --removed`."
            )
        rows = ledger.of_kinds(connection, controllers, LOGGED, since)
    found = []
    for row in rows:
        body = orjson.loads(row.body)
        who = names.get(body["actor"], body["actor"])
        subject = names.get(f"{STAFF}{row.subject_id}", row.subject_id)
        if login in (None, who) or login == subject:
            found.append(
                Logged(
                    row.recorded_at, row.controller_id, who, row.kind.value, subject, body["detail"]
                )
            )
    return found
