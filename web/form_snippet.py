"""The form as a piece of HTML for a page of one's own site."""

import orjson

from connectors._web_form_fields import LURE, TOKEN, YES
from connectors.web_form import WebForm
from web.pages import page


def snippet(source_id: str, connector: WebForm, public_url: str) -> str:
    """Return HTML that works where it is pasted, with and without JavaScript.

    Raises:
        ConfigError: no key for forms is configured.
    """
    notice, settings = connector.notice, connector.settings
    words = settings.words
    shown = page(
        "form_snippet.html",
        action=f"{public_url}/f/{source_id}",
        script=f"{public_url}/static/form.js",
        notice=notice,
        notice_id=connector.notice_id,
        around=orjson.loads(notice.surroundings or "{}"),
        words=words,
        fields=[
            {
                "key": field.key,
                "label": field.label_among(words.labels),
                "kind": field.shown_kind,
                "hint": field.hint,
                "is_required": field.is_required,
                "autocomplete": field.autocomplete,
                "most": field.most_characters,
                "options": field.options,
            }
            for field in settings.fields
        ],
        boxes=[(settings.name_of_box(box.key), box.text) for box in notice.boxes],
        token_name=TOKEN,
        token=connector.snippet_token(),
        yes=YES,
        lure=LURE,
        captcha=connector.captcha,
        site_key=settings.captcha_site_key,
    )
    return bytes(shown.body).decode()
