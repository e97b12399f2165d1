"""`/u`: for whoever has no link that works. They type the address, and marketing to it stops.

The answer is the same whether anybody knows the address or not, and no proof is asked: to stop
somebody's marketing wrongly is the smaller harm (rule OUT-5). Typing is limited for each network.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from limits import RateLimitItemPerHour

from pipeline import wiring
from pipeline.opt_out import Said, opt_out
from pipeline.opt_out_list import one_identifier
from policy.errors import UsageError
from policy.opt_out import OptOutReason
from policy.vocabulary import Identifier
from web.bodies import BodyError
from web.callers import Callers
from web.fields import readable_fields_of
from web.pages import page
from web.ways_out import WaysOut, ways_in

ACTOR = "unsubscribe page"
REGION = "GB"
LONGEST = 320
TYPED_AN_HOUR = 20
"""How many addresses may be typed from one network; links are never counted."""
OFTEN = RateLimitItemPerHour(TYPED_AN_HOUR)
HOUR = {"Retry-After": "3600"}

router = APIRouter(include_in_schema=False)
Ways = Annotated[WaysOut, Depends(ways_in)]


@router.api_route("/u", methods=["GET", "HEAD"])
@router.api_route("/u/", methods=["GET", "HEAD"])
async def ask(ways: Ways) -> HTMLResponse:
    """Ask for the address; nothing changes."""
    return asking(ways)


@router.post("/u")
async def take(request: Request, ways: Ways) -> HTMLResponse:
    """Stop all marketing to the address or number that was typed."""
    try:
        fields = await readable_fields_of(request)
    except BodyError as error:
        return asking(ways, error.status, problem="That was too long or broke off. Try again.")
    callers: Callers = request.app.state.callers
    if not callers.may(request, OFTEN, "typed address"):
        contacts = ways.own_controllers
        return page("unsubscribe_failed.html", 429, HOUR, contacts=contacts, is_limited=True)
    try:
        identifier = one_identifier(fields.get("address", "")[:LONGEST], REGION)
    except UsageError:
        return asking(ways, 400, problem="That is no e-mail address and no phone number.")
    return await ways.answer(lambda: _stopped(ways, identifier), ways.own_controllers)


def asking(ways: WaysOut, status: int = 200, problem: str | None = None) -> HTMLResponse:
    """Return the page that asks for an address; the same for every link that does not work."""
    names = [each.name for each in ways.own_controllers]
    return page("unsubscribe_by_address.html", status, names=names, problem=problem)


def _stopped(ways: WaysOut, identifier: Identifier) -> HTMLResponse:
    settings, controllers = ways.parts.settings, ways.own_controllers
    told = Said(None, wiring.now(), ACTOR, OptOutReason.ASKED)
    opt_out(ways.parts.house.store, controllers, settings.suppression_key, [identifier], told)
    return page("unsubscribed_by_address.html", controllers=controllers)
