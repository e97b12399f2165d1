"""Files of opt-outs that somebody drops into a folder: when they are read, and how long kept."""

from datetime import datetime, timedelta

SETTLED_AFTER = timedelta(minutes=1)
"""For how long a file must not have changed before it counts as whole."""
CLAIM_LASTS = timedelta(minutes=5)
"""For how long nobody else takes a file up that somebody works on, or died over."""
KEPT_FOR = timedelta(days=30)
"""As long as what could not be read: time enough to look into a complaint."""
_NOT_YET = (".part", ".tmp")


def is_being_written(name: str) -> bool:
    """Say whether a name says that the file is not whole yet, or none for us. Rule: DROP-1."""
    return name.startswith(".") or name.lower().endswith(_NOT_YET)


def is_whole(changed_at: datetime, now: datetime) -> bool:
    """Say whether a file that was changed last at a time has come whole.

    A time ahead of ours would keep it waiting for ever, and an opt-out with it: it is read, and who
    reads makes sure that it did not change meanwhile. Rule: DROP-1. UK GDPR Art. 12(3), 21(3).
    """
    return now - changed_at >= SETTLED_AFTER or changed_at - now > SETTLED_AFTER


def may_be_taken_over(claimed_at: datetime, now: datetime) -> bool:
    """Say whether a claim on a file is over, so that somebody else finishes it. Rule: DROP-2."""
    return now - claimed_at >= CLAIM_LASTS


def is_kept(done_at: datetime, now: datetime) -> bool:
    """Say whether a file that was worked on may still lie there: it names people.

    What it said is on the suppression list, which names nobody. Rule: DROP-3. UK GDPR Art.
    5(1)(c), 5(1)(e).
    """
    return now - done_at < KEPT_FOR
