"""The wording of our own form, whole: what stands on the page is what the notice says."""

import json

from connectors._web_form_settings import WebFormSettings
from policy.vocabulary import Notice, NoticeBox, NoticeQuestion


def notice_of(settings: WebFormSettings) -> Notice:
    """Return what everybody who opens the form is shown."""
    words = settings.words
    around = {
        "boxes_legend": settings.boxes_legend or words.boxes_legend,
        "boxes_note": settings.boxes_note or words.boxes_note,
        "confirm_note": words.confirm_note if settings.double_opt_in else None,
        "hints": {field.key: field.hint for field in settings.fields if field.hint},
        "privacy_note": settings.privacy_note or words.privacy_note,
        "privacy_version": settings.privacy_version,
        "submit": settings.submit_text or words.submit,
    }
    return Notice(
        form_id=settings.form,
        name=settings.title,
        locale=settings.language,
        privacy_url=settings.privacy_url,
        privacy_link_text=settings.privacy_link_text or words.privacy_link,
        title=settings.title,
        body=settings.intro,
        boxes=tuple(
            NoticeBox(box.key, box.wording, is_required=False, is_pre_ticked=False)
            for box in settings.tick_boxes
        ),
        questions=tuple(
            NoticeQuestion(
                field.key, field.label_among(words.labels), field.shown_kind, field.options
            )
            for field in settings.fields
        ),
        surroundings=json.dumps(around, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    )
