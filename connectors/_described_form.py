"""A form that the settings describe, where no platform tells what people were shown."""

from collections.abc import Sequence

from pydantic import Field

from connectors._tick_boxes import TickBox
from connectors.base import SourceSettings
from policy.vocabulary import Notice, NoticeBox


class DescribedForm(SourceSettings):
    """What people saw on a form, but for its boxes."""

    form: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        description="A short name of the form, under which its leads are kept for ever.",
        examples=["spring-fair-2026"],
    )
    form_name: str | None = Field(None, description="The name that people know the form by.")
    language: str | None = Field(
        None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language of the form (BCP 47); without it no consent can be proven.",
        examples=["en-GB"],
    )
    privacy_url: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="The privacy policy that the form linked to.",
        examples=["https://my-agency.example/privacy"],
    )
    title: str | None = Field(None, description="The heading that stood above the boxes, if any.")
    body: str | None = Field(None, description="The text that stood with them, if any.")


def notice_of(form: DescribedForm, boxes: Sequence[TickBox]) -> Notice | None:
    """Return what people were shown, as the settings describe it; None where they say nothing.

    Only a link to the policy is not the wording: then nothing that was ticked could be proven.
    """
    wordings = (form.title, form.body, *boxes)
    if not (any(wordings) or form.privacy_url):
        return None
    return Notice(
        form_id=form.form,
        name=form.form_name or form.form,
        locale=form.language,
        privacy_url=form.privacy_url,
        privacy_link_text=None,
        title=form.title,
        body=form.body,
        boxes=tuple(
            NoticeBox(box.key, box.wording, box.is_required, box.is_pre_ticked) for box in boxes
        ),
        questions=(),
        wording_known=any(wordings),
    )
