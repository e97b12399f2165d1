"""Sort the fields of a submission: contact data, boxes, what belongs to the visit, answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors._form_fields import Fields, TickField
from connectors._form_webhook_sent import SentField
from connectors._form_webhook_settings import FormWebhookSettings
from connectors._headings import suggested_fields
from connectors._tick_boxes import as_compared
from connectors._tracking import is_tracking


@dataclass(frozen=True, slots=True)
class Places:
    """The fields of one submission by what they are; each is one thing."""

    contact: Sequence[tuple[str, SentField]]
    visit: Sequence[SentField]
    answers: Sequence[SentField]
    ad_consent: Sequence[SentField]
    everything: Sequence[SentField]

    @classmethod
    def of(cls, fields: Sequence[SentField], settings: FormWebhookSettings) -> "Places":
        """Sort fields as the settings say, and where they say nothing as the tool does."""
        consent = settings.ad_consent
        ad_consent = named_as(fields, consent.field) if consent else []
        boxed = [each for box in settings.tick_boxes for each in _of_box(fields, box)]
        taken = {id(field) for field in (*ad_consent, *boxed)}
        free = [field for field in fields if id(field) not in taken and not field.is_detail]
        others = [field for each in boxed if (field := _not_of_boxes(each, settings.tick_boxes))]
        contact = list(_mapped(free, settings) if settings.fields else _suggested(free))
        taken |= {id(field) for _, field in contact}
        rest = [field for field in free if id(field) not in taken]
        visit = [field for field in rest if field.is_hidden or any(map(is_tracking, field.names))]
        taken = {id(field) for field in visit}
        answers = [field for field in rest if id(field) not in taken]
        return cls(contact, [*ad_consent, *visit], [*answers, *others], ad_consent, fields)

    def of_box(self, box: TickField) -> list[SentField]:
        """Return the fields that a box stands for; usually one."""
        return _of_box(self.everything, box)


def _of_box(fields: Sequence[SentField], box: TickField) -> list[SentField]:
    # a hidden field is filled by whoever made the link, and is nobody's tick
    return named_as([field for field in fields if not field.is_hidden], box.field)


def named_as(fields: Sequence[SentField], heading: str) -> list[SentField]:
    """Return the fields that have a name, letter by letter, else those whose name is alike."""
    exact = [field for field in fields if heading in field.names]
    if exact:
        return exact
    wanted = as_compared(heading)
    return [field for field in fields if wanted in {as_compared(name) for name in field.names}]


def label_of(field: SentField, number: int) -> str:
    """Return under which name an answer is kept."""
    return field.names[0] if field.names else f"field {number}"


def _mapped(
    fields: Sequence[SentField], settings: FormWebhookSettings
) -> Iterator[tuple[str, SentField]]:
    if settings.fields is not None:
        for kind, heading in settings.fields.named():
            for field in named_as(fields, heading):
                yield kind, field


def _not_of_boxes(field: SentField, boxes: Sequence[TickField]) -> SentField | None:
    """Return a group of choices without those that boxes are about, None if none is left."""
    if not field.is_group or field.is_detail:
        return None
    known = {answer for box in boxes for answer in (*box.yes, *box.no)}
    left = tuple(value for value in field.values if as_compared(value) not in known)
    return field._replace(values=left) if any(map(str.strip, left)) else None


def _suggested(fields: Sequence[SentField]) -> Iterator[tuple[str, SentField]]:
    """Yield what fields are by the tool's own types, else by names that say it plainly."""
    untyped = [field for field in fields if field.is_a is None and not field.is_hidden]
    names = suggested_fields([name for field in untyped for name in field.names])
    plain = {name: kind for name, kind in names.items() if kind in Fields.model_fields}
    typed = {field.is_a for field in fields}
    for field in fields:
        if field.is_hidden:
            continue  # the person did not type it
        kinds = [field.is_a] if field.is_a else [plain[n] for n in field.names if n in plain]
        if kinds and (field.is_a or kinds[0] not in typed):
            yield kinds[0] or "", field
