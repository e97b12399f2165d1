"""What the pages by which people leave have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor

from pipeline import wiring
from pipeline.opt_out import Said
from pipeline.settings import ControllerSettings
from pipeline.unsubscribe_token import Link, UnsubscribeTokens
from policy.errors import LeadsError
from policy.london import london
from policy.opt_out import ONE_CLICK, OptOutReason, asked_without_link
from policy.vocabulary import Channel
from web.pages import page
from web.parts import Parts

STOP_EVERYTHING = "stop_everything"
STOP_CHANNEL = "stop_channel"
RETRY = {"Retry-After": "60"}


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
    """The parts of the process, and what reads links."""

    parts: Parts
    tokens: UnsubscribeTokens

    @property
    def own_controllers(self) -> list[ControllerSettings]:
        """Return whose marketing somebody means who has no link that works."""
        controllers = self.parts.settings.controllers
        chosen = asked_without_link([each.role for each in controllers])
        return [controllers[number] for number in chosen]

    def link(self, token: str) -> Link | None:
        """Return what a token says; white space in it came from a line that was broken."""
        return self.tokens.read("".join(token.split()))

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
    return WaysOut(parts, tokens)


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
    local = at.astimezone(london())
    return f"{local.day} {local:%B %Y}"
