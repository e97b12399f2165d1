"""The recorded submissions of our own form, and what each must be read as.

submissions/   a delivery as the form's page made it   beside it: the submission, or the problem

`make update-golden` writes what is beside them anew; review what changed. They name the wording of
`SETTINGS`, as it was then, by its id.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

from connectors._web_form_draft import MEDIA_TYPE, FormPost
from connectors.base import ConnectorIO, Delivery
from connectors.web_form import WebForm
from connectors.web_form import source as declared
from pipeline.link_signer import LinkSigner
from tests.build import LINKS_KEY

ROOT = Path(__file__).parent / "payloads" / "web_form" / "submissions"
RECEIVED_AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SITE = "https://www.nectra.example"
SETTINGS: dict[str, Any] = {
    "form": "contact-2026",
    "title": "Write to us",
    "privacy_url": "https://nectra.example/privacy",
    "origins": [SITE],
    "fields": [
        {"key": "full_name"},
        {"key": "email", "is_required": True},
        {"key": "phone"},
        {"key": "visit_day", "label": "When may we come?"},
        {"key": "message"},
    ],
    "tick_boxes": [
        {"key": "email_updates", "wording": "Yes, Nectra may send me news by e-mail."},
        {"key": "call_updates", "wording": "Yes, Nectra may call me about offers."},
    ],
}


def built(**own: Any) -> WebForm:
    """Return the real connector with `SETTINGS`, changed as given."""
    io = ConnectorIO(
        now=lambda: RECEIVED_AT,
        sleep=lambda _: None,
        log=structlog.get_logger(),
        signer=LinkSigner([LINKS_KEY]),
    )
    connector = declared.build(declared.settings.model_validate(SETTINGS | own), io)
    assert isinstance(connector, WebForm)
    return connector


def payloads() -> list[Path]:
    return [p for p in sorted(ROOT.iterdir()) if not p.name.endswith(".expected.json")]


def delivery(payload: bytes, form: WebForm, media_type: str = MEDIA_TYPE) -> Delivery:
    """Return a delivery with the wording that it names, as the store gives it back."""
    try:
        named = orjson.loads(payload)["notice"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        named = None
    notice = form.notice if named == form.notice_id else None
    return Delivery(None, payload, media_type, RECEIVED_AT, notice=notice, notice_id=named)


def sent(values: dict[str, str | list[str]], headers: dict[str, str] | None = None) -> FormPost:
    """Return what a browser sent, at the usual time."""
    lists = {name: [v] if isinstance(v, str) else v for name, v in values.items()}
    return FormPost(lists, headers or {}, RECEIVED_AT, "192.0.2.0/24")
