"""What became of one consent: each later event stands beside it, and never changes it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from policy.consent import PERMITTING, later
from policy.consent_evidence import ConsentStatus
from policy.consent_records.details import LaterEvent
from policy.consent_records.terms import Actor
from policy.vocabulary import EventKind, PermissionEvent

STATUS_OF = {
    EventKind.GIVEN: ConsentStatus.GIVEN,
    EventKind.RENEWED: ConsentStatus.RENEWED,
    EventKind.REFUSED: ConsentStatus.REFUSED,
    EventKind.UNKNOWN: ConsentStatus.UNKNOWN,
    EventKind.ATTEMPTED: ConsentStatus.INVALIDATED,
}
"""What was said in answer to a box, and where that consent stands by itself."""

_ENDINGS = {
    EventKind.WITHDRAWN: (ConsentStatus.WITHDRAWN, Actor.PERSON, "withdrawal"),
    EventKind.OBJECTED: (ConsentStatus.WITHDRAWN, Actor.PERSON, "objection"),
    EventKind.REFUSED: (ConsentStatus.REFUSED, Actor.PERSON, "a later box left empty"),
    EventKind.UNKNOWN: (ConsentStatus.UNKNOWN, Actor.PERSON, "a later answer that is unreadable"),
    EventKind.REVOKED: (ConsentStatus.REVOKED, Actor.CONTROLLER, ""),
    EventKind.INVALIDATED: (ConsentStatus.INVALIDATED, Actor.CONTROLLER, ""),
}


def became_of(
    answer: PermissionEvent, events: Iterable[PermissionEvent], at: datetime
) -> tuple[LaterEvent, ...]:
    """Return what became of a consent by an instant (aware), in the order of the source's times.

    A renewal or a new consent is a record of its own and ends this one's story. Of what happened at
    the very instant of the consent, what permits less comes after it (rule CON-2). Its term, if
    nothing ended it before, ends it. What gave no consent has no story. Rule: BAS-13. UK GDPR Art.
    7(1), 7(3); ISO/IEC TS 27560:2023 Annex B.
    """
    if answer.kind not in PERMITTING:
        return ()
    story = sorted(_after(answer, events, at), key=lambda event: event.occurred_at)
    renewed_at = next((event.occurred_at for event in story if event.kind in PERMITTING), None)
    ends: list[LaterEvent] = []
    for event in story:
        if event.kind in _ENDINGS and (renewed_at is None or event.occurred_at < renewed_at):
            status, actor, how = _ENDINGS[event.kind]
            ends.append(LaterEvent(status, event.occurred_at, actor, how))
    return _with_term(answer.valid_until, ends, renewed_at or at)


def _after(
    answer: PermissionEvent, events: Iterable[PermissionEvent], at: datetime
) -> Iterator[PermissionEvent]:
    """Yield what comes after a consent and is about the same purpose and channel."""
    for event in events:
        is_about_it = event.purpose is answer.purpose and event.channel in (None, answer.channel)
        is_twin = event.kind in PERMITTING and event.occurred_at == answer.occurred_at
        if not is_about_it or is_twin or event.occurred_at > at:
            continue
        if later(answer, event) is event:
            yield event


def _with_term(
    valid_until: datetime | None, ends: list[LaterEvent], by: datetime
) -> tuple[LaterEvent, ...]:
    """Put the end of the term first, if it came and nothing else had ended the consent before."""
    if valid_until is None or by < valid_until or any(end.at < valid_until for end in ends):
        return tuple(ends)
    expired = LaterEvent(ConsentStatus.EXPIRED, valid_until, Actor.CONTROLLER, "end of its term")
    return (expired, *ends)
