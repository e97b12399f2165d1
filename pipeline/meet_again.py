"""What becomes of a submission that the store has: nothing, a second record, or better proof.

A duplicate never makes a consent anew, never moves a clock and never undoes an opt-out. Other bytes
under the same id are kept beside the lead. If they prove more (a file had no ticks, the platform's
own answer has them), the lead's evidence improves, at the time at which the person acted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import lead as leads
from models import notice as notices
from models import permission as permissions
from models import person as people
from models.bulk import Values
from models.keys import new_hex_keys, new_keys
from models.lead import KnownLead
from models.ledger import Entry, LedgerKind, commitment
from pipeline import compose
from pipeline.prepare import Prepared, still_waiting
from policy.evidence import completes, notice_from
from policy.vocabulary import SAYS_UNDER_AGE, EventKind, Identifier, PermissionEvent

REFUSALS = frozenset({EventKind.REFUSED})
PERMITTING = frozenset(EventKind) - REFUSALS


@dataclass(slots=True)
class Again:
    """What met submissions led to. `held` are those kept with masked payloads."""

    counts: Counter[str] = field(default_factory=Counter)
    arrivals: list[Values] = field(default_factory=list)
    held: list[Prepared] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def meet_again(
    connection: Connection,
    controller_id: str,
    met: Sequence[tuple[Prepared, KnownLead]],
    now: datetime,
) -> Again:
    """Deal with submissions whose leads are stored, in the transaction of their batch."""
    outcome = Again()
    kept = leads.known_arrivals(connection, controller_id, [known.id for _, known in met])
    for prepared, known in met:
        if prepared.submission.is_test and not known.is_test:
            _mark_as_test(connection, controller_id, prepared, known, outcome)
        seal = commitment(known.salt, prepared.delivery.payload)
        if seal == known.commitment or (known.id, seal) in kept:
            outcome.counts["duplicates"] += 1
            if _is_better(connection, controller_id, prepared, known):  # now with the wording
                _improve(connection, controller_id, prepared, known, now, outcome)
            continue
        kept.add((known.id, seal))
        outcome.counts["arrived_again"] += 1
        outcome.arrivals.append(_arrival_row(controller_id, prepared, known, seal, now))
        is_better = _is_better(connection, controller_id, prepared, known)
        detail: dict[str, object] = {
            "commitment": seal.hex(),
            "grade": prepared.grade,
            "notice": prepared.notice_id,
            "better": is_better,
        }
        if prepared.masking is not None:
            detail["masked"] = prepared.masking.categories
        if prepared.masked_payload is not None:
            outcome.held.append(_as_of(known, prepared))
        if SAYS_UNDER_AGE in prepared.remarks:
            # whichever copy says it: nobody is older for having been asked elsewhere
            leads.add_remark(connection, controller_id, [known.id], SAYS_UNDER_AGE)
        outcome.entries.append((LedgerKind.LEAD_ARRIVED_AGAIN, known.id.hex, detail))
        if is_better:
            _improve(connection, controller_id, prepared, known, now, outcome)
        elif _refuses(prepared):
            # copies that contradict each other prove no consent: the "no" is heeded
            refusal = add_events(connection, controller_id, prepared, known.id, now, REFUSALS)
            outcome.entries.append(_recorded(prepared, known.id, refusal))
    leads.add_arrivals(connection, outcome.arrivals)
    return outcome


def _as_of(known: KnownLead, prepared: Prepared) -> Prepared:
    """Return a copy under the id of its lead, so that what is held of it goes with the lead."""
    submission = prepared.submission._replace(external_id=known.external_id)
    ends = min(known.expires_at, prepared.expires_at)
    return prepared._replace(submission=submission, expires_at=ends)


def _arrival_row(
    controller_id: str, prepared: Prepared, known: KnownLead, seal: bytes, now: datetime
) -> dict[str, Any]:
    delivery = prepared.delivery
    return {
        "controller_id": controller_id,
        "id": new_keys(1, now)[0],
        "lead_id": known.id,
        "notice_id": prepared.notice_id,
        "received_at": delivery.received_at,
        "media_type": delivery.media_type,
        "payload": compose.kept_payload(prepared),
        "commitment": seal,
    }


def _mark_as_test(
    connection: Connection,
    controller_id: str,
    prepared: Prepared,
    known: KnownLead,
    outcome: Again,
) -> None:
    """Take a lead out of use once the platform names it a test; the way back does not exist."""
    ends = min(known.expires_at, prepared.expires_at)
    leads.better_evidence(
        connection, controller_id, known.id, {"is_test": True, "expires_at": ends}
    )
    known.is_test = True
    outcome.counts["marked_as_test"] += 1
    outcome.entries.append((LedgerKind.LEAD_MARKED_AS_TEST, known.id.hex, {}))


def _improve(
    connection: Connection,
    controller_id: str,
    prepared: Prepared,
    known: KnownLead,
    now: datetime,
    outcome: Again,
) -> None:
    """Let a better delivery prove what the stored one could not, as of the person's own act."""
    known.grade, known.notice_id = prepared.grade, prepared.notice_id
    outcome.counts["improved"] += 1
    if prepared.submission.submitted_at is not None and not known.has_source_time:
        # the first copy did not say when; no end ever moves later for that
        ends = min(known.expires_at, prepared.expires_at)
        times = {"submitted_at": prepared.submitted_at, "expires_at": ends}
        leads.better_evidence(connection, controller_id, known.id, times)
        known.has_source_time = True
    outcome.entries.append(prove(connection, controller_id, prepared, known, now))


