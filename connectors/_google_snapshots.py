"""What each form is known to have shown, and when: kept as the cursor of the form's own stream.

Texts and links of a published Google form can be changed, and nobody is told. So each pull looks at
every form, and a lead is linked to a wording only if it was sent between two looks that found just
that. The next pull gives the wording to what was sent after this one's look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from policy.evidence import notice_content, notice_from, notice_id
from policy.snapshots import Seen, looked_at, shown_at
from policy.vocabulary import Notice, NoticeId

_UNPROVEN = '{"wording":"the form was not seen when the lead was sent"}'


@dataclass(frozen=True, slots=True)
class Form:
    """One form: what was seen of it, oldest first, and the wordings by their fingerprints.

    `first_look` is when it was seen at all: what is said of earlier times, somebody vouches for.
    `reaches_back` if the operator vouches, since this look, for a time before what was known until
    now: leads that were pulled without a proof may have one.
    """

    form_id: str
    first_look: datetime
    seen: tuple[Seen, ...]
    notices: Mapping[str, Notice]
    unproven: Notice
    reaches_back: bool = False

    @property
    def now(self) -> Notice:
        """Return the wording at the last look."""
        return self.notices[self.seen[-1].content]

    def shown_at(self, moment: datetime | None) -> Notice:
        """Return the wording that a lead of a moment (aware) met, marked as unknown if it is.

        The same wording is the same object each time.
        """
        content = shown_at(moment, self.seen)
        return self.unproven if content is None else self.notices[content]

    def cursor(self) -> str:
        """Return what the next `looked` is told of this form."""
        seen = [[s.content, s.since.isoformat(), s.until.isoformat()] for s in self.seen]
        notices = {id_: notice_content(notice) for id_, notice in self.notices.items()}
        return orjson.dumps(
            {"first": self.first_look.isoformat(), "seen": seen, "notices": notices}
        ).decode()


def looked(
    cursor: str | None,
    notice: Notice,
    at: datetime,
    *,
    oldest: datetime,
    vouched_since: datetime | None,
) -> Form:
    """Return what is known of a form after a look at it. Times are aware.

    Args:
        cursor: what was known before, as `Form.cursor` wrote it; None for a form never seen.
        notice: what the form shows now.
        at: when it was looked at.
        oldest: leads sent before cannot come any more.
        vouched_since: since when the operator says that no form was changed.

    Raises:
        ValueError: the cursor is none of ours.
    """
    first, before, known = _read(cursor) if cursor is not None else (at, [], {})
    earliest = before[0].since if before else None
    if before and before[0].since < first:
        # who vouched may say otherwise since: only what is said now counts
        since = first if vouched_since is None else min(first, vouched_since)
        before[0] = replace(before[0], since=since)
    content = notice_id(notice)
    seen = looked_at(before, content, at, oldest=oldest, vouched_since=vouched_since)
    known = {**known, content: notice}
    return Form(
        form_id=notice.form_id,
        first_look=first,
        seen=tuple(seen),
        notices={NoticeId(each.content): known[each.content] for each in seen},
        unproven=_unproven(notice),
        reaches_back=earliest is not None and seen[0].since < earliest,
    )


def _read(cursor: str) -> tuple[datetime, list[Seen], dict[str, Notice]]:
    try:
        found: Any = orjson.loads(cursor)
        first = datetime.fromisoformat(found["first"])
        seen = [
            Seen(content, _aware(since), _aware(until)) for content, since, until in found["seen"]
        ]
        known = {content: notice_from(text) for content, text in found["notices"].items()}
        is_whole = {each.content for each in seen} <= known.keys()
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no cursor of a form") from error
    if not is_whole:
        raise ValueError("a wording is missing")
    return first, seen, known


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without an offset is no moment")
    return at


def _unproven(notice: Notice) -> Notice:
    """Return what is left of a wording where nobody knows whether it was shown."""
    return replace(
        notice,
        privacy_url=None,
        title=None,
        body=None,
        surroundings=_UNPROVEN,
        wording_known=False,
    )
