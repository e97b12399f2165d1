"""Which permissions a submission gives, and on which lawful basis: never more than its evidence."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from policy.evidence import BoxFinding
from policy.vocabulary import (
    CHANNEL_IDENTIFIERS,
    Channel,
    EventKind,
    Identifier,
    IdentifierKind,
    LawfulBasis,
    PermissionEvent,
    Purpose,
)

ENQUIRY_CHANNELS: dict[IdentifierKind, Channel] = {
    IdentifierKind.EMAIL: Channel.EMAIL,
    IdentifierKind.PHONE: Channel.LIVE_CALL,
}
"""How the person asked to be answered by leaving such an identifier (rule PERM-71)."""


def events_of_submission(
    found: Sequence[Identifier],
    findings: Iterable[BoxFinding],
    submitted_at: datetime,
    lead_id: UUID,
    consent_until: datetime,
) -> Iterator[tuple[Identifier, PermissionEvent]]:
    """Yield the permission events of one submission, each with the identifier that it sticks to.

    Submitting is an enquiry and no more (policy clause 4 against UK GDPR Art. 4(11); rule LB-1):
    each identifier left may be used to answer it, as steps asked for before a contract, Art.
    6(1)(b). A box gives, refuses or attempts exactly the purpose and the channels it was configured
    for, on the identifiers which that channel reaches (rules LB-2, LB-3).
    """
    for identifier in found:
        yield (
            identifier,
            PermissionEvent(
                EventKind.ENQUIRED,
                Purpose.ENQUIRY_RESPONSE,
                ENQUIRY_CHANNELS[identifier.kind],
                submitted_at,
                lead_id,
                LawfulBasis.CONTRACT,
                valid_until=consent_until,
            ),
        )
    for finding in findings:
        for channel, event in _box_events(finding, submitted_at, lead_id, consent_until):
            for identifier in found:
                if identifier.kind in CHANNEL_IDENTIFIERS[channel]:
                    yield identifier, event


def _box_events(
    finding: BoxFinding, submitted_at: datetime, lead_id: UUID, consent_until: datetime
) -> Iterator[tuple[Channel, PermissionEvent]]:
    """Yield what one box means for each channel it is about; nothing if it means nothing."""
    meaning, kind = finding.meaning, finding.kind
    if meaning is None or kind is None:
        return
    is_given = kind is EventKind.GIVEN
    for channel in meaning.channels:
        yield (
            channel,
            PermissionEvent(
                kind,
                meaning.purpose,
                channel,
                submitted_at,
                lead_id,
                LawfulBasis.CONSENT if is_given else None,
                finding.defect,
                finding.key,
                consent_until if is_given else None,
            ),
        )
