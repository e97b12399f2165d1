"""The tools side by side: how each writes a body, and what reads it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from connectors._form_webhook_bodies import form_body, json_body, multipart_body
from connectors._form_webhook_elementor import elementor
from connectors._form_webhook_gravity_forms import gravity_forms
from connectors._form_webhook_hubspot import hubspot
from connectors._form_webhook_jotform import jotform
from connectors._form_webhook_netlify import netlify
from connectors._form_webhook_sent import Body, Sent
from connectors._form_webhook_settings import Tool
from connectors._form_webhook_standard import standard
from connectors._form_webhook_tally import tally
from connectors._form_webhook_typeform import typeform
from connectors._form_webhook_webflow import webflow

_MEDIA_TYPE = "application/vnd.leadledger.form-webhook."

WRITINGS: Mapping[str, tuple[str, Callable[[bytes], Body]]] = {
    "application/json": ("json", json_body),
    "application/x-www-form-urlencoded": ("urlencoded", form_body),
    "multipart/form-data": ("multipart", multipart_body),
}
"""How a body may be written: the short name, and what parses it."""

_PARSERS = dict(WRITINGS.values())
_JSON = ("application/json",)
_FORM = "application/x-www-form-urlencoded"


class Way(NamedTuple):
    """How a tool sends a submission.

    `reads` gives None for what is no submission: then `event` is what to choose at the tool.
    `has_ids`: where it is False, an id is made of the bytes.
    """

    content_types: tuple[str, ...]
    reads: Callable[[Body], Sent | None]
    event: str
    has_ids: bool = True


WAYS: Mapping[Tool, Way] = {
    Tool.STANDARD: Way(_JSON, standard, 'an object with "data" to send'),
    Tool.TYPEFORM: Way(_JSON, typeform, "the event form_response at Typeform"),
    Tool.TALLY: Way(_JSON, tally, "the event FORM_RESPONSE at Tally"),
    Tool.WEBFLOW: Way(_JSON, webflow, "the trigger form_submission at Webflow"),
    Tool.HUBSPOT: Way(
        _JSON, hubspot, "a workflow's webhook with properties at HubSpot", has_ids=False
    ),
    Tool.NETLIFY: Way(_JSON, netlify, "the event of a new form submission at Netlify"),
    Tool.JOTFORM: Way(("multipart/form-data", _FORM), jotform, "the webhook of a form at Jotform"),
    Tool.GRAVITY_FORMS: Way((*_JSON, _FORM), gravity_forms, "the entry's fields at Gravity Forms"),
    Tool.ELEMENTOR: Way((_FORM, *_JSON), elementor, '"Advanced Data" at Elementor', has_ids=False),
}


def reader_of(tool: Tool, form: str) -> Callable[[Body], Sent | None]:
    """Return what reads the bodies of a tool that come from a form."""
    return partial(hubspot, form=form) if tool is Tool.HUBSPOT else WAYS[tool].reads


def media_type_of(tool: Tool, content_type: str) -> str | None:
    """Return under which type a body is kept; None if the tool does not send such."""
    bare = content_type.partition(";")[0].strip().lower()
    if bare not in WAYS[tool].content_types:
        return None
    return f"{_MEDIA_TYPE}{tool.value}+{WRITINGS[bare][0]}"


def tool_of(media_type: str, usual: Tool) -> tuple[Tool, Callable[[bytes], Body]]:
    """Return which tool sent a body that was kept, and what parses it.

    What was kept says so itself: a source may have had another tool before. Bytes that came some
    other way are read as the tool that the source has now sends them.
    """
    name, _, writing = media_type.removeprefix(_MEDIA_TYPE).partition("+")
    if media_type.startswith(_MEDIA_TYPE) and name in set(Tool) and writing in _PARSERS:
        return Tool(name), _PARSERS[writing]
    return usual, WRITINGS[WAYS[usual].content_types[0]][1]
