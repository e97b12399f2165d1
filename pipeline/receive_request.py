"""Take in what people ask by law: written down with its dates, and acted on where that is due.

Nobody is told whether anything is held about them: what is asked of is not looked up here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import ledger, outbox, rights_request
from models.bulk import Values
from models.keys import new_keys
from models.ledger import Entry, LedgerKind
from models.outbox import MailKind
from models.rights_request import IdentityState
from models.store import Store
from pipeline.case import KNOWN, note_steps
from pipeline.compose import cleaned
from pipeline.gather import require_own_key
from pipeline.mail_texts import identity_text
from pipeline.opt_out import Said, stop
from pipeline.restrict_while_weighed import restrict_while_weighed
from pipeline.settings import ControllerSettings
from policy.confirmation import BETWEEN_MAILS, LINK_LIVES, ask_at
from policy.mails import SenderProof, proof_of_sender
from policy.rights.case import Case, first_steps
from policy.rights.steps import CaseStep, IntakeChannel, RequestStatus, StepKind
from policy.rights.table import RIGHTS, AtOnce, Right
from policy.suppression import SuppressionKeys
from policy.vocabulary import Identifier, IdentifierKind

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
    the source and the message that it was read in, None for the page. `channel` is the way by which
    it came if somebody of ours wrote it down, `noted_at` when. `is_under_eu_law`: the person is in
    the EEA.
    """

    right: Right
    name: str = ""
    email: str | None = None
    phone: str | None = None
    text: str = ""
    is_doubtful: bool = False
    is_vouched: bool = False
    came: tuple[str, str] | None = None
    channel: IntakeChannel | None = None
    noted_at: datetime | None = None
    is_under_eu_law: bool = False

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
    actor: str = ACTOR,
) -> Receipt:
    """Write a request down and do at once what must not wait, all in one transaction.

    Marketing stops on arrival, without any question who asks (T-7, T-10). For the other rights a
    mail asks the owner of the address to confirm; the time to answer runs all the same. `now` is
    when it came.

    Raises:
        ConfigError: the suppression list was made with another key; nothing was written.
        StoreError: nothing was written; to send it again is safe.
    """
    said = _said(controller, asked)
    with store.writing(controller.id) as connection:
        require_own_key(connection, controller.id, suppression_key)
        known = rights_request.same_request(connection, said, now - SENT_TWICE, now)
        if known is not None:
            return _receipt(
                known._asdict() | {"due_on": known.due_on or _first_day(controller, known)}
            )
        row = note_request(connection, controller, suppression_key, asked, now, actor)
        ledger.append(connection, controller.id, actor, [entry_of(row)], asked.noted_at or now)
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
    steps = _first_steps(controller, asked, at)
    row = _said(controller, asked) | _judged(connection, controller, asked, steps, at)
    rights_request.add_requests(connection, [row])
    made = actor, asked.noted_at or at
    note_steps(connection, controller.id, row["id"], steps, made)
    if row["mail_at"] is not None:
        outbox.add_mails(connection, [_mail(controller, row)])
    if RIGHTS[asked.right].at_once is AtOnce.USE_STOPS:
        said = Said(None, at, actor, noted_at=asked.noted_at)
        stop(connection, controller.id, suppression_key, asked.identifiers, said)
    if RIGHTS[asked.right].at_once is AtOnce.USE_IS_RESTRICTED:
        whose = controller.id, row["id"]
        restrict_while_weighed(connection, suppression_key, whose, asked.identifiers, made)
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


def _first_steps(controller: ControllerSettings, asked: Asked, at: datetime) -> list[CaseStep]:
    # words in a message that may mean something else are for a person to read
    is_read = asked.came is None or not asked.is_doubtful
    steps = first_steps(asked.right, controller.role, at, is_told=is_read and asked.channel is None)
    if asked.channel is not None:
        steps.insert(0, CaseStep(StepKind.TAKEN_IN, at, channel=asked.channel))
    if asked.is_under_eu_law:
        steps.append(CaseStep(StepKind.UNDER_EU_LAW, at))
    return steps


def _judged(
    connection: Connection,
    controller: ControllerSettings,
    asked: Asked,
    steps: Sequence[CaseStep],
    now: datetime,
) -> dict[str, Any]:
    """Return what the rules make of a request: dates, state, and whether somebody is asked."""
    identity, mail_at = _identity(connection, controller.id, asked, now)
    case = Case(asked.right, now, controller.role, identity in KNOWN, steps)
    return {
        "id": new_keys(1, now)[0],
        "reference": _reference(),
        "received_at": now,
        "due_on": case.due_on,
        "acknowledge_by": case.due_on if case.is_complaint else None,
        "status": case.status,
        "identity": identity,
        "identity_confirmed_at": now if identity is IdentityState.CONFIRMED else None,
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
        # an address in a letter proves as little as one in a mail that nobody vouches for
        came_by_mail=asked.came is not None or asked.channel is not None,
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


def _first_day(controller: ControllerSettings, known: Row[Any]) -> date | None:
    """Return the day that was said when a request came; while a question waits there is none."""
    return Case(known.right, known.received_at, controller.role, knows_identity=False).due_on


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
