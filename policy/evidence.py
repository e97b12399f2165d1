"""What a submission proves: the notice's fingerprint, the grade, and what each box is worth."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from policy.vocabulary import (
    BoxAnswer,
    BoxDefect,
    BoxMeaning,
    EventKind,
    Grade,
    Notice,
    NoticeBox,
    NoticeId,
    NoticeQuestion,
)


def notice_content(notice: Notice) -> str:
    """Return the canonical JSON of a notice: sorted keys, no white space."""
    return json.dumps(asdict(notice), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def notice_from(content: str) -> Notice:
    """Return a notice from its canonical content.

    Raises:
        ValueError: the content is none of a notice.
    """
    try:
        fields = json.loads(content)
        fields["boxes"] = tuple(NoticeBox(**box) for box in fields["boxes"])
        fields["questions"] = tuple(
            NoticeQuestion(**question | {"options": tuple(question["options"])})
            for question in fields["questions"]
        )
        return Notice(**fields)
    except (KeyError, TypeError) as error:
        raise ValueError("the content is none of a notice") from error


def notice_id(notice: Notice) -> NoticeId:
    """Return the hex SHA-256 of a notice's canonical content. Rule: EV-9.

    The same wording has the same id, so what a person saw is stored once and cannot be swapped.
    """
    return NoticeId(hashlib.sha256(notice_content(notice).encode()).hexdigest())


def completes(notice: Notice, before: Notice) -> bool:
    """Say whether a wording contradicts nothing of one that was told before.

    What was not told may be added (a link, a box that a question is); other words are of another
    time, and prove nothing of what the person met. Rule: EV-9. UK GDPR Art. 7(1).
    """
    if not before.wording_known:
        return True
    told = ((getattr(before, name), getattr(notice, name)) for name in _TOLD)
    boxes = {box.key: box for box in notice.boxes}
    return all(old in (None, new) for old, new in told) and all(
        boxes.get(box.key, box) == box for box in before.boxes if box.text
    )


_TOLD = ("title", "body", "privacy_url", "locale")


def grade(notice: Notice | None, boxes: Sequence[BoxAnswer] | None, *, has_time: bool) -> Grade:
    """Return how good the evidence of a submission is. Rule: EV-1.

    A: wording, tick (or its absence), time and policy link. B: wording and time. C: the submission
    only. D: not even a time from the source.
    """
    if not has_time:
        return Grade.D
    if notice is None or not notice.wording_known:
        return Grade.C
    answered = {box.key for box in boxes or () if box.is_ticked is not None}
    # a box without wording proves nothing and gives nothing; it does not spoil the others' proof
    worded = [box for box in notice.boxes if _words(box.text)]
    all_known = bool(worded) and all(box.key in answered for box in worded)
    return Grade.A if all_known and notice.privacy_url else Grade.B


@dataclass(frozen=True, slots=True)
class BoxFinding:
    """What one box of a submission is worth. `meaning` is None where nothing maps it.

    `kind` is None where the finding leads to no permission event.
    """

    key: str
    raw: str | None
    kind: EventKind | None
    defect: BoxDefect | None
    meaning: BoxMeaning | None


@dataclass(frozen=True, slots=True)
class FormBoxes:
    """A form's boxes as they were shown, with the meaning that the configuration gives each."""

    shown: Mapping[str, NoticeBox]
    meanings: Mapping[str, BoxMeaning | None]
    by_key_alone: Mapping[str, BoxMeaning]

    @classmethod
    def of(cls, notice: Notice | None, meanings: Sequence[BoxMeaning]) -> "FormBoxes":
        """Return the boxes of a notice; without a notice nothing is known to have been shown."""
        form_id = notice.form_id if notice else None
        by_key_alone = {
            m.key: m for m in meanings if m.key and m.wording is None and m.form in (None, form_id)
        }
        if notice is None:
            return cls({}, {}, by_key_alone)
        # where the legal text was not understood, no box can be said to have had a wording
        proven = (b if notice.wording_known else replace(b, text=None) for b in notice.boxes)
        shown = {box.key: box for box in proven}
        found = {key: _meaning(box, notice.form_id, meanings) for key, box in shown.items()}
        return cls(shown, found, by_key_alone)

    def finding(
        self, answer: BoxAnswer, *, has_time: bool, needs_confirmation: bool = False
    ) -> BoxFinding:
        """Say what was done with a box and whether that can count. Rules: EV-2 to EV-8, EV-12.

        Nothing is guessed. A box counts only if it was on the known form (EV-2), if the
        configuration gives it a meaning (EV-3), and if it was optional and initially empty (EV-4),
        worded (EV-5), readably answered (EV-6), ticked (EV-7), and at a known time (EV-8). One
        that needs a confirmation, and lacks nothing else, waits for it (EV-12).
        """
        if answer.key not in self.shown:
            meaning = self.by_key_alone.get(answer.key)
            # a "no" is heeded wherever it was said; a "yes" needs the wording that it answered
            kind = EventKind.REFUSED if answer.is_ticked is False else EventKind.ATTEMPTED
            event = kind if meaning else None
            return BoxFinding(answer.key, answer.raw, event, BoxDefect.NOT_ON_FORM, meaning)
        meaning = self.meanings[answer.key]
        if meaning is None:
            return BoxFinding(answer.key, answer.raw, None, BoxDefect.NOT_MAPPED, None)
        kind, defect = _worth(answer, self.shown[answer.key], has_time=has_time)
        if kind is EventKind.GIVEN and needs_confirmation:
            kind, defect = EventKind.ATTEMPTED, BoxDefect.AWAITING_CONFIRMATION
        return BoxFinding(answer.key, answer.raw, kind, defect, meaning)


