"""What is held of one person besides leads: requests, mails, holds, and what the ledger says."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import correction, erasure, held, ledger, restriction, rights_step
from models.hold import HoldScope
from pipeline.pack_asked import PackAsked, Record, at
from pipeline.pack_subject import PackSubject
from policy.vocabulary import IdentifierKind

_LINK = re.compile(r"https?://\S+")
_NO_LINK = "(a link that works once, left out)"


def request_rows(
    connection: Connection, controller_id: str, subject: PackSubject
) -> list[Row[Any]]:
    """Return the requests in which the person gave an address or number that is theirs alone."""
    emails = subject.values(IdentifierKind.EMAIL)
    phones = subject.values(IdentifierKind.PHONE)
    if not (emails or phones):
        return []
    rows = erasure.requests_naming(connection, controller_id, emails, phones)
    # a number can be anybody's idea: where an address is given as well, it decides
    theirs = (row for row in rows if row.email is None or row.email in emails)
    return sorted(theirs, key=lambda row: row.received_at)


def requests_of(asked: PackAsked, rows: Sequence[Row[Any]]) -> list[Record]:
    """Return what the person asked of us, in their words, how far it is, and what we did."""
    steps = _steps_of(asked, [row.id for row in rows])
    return [
        {
            "reference": row.reference,
            "right": row.right,
            "received_at": at(row.received_at),
            "due_on": row.due_on.isoformat() if row.due_on else None,
            "name": row.name,
            "email": row.email,
            "phone": row.phone,
            "text": asked.redactor.text(row.text),
            "status": row.status,
            "identity": row.identity,
            "identity_confirmed_at": at(row.identity_confirmed_at),
            "mail": row.message_id,
            "mail_sent_at": at(row.sent_at),
            "came_by": row.source_id or "the page for requests, or by hand",
            "steps": steps.get(row.id, []),
        }
        for row in rows
    ]


def _steps_of(asked: PackAsked, requests: Collection[UUID]) -> dict[UUID, list[Record]]:
    """Return what happened about some requests; who of us did it is left out."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    for row in rights_step.steps_of(asked.connection, asked.controller_id, requests):
        found[row.request_id].append(
            {
                "step": row.kind,
                "at": at(row.at),
                "recorded_at": at(row.recorded_at),
                "detail": row.detail,
                "text": asked.redactor.text(row.text),
            }
        )
    return found


def mails_of(asked: PackAsked, subjects: Collection[UUID]) -> list[Record]:
    """Return the mails to the person that wait to be sent; those that went are with their cause."""
    if not subjects:
        return []
    rows = held.mails_about(asked.connection, asked.controller_id, subjects)
    return [
        {
            "kind": row.kind,
            "to": row.address,
            "subject": row.subject,
            "text": _LINK.sub(_NO_LINK, row.body),
            "made_at": at(row.made_at),
            "dropped_unsent_at": at(row.give_up_at),
        }
        for row in rows
    ]


def hold_rows(asked: PackAsked) -> list[Row[Any]]:
    """Return the holds that keep the person's data."""
    scopes = {*asked.leads, *asked.subject.people}
    return held.holds_on(asked.connection, asked.controller_id, scopes) if scopes else []


def holds_of(rows: Sequence[Row[Any]]) -> list[Record]:
    """Return that data is kept for a claim, and until when; the matter itself may be privileged."""
    return [
        {
            "keeps": row.scope,
            "opened_at": at(row.opened_at),
            "looked_at_again_on": row.review_on.isoformat(),
            "released_at": at(row.released_at),
        }
        for row in rows
    ]


def people_of(asked: PackAsked) -> list[Record]:
    """Return the records that tie the person's leads together, and whether use is restricted."""
    people = asked.subject.people
    rows = held.people_of_keys(asked.connection, asked.controller_id, people) if people else []
    restrictions = restriction.restrictions_of_people(asked.connection, asked.controller_id, people)
    return [
        {
            "person": str(row.id),
            "known_since": at(row.created_at),
            "restrictions": [_restriction(each) for each in restrictions.get(row.id, ())],
        }
        for row in rows
    ]


def _restriction(row: Row[Any]) -> Record:
    return {
        "restriction": str(row.id),
        "ground": row.ground,
        "since": at(row.since),
        "request": row.request,
        "told_at": at(row.told_at),
        "lifted_at": at(row.lifted_at),
    }


def corrections_of(asked: PackAsked) -> list[Record]:
    """Return which details were corrected, when and why; what is right now is with the leads."""
    if not asked.leads:
        return []
    rows = correction.corrections_of(asked.connection, asked.controller_id, asked.leads)
    return [
        {
            "lead": str(row.lead_id),
            "field": row.field,
            "corrected_at": at(row.corrected_at),
            "reason": asked.redactor.text(row.reason),
            "request": row.request,
        }
        for row in rows
    ]


def identifiers_of(asked: PackAsked) -> list[Record]:
    """Return the person's addresses and numbers, and whether others use them too."""
    subject = asked.subject
    found = {each: key in subject.alone for key, each in subject.carried.items()}
    found |= dict.fromkeys(subject.traces, True)
    return [
        {"kind": each.kind, "value": each.value, "others_use_it_too": not is_alone}
        for each, is_alone in sorted(found.items())
    ]


def ledger_of(asked: PackAsked, more: Collection[UUID], holds: Sequence[Row[Any]]) -> list[Record]:
    """Return what the record of everything that happened says of the person, by keys.

    `more` are the keys of requests, confirmations and unread records. Who of us did something is
    left out: it is data of theirs.
    """
    own = [row.id for row in holds if row.scope is not HoldScope.CONTROLLER]
    keys = (*asked.leads, *asked.subject.alone, *asked.subject.people, *more, *own)
    rows = ledger.history(asked.connection, asked.controller_id, [key.hex for key in keys])
    return [
        {
            "happened": row.kind,
            "about": row.subject_id,
            "recorded_at": at(row.recorded_at),
            "detail": json.loads(row.body)["detail"],
            "entry": str(row.id),
            "leaf_hash": row.leaf_hash.hex(),
        }
        for row in rows
    ]
