"""The web process: receivers, forms, ways out, requests, and what operators' machines ask."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from pipeline.wiring import House
from web import confirm, form, ops, preferences, requests, typed_address, unsubscribe
from web.callers import Callers
from web.described import receivers
from web.form_desk import open_forms
from web.guard import Guard
from web.headers import SecurityHeaders
from web.pages import FOLDER
from web.parts import parts_of
from web.receivers import PREFIX, Receivers
from web.ways_out import ways_out


class _App(FastAPI):
    """FastAPI for everything but the receivers, which stand before it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self.state.receivers(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """Describe every address, the receivers' too."""
        described = super().openapi()
        described["paths"] = receivers() | described["paths"]
        return described


def create_app(house: House, wake: Callable[[], None] = lambda: None) -> FastAPI:
    """Return the application of an open installation; it closes nothing of it.

    `wake` is called, in another thread, whenever a push has become durable.

    Raises:
        ConfigError: what the web needs is not configured; with the cure.
    """
    parts = parts_of(house, wake)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        parts.intake.begin()
        yield
        await parts.intake.end()

    app = _App(
        title="LeadLedger",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.parts = parts
    app.state.receivers = Receivers(parts)
    app.state.callers = Callers()
    app.state.ways_out = ways_out(parts)
    app.state.forms = open_forms(parts)
    for each in (ops, form, confirm, requests, preferences, typed_address, unsubscribe):
        app.include_router(each.router)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Guard, counts=parts.counts)
    return app