def _meaning(box: NoticeBox, form_id: str, meanings: Sequence[BoxMeaning]) -> BoxMeaning | None:
    """Return what a tick in the box means; the meaning that names it most closely wins."""
    wording = _words(box.text)
    fitting = [m for m in meanings if _fits(m, box.key, wording, form_id)]
    return max(fitting, key=_closeness, default=None)


def _words(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def _fits(meaning: BoxMeaning, key: str, wording: str | None, form_id: str) -> bool:
    return (
        meaning.key in (None, key)
        and (meaning.wording is None or _words(meaning.wording) == wording)
        and meaning.form in (None, form_id)
    )


def _closeness(meaning: BoxMeaning) -> int:
    return sum(part is not None for part in (meaning.key, meaning.wording, meaning.form))


def _worth(
    answer: BoxAnswer, shown: NoticeBox, *, has_time: bool
) -> tuple[EventKind, BoxDefect | None]:
    """Return what happened, by the evidence alone, and what is wrong with it."""
    if answer.is_ticked is None:
        missing = answer.raw is None
        defect = BoxDefect.RESPONSE_MISSING if missing else BoxDefect.VALUE_UNREADABLE
        # A required box may simply not be reported: its absence is no refusal.
        return (EventKind.ATTEMPTED if shown.is_required else EventKind.UNKNOWN), defect
    if not answer.is_ticked:
        return EventKind.REFUSED, BoxDefect.NOT_TICKED
    flaw = _defect_of_tick(shown, has_time=has_time)
    return (EventKind.ATTEMPTED, flaw) if flaw else (EventKind.GIVEN, None)


def _defect_of_tick(shown: NoticeBox, *, has_time: bool) -> BoxDefect | None:
    """Return why a tick is no freely given, informed, affirmative act (UK GDPR Art. 4(11), 7)."""
    if shown.is_required:
        return BoxDefect.REQUIRED
    if shown.is_pre_ticked:
        return BoxDefect.PRE_TICKED
    if not _words(shown.text):
        return BoxDefect.NO_WORDING
    return None if has_time else BoxDefect.TIME_UNPROVEN
