"""The forms of an installation, opened: who may send, how much, and under which wording."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import FastAPI, Request

from connectors.web_form import WebForm
from pipeline import wiring
from pipeline.publish_notices import publish_notices
from pipeline.settings import ConfiguredSource
from web.form_limits import FormLimits
from web.parts import Parts

ACTOR = "web"


@dataclass(frozen=True, slots=True)
class OpenForm:
    """One form that is served."""

    source: ConfiguredSource
    connector: WebForm

    @property
    def address(self) -> str:
        """Return where it is served, on this host."""
        return f"/f/{self.source.id}"


@dataclass(frozen=True, slots=True)
class FormDesk:
    """All forms, by the id of their source, and what is counted of them."""

    forms: Mapping[str, OpenForm]
    limits: FormLimits
    public_url: str

    @property
    def own_origin(self) -> str:
        """Return the origin of our own pages, as browsers write it."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc.lower()}"


def open_forms(parts: Parts) -> FormDesk:
    """Keep the wording of every form, then let it be served.

    Raises:
        StoreError: a wording cannot be kept, so nothing may show it.
    """
    sources = parts.settings.sources
    publish_notices(parts.house.store, sources, parts.connectors, ACTOR, wiring.now())
    forms = {
        source.id: OpenForm(source, connector)
        for source in sources
        if isinstance(connector := parts.connectors[source.id], WebForm)
    }
    return FormDesk(forms, FormLimits(), parts.settings.web.public_url)


def desk_in(request: Request) -> FormDesk:
    """Return the forms of the process that answers a request."""
    app: FastAPI = request.app
    found: FormDesk = app.state.forms
    return found
