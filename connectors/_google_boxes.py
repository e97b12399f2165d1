"""The boxes of a Google form: its opt-in questions, and what was answered to them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from connectors._google_questions import OptIns
from policy.vocabulary import BoxAnswer, Notice, NoticeBox, NoticeQuestion

NOT_ON_FORM = "box_not_on_form"
_CUSTOM = "CUSTOM"


def notice_boxes(questions: Iterable[NoticeQuestion], opt_ins: OptIns) -> tuple[NoticeBox, ...]:
    """Return a box for each opt-in question among a form's own questions, in the form's order.

    Where the form offers answers and none of them is a no, the person could not refuse: the box is
    required. A question that stands there twice is required if either is.
    """
    boxes: dict[str, NoticeBox] = {}
    for asked in questions:
        found = opt_ins.worded(asked.label) if asked.type == _CUSTOM else None
        if found is None:
            continue
        can_refuse = not asked.options or any(opt_ins.is_no(found, each) for each in asked.options)
        before = boxes.get(found.key)
        is_required = not can_refuse or (before is not None and before.is_required)
        text = before.text if before else asked.label
        boxes[found.key] = NoticeBox(found.key, text, is_required=is_required, is_pre_ticked=False)
    return tuple(boxes.values())


def with_boxes(notice: Notice, opt_ins: OptIns) -> Notice:
    """Return a notice with the boxes that its opt-in questions are, instead of those it had."""
    return replace(notice, boxes=notice_boxes(notice.questions, opt_ins))


def boxes_of(
    notice: Notice | None, given: Mapping[str, BoxAnswer]
) -> tuple[tuple[BoxAnswer, ...] | None, tuple[str, ...]]:
    """Return an answer for each box of a form (as `with_boxes` gives it), and what was odd.

    The form's boxes come first, in its order; one without an answer has neither value nor tick.
    None stands for "not known": nothing was answered, and the form is not known either.
    """
    if notice is None:
        return tuple(given.values()) or None, ()
    shown = [box.key for box in notice.boxes]
    if len(given) == len(shown) and all(key in given for key in shown):
        return tuple(given[key] for key in shown), ()
    return tuple(_in_form_order(shown, given)), () if set(given) <= set(shown) else (NOT_ON_FORM,)


def _in_form_order(shown: Sequence[str], given: Mapping[str, BoxAnswer]) -> Iterator[BoxAnswer]:
    for key in shown:
        yield given.get(key) or _unanswered(key)
    for key, answer in given.items():
        if key not in shown:
            yield answer


@lru_cache(maxsize=1_024)
def _unanswered(key: str) -> BoxAnswer:
    return BoxAnswer(key, None, None)
