"""What a form that can be changed is known to have shown, and when.

Some platforms let a published form be edited and tell nobody. Then its wording is known only for
the times between two looks that found the same: before the first look, and between two looks that
differ, nobody can say which words a person saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A form's content (its fingerprint), found unchanged from a first look to a last one.

    Both times are aware and inclusive. `since` may lie before the first look where the operator
    vouches that nothing was changed.
    """

    content: str
    since: datetime
    until: datetime


def shown_at(moment: datetime | None, seen: Sequence[Seen]) -> str | None:
    """Return the content that a form is known to have shown at a moment, None if nobody knows.

    A submission without a time of its own could have met any wording. Rule: EV-10. UK GDPR Art.
    5(2), 7(1).
    """
    if moment is None:
        return None
    return next((each.content for each in seen if each.since <= moment <= each.until), None)


def looked_at(
    seen: Sequence[Seen],
    content: str,
    at: datetime,
    *,
    oldest: datetime,
    vouched_since: datetime | None = None,
) -> list[Seen]:
    """Return what is known of a form after another look at it, oldest first.

    The same content as at the last look has stood between the two. Another content is known from
    now on only. What ended before `oldest` is dropped, but for the last change. `vouched_since`:
    the operator says that the form was not changed since then, which counts until a change is
    found. Rule: EV-10.
    """
    *before, last = seen or [Seen(content, at, at)]
    if last.content == content:
        now = Seen(content, last.since, max(last.until, at))
    else:
        before, now = [*before, last], Seen(content, at, at)
    if not before:
        since = now.since if vouched_since is None else min(now.since, vouched_since)
        return [Seen(content, since, now.until)]
    kept = [each for each in before if each.until >= oldest] or before[-1:]
    return [*kept, now]
