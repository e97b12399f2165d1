"""When a complaint has been acknowledged in time, and from when it must be looked into."""

from datetime import datetime
from typing import NamedTuple

from policy.instants import in_utc
from policy.rights.deadlines import Deadline


class ComplaintReplies(NamedTuple):
    """What the person was told of their complaint, and when (None: not yet). Aware instants."""

    acknowledged_at: datetime | None = None
    outcome_at: datetime | None = None


def acknowledged_at(replies: ComplaintReplies) -> datetime | None:
    """Return the UTC instant of the reply that acknowledges, None if none was sent.

    One reply may do both: an outcome says that the complaint has come. Rule: T-11. DPA s. 164A(3),
    164A(4).

    Raises:
        UsageError: a time has no zone.
    """
    sent = [in_utc(at, "The time of a reply") for at in replies if at is not None]
    return min(sent, default=None)


def is_acknowledgement_late(deadline: Deadline, replies: ComplaintReplies, now: datetime) -> bool:
    """Say whether the 30 days have passed without, or before, the first reply.

    `deadline` is that of the complaint. Rule: T-11. DPA s. 164A(3).

    Raises:
        UsageError: a time has no zone.
    """
    return deadline.is_late(acknowledged_at(replies) or now)


def investigated_from(received_at: datetime) -> datetime:
    """Return the UTC instant from which a complaint must be looked into: its receipt.

    Neither the 30 days nor the acknowledgement puts it off, and the outcome follows without undue
    delay. Rule: T-11. DPA s. 164A(4).

    Raises:
        UsageError: the time has no zone.
    """
    return in_utc(received_at, "The time of receipt")
