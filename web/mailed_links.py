"""The pages behind links in our own mails: a GET shows what it is about, a POST takes the step."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from fastapi.responses import HTMLResponse

from models.store import Store
from pipeline import wiring
from pipeline.link_tokens import named_by
from pipeline.settings import ControllerSettings
from policy.errors import LeadsError
from web.pages import LATER, page
from web.parts import Parts

Found = TypeVar("Found")


def linked_page(
    parts: Parts,
    use: str,
    token: str,
    step: Callable[[Store, str, UUID, datetime], Found],
    show: Callable[[ControllerSettings, Found], HTMLResponse | None],
    nothing: Sequence[str],
) -> HTMLResponse:
    """Take a step with what a token of `use` names, and show how things stand then.

    `show` returns None where nothing waits any more; `nothing` is what is said then, and where the
    token is none of ours, which is not told apart.
    """
    named = named_by(parts.signer, use, token)
    try:
        found = step(parts.house.store, *named, wiring.now()) if named else None
    except LeadsError as error:
        parts.log.warning("mailed_link.failed", use=use, error=error.code)
        return page("message.html", 503, heading="Please try again", lines=LATER)
    owner = named[0] if named else ""
    controller = next((each for each in parts.settings.controllers if each.id == owner), None)
    shown = show(controller, found) if controller and found is not None else None
    return shown or page("message.html", 404, heading="Nothing is waiting here", lines=nothing)
