"""The page on which people ask for what the law gives them, or complain."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from limits import parse

from pipeline import wiring
from pipeline.confirm_identity import AskedFor, LinkState, asked_for, confirm_identity
from pipeline.link_tokens import REQUEST
from pipeline.mail_texts import ASKED, day
from pipeline.receive_request import receive_request
from pipeline.settings import ControllerSettings
from policy.errors import LeadsError
from web.bodies import BodyError
from web.callers import Callers
from web.fields import fields_of
from web.mailed_links import linked_page
from web.pages import page
from web.parts import Parts, parts_in
from web.request_fields import DECOY, MOST, Filled, empty, read, shown_controllers
from web.request_words import CHOICES, TITLES, next_steps

router = APIRouter(include_in_schema=False)
OFTEN = parse("20/10minute")
"""More than a person sends, and enough for an office behind one address."""
RETRY_SECONDS = 600
_LATER = "This could not be written down just now. Nothing is lost: send it again in a minute."
_NOTHING = (
    "This link is not good, or not any more: links like it work for 7 days.",
    "A request that you made is not lost: it was written down when it came.",
    "Do you want to show that it was you? Then answer the mail that the link was in.",
)


async def posted(request: Request) -> Mapping[str, str] | BodyError:
    """Return the fields that were sent, or why they are not taken."""
    try:
        return await fields_of(request)
    except BodyError as error:
        return error


Posted = Annotated[Mapping[str, str] | BodyError, Depends(posted)]


@router.api_route("/r", methods=["GET", "HEAD"])
def ask(request: Request) -> HTMLResponse:
    """Show the form; `for` and `right` in the address choose beforehand."""
    chosen = request.query_params
    filled = empty({"controller": chosen.get("for", ""), "right": chosen.get("right", "")})
    return _form(parts_in(request), filled)


@router.post("/r")
def asked(request: Request, fields: Posted) -> HTMLResponse:
    """Take a request in, or show the form with what is wrong beside each field."""
    parts = parts_in(request)
    if isinstance(fields, BodyError):
        return page("message.html", fields.status, heading="Not sent", lines=[fields.message])
    controllers = parts.settings.controllers
    filled = read(fields, controllers, _region(parts, fields.get("controller", "")))
    if filled.controller is None or filled.asked is None:
        return _form(parts, filled, 422)
    callers: Callers = request.app.state.callers
    if not callers.may(request, OFTEN, "request"):
        too_many = "Too many requests came from your network. Send it again in ten minutes."
        return _form(parts, filled, 429, too_many)
    key = parts.settings.suppression_key
    try:
        receipt = receive_request(
            parts.house.store, filled.controller, key, filled.asked, wiring.now()
        )
    except LeadsError as error:
        parts.log.warning("requests.failed", error=error.code)
        return _form(parts, filled, 503, _LATER)
    return page(
        "request_done.html",
        controller=filled.controller,
        reference=receipt.reference,
        asked=TITLES[receipt.right],
        steps=next_steps(filled.controller, receipt),
    )


def _form(
    parts: Parts, filled: Filled, status: int = 200, trouble: str | None = None
) -> HTMLResponse:
    offered = shown_controllers(parts.settings.controllers, filled.typed["controller"])
    return page(
        "request.html",
        status,
        {"retry-after": str(RETRY_SECONDS)} if status == 429 else None,
        controllers=offered,
        choices=CHOICES,
        typed=filled.typed,
        errors=filled.errors,
        trouble=trouble,
        decoy=DECOY,
        most=MOST,
    )


def _region(parts: Parts, controller_id: str) -> str:
    """Return the country of numbers that name none: that of the controller's first source."""
    own = (s.region for s in parts.settings.sources if s.controller.id == controller_id)
    return next(own, "GB")


@router.api_route("/r/confirm/{token}", methods=["GET", "HEAD"])
def look(request: Request, token: str) -> HTMLResponse:
    """Show what a mailed link is about, and the button; nothing is confirmed by looking."""
    return linked_page(parts_in(request), REQUEST, token, asked_for, _link_page, _NOTHING)


@router.post("/r/confirm/{token}")
def confirm(request: Request, token: str) -> HTMLResponse:
    """Note that the owner of the address asked."""
    return linked_page(parts_in(request), REQUEST, token, confirm_identity, _link_page, _NOTHING)


def _link_page(controller: ControllerSettings, found: AskedFor) -> HTMLResponse | None:
    if found.state is LinkState.NOTHING:
        return None
    assert found.right is not None  # noqa: S101 - what waits or was confirmed has both
    return page(
        "request_confirm.html",
        controller=controller,
        is_done=found.state is LinkState.CONFIRMED,
        asked=ASKED[found.right],
        reference=found.reference,
        due=day(found.due_on) if found.due_on else "",
    )
