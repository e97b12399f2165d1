"""What an opt-out adds to what is known of an identifier: withdrawal and objection, at once."""

from collections.abc import Sequence
from datetime import datetime

from policy.consent import consent_state
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose, Word

STOPPED_PURPOSES = (Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE)
"""What an opt-out ends: marketing, and audiences made for it (UK GDPR Art. 21(2)-(3))."""


class OptOutReason(Word):
    """By which way an opt-out reached us; kept with the suppression entry."""

    ASKED = "asked"  # the person told us, by whatever means
    UNSUBSCRIBE = "unsubscribe"  # the link in a message
    COMPLAINT = "complaint"  # a mailbox provider passed on that it was called junk
    BOUNCE = "bounce"  # the address cannot be reached for good
    PLATFORM = "platform"  # the platform that the lead came from says so
    KEPT = "kept"  # an objection that outlives the deletion of the details it was made with


def events_of_opt_out(
    events: Sequence[PermissionEvent], scope: Channel | None, at: datetime
) -> list[PermissionEvent]:
    """Return the events that an opt-out adds to an identifier's own; none if nothing is new.

    Each consent in force within the scope (None: every channel) is withdrawn, and marketing is
    objected to for the scope, unless an objection of that very instant covers it. What is said
    again later is added: a consent from in between may still arrive, on this or on another
    identifier of the person. UK GDPR Art. 7(3), 21(3); PECR reg. 22(3)(c). Rule: CON-3.

    Args:
        events: all events of one identifier of one controller.
        scope: the channel that is stopped, None for all of them.
        at: when the person said so (aware UTC).
    """
    withdrawn = [
        PermissionEvent(EventKind.WITHDRAWN, purpose, channel, at)
        for purpose in STOPPED_PURPOSES
        for channel in (Channel if scope is None else (scope,))
        if consent_state(events, purpose, channel, at).is_given
    ]
    objection = PermissionEvent(EventKind.OBJECTED, Purpose.DIRECT_MARKETING, scope, at)
    stands = any(
        event.kind is EventKind.OBJECTED
        and event.purpose is Purpose.DIRECT_MARKETING
        and event.channel in (None, scope)
        and event.occurred_at == at
        for event in events
    )
    return [] if stands and not withdrawn else [*withdrawn, objection]
