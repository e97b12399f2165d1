"""The web's edge: every answer is timed, and no fault of ours tells of anybody."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.counts import Counts

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


class Guard:
    """Times every answer, and turns a fault of the program into 500 without telling of anybody."""

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        """Wrap an application."""
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as fault:  # noqa: BLE001 - the web's edge: what it held is people's data
            self._counts.fault(fault, _route(scope))
            if not has_begun:
                await _fault_answer(send)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._counts.answered(_route(scope), method, time.perf_counter() - began)


def _route(scope: Scope) -> str:
    """Return the pattern that an address fitted; an address itself may hold a token."""
    found = scope.get("route")
    return getattr(found, "path", None) or "other"


async def _fault_answer(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"60")]
    body = b'{"message":"A fault of the program. Send it again later."}'
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
