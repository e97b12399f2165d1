"""What the events of a person's several identifiers say together about keeping a record."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from policy.consent import PERMITTING, consent_state
from policy.retention import consent_ends_at
from policy.retention_events import OPTING_OUT, full_opt_out_at
from policy.vocabulary import EventKind, PermissionEvent, Purpose


def person_opted_out_at(
    identifiers: Collection[Sequence[PermissionEvent]], at: datetime
) -> datetime | None:
    """Return since when a person has opted out of all marketing on every identifier, or None.

    `identifiers` holds the events of each identifier of one person with one controller. An
    objection counts for all of them (CON-3); a withdrawal counts for the one it was made for, so a
    consent that stands on another one keeps the record (RET-8). Identifiers that marketing was
    never a matter of say nothing. Rule: RET-7. UK GDPR Art. 17(1)(b), 17(1)(c), 21(3).
    """
    objections = [e for own in identifiers for e in own if e.kind is EventKind.OBJECTED]
    ends = [
        full_opt_out_at([*(e for e in own if e.kind is not EventKind.OBJECTED), *objections], at)
        for own in identifiers
        if any(event.purpose is Purpose.DIRECT_MARKETING for event in own)
    ]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


class RecordPermission(NamedTuple):
    """Whether a marketing permission given with a record stands, and else when the last one ended.

    `ended_at` is None while one stands, where none was given, and where an opt-out ended it.
    """

    stands: bool
    ended_at: datetime | None


def permission_of_record(
    identifiers: Collection[Sequence[PermissionEvent]], lead_id: UUID, at: datetime
) -> RecordPermission:
    """Return what became of the marketing permissions that were given with one record.

    `identifiers` holds the events of each identifier that the record carries; consent sticks to the
    identifier it was given for. A later consent on another record keeps that one, not this. Rules:
    RET-6, RET-20. UK GDPR Art. 5(1)(e), 7.
    """
    ended: list[datetime] = []
    for own in identifiers:
        given = {
            (event.purpose, event.channel)
            for event in own
            if event.kind in PERMITTING and event.lead_id == lead_id and event.channel
        }
        for purpose, channel in given:
            latest = consent_state(own, purpose, channel, at).latest if channel else None
            if latest is None:
                continue
            if latest.kind in PERMITTING and latest.lead_id == lead_id:
                ends_at = consent_ends_at(latest.occurred_at, latest.valid_until)
                if at < ends_at:
                    return RecordPermission(stands=True, ended_at=None)
                ended.append(ends_at)
            elif latest.kind not in OPTING_OUT:
                ended.append(latest.occurred_at)
    return RecordPermission(stands=False, ended_at=max(ended, default=None))
