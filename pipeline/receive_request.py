"""Take in what people ask by law: written down with its dates, and acted on where that is due.

Nobody is told whether anything is held about them: what is asked of is not looked up here.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models import ledger, outbox, rights_request
from models.bulk import Values
from models.keys import new_keys
from models.ledger import Entry, LedgerKind
from models.outbox import MailKind
from models.rights_request import IdentityState, RequestStatus
from models.store import Store
from pipeline.compose import cleaned
from pipeline.gather import require_own_key
from pipeline.mail_texts import identity_text
from pipeline.opt_out import Said, stop
from pipeline.settings import ControllerSettings
from policy.confirmation import BETWEEN_MAILS, LINK_LIVES, ask_at
from policy.mails import SenderProof, proof_of_sender
from policy.rights.deadlines import deadline
from policy.rights.request import RightsRequest
from policy.rights.table import RIGHTS, AtOnce, DeadlineRule, Right
from policy.suppression import SuppressionKeys
from policy.vocabulary import Identifier, IdentifierKind, Role

ACTOR = "request page"
SENT_TWICE = timedelta(minutes=10)
"""Within this time the same words are the same request: a page that was sent again."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that is easily read as another one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks, as they wrote it; `email` and `phone` are normalised.

    `is_doubtful`: something was filled in that people do not see, or their words may mean something
    else. `is_vouched`: the domain of the address vouches that the request comes from it. `came` is
    the source and the message that it was read in, None for the page.
    """

    right: Right
    name: str = ""
    email: str | None = None
    phone: str | None = None
    text: str = ""
    is_doubtful: bool = False
    is_vouched: bool = False
    came: tuple[str, str] | None = None

    def __repr__(self) -> str:
        """Say what is asked; the rest is somebody's."""
        return f"Asked({self.right})"

    @property
    def identifiers(self) -> list[Identifier]:
        """Return the address and the number that the person gave."""
        given = ((IdentifierKind.EMAIL, self.email), (IdentifierKind.PHONE, self.phone))
        return [Identifier(kind, value) for kind, value in given if value is not None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person is told: the reference, by when, and what has happened already.

    `stops_use`: marketing has stopped. `is_mailed`: a mail asks who they are.
    """

    reference: str
    right: Right
    due_on: date
    status: RequestStatus
    is_mailed: bool
    stops_use: bool


def receive_request(
    store: Store,
    controller: ControllerSettings,
    suppression_key: SuppressionKeys,
    asked: Asked,
    now: datetime,
) -> Receipt:
    """Write a request down and do at once what must not wait, all in one transaction.

    Marketing stops on arrival, without any question who asks (T-7, T-10). For the other rights a
    mail asks the owner of the address to confirm; the time to answer runs all the same.

    Raises:
        ConfigError: the suppression list was made with another key; nothing was written.
        StoreError: nothing was written; to send it again is safe.
    """
    said = _said(controller, asked)
    with store.writing(controller.id) as connection:
        require_own_key(connection, controller.id, suppression_key)
        known = rights_request.same_request(connection, said, now - SENT_TWICE)
        if known is not None:
            return _receipt(known._asdict())
        row = note_request(connection, controller, suppression_key, asked, now, ACTOR)
        ledger.append(connection, controller.id, ACTOR, [entry_of(row)], now)
    return _receipt(row)


def note_request(
    connection: Connection,
    controller: ControllerSettings,
    suppression_key: SuppressionKeys,
    asked: Asked,
    at: datetime,
    actor: str,
) -> Values:
    """Write a request down that came at a time, in a transaction that is open; return its row."""
    row = _said(controller, asked) | _judged(connection, controller, asked, at)
    rights_request.add_requests(connection, [row])
    if row["mail_at"] is not None:
        outbox.add_mails(connection, [_mail(controller, row)])
    if RIGHTS[asked.right].at_once is AtOnce.USE_STOPS:
        stop(connection, controller.id, suppression_key, asked.identifiers, Said(None, at, actor))
    return row


def _said(controller: ControllerSettings, asked: Asked) -> dict[str, Any]:
    return cleaned(
        {
            "controller_id": controller.id,
            "right": asked.right,
            "name": asked.name,
            "email": asked.email,
            "phone": asked.phone,
            "text": asked.text,
            "is_doubtful": asked.is_doubtful,
            "source_id": asked.came[0] if asked.came else None,
            "external_id": asked.came[1] if asked.came else None,
        }
    )


def _judged(
    connection: Connection, controller: ControllerSettings, asked: Asked, now: datetime
) -> dict[str, Any]:
    """Return what the rules make of a request: dates, state, and whether somebody is asked."""
    due = deadline(RightsRequest(asked.right, now, controller.role)).due
    assert due is not None  # noqa: S101 - only an open question leaves a deadline open
    is_complaint = RIGHTS[asked.right].deadline is DeadlineRule.ACKNOWLEDGED
    identity, mail_at = _identity(connection, controller.id, asked, now)
    is_confirmed = identity is IdentityState.CONFIRMED
    return {
        "id": new_keys(1, now)[0],
        "reference": _reference(),
        "received_at": now,
        "due_on": due,
        "acknowledge_by": due if is_complaint else None,
        "status": _status(controller.role, asked),
        "identity": identity,
        "identity_confirmed_at": now if is_confirmed else None,
        "mail_at": mail_at,
        "confirm_by": mail_at + LINK_LIVES if mail_at else None,
    }


_STATES = {
    SenderProof.NOT_NEEDED: IdentityState.NOT_NEEDED,
    SenderProof.ENOUGH: IdentityState.CONFIRMED,
    SenderProof.ASK_BY_HAND: IdentityState.BY_HAND,
}


def _identity(
    connection: Connection, controller_id: str, asked: Asked, now: datetime
) -> tuple[IdentityState, datetime | None]:
    """Say whether the person must show who they are, and when the mail that asks may go."""
    proof = proof_of_sender(
        asked.right,
        has_address=asked.email is not None,
        came_by_mail=asked.came is not None,
        is_vouched=asked.is_vouched,
        is_doubtful=asked.is_doubtful,
    )
    if proof is not SenderProof.ASK_BY_MAIL:
        return _STATES[proof], None
    assert asked.email is not None  # noqa: S101 - else no mail could ask
    since = now - BETWEEN_MAILS
    mailed = rights_request.identity_mails_to(connection, controller_id, asked.email, since)
    at = ask_at(mailed, now)
    return (IdentityState.BY_HAND if at is None else IdentityState.ASKED), at


def _status(role: Role, asked: Asked) -> RequestStatus:
    if role is Role.PROCESSOR:
        return RequestStatus.FOR_CLIENT
    # words in a message that may mean something else are for a person to read
    is_read = asked.came is None or not asked.is_doubtful
    is_done = RIGHTS[asked.right].at_once is AtOnce.USE_STOPS and is_read
    return RequestStatus.ACTED if is_done else RequestStatus.OPEN


def _reference() -> str:
    """Return a reference that nobody guesses and anybody can read out."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def _mail(controller: ControllerSettings, row: Values) -> Values:
    times = row["received_at"], row["confirm_by"]
    text = identity_text(controller, row["right"], row["reference"], times, row["due_on"])
    id_: UUID = new_keys(1, row["received_at"])[0]
    return {
        "controller_id": controller.id,
        "id": id_,
        "kind": MailKind.CONFIRM_IDENTITY,
        "subject_id": row["id"],
        "address": row["email"],
        "subject": text.subject,
        "body": text.body,
        "made_at": row["received_at"],
        "due_at": row["mail_at"],
        "give_up_at": row["confirm_by"],
        "attempts": 0,
    }


def entry_of(row: Values) -> Entry:
    """Return the ledger's entry of a request."""
    detail = {
        "right": row["right"],
        "due": row["due_on"].isoformat(),
        "status": row["status"],
        "identity": row["identity"],
        "doubtful": row["is_doubtful"],
    }
    return LedgerKind.REQUEST_RECEIVED, row["id"].hex, detail


def _receipt(row: Values) -> Receipt:
    return Receipt(
        row["reference"],
        row["right"],
        row["due_on"],
        row["status"],
        is_mailed=row["identity"] is IdentityState.ASKED,
        stops_use=RIGHTS[row["right"]].at_once is AtOnce.USE_STOPS,
    )
