"""What those are told who got a list with somebody in it of whom something has changed since."""

from datetime import datetime, timedelta

from policy.errors import UsageError
from policy.instants import in_utc
from policy.opt_out import STOPPED_PURPOSES
from policy.rights.told import ToldOutcome
from policy.vocabulary import Purpose, Word


class RecallReason(Word):
    """Why somebody is called back: they must not be contacted, be deleted, be asked for anew.

    Restricted: keep what you have of them, and use it no more; the last one ends that.
    """

    OPTED_OUT = "opted_out"
    ERASED = "erased"
    RECTIFIED = "rectified"
    RESTRICTED = "restricted"
    RESTRICTION_LIFTED = "restriction_lifted"


_TIME_TO_TELL = {
    RecallReason.OPTED_OUT: timedelta(hours=48),
    RecallReason.ERASED: timedelta(days=7),
    RecallReason.RECTIFIED: timedelta(days=7),
    RecallReason.RESTRICTED: timedelta(hours=48),
    RecallReason.RESTRICTION_LIFTED: timedelta(days=7),
}
_COMES_AGAIN = frozenset(
    {RecallReason.RECTIFIED, RecallReason.RESTRICTED, RecallReason.RESTRICTION_LIFTED}
)


def recalled_purposes(reason: RecallReason) -> tuple[Purpose, ...]:
    """Return what the lists were for whose recipients are told; each recipient is told once.

    An opt-out calls back what it stops: lists for marketing, by the channel that it names. An
    erasure, a correction and a restriction call every list back. The newest list of each recipient
    stands for the older ones. Rules: RCL-1, RCL-4. UK GDPR Art. 5(1)(c), 19, 21(3); privacy policy
    clause 6.
    """
    return STOPPED_PURPOSES if reason is RecallReason.OPTED_OUT else tuple(Purpose)


def is_told_again(reason: RecallReason) -> bool:
    """Say whether a recipient who was told of the same list already is told once more.

    Who opted out or was erased is so for good. A correction may be followed by another one, and a
    restriction by its end and by another. Rule: RCL-5. UK GDPR Art. 19.
    """
    return reason in _COMES_AGAIN


def recall_due_at(opened_at: datetime, reason: RecallReason) -> datetime:
    """Return by when a recipient must have been told, in UTC.

    48 hours for an opt-out, which is what mailbox providers expect of a one-click request, and for
    a restriction, which ends use as an opt-out does; 7 days for the others, so that it is done well
    within the person's month. Rule: RCL-2. UK GDPR Art. 12(3), 19, 21(3); own rule for the times.

    Raises:
        UsageError: the time has no zone.
    """
    return in_utc(opened_at, "The time of a recall") + _TIME_TO_TELL[reason]


def is_recall_late(now: datetime, due_at: datetime, acknowledged_at: datetime | None) -> bool:
    """Say whether a recipient should have been told by now, and was not. Rule: RCL-2."""
    return acknowledged_at is None and due_at < now


def require_reason_not_told(outcome: ToldOutcome, why: str | None) -> None:
    """Refuse to close a recall without telling the recipient, unless it is said why.

    That it is impossible, or would take disproportionate effort, must be on record. Rule: RCL-3.
    UK GDPR Art. 19.

    Raises:
        UsageError: no reason is given.
    """
    if outcome is not ToldOutcome.TOLD and not (why and why.strip()):
        raise UsageError(
            f"Nobody was told ({outcome}), and it is not said why. Cure: say it in a few words,"
            " without names of people in the list."
        )