def prove(
    connection: Connection,
    controller_id: str,
    prepared: Prepared,
    lead: KnownLead | Row[Any],
    now: datetime,
) -> Entry:
    """Write what a delivery proves of a stored lead, and add the events that it lacks so far.

    Events are only ever added, at the time of the person's own act: whatever the person said later
    still has the last word. Where two readings differ about that time, what permits is of the
    earlier one, and what refuses of the one that is read now. What had to be confirmed when it
    came still has to be.
    """
    if permissions.awaits_confirmation(connection, controller_id, lead.id):
        prepared = still_waiting(prepared)
    changes = compose.evidence_columns(prepared)
    leads.better_evidence(connection, controller_id, lead.id, changes)
    refused = add_events(connection, controller_id, prepared, lead.id, now, REFUSALS)
    at = min(lead.submitted_at, prepared.submitted_at)
    ends = min(lead.expires_at, prepared.expires_at)
    early = prepared._replace(submitted_at=at, expires_at=ends)
    fresh = add_events(connection, controller_id, early, lead.id, now, PERMITTING)
    return _recorded(prepared, lead.id, [*refused, *fresh])


def add_events(
    connection: Connection,
    controller_id: str,
    prepared: Prepared,
    lead_id: UUID,
    now: datetime,
    kinds: frozenset[EventKind],
) -> list[tuple[Identifier, PermissionEvent]]:
    """Add the events of some kinds that a stored lead lacks so far; return them."""
    keys = people.identifiers_of_lead(connection, controller_id, lead_id)
    already = permissions.recorded_for_lead(connection, controller_id, lead_id)
    fresh: list[tuple[Identifier, PermissionEvent]] = []
    for identifier, event in compose.events_of(prepared, lead_id):
        key = keys.get(identifier)
        is_known = (key, event.purpose, event.channel, event.kind) in already
        if key and event.kind in kinds and not is_known:
            fresh.append((identifier, event))
    rows = [
        compose.event_row(controller_id, id_, keys[identifier].hex, event, now)
        for id_, (identifier, event) in zip(new_hex_keys(len(fresh), now), fresh, strict=True)
    ]
    permissions.add_events(connection, rows)
    return fresh


def _recorded(
    prepared: Prepared, lead_id: UUID, fresh: Sequence[tuple[Identifier, PermissionEvent]]
) -> Entry:
    detail = {
        "grade": prepared.grade,
        "notice": prepared.notice_id,
        "permissions": compose.permissions(fresh),
    }
    return LedgerKind.PERMISSIONS_RECORDED, lead_id.hex, detail


def _is_better(
    connection: Connection, controller_id: str, prepared: Prepared, known: KnownLead
) -> bool:
    """Say whether a delivery proves more, and nothing else than what is proven already.

    The wording that a person met was told once; another one is of another time.
    """
    if known.grade not in prepared.grade.is_better_than or known.is_test:
        return False
    if known.notice_id is None or known.notice_id == prepared.notice_id:
        return True
    before = notice_from(notices.notice_row(connection, controller_id, known.notice_id).content)
    now = prepared.submission.notice
    return now is not None and completes(now, before)


def _refuses(prepared: Prepared) -> bool:
    return any(finding.kind in REFUSALS for finding in prepared.findings.found)
