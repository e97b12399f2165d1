"""Confirm that a request comes from whom it is about: by a button behind a mailed link.

To look changes nothing: mail filters open every link. Rule: T-7.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from models import ledger, outbox, rights_request
from models.ledger import Entry, LedgerKind
from models.rights_request import IdentityState
from models.store import Store
from pipeline.case import add_steps, case_of
from pipeline.receive_request import ACTOR
from policy.rights.request import QuestionAbout
from policy.rights.steps import CaseStep, RequestStatus, StepKind
from policy.rights.table import Right


class LinkState(StrEnum):
    """How a link stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a link is about."""

    state: LinkState
    right: Right | None = None
    reference: str = ""
    due_on: date | None = None


NOTHING = AskedFor(LinkState.NOTHING)


def asked_for(store: Store, controller_id: str, id_: UUID, now: datetime) -> AskedFor:
    """Return what a link is about; it may be looked at any number of times."""
    with store.reading() as connection:
        return _asked_for(rights_request.request_row(connection, controller_id, id_), now)


def confirm_identity(store: Store, controller_id: str, id_: UUID, now: datetime) -> AskedFor:
    """Note that the owner of the address asked, once; return how the link stands now.

    It answers as well what was asked meanwhile about who they are: the time runs again.

    Raises:
        StoreError: nothing was written; to press the button again is safe.
    """
    with store.writing(controller_id) as connection:
        row = rights_request.request_row(connection, controller_id, id_)
        found = _asked_for(row, now)
        if row is None or found.state is not LinkState.WAITING:
            return found
        rights_request.confirm_identity_once(connection, controller_id, id_, now)
        outbox.drop_mails_about(connection, controller_id, [id_])
        entry: Entry = (LedgerKind.REQUEST_IDENTITY_CONFIRMED, id_.hex, {})
        ledger.append(connection, controller_id, ACTOR, [entry], now)
        step = CaseStep(StepKind.HEARD, now, about=QuestionAbout.IDENTITY)
        case = add_steps(connection, case_of(connection, row), [step], ACTOR, now)
    return AskedFor(LinkState.CONFIRMED, found.right, found.reference, case.due_on)


def _asked_for(row: Row[Any] | None, now: datetime) -> AskedFor:
    if row is None or row.status is RequestStatus.CLOSED:
        return NOTHING
    if row.identity is IdentityState.CONFIRMED:
        return AskedFor(LinkState.CONFIRMED, row.right, row.reference, row.due_on)
    if row.identity is not IdentityState.ASKED or row.confirm_by is None or row.confirm_by <= now:
        return NOTHING
    return AskedFor(LinkState.WAITING, row.right, row.reference, row.due_on)
