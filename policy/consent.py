"""Fold permission events into the state of one purpose and channel (privacy-rules section 2.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose

PERMITTING = frozenset({EventKind.GIVEN, EventKind.RENEWED})

_SEVERITY = {
    kind: rank
    for rank, kind in enumerate(
        (
            EventKind.ENQUIRED,
            EventKind.ATTEMPTED,
            EventKind.GIVEN,
            EventKind.RENEWED,
            EventKind.UNKNOWN,
            EventKind.INVALIDATED,
            EventKind.REVOKED,
            EventKind.REFUSED,
            EventKind.WITHDRAWN,
            EventKind.OBJECTED,
        )
    )
}
"""Of events at the same instant the one further down decides: ties are restrictive (rule G4)."""


@dataclass(frozen=True, slots=True)
class ConsentState:
    """How things stand for one identifier, purpose and channel at one instant.

    `latest` decides. `attempted` is the last tick that could not count: it neither permits nor
    takes back what an earlier valid tick gave. `objection` is the last objection in force.
    """

    latest: PermissionEvent | None
    attempted: PermissionEvent | None
    objection: PermissionEvent | None

    @property
    def is_given(self) -> bool:
        """Say whether the last word is a consent (still to be checked for its term)."""
        return self.latest is not None and self.latest.kind in PERMITTING


def consent_state(
    events: Iterable[PermissionEvent], purpose: Purpose, channel: Channel, at: datetime
) -> ConsentState:
    """Return the state as the events up to `at` leave it, in whatever order they arrived.

    Ordered by the source's time; of events at one instant the restrictive one wins. An objection
    stays in force until a later consent for this very purpose and channel. Rules: CON-1 to CON-4.
    """
    latest = attempted = objection = None
    for event in events:
        if event.purpose is not purpose or event.occurred_at > at:
            continue
        if event.channel is not None and event.channel is not channel:
            continue
        if event.kind is EventKind.ATTEMPTED:
            attempted = _later(attempted, event)
        elif event.kind is not EventKind.ENQUIRED:
            latest = _later(latest, event)
            if event.kind is EventKind.OBJECTED:
                objection = _later(objection, event)
    if objection and latest and latest.kind in PERMITTING:
        objection = None
    return ConsentState(latest, attempted, objection)


def _later(one: PermissionEvent | None, other: PermissionEvent) -> PermissionEvent:
    """Return the event that decides between two."""
    if one is None:
        return other
    return max(one, other, key=_precedence)


def _precedence(event: PermissionEvent) -> tuple[datetime, int]:
    return event.occurred_at, _SEVERITY[event.kind]
