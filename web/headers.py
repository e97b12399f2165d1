"""Headers that go with every answer: nothing is framed, sniffed, referred or kept."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": CONTENT_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


PLAIN_HEADERS = tuple(
    (name.encode(), HEADERS[name].encode())
    for name in ("cache-control", "x-content-type-options", "x-robots-tag")
)
"""Those that mean something for an answer which no browser shows."""
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class SecurityHeaders:
    """Adds the headers above to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own: list[tuple[bytes, bytes]] = message.setdefault("headers", [])
                named = {name for name, _ in own}
                if b"content-security-policy" in named:
                    # it says who may frame the answer, and the older header would contradict it
                    named.add(b"x-frame-options")
                message["headers"] = [*own, *(each for each in _RAW if each[0] not in named)]
            await send(message)

        await self._app(scope, receive, with_headers)
