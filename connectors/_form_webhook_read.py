"""Read what a form tool sent into a submission. Pure: all that is needed is handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors._form_fields import TickField
from connectors._form_webhook_bodies import UnreadableError
from connectors._form_webhook_ids import external_id_of
from connectors._form_webhook_origin import origin_of
from connectors._form_webhook_places import Places, label_of
from connectors._form_webhook_sent import Sent, SentField
from connectors._form_webhook_settings import FormWebhookSettings, Tool
from connectors._form_webhook_tools import WAYS, reader_of, tool_of
from connectors._tick_boxes import ANOTHER_ANSWER, answer_to, as_compared
from connectors._values import without_blanks
from connectors.base import Contact, Delivery, Problem, ProblemCode, Submission
from policy.vocabulary import BoxAnswer, Notice

NO_CONTACT = "no_contact"
ANOTHER_FORM = "another_form"
WORDING_DIFFERS = "wording_differs"
BOX_NOT_ON_FORM = "box_not_on_form"
TIME_AHEAD = "time_ahead"

_CLOCKS_DIFFER = timedelta(minutes=10)


class Reader:
    """Reads the deliveries of one source."""

    def __init__(self, settings: FormWebhookSettings, notice: Notice | None) -> None:
        """Take the settings, and the wording that they describe."""
        self._settings = settings
        self._notice = notice
        self._variants: dict[tuple[int, frozenset[str]], tuple[Notice, Notice]] = {}

    def read(self, delivery: Delivery) -> Submission | Problem:
        """Read one delivery. Bad data becomes a `Problem`."""
        tool, parse = tool_of(delivery.media_type, self._settings.tool)
        try:
            sent = reader_of(tool, self._settings.form)(parse(delivery.payload))
        except UnreadableError as error:
            return Problem(error.code, error.detail, delivery.external_id)
        if sent is None:
            detail = f"This is no form that was sent. Choose {WAYS[tool].event}."
            return Problem(ProblemCode.FIELDS_UNREADABLE, detail, delivery.external_id)
        external_id = external_id_of(tool, sent, delivery.external_id, delivery.payload)
        if external_id is None:
            return Problem(ProblemCode.ID_MISSING, _without_id(tool))
        return self._submission(delivery, sent, external_id)

    def _submission(self, delivery: Delivery, sent: Sent, external_id: str) -> Submission:
        settings = self._settings
        places = Places.of(sent.fields, settings)
        base = delivery.notice or self._notice
        remarks = [*sent.remarks]
        described = base.form_id if base is not None else settings.form
        if sent.form_id not in (None, described):
            base = None  # what is described was not what this person saw
            remarks.append(ANOTHER_FORM)
        notice = self._proven(base, sent, places, remarks)
        boxes = tuple(_answer(box, places.of_box(box)) for box in settings.tick_boxes)
        contact, left_over = _contact(places)
        submitted_at = _time(sent, delivery, remarks)
        origin, odd = origin_of(sent, places, settings.ad_consent)
        if not (contact.emails or contact.phones):
            remarks.append(NO_CONTACT)
        return Submission(
            external_id=external_id,
            submitted_at=submitted_at,
            form_id=sent.form_id or settings.form,
            contact=contact,
            answers=_answers([*left_over, *places.answers, *self._unclear(boxes, places)]),
            boxes=boxes if settings.tick_boxes else None,
            is_test=sent.is_test or delivery.listed_as_test,
            origin=origin,
            notice=notice,
            remarks=tuple(dict.fromkeys([*remarks, *odd])),
        )

    def _unclear(self, boxes: Sequence[BoxAnswer], places: Places) -> list[SentField]:
        """Return what is neither yes nor no, and could be anything: it is kept and screened."""
        return [
            field
            for answer, box in zip(boxes, self._settings.tick_boxes, strict=True)
            if answer.raw == ANOTHER_ANSWER
            for field in places.of_box(box)
            if not field.is_detail
        ]

    def _proven(
        self, notice: Notice | None, sent: Sent, places: Places, remarks: list[str]
    ) -> Notice | None:
        """Return the wording without the words of boxes beside which the tool says others stood."""
        if notice is None:
            return None
        fields = {box.key: places.of_box(box) for box in self._settings.tick_boxes}
        unproven: list[str] = []
        for box in notice.boxes:
            own = fields.get(box.key, [])
            if not own and sent.tells_wordings:
                remarks.append(BOX_NOT_ON_FORM)
                unproven.append(box.key)
            elif any(field.shown is not None and not _says(field, box.text) for field in own):
                remarks.append(WORDING_DIFFERS)
                unproven.append(box.key)
        return self._variant(notice, frozenset(unproven)) if unproven else notice

    def _variant(self, notice: Notice, unproven: frozenset[str]) -> Notice:
        """Return a notice without the words of some boxes; the same ones, the same object."""
        known = self._variants.get((id(notice), unproven))
        if known is not None and known[0] is notice:
            return known[1]
        boxes = tuple(
            replace(box, text=None) if box.key in unproven else box for box in notice.boxes
        )
        made = replace(notice, boxes=boxes)
        if len(self._variants) >= _VARIANTS_AT_MOST:
            self._variants.clear()
        self._variants[id(notice), unproven] = (notice, made)
        return made


_VARIANTS_AT_MOST = 256


def _time(sent: Sent, delivery: Delivery, remarks: list[str]) -> datetime | None:
    """Return when the form was sent: a consent of tomorrow would outlast an opt-out of today."""
    at = sent.submitted_at
    if at is None or at <= delivery.received_at + _CLOCKS_DIFFER:
        return at
    remarks.append(TIME_AHEAD)
    return None


def _says(field: SentField, wording: str | None) -> bool:
    words = " ".join((wording or "").split())
    return words in {" ".join(text.split()) for text in field.shown or ()}


def _answer(box: TickField, fields: Sequence[SentField]) -> BoxAnswer:
    """Return what came back for a box; of a group of choices it is one, whatever the others are."""
    values = [value for field in fields for value in field.values]
    if not any(field.is_group for field in fields):
        return answer_to(box, values)
    compared = {as_compared(value): value for value in values if as_compared(value)}
    ticked = [value for key, value in compared.items() if key in box.yes]
    if ticked and not compared.keys() & set(box.no):
        return BoxAnswer(box.key, ticked[0], True)
    if not ticked and ("" in box.no or (compared and compared.keys() <= set(box.no))):
        return BoxAnswer(box.key, "", False)
    return BoxAnswer(box.key, ANOTHER_ANSWER if compared else None, None)


def _contact(places: Places) -> tuple[Contact, list[SentField]]:
    """Return who wrote, and what was left over of kinds of data that there is but one of."""
    many: dict[str, list[str]] = {"email": [], "phone": []}
    single: dict[str, str] = {}
    left_over: list[SentField] = []
    for kind, field in places.contact:
        for value in without_blanks([each.strip() for each in field.values]):
            if kind in many:
                many[kind].append(value)
            elif kind not in single:
                single[kind] = value
            elif single[kind] != value:
                left_over.append(field._replace(values=(value,)))
    emails, phones = without_blanks(many["email"]), without_blanks(many["phone"])
    return Contact(emails=emails, phones=phones, **single), left_over


def _answers(fields: Sequence[SentField]) -> Mapping[str, Sequence[str]]:
    answers: dict[str, dict[str, None]] = {}
    for number, field in enumerate(fields, start=1):
        for value in field.values:
            if value.strip():
                answers.setdefault(label_of(field, number), {})[value] = None
    return {label: list(values) for label, values in answers.items()}


def _without_id(tool: Tool) -> str:
    if tool is Tool.STANDARD:
        return (
            "The delivery has no webhook-id, so it could be stored twice. Have it sent again as"
            " Standard Webhooks says."
        )
    return (
        "The submission has no id, so it could be stored twice. Have the tool send it again, whole."
    )
