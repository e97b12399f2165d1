"""Who is taken out of the audiences of advertising platforms, and until when that is tried."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from policy.opt_out import OptOutReason
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose

KEPT_FOR = timedelta(days=30)
"""How long a hash may wait for its platform (own rule, as for what is deleted after an opt-out)."""
ASKED_ANEW_AFTER = timedelta(hours=48)
"""When a platform that goes on working on a request is asked for the same again."""

_AUDIENCE_SCOPES = (None, Channel.ONLINE_AUDIENCE)
_ENDS = frozenset({EventKind.OBJECTED, EventKind.WITHDRAWN})


def leaves_audiences(
    scope: Channel | None, reason: OptOutReason, added: Sequence[PermissionEvent]
) -> bool:
    """Say whether an opt-out takes somebody out of advertising audiences too.

    An objection to all marketing or to online audiences does, and so does a consent to adverts
    that is taken back, by whichever channel. That an address is dead was said by a server: the
    person objected to nothing. UK GDPR Art. 7(3), 19, 21(2)-(3). Rule: AUD-1.

    Args:
        scope: the channel that is stopped, None for all of them.
        reason: by which way the opt-out came.
        added: the events that it adds to what is known of the identifier.
    """
    if reason is OptOutReason.BOUNCE:
        return False
    return scope in _AUDIENCE_SCOPES or any(map(ends_audiences, added))


def ends_audiences(event: PermissionEvent) -> bool:
    """Say whether one event of a person's own ends their place in audiences. Rule: AUD-1."""
    if event.kind not in _ENDS:
        return False
    if event.purpose is Purpose.AD_AUDIENCE:
        return True
    is_objection = event.kind is EventKind.OBJECTED
    is_marketing = event.purpose is Purpose.DIRECT_MARKETING
    return is_objection and is_marketing and event.channel in _AUDIENCE_SCOPES


def given_up_at(seen_at: datetime) -> datetime:
    """Return when a removal that its platform has not confirmed is dropped, and alarmed as failed.

    `seen_at` is when the first round saw it. The hash is kept for nothing but this removal, so it
    cannot wait for ever. UK GDPR Art. 5(1)(c), 5(1)(e). Rule: AUD-2.
    """
    return seen_at + KEPT_FOR


def is_asked_anew(asked_at: datetime, now: datetime) -> bool:
    """Say whether a request that its platform never finishes is made again; that harms nobody.

    What a platform took in is not done yet: only its own word that it has removed people counts.
    UK GDPR Art. 5(2), 19. Rule: AUD-4.
    """
    return now - asked_at >= ASKED_ANEW_AFTER
