"""What somebody must be told of an alarm, given what they were told last."""

from policy.vocabulary import Word

CLOSED = "closed"
"""What somebody was told last who knows that an alarm is over."""


class Change(Word):
    """What is new about an alarm, as one target sees it."""

    RAISED = "raised"
    CHANGED = "changed"
    CLEARED = "cleared"
    PASSED = "passed"  # it came and went while this target could not be reached


def change_to_tell(state: str, told: str | None, *, is_open: bool) -> Change | None:
    """Return what to tell of an alarm, None if the target knows. Rule: ALM-8.

    Once when it begins, once more when its state changes, and once when it is over; what a target
    could not be told is told when it can be reached. UK GDPR Art. 24, 32(1)(b), 32(1)(d); own rule.

    Args:
        state: in which the alarm is, or was when it ended.
        told: the state that the target was told last, `CLOSED`, or None if it was told nothing.
        is_open: the alarm stands.
    """
    if not is_open:
        if told is None:
            return Change.PASSED
        return None if told == CLOSED else Change.CLEARED
    if told is None or told == CLOSED:
        return Change.RAISED
    return None if told == state else Change.CHANGED
