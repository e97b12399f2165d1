"""Read a Google lead form asset into the notice that it shows.

The webhook's secret stands in the asset too (`delivery_methods`): it is never asked for.

Source: google-ads 34.0.0, common/types/asset_types.py (`LeadFormAsset`, the same in v23 to v26).
"""

import json
from collections.abc import Iterator
from typing import Any

from connectors._google_field_types import type_name
from policy.vocabulary import Notice, NoticeQuestion

_PARTS = (
    *("business_name", "headline", "description", "privacy_policy_url", "custom_disclosure"),
    *("call_to_action_type", "call_to_action_description", "desired_intent"),
    *("post_submit_headline", "post_submit_description", "fields", "custom_question_fields"),
)
_COLUMNS = ", ".join(f"asset.lead_form_asset.{part}" for part in _PARTS)
FORMS_QUERY = f"SELECT asset.id, asset.name, {_COLUMNS} FROM asset WHERE asset.type = 'LEAD_FORM'"  # noqa: S608 - names of our own
CUSTOM = "CUSTOM"
"""The type of the advertiser's own questions in a notice; the others have the vendor's names."""


def notice_of(asset: Any, language: str | None) -> Notice:  # noqa: ANN401 - a message of Google's
    """Return the notice of a form as it stands now, without boxes: Google's forms have none.

    Args:
        asset: an `Asset` with a `lead_form_asset`.
        language: the language of the form (BCP 47), which Google does not tell.
    """
    form = asset.lead_form_asset
    return Notice(
        form_id=str(asset.id),
        name=asset.name,
        locale=language,
        privacy_url=form.privacy_policy_url or None,
        privacy_link_text=None,
        title=form.headline or None,
        body=form.description or None,
        boxes=(),
        questions=tuple(_questions(form)),
        surroundings=_surroundings(form),
    )


def _questions(form: Any) -> Iterator[NoticeQuestion]:  # noqa: ANN401 - the same
    for field in form.fields:
        name = type_name(field.input_type)
        options = tuple(field.single_choice_answers.answers)
        yield NoticeQuestion(name.lower(), name.replace("_", " ").capitalize(), name, options)
    for field in form.custom_question_fields:
        text = field.custom_question_text
        yield NoticeQuestion(text, text, CUSTOM, tuple(field.single_choice_answers.answers))


def _surroundings(form: Any) -> str | None:  # noqa: ANN401 - the same
    """Return who asked and what was promised, as canonical JSON."""
    told = {
        "business_name": form.business_name,
        "custom_disclosure": form.custom_disclosure,
        "call_to_action": _word(form, "call_to_action_type"),
        "call_to_action_description": form.call_to_action_description,
        "desired_intent": _word(form, "desired_intent"),
        "post_submit_headline": form.post_submit_headline,
        "post_submit_description": form.post_submit_description,
    }
    kept = {name: text for name, text in told.items() if text}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _word(form: Any, field: str) -> str | None:  # noqa: ANN401 - the same
    """Return the name of an enum's value; of one that the package does not know, the number."""
    number = getattr(form, field)
    known = form.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number.get(number)
    return (known.name if known else str(number)) if number else None
