"""What an opt-out adds to what is known of an identifier: withdrawal and objection, at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from policy.consent import consent_state
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose, Role, Word

STOPPED_PURPOSES = (Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE)
"""What an opt-out ends: marketing, and audiences made for it (UK GDPR Art. 21(2)-(3))."""

ONE_CLICK = timedelta(minutes=1)
"""Within this time a link that is followed again says nothing new: mail programs ask twice."""


class OptOutReason(Word):
    """By which way an opt-out reached us; kept with the suppression entry."""

    ASKED = "asked"  # the person told us, by whatever means
    UNSUBSCRIBE = "unsubscribe"  # the link in a message
    COMPLAINT = "complaint"  # a mailbox provider passed on that it was called junk
    BOUNCE = "bounce"  # the address cannot be reached for good
    PLATFORM = "platform"  # the platform that the lead came from says so
    ERASED = "erased"  # the person was erased, so that no old list brings them back
    KEPT = "kept"  # an objection that outlives the deletion of the details it was made with


def events_of_opt_out(
    events: Sequence[PermissionEvent],
    scope: Channel | None,
    at: datetime,
    once_within: timedelta = timedelta(0),
) -> list[PermissionEvent]:
    """Return the events that an opt-out adds to an identifier's own; none if nothing is new.

    Each consent in force within the scope (None: every channel) is withdrawn, and marketing is
    objected to for the scope, unless an objection of that very instant covers it. What is said
    again later is added: a consent from in between may still arrive, on this or on another
    identifier of the person. Who said it, and whether that is proven, is not asked. UK GDPR Art.
    7(3), 21(3); PECR reg. 22(3)(c). Rules: CON-3, MAIL-1, OUT-2.

    Args:
        events: all events of one identifier of one controller.
        scope: the channel that is stopped, None for all of them.
        at: when the person said so (aware UTC).
        once_within: for how long saying it again counts as the same.
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
        and at - once_within <= event.occurred_at <= at
        for event in events
    )
    return [] if stands and not withdrawn else [*withdrawn, objection]


def events_of_withdrawal(
    events: Sequence[PermissionEvent], purpose: Purpose, channel: Channel, at: datetime
) -> list[PermissionEvent]:
    """Return the event that takes one consent back, and nothing else; none where none is in force.

    For purposes that are no marketing by themselves: what was never agreed to cannot be withdrawn,
    and nobody objects to marketing by it. UK GDPR Art. 7(3). Rule: OUT-1.
    """
    if not consent_state(events, purpose, channel, at).is_given:
        return []
    return [PermissionEvent(EventKind.WITHDRAWN, purpose, channel, at)]


def events_of_dead_address(
    events: Sequence[PermissionEvent], at: datetime
) -> list[PermissionEvent]:
    """Return what it adds that mails to an address come back for good: we end our use of it.

    Nobody objected: other channels stay as they are, and the person may agree anew with this
    address. UK GDPR Art. 5(1)(d). Rule: MAIL-2.
    """
    return [
        PermissionEvent(EventKind.REVOKED, purpose, Channel.EMAIL, at)
        for purpose in STOPPED_PURPOSES
        if consent_state(events, purpose, Channel.EMAIL, at).is_given
    ]


def digest_to_stop(linked: str | None, present: str | None) -> str | None:
    """Return the digest of whom a link stops, None where nothing tells it any more.

    A link holds the digest of the address that it was sent to, and the key of its record; the
    digest outlives the record. If both are there they name the same, and where they do not, the
    address that the message went to is the one meant. UK GDPR Art. 21(3). Rule: OUT-4.

    Args:
        linked: the link's own digest; None if it was made with another suppression key, since such
            a digest matches nobody and must not be written to the list (rule SUP-2).
        present: the digest of what the store has under the link's key; None if there is nothing.
    """
    return present if linked is None else linked


def asked_without_link(roles: Sequence[Role]) -> list[int]:
    """Return which controllers somebody means who types an address instead of using a link.

    Those whose own marketing it is; where there are clients only, all of them, since somebody's
    mail was not wanted. No proof is asked: to stop marketing wrongly harms nobody, and to refuse an
    objection does. UK GDPR Art. 12(2), 21(3), 28(10). Rule: OUT-5.
    """
    own = [number for number, role in enumerate(roles) if role is Role.CONTROLLER]
    return own or list(range(len(roles)))
