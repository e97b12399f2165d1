"""Was an opt-out honoured? What an auditor counts as a use in spite of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from policy.opt_out import STOPPED_PURPOSES
from policy.vocabulary import Channel, Purpose


class Stopped(NamedTuple):
    """One opt-out: of which channel (None: all), of which one purpose (None: all marketing).

    `said_at` is when the person said so, `effective_at` when we wrote it down. Aware UTC.
    """

    channel: Channel | None
    purpose: Purpose | None
    said_at: datetime
    effective_at: datetime


class Used(NamedTuple):
    """One use: for what, by which channel, and when it was decided (aware UTC)."""

    purpose: Purpose
    channel: Channel
    decided_at: datetime


def is_in_scope(stopped: Stopped, use: Used) -> bool:
    """Say whether an opt-out is about a use, and was said before it.

    An opt-out of one purpose stops that one, any other all marketing. Rules: CON-3, OUT-1. UK GDPR
    Art. 7(3), 21(3).
    """
    purposes = STOPPED_PURPOSES if stopped.purpose is None else (stopped.purpose,)
    is_channel = stopped.channel in (None, use.channel)
    return is_channel and use.purpose in purposes and use.decided_at > stopped.said_at


def breaks_opt_out(stopped: Stopped, use: Used, agreed_at: Iterable[datetime]) -> bool:
    """Say whether a use came in spite of an opt-out that was written down by then.

    Only a consent to this very purpose and channel that was given after the opt-out permits it
    again (PERM-14); `agreed_at` are the times of such consents. A use between the saying and the
    writing down is the lag, which is told by itself. UK GDPR Art. 7(3), 21(3).
    """
    if not is_in_scope(stopped, use) or use.decided_at <= stopped.effective_at:
        return False
    return not any(stopped.said_at < at <= use.decided_at for at in agreed_at)
