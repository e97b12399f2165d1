"""Say which wording a Google submission stands under, and what was ticked on it."""

from collections.abc import Callable
from typing import NamedTuple

from connectors._google_boxes import boxes_of
from connectors._google_questions import CustomRead
from connectors._values import id_of
from connectors.base import Delivery
from policy.vocabulary import BoxAnswer, Notice

NOTICE_OF_ANOTHER_FORM = "notice_of_another_form"
FORM_ID_UNREADABLE = "form_id_unreadable"

Boxed = Callable[[Notice], Notice]
"""Gives a notice the boxes that its opt-in questions are, as `with_boxes` does.

The same notice must give the same object, since what is known of a form is kept by identity.
"""


class Shown(NamedTuple):
    """The form of a submission, the notice that proves what was shown on it, and the boxes."""

    form_id: str | None
    notice: Notice | None
    boxes: tuple[BoxAnswer, ...] | None
    remarks: tuple[str, ...]


def shown_of(delivery: Delivery, given_id: object, custom: CustomRead, boxed: Boxed) -> Shown:
    """Return what a person was shown and ticked.

    The wording of another form proves nothing, so such a notice is left out.

    Args:
        delivery: the item, with the form as it stood when the item came, if that is known.
        given_id: the form's id as the item gives it.
        custom: what the item says to the advertiser's own questions.
        boxed: gives the notice its boxes.
    """
    form_id, notice = id_of(given_id), delivery.notice
    remarks: list[str] = []
    if form_id is None and given_id not in (None, "", 0, "0"):
        remarks.append(FORM_ID_UNREADABLE)
        notice = None
    elif notice is not None and form_id is None:
        form_id = notice.form_id
    elif notice is not None and notice.form_id != form_id:
        remarks.append(NOTICE_OF_ANOTHER_FORM)
        notice = None
    if notice is not None:
        notice = boxed(notice)
    boxes, odd = boxes_of(notice, custom.boxes)
    return Shown(form_id, notice, boxes, (*remarks, *odd))
