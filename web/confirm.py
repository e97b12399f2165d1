"""The page behind the link that asks whether a tick was the reader's own."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from models.store import Store
from pipeline import wiring
from pipeline.confirm_opt_in import OptInState, Question, confirm, question
from pipeline.link_tokens import OPT_IN, named_by
from pipeline.mail_texts import moment
from policy.errors import LeadsError
from web.pages import LATER, page
from web.parts import Parts, parts_in

router = APIRouter(include_in_schema=False)
_NOTHING = (
    "There is nothing to confirm here, or not any more.",
    "Links like this one are good for 7 days, and what nobody confirms by then is dropped.",
    "Do you still want to hear from us? Then fill in the form once more.",
)


@router.api_route("/c/{token}", methods=["GET", "HEAD"])
def look(request: Request, token: str) -> HTMLResponse:
    """Show the wording again, and the button; nothing is confirmed by looking."""
    parts = parts_in(request)
    return _linked(parts, token, question)


@router.post("/c/{token}")
def press(request: Request, token: str) -> HTMLResponse:
    """Confirm, once; to press again changes nothing and shows the same page."""
    parts = parts_in(request)
    return _linked(parts, token, confirm)


def _linked(
    parts: Parts, token: str, step: Callable[[Store, str, UUID, datetime], Question]
) -> HTMLResponse:
    """Take a step with what a token names, and show how the link stands then."""
    named = named_by(parts.signer, OPT_IN, token)
    try:
        found = step(parts.house.store, *named, wiring.now()) if named else None
    except LeadsError as error:
        parts.log.warning("confirm.failed", error=error.code)
        return page("message.html", 503, heading="Please try again", lines=LATER)
    return _page(parts, named[0] if named else "", found)


def _page(parts: Parts, controller_id: str, found: Question | None) -> HTMLResponse:
    controller = next((c for c in parts.settings.controllers if c.id == controller_id), None)
    if controller is None or found is None or found.state is OptInState.NOTHING:
        return page("message.html", 404, heading="Nothing is waiting here", lines=_NOTHING)
    assert found.ticked_at is not None  # noqa: S101 - whatever waits or was confirmed has a time
    return page(
        "confirm.html",
        controller=controller,
        is_done=found.state is OptInState.CONFIRMED,
        form=found.form,
        ticked_at=moment(found.ticked_at),
        wordings=found.wordings,
    )
