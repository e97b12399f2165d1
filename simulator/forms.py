"""What a lead form is, and how the Graph API shows it (Graph reference lead-gen-data, v26.0)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
"""An object of the Graph API, as it stands on the wire."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `key` is the name its answers carry in `field_data`; `type` is Meta's own."""

    key: str
    label: str
    type: str = "CUSTOM"
    options: tuple[tuple[str, str], ...] = ()
    is_multiple: bool = False

    def as_json(self, question_id: str) -> Json:
        """Return the question as `questions[]` shows it."""
        shown: Json = {"id": question_id, "key": self.key, "label": self.label, "type": self.type}
        if self.options:
            shown["options"] = [{"key": key, "value": value} for key, value in self.options]
        return shown


@dataclass(frozen=True, slots=True)
class Box:
    """One consent box. `tick_rate` is the share of people who leave it ticked."""

    key: str
    text: str | None
    is_required: bool = False
    is_checked_by_default: bool = False
    tick_rate: float = 0.5

    def as_json(self, box_id: str) -> Json:
        """Return the box as `legal_content.custom_disclaimer.checkboxes[]` shows it."""
        shown: Json = {"id": box_id, "key": self.key}
        if self.text is not None:
            shown["text"] = self.text
        shown["is_required"] = self.is_required
        shown["is_checked_by_default"] = self.is_checked_by_default
        return shown


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A form before it is published: everything but ids and times."""

    name: str
    questions: tuple[Question, ...]
    boxes: tuple[Box, ...] = ()
    locale: str = "en_GB"
    status: str = "ACTIVE"
    title: str | None = None
    body: str | None = None
    linked_words: str | None = None
    """The words of `body` that link to the policy."""
    privacy_url: str = "https://nectra.example/privacy"
    privacy_link_text: str = "Privacy policy"
    headline: str | None = None
    card: str | None = None
    """What the card in front of the questions says."""
    tracking: tuple[tuple[str, str], ...] = ()
    share: int = 1
    """How many of the leads come through this form, against the other forms' shares."""


@dataclass(frozen=True, slots=True)
class Form:
    """A published form. Meta edits no published form: a change is a new form with a new id."""

    id: str
    blueprint: Blueprint
    created_at: datetime
    static: Json = field(repr=False)
    """What the Graph API answers for it, without the counts of leads."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Return the consent boxes, in the order shown."""
        return self.blueprint.boxes


def publish(
    blueprint: Blueprint, form_id: str, page: Json, created_at: datetime, *, copy: int = 0
) -> Form:
    """Return the blueprint as a form of the page `{"id": …, "name": …}`.

    `copy` says how many forms were made from it before: Meta's name for a duplicate says so too.
    """
    static: Json = {
        "id": form_id,
        "name": blueprint.name + "-copy" * copy,
        "status": blueprint.status,
        "locale": blueprint.locale,
        "created_time": graph_time(created_at),
        "page": page,
        "page_id": page["id"],
        "privacy_policy_url": blueprint.privacy_url,
        "follow_up_action_url": "https://nectra.example/thanks",
        "allow_organic_lead": True,
        "block_display_for_non_targeted_viewer": False,
        "is_optimized_for_quality": False,
        "questions": [
            question.as_json(f"{form_id}{place:02d}")
            for place, question in enumerate(blueprint.questions, 1)
        ],
        "tracking_parameters": [{"key": key, "value": value} for key, value in blueprint.tracking],
        "legal_content": _legal_content(blueprint, form_id),
    }
    if blueprint.card:
        static["context_card"] = {
            "id": f"{int(form_id) + 2}",
            "style": "PARAGRAPH_STYLE",
            "title": blueprint.name,
            "content": [blueprint.card],
            "button_text": "Next",
        }
    if blueprint.headline:
        static["question_page_custom_headline"] = blueprint.headline
    return Form(form_id, blueprint, created_at, static)


def _legal_content(blueprint: Blueprint, form_id: str) -> Json:
    content: Json = {
        "id": f"{int(form_id) + 1}",
        "privacy_policy": {
            "url": blueprint.privacy_url,
            "link_text": blueprint.privacy_link_text,
        },
    }
    if blueprint.title is None and not blueprint.boxes:
        return content
    body: Json = {"text": blueprint.body or ""}
    if blueprint.body and blueprint.linked_words:
        body["url_entities"] = [
            {
                "offset": blueprint.body.index(blueprint.linked_words),
                "length": len(blueprint.linked_words),
                "url": blueprint.privacy_url,
            }
        ]
    content["custom_disclaimer"] = {
        "title": blueprint.title or "",
        "body": body,
        "checkboxes": [
            box.as_json(f"{int(form_id) + 10 + place}") for place, box in enumerate(blueprint.boxes)
        ],
    }
    return content


def graph_time(moment: datetime) -> str:
    """Return an aware UTC time as the Graph API writes it: `2026-07-09T04:27:11+0000`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")
