"""The records of what somebody consented to, refused or attempted in one lead, as JSON-LD."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import disclosure as disclosures
from models import ledger, trail, usage
from models import notice as notices
from models.ledger import LedgerKind
from models.store import Store
from pipeline.gather import event_of
from pipeline.settings import ControllerSettings
from pipeline.show import require_lead
from policy.consent_evidence import ConsentEvidence, ConsentStatus, text_hash
from policy.consent_records.details import LaterEvent, Party, RecordDetails
from policy.consent_records.history import STATUS_OF, became_of
from policy.consent_records.record import consent_record
from policy.evidence import notice_from
from policy.vocabulary import INTERNAL, Notice, NoticeBox, PermissionEvent

JURISDICTION = "GB"
"""The rules that are kept here are those of the United Kingdom."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The notice that a lead answered: its id, the hash of its content, and what it said."""

    id: str
    hash: str
    notice: Notice

    def box(self, key: str | None) -> NoticeBox | None:
        """Return a box as it was shown; nothing, where the wording is not known."""
        found = [box for box in self.notice.boxes if box.key == key]
        return found[0] if found and self.notice.wording_known else None


@dataclass(frozen=True, slots=True)
class _Lead:
    """A lead with all that its records rest on.

    `recipients` are purpose, channel and recipient of each list that it was in; `histories` all
    that happened to the permissions of each identifier; `ways` how people opted out, by time.
    """

    row: Row[Any]
    shown: _Shown | None
    controller: ControllerSettings | None
    recipients: Sequence[tuple[str, str, str]]
    histories: Mapping[UUID, Sequence[PermissionEvent]]
    ways: Mapping[datetime, str]


def consent_records(
    store: Store, controllers: Iterable[ControllerSettings], lead_id: UUID, now: datetime
) -> list[dict[str, Any]]:
    """Return one record for each answer to a box of a lead, as things stand now (aware).

    Built from what is kept alone: what is not is named in the record. People and identifiers are
    told by their keys.

    Raises:
        UsageError: there is no lead with that key.
    """
    named = {controller.id: controller for controller in controllers}
    with store.reading() as connection:
        row = require_lead(connection, lead_id)
        answers = [
            event
            for event in trail.events_of_leads(connection, row.controller_id, [row.id])
            if event.kind in STATUS_OF
        ]
        identifiers = {event.identifier_id for event in answers}
        lead = _gathered(connection, row, named.get(row.controller_id), identifiers)
    return [_record(lead, answer, now) for answer in answers]


def _gathered(
    connection: Connection,
    row: Row[Any],
    controller: ControllerSettings | None,
    identifiers: set[UUID],
) -> _Lead:
    people = {row.person_id} if row.person_id else set()
    spread = [
        event for _, event in usage.objections_of_people(connection, row.controller_id, people)
    ]
    histories = {identifier: list(map(event_of, spread)) for identifier in identifiers}
    for event in usage.events_of(connection, row.controller_id, identifiers):
        histories[event.identifier_id].append(event_of(event))
    lists = disclosures.exports_with(connection, row.controller_id, [row.id])
    heard = identifiers | {event.identifier_id for event in spread}
    return _Lead(
        row,
        _shown(connection, row),
        controller,
        [(each.purpose, each.channel, each.recipient) for each in lists],
        histories,
        _ways(connection, row.controller_id, heard),
    )


def _shown(connection: Connection, lead: Row[Any]) -> _Shown | None:
    if lead.notice_id is None:
        return None
    row = notices.notice_row(connection, lead.controller_id, lead.notice_id)
    content: str = row.content
    return _Shown(lead.notice_id, text_hash(content), notice_from(content))


def _ways(
    connection: Connection, controller_id: str, identifiers: Iterable[UUID]
) -> dict[datetime, str]:
    """Return by which way some identifiers opted out, as the ledger has it, by time."""
    rows = ledger.history(connection, controller_id, [each.hex for each in identifiers])
    found = {}
    for row in rows:
        if row.kind == LedgerKind.OPTED_OUT:
            detail = json.loads(row.body)["detail"]
            # entries of older versions say only when they were written, which was the same
            said_at = detail.get("said_at")
            found[datetime.fromisoformat(said_at) if said_at else row.recorded_at] = detail[
                "reason"
            ]
    return found


def _record(lead: _Lead, row: Row[Any], now: datetime) -> dict[str, Any]:
    answer = event_of(row)
    # the identifier's own objections are among its person's as well
    later = tuple(dict.fromkeys(became_of(answer, lead.histories[row.identifier_id], now)))
    controller = lead.controller
    party = controller and Party(controller.id, controller.name, controller.privacy_contact)
    details = RecordDetails(
        record_id=row.id,
        subject=lead.row.person_id or lead.row.id,
        identifier=row.identifier_id,
        event=STATUS_OF[answer.kind],
        controllers=(party,) if party else (),
        later=later,
        notice_url=(lead.shown.notice.privacy_url or "") if lead.shown else "",
        jurisdiction=JURISDICTION,
        keep_until=lead.row.expires_at,
        recipients=_recipients(lead, answer),
    )
    return consent_record(_evidence(lead, row, answer, later), details)


def _recipients(lead: _Lead, answer: PermissionEvent) -> tuple[str, ...]:
    asked = (answer.purpose, answer.channel)
    told = {name for *use, name in lead.recipients if tuple(use) == asked}
    return tuple(sorted(told - {INTERNAL}))


def _evidence(
    lead: _Lead, row: Row[Any], answer: PermissionEvent, later: Sequence[LaterEvent]
) -> ConsentEvidence:
    """Return what the store holds of one answer; what it does not hold stays empty."""
    shown, controller = lead.shown, lead.controller
    box = shown.box(answer.box_key) if shown else None
    has_time: bool = lead.row.has_source_time
    wording = (box.text or "") if box else ""
    withdrawn = next((each for each in later if each.status is ConsentStatus.WITHDRAWN), None)
    return ConsentEvidence(
        identifier=row.identifier_kind,
        occurred_at=answer.occurred_at,
        has_source_time=has_time,
        # a connector takes a time only with its offset, and keeps it in UTC
        time_zone="UTC" if has_time else "",
        time_precision="second" if has_time else "",
        form_id=lead.row.form_id or "",
        # a form that changes has another fingerprint
        form_version=shown.id if shown else "",
        control="checkbox" if box else "",
        is_pre_ticked=box.is_pre_ticked if box else None,
        is_required=box.is_required if box else None,
        action=_action(lead.row.findings, answer),
        notice_id=shown.id if shown else "",
        notice_hash=shown.hash if shown and shown.hash == shown.id else "",
        wording=wording,
        wording_hash=text_hash(wording) if wording else "",
        language=(shown.notice.locale or "").replace("_", "-") if shown else "",
        controllers=(controller.name,) if controller else (),
        purposes=(answer.purpose,),
        channels=(answer.channel,) if answer.channel else (),
        withdrawal_method=f"mailto:{controller.privacy_contact}" if controller else "",
        valid_until=answer.valid_until,
        status=later[-1].status if later else STATUS_OF[answer.kind],
        withdrawn_at=withdrawn.at if withdrawn else None,
        withdrawn_how=lead.ways.get(withdrawn.at, "") if withdrawn else "",
    )


def _action(findings: Iterable[dict[str, Any]], answer: PermissionEvent) -> str:
    """Say what the form sent back for the box, word for word."""
    sent = [each["raw"] for each in findings if each["box"] == answer.box_key]
    return f"the form sent {sent[0]!r}" if sent and sent[0] is not None else ""
