"""What the pages by which people leave have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor

from pipeline import wiring
from pipeline.opt_out import Said
from pipeline.settings import ControllerSettings
from pipeline.unsubscribe_token import Link, UnsubscribeTokens
from policy.errors import LeadsError
from policy.london import LONDON
from policy.opt_out import ONE_CLICK, OptOutReason, asked_without_link
from policy.vocabulary import Channel
from web.pages import page
from web.parts import Parts

STOP_EVERYTHING = "stop_everything"
STOP_CHANNEL = "stop_channel"
RETRY = {"Retry-After": "60"}
TYPED_AN_HOUR = 20
"""How many addresses may be typed from one network in an hour; links are not counted."""

_SMALLEST_NETWORK = {4: 24, 6: 64}
"""What one household or office has: no address of anybody is kept, and not for long."""


class _Anything(Convertor[str]):
    """The rest of an address, whatever is in it: mail programs break lines in the middle."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", _Anything())


@dataclass(frozen=True, slots=True)
class WaysOut:
    """The parts of the process, what reads links, and how many addresses were typed from where."""

    parts: Parts
    tokens: UnsubscribeTokens
    limiter: MovingWindowRateLimiter

    @property
    def own_controllers(self) -> list[ControllerSettings]:
        """Return whose marketing somebody means who has no link that works."""
        controllers = self.parts.settings.controllers
        chosen = asked_without_link([each.role for each in controllers])
        return [controllers[number] for number in chosen]

    def link(self, token: str) -> Link | None:
        """Return what a token says; white space in it came from a line that was broken."""
        return self.tokens.read("".join(token.split()))

    def may_type(self, request: Request) -> bool:
        """Count an address that is typed, and say whether this network may still do so."""
        limit = RateLimitItemPerHour(TYPED_AN_HOUR)
        return self.limiter.hit(limit, network_of(request))

    async def answer(
        self, asked: Callable[[], HTMLResponse], contacts: Sequence[ControllerSettings]
    ) -> HTMLResponse:
        """Return an answer, or a page that says that nothing was changed and whom to write to."""
        try:
            return await run_in_threadpool(asked)
        except LeadsError as error:
            self.failed(error)
            return page("unsubscribe_failed.html", 503, RETRY, contacts=contacts, is_limited=False)

    def failed(self, error: LeadsError) -> None:
        """Log that somebody could not be served, without saying who."""
        self.parts.log.error("unsubscribe.failed", error=error.code)


def ways_out(parts: Parts) -> WaysOut:
    """Put the parts together.

    Raises:
        ConfigError: two controllers cannot be told apart in a link; with the cure.
    """
    settings = parts.settings
    tokens = UnsubscribeTokens(parts.signer, settings.controllers, settings.suppression_key)
    return WaysOut(parts, tokens, MovingWindowRateLimiter(MemoryStorage()))


def ways_in(request: Request) -> WaysOut:
    """Return the ways out of the process that answers a request."""
    app: FastAPI = request.app
    found: WaysOut = app.state.ways_out
    return found


def said(scope: Channel | None, actor: str) -> Said:
    """Return what somebody says who uses a link, now."""
    return Said(scope, wiring.now(), actor, OptOutReason.UNSUBSCRIBE, once_within=ONE_CLICK)


def day(at: datetime) -> str:
    """Return the day of an instant in London, as people write it."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"


def network_of(request: Request) -> str:
    """Return the network that a request came from, by which typed addresses are counted."""
    try:
        caller = ip_address(request.client.host if request.client else "")
    except ValueError:
        return "unknown"
    return str(ip_network((caller, _SMALLEST_NETWORK[caller.version]), strict=False))
