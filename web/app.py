"""The web process: receivers, forms, ways out, requests, and what operators' machines ask."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from pipeline.wiring import House
from web import ops, receivers
from web.guard import Guard
from web.headers import SecurityHeaders
from web.pages import FOLDER
from web.parts import parts_of


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

    app = FastAPI(
        title="LeadLedger",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.parts = parts
    app.include_router(receivers.router)
    app.include_router(ops.router)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Guard, counts=parts.counts)
    return app
