"""Show a form: what its notice says, word by word, with what somebody typed and should mend."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from fastapi.responses import HTMLResponse

from connectors._web_form_fields import LURE, PAGE, TOKEN, VIEW, YES, FormField
from connectors._web_form_token import NONCE_BYTES
from connectors._web_form_visit import cleaned_address
from connectors.web_form import WebForm
from pipeline import wiring
from web.form_desk import OpenForm
from web.form_headers import page_headers
from web.pages import page

EMBEDDED = "embed"

Values = Mapping[str, Sequence[str]]
NOTHING: Values = {}


class Typed(NamedTuple):
    """What somebody typed, and how the form is shown to them again.

    `keeps_ticks` says that the ticks were set beside the wording that is shown now; `token` is
    that of the page they came from, None for a new one.
    """

    values: Values = NOTHING
    keeps_ticks: bool = False
    token: str | None = None
    page: str = ""
    view: str = ""

    def __repr__(self) -> str:
        """Say nothing: it is somebody's data."""
        return "Typed(…)"


def form_page(
    form: OpenForm,
    typed: Typed,
    *,
    status: int = 200,
    mistakes: Mapping[str, str] | None = None,
    note: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return the page of a form. `note` is what happened, where it was not taken."""
    connector = form.connector
    notice, words = connector.notice, connector.settings.words
    return page(
        "form.html",
        status,
        page_headers(connector.settings, connector.captcha) | dict(headers or {}),
        language=notice.locale,
        notice=notice,
        around=orjson.loads(notice.surroundings or "{}"),
        words=words,
        action=form.address,
        fields=[
            _shown(field, typed.values, mistakes or {}, connector)
            for field in connector.settings.fields
        ],
        boxes=_boxes(connector, typed),
        yes=YES,
        mistakes=mistakes or {},
        note=note,
        hidden=_hidden(connector, typed),
        lure=LURE,
        captcha=connector.captcha,
        site_key=connector.settings.captcha_site_key,
        is_embedded=typed.view == EMBEDDED,
    )


def _shown(
    field: FormField, values: Values, mistakes: Mapping[str, str], connector: WebForm
) -> dict[str, Any]:
    value = next(iter(values.get(field.key, ())), "")
    meant = connector.hint(values) if field.key == "email" else None
    words = connector.settings.words
    return {
        "key": field.key,
        "label": field.label_among(words.labels),
        "kind": field.shown_kind,
        "hint": field.hint,
        "question": words.did_you_mean.format(domain=meant) if meant else None,
        "is_required": field.is_required,
        "autocomplete": field.autocomplete,
        "most": field.most_characters,
        "options": field.options,
        "value": value,
        "mistake": mistakes.get(field.key),
    }


def _boxes(connector: WebForm, typed: Typed) -> list[dict[str, Any]]:
    """Return the tick boxes: empty, but for what the person ticked beside this very wording."""
    settings = connector.settings
    names = {box.key: settings.name_of_box(box.key) for box in connector.notice.boxes}
    return [
        {
            "name": names[box.key],
            "text": box.text,
            "is_ticked": typed.keeps_ticks and list(typed.values.get(names[box.key], ())) == [YES],
        }
        for box in connector.notice.boxes
    ]


def fresh_token(connector: WebForm) -> str:
    """Return the signed word of a page that is made now, for one visitor."""
    return connector.page_token(wiring.now(), secrets.token_bytes(NONCE_BYTES))


def _hidden(connector: WebForm, typed: Typed) -> dict[str, str]:
    token = typed.token or fresh_token(connector)
    fields = {TOKEN: token, PAGE: cleaned_address(typed.page) or "", VIEW: typed.view}
    return {name: value for name, value in fields.items() if value}
