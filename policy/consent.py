"""Fold permission events into the state of one purpose and channel (rules CON-1 to CON-4)."""

from collections.abc import Iterable
from datetime import datetime
from math import inf
from typing import NamedTuple

from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose

PERMITTING = frozenset({EventKind.GIVEN, EventKind.RENEWED})
ABOUT_ENQUIRIES = frozenset({EventKind.ENQUIRED, EventKind.CLOSED})

_SEVERITY = {
    kind: rank
    for rank, kind in enumerate(
        (
            EventKind.ENQUIRED,
            EventKind.CLOSED,
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
"""Of events at the same instant the one further down decides: ties are restrictive (CON-2)."""


class ConsentState(NamedTuple):
    """How things stand for one identifier, purpose and channel at one instant.

    `latest` decides. `attempted` is the last tick that could not count: it neither permits nor
    takes back what an earlier valid tick gave. `objection` is the last objection; only a later
    consent that is fully evidenced closes it, which is judged with the lead (rule PERM-14).
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

    What permits does so for its own channel only; what forbids may be for every channel (None).
    Ordered by the source's time (CON-1); of events at one instant the restrictive one wins (CON-2).
    An objection is kept beside what came later (CON-3); a tick that cannot count changes nothing
    (CON-4).
    """
    latest = attempted = objection = None
    for event in events:
        if event.purpose is not purpose or event.occurred_at > at:
            continue
        if event.channel is not channel and (event.channel or event.kind in PERMITTING):
            continue
        if event.kind is EventKind.ATTEMPTED:
            attempted = later(attempted, event)
        elif event.kind not in ABOUT_ENQUIRIES:
            latest = later(latest, event)
            if event.kind is EventKind.OBJECTED:
                objection = later(objection, event)
    return ConsentState(latest, attempted, objection)


def later(one: PermissionEvent | None, other: PermissionEvent) -> PermissionEvent:
    """Return the event that decides between two, whichever came first (rules CON-1, CON-2)."""
    if one is None:
        return other
    if one.occurred_at != other.occurred_at:
        return one if one.occurred_at > other.occurred_at else other
    return max(one, other, key=_precedence_at_one_instant)


def _precedence_at_one_instant(event: PermissionEvent) -> tuple[int, float, str, str, str]:
    """Rank by severity, then the earlier end; the rest only keeps arrival order from deciding."""
    ends = -event.valid_until.timestamp() if event.valid_until else -inf
    defect, box = event.defect or "", event.box_key or ""
    return _SEVERITY[event.kind], ends, defect, str(event.lead_id), box
