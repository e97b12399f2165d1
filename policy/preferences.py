"""What a person is shown of their own permissions: what is on, what is off, and since when.

The same decisions as for any list answer it, so that the page cannot say one thing and a list do
another (rule OUT-3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from policy.consent import PERMITTING
from policy.decision import Decision
from policy.facts import Facts
from policy.opt_out import STOPPED_PURPOSES
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose, ReasonCode, Word

MARKETING, AUDIENCE = Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE
ALWAYS_SHOWN = (
    (MARKETING, Channel.EMAIL),
    (MARKETING, Channel.SMS),
    (MARKETING, Channel.LIVE_CALL),
    (MARKETING, Channel.AUTOMATED_CALL),
    (MARKETING, Channel.POST),
    (AUDIENCE, Channel.ONLINE_AUDIENCE),
)
"""What anybody may rule out, whether or not they ever agreed to it (UK GDPR Art. 21(2))."""

_SAID_NO = frozenset({ReasonCode.OBJECTED, ReasonCode.SUPPRESSED, ReasonCode.CONSENT_WITHDRAWN})
_ENDS = frozenset({EventKind.OBJECTED, EventKind.WITHDRAWN})


class Standing(Word):
    """How one purpose and channel stands for a person."""

    ON = "on"  # it may be used now
    STOPPED = "stopped"  # the person said no
    OFF = "off"  # nothing permits it


@dataclass(frozen=True, slots=True)
class Preference:
    """One line: since when it stands so (None: unknown, or always), and the lead it rests on."""

    purpose: Purpose
    channel: Channel
    standing: Standing
    since: datetime | None = None
    lead_id: UUID | None = None


class Judged(NamedTuple):
    """One identifier of the person: what was known of it, and what was decided."""

    facts: Facts
    decision: Decision


def preference(purpose: Purpose, channel: Channel, judged: Sequence[Judged]) -> Preference:
    """Return how a purpose and channel stands, over all identifiers that name the person.

    On, if any of them may be used; stopped, if the person's own no is among the reasons against it.
    Nothing is read from a flag: the decisions are those of the moment. UK GDPR Art. 5(1)(a), 7(3).
    Rule: OUT-3.
    """
    for each in judged:
        if each.decision.is_allowed:
            rests_on = each.decision.rests_on
            since = rests_on.occurred_at if rests_on else None
            return Preference(purpose, channel, Standing.ON, since, each.decision.lead_id)
    said_no = [each for each in judged if not _SAID_NO.isdisjoint(each.decision.reasons)]
    if not said_no:
        return Preference(purpose, channel, Standing.OFF)
    times = [at for each in said_no for at in _said_no_at(each, purpose, channel)]
    return Preference(purpose, channel, Standing.STOPPED, max(times, default=None))


def agreed_to(events: Sequence[PermissionEvent]) -> list[tuple[Purpose, Channel]]:
    """Return what a person ever ticked besides what is always shown; answers to enquiries apart."""
    found = {
        (event.purpose, event.channel)
        for event in events
        if event.kind in PERMITTING
        and event.channel is not None
        and event.purpose is not Purpose.ENQUIRY_RESPONSE
    }
    return sorted(found - set(ALWAYS_SHOWN))


def is_objection(purpose: Purpose, channel: Channel) -> bool:
    """Say whether to switch something off is to object to marketing by its channel.

    Adverts shown on other platforms can be objected to without having been agreed to; of other
    purposes the one consent is taken back and no more. UK GDPR Art. 7(3), 21(2). Rule: OUT-1.
    """
    return purpose is MARKETING or (purpose, channel) in ALWAYS_SHOWN


def _said_no_at(judged: Judged, purpose: Purpose, channel: Channel) -> list[datetime]:
    at = judged.decision.decided_at
    bearing = STOPPED_PURPOSES if purpose in STOPPED_PURPOSES else (purpose,)
    said = [
        event.occurred_at
        for event in judged.facts.events
        if event.kind in _ENDS and event.purpose in bearing and event.channel in (None, channel)
    ]
    said += [since for scope, since in judged.facts.suppressed_since if scope in (None, channel)]
    return [each for each in said if each <= at]
