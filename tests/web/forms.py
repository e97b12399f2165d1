"""What the tests of our own form send, and the form that they send it to."""

import os
from collections.abc import Mapping
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from connectors import registry
from connectors.web_form import WebForm
from models.store import Store
from pipeline import wiring
from pipeline.link_signer import LinkSigner
from pipeline.settings import ConfiguredSource
from pipeline.work_inbox import Built, WorkReport, work_inbox
from tests.build import (
    LINKS_KEY,
    MARKETING_BY_CALL,
    MARKETING_BY_EMAIL,
    SUPPRESSION_KEY,
    controller,
)
from web.form_desk import FormDesk

FORM = "web-main"
AT = f"/f/{FORM}"
SITE = "https://www.nectra.example"
OWN: dict[str, Any] = {
    "form": "contact-2026",
    "title": "Write to us",
    "intro": "Tell us what you need.",
    "privacy_url": "https://nectra.example/privacy",
    "privacy_version": "2026-09-01",
    "origins": [SITE],
    "fields": [
        {"key": "full_name"},
        {"key": "email", "is_required": True},
        {"key": "phone", "hint": "Only if you would rather be called."},
        {
            "key": "budget",
            "label": "Your budget",
            "kind": "choice",
            "options": ["little", "much"],
        },
        {"key": "message", "is_required": True},
    ],
    "tick_boxes": [
        {"key": "email_updates", "wording": "Yes, Nectra may send me news by e-mail."},
        {"key": "call_updates", "wording": "Yes, Nectra may call me about offers."},
    ],
}
TYPED = {
    "full_name": "Priya Sharma",
    "email": "priya.sharma@mail.example",
    "phone": "+447700900123",
    "budget": "much",
    "message": "Please tell me more.\r\nThank you!",
}
TICKED = {"tick.email_updates": "yes"}


def form_source(id_: str = FORM, **own: Any) -> ConfiguredSource:
    """Return a form with two tick boxes."""
    given = registry.source("web_form").settings.model_validate(OWN | own)
    meanings = (MARKETING_BY_EMAIL, MARKETING_BY_CALL)
    return ConfiguredSource(id_, "web_form", controller(), "GB", meanings, given, SUPPRESSION_KEY)


def connector_of(source: ConfiguredSource) -> WebForm:
    built = wiring.build(source, LinkSigner([LINKS_KEY]))
    assert isinstance(built, WebForm)
    return built


def served(client: TestClient, id_: str = FORM) -> WebForm:
    """Return the connector of a form that is served."""
    desk: FormDesk = client.app.state.forms  # type: ignore[attr-defined]
    return desk.forms[id_].connector


def token(form: WebForm, seconds: float = 30) -> str:
    """Return what a page carries that was opened some seconds ago."""
    return form.page_token(wiring.now() - timedelta(seconds=seconds), os.urandom(16))


def filled(client: TestClient, **changes: str | None) -> dict[str, str]:
    """Return what a browser sends for a form that was filled in; None takes a field out."""
    sent = {"shown": token(served(client)), "homepage": "", **TYPED, **changes}
    return {name: value for name, value in sent.items() if value is not None}


def post(
    client: TestClient, sent: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """Send a form as a browser without script does."""
    return client.post(AT, data=dict(sent), headers=dict(headers or {}), follow_redirects=False)


def worked(store: Store, source: ConfiguredSource) -> WorkReport:
    """Work on what was sent."""
    return work_inbox(store, [Built(source, connector_of(source))], wiring.now)


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "textarea":
            self._area = name
        elif tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.found[name] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            # the first line's end after the tag is none of the text
            self.found[self._area] = self.found.get(self._area, "") + data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None


def fields_in(page: str) -> dict[str, str]:
    """Return what a page's form would send if nobody touched it."""
    parser = _Fields()
    parser.feed(page)
    return parser.found
