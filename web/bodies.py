"""Read the body of a request, up to a size and within a time."""

import asyncio

from starlette.requests import Request
from starlette.types import Receive

from web.parts import parts_in


class BodyError(Exception):
    """A body that is not taken: the HTTP status, and a sentence for the sender."""

    def __init__(self, status: int, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.status = status
        self.message = message


async def body_of(request: Request, most: int) -> bytes:
    """Return the whole body of a request that nobody has read yet. Raises as `body_from`."""
    seconds = parts_in(request).settings.web.body_seconds
    declared = request.headers.get("content-length", "")
    return await body_from(request.receive, declared, most, seconds)


async def body_from(receive: Receive, declared: str, most: int, seconds: float) -> bytes:
    """Return the whole body.

    Args:
        receive: gives the parts, as ASGI has it.
        declared: what the header Content-Length says.
        most: the most bytes that are taken.
        seconds: how long it may take: who trickles a body is not waited for.

    Raises:
        BodyError: it is larger, came too slowly, or broke off.
    """
    if declared.isdecimal() and int(declared) > most:
        raise _too_large(most)
    try:
        async with asyncio.timeout(seconds):
            return await _gathered(receive, most)
    except TimeoutError:
        raise BodyError(408, "The body took too long. Send it again.") from None


async def _gathered(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    is_over = False
    while not is_over:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyError(400, "The body broke off. Send it again.")
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
        is_over = not message.get("more_body", False)
    return b"".join(parts)


def _too_large(most: int) -> BodyError:
    return BodyError(413, f"The body is larger than {most // 1024} KiB. Send less at a time.")
