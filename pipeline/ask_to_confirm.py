"""Ask people by mail to confirm what was ticked in their name, in the transaction of their leads.

Rules: EV-12, EV-13.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from models import opt_in, outbox, permission, usage
from models.bulk import Values
from models.keys import new_keys
from models.ledger import Entry, LedgerKind
from models.outbox import MailKind
from pipeline.compose import without_nul
from pipeline.mail_texts import Text, opt_in_template, opt_in_text
from pipeline.prepare import Prepared
from pipeline.settings import ConfiguredSource
from policy.confirmation import BETWEEN_MAILS, LINK_LIVES, ask_at, may_ask
from policy.evidence import BoxFinding
from policy.suppression import suppression_digests
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    Identifier,
    IdentifierKind,
    Notice,
    Purpose,
)

OptOuts = Sequence[tuple[Channel | None, datetime]]


class Ticked(NamedTuple):
    """A new lead whose ticks wait, with the address to ask at. Keys are hex digits.

    `findings` are those of the boxes that wait.
    """

    lead_id: str
    prepared: Prepared
    address: Identifier
    address_id: str
    findings: Sequence[BoxFinding]

    def __repr__(self) -> str:
        """Say which lead it is; the rest is somebody's."""
        return f"Ticked({self.lead_id})"


def ticked(lead_id: str, prepared: Prepared, identifiers: Sequence[str]) -> Ticked | None:
    """Return what of a new lead waits for a confirmation; None if nothing does.

    The first address is asked: a form that took several could else be used to mail to many.
    """
    if not prepared.submission.needs_confirmation:
        return None
    waiting = [
        finding
        for finding in prepared.findings.found
        if finding.defect is BoxDefect.AWAITING_CONFIRMATION
    ]
    if not waiting or prepared.notice_id is None:
        return None
    for identifier, key in zip(prepared.identifiers, identifiers, strict=True):
        if identifier.kind is IdentifierKind.EMAIL:
            return Ticked(lead_id, prepared, identifier, key, waiting)
    return None


def ask_to_confirm(
    connection: Connection, source: ConfiguredSource, fresh: Sequence[Ticked], now: datetime
) -> list[Entry]:
    """Write down who is asked to confirm what, and the mails; return the ledger's entries."""
    if not fresh:
        return []
    controller_id = source.controller_id
    ids = [UUID(each.address_id) for each in fresh]
    mailed = opt_in.mails_to(connection, controller_id, ids, now - BETWEEN_MAILS)
    stops = _opt_outs(connection, source, fresh)
    rows: list[Values] = []
    mails: list[Values] = []
    entries: list[Entry] = []
    for key, each in zip(new_keys(len(fresh), now), fresh, strict=True):
        address_id = UUID(each.address_id)
        at = ask_at(mailed.get(address_id, []), now)
        channels = {c for f in each.findings if f.meaning for c in f.meaning.channels}
        if at is None or not may_ask(each.prepared.submitted_at, channels, stops[address_id]):
            continue
        mailed.setdefault(address_id, []).append(at)
        row = _row(controller_id, key, each, at, now)
        rows.append(row)
        mails.append(_mail(source, each, row))
        entries.append(_entry(each, row))
    opt_in.add_opt_ins(connection, rows)
    outbox.add_mails(connection, mails)
    return entries


def _opt_outs(
    connection: Connection, source: ConfiguredSource, fresh: Sequence[Ticked]
) -> Mapping[UUID, OptOuts]:
    """Return what each address, or its person by another one, opted out of, and when.

    The list says since when, the events what was said again later.
    """
    owner, key = source.controller_id, source.suppression_key
    ids = {each.address: UUID(each.address_id) for each in fresh}
    found: dict[UUID, list[tuple[Channel | None, datetime]]] = {id_: [] for id_ in ids.values()}
    digests = {
        digest: id_
        for address, id_ in ids.items()
        for digest in suppression_digests(key, owner, address)
    }
    for digest, scopes in permission.suppressions(connection, owner, digests).items():
        found[digests[digest]] += scopes
    people: dict[UUID, set[UUID]] = {}
    for row in usage.leads_of(connection, owner, list(found)):
        if row.person_id:
            people.setdefault(row.person_id, set()).add(row.identifier_id)
    said = [(row.identifier_id, row) for row in usage.events_of(connection, owner, list(found))]
    for person_id, row in usage.objections_of_people(connection, owner, people):
        said += [(id_, row) for id_ in people[person_id]]
    for id_, row in said:
        if row.kind is EventKind.OBJECTED and row.purpose is Purpose.DIRECT_MARKETING:
            found[id_].append((row.channel, row.occurred_at))
    return found


def _row(controller_id: str, key: UUID, each: Ticked, at: datetime, now: datetime) -> Values:
    return {
        "controller_id": controller_id,
        "id": key,
        "lead_id": UUID(each.lead_id),
        "identifier_id": UUID(each.address_id),
        "notice_id": each.prepared.notice_id,
        "boxes": [without_nul(finding.key) for finding in each.findings],
        "template": opt_in_template(),
        "asked_at": now,
        "mail_at": at,
        "expires_at": at + LINK_LIVES,
    }


def _mail(source: ConfiguredSource, each: Ticked, row: Values) -> Values:
    text = _text(source, each, row["boxes"], row["expires_at"])
    return {
        "controller_id": source.controller_id,
        "id": new_keys(1, row["asked_at"])[0],
        "kind": MailKind.CONFIRM_OPT_IN,
        "subject_id": row["id"],
        "address": each.address.value,
        "subject": text.subject,
        "body": without_nul(text.body),
        "made_at": row["asked_at"],
        "due_at": row["mail_at"],
        "give_up_at": row["expires_at"],
        "attempts": 0,
    }


def _text(source: ConfiguredSource, each: Ticked, boxes: Sequence[str], until: datetime) -> Text:
    shown = each.prepared.submission.notice
    form = shown.name if shown else ""
    words = wordings(shown, boxes)
    return opt_in_text(source.controller, form, words, each.prepared.submitted_at, until)


def wordings(shown: Notice | None, boxes: Sequence[str]) -> list[str]:
    """Return the words that stood beside some boxes of a form."""
    offered = shown.boxes if shown else ()
    return [box.text for box in offered if without_nul(box.key) in boxes and box.text]


def _entry(each: Ticked, row: Values) -> Entry:
    detail = {
        "opt_in": row["id"].hex,
        "boxes": len(each.findings),
        "wording": row["notice_id"],
        "template": row["template"],
        "mail": row["mail_at"].isoformat(),
        "expires": row["expires_at"].isoformat(),
    }
    return LedgerKind.OPT_IN_ASKED, each.lead_id, detail
