"""Read the body of a request, up to a size and within a time."""

import asyncio

from starlette.requests import ClientDisconnect, Request

BODY_SECONDS = 20.0
"""How long a body may take: who trickles one is not waited for."""


class BodyError(Exception):
    """A body that is not taken: the HTTP status, and a sentence for the sender."""

    def __init__(self, status: int, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.status = status
        self.message = message


async def body_of(request: Request, most: int) -> bytes:
    """Return the whole body.

    Raises:
        BodyError: it is larger than `most` bytes, came too slowly, or broke off.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise _too_large(most)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _gathered(request, most)
    except TimeoutError:
        raise BodyError(408, "The body took too long. Send it again.") from None
    except ClientDisconnect:
        raise BodyError(400, "The body broke off. Send it again.") from None


async def _gathered(request: Request, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
    return b"".join(parts)


def _too_large(most: int) -> BodyError:
    return BodyError(413, f"The body is larger than {most // 1024} KiB. Send less at a time.")
