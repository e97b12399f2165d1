"""`/in/<source>`: what platforms send. Genuine, then durable, then answered; read afterwards."""

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.responses import JSONResponse

from connectors.base import Delivery, Greets, Push, Receives, Refusal, SharesAddress
from pipeline import wiring
from pipeline.settings import ConfiguredSource
from policy.errors import StoreError
from web.bodies import BodyError, body_of
from web.parts import Parts, parts_in

LARGEST_BODY = 1_048_576
"""Meta sends up to a thousand changes in one body, of about 250 bytes each."""
RETRY_SECONDS = "30"

router = APIRouter(tags=["receivers"])
_SAYS = {
    "content": {"application/json": {"schema": {"type": "object"}}},
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "It is on disk: it need not be sent again.", **_SAYS},
    400: {"description": "It is in no shape that this source knows.", **_SAYS},
    401: {"description": "Its signature is missing, wrong or too old.", **_SAYS},
    403: {"description": "Its key is wrong.", **_SAYS},
    404: {"description": "There is no such source.", **_SAYS},
    405: {"description": "This source is not told anything.", **_SAYS},
    408: {"description": "It came too slowly.", **_SAYS},
    413: {"description": "It is too large.", **_SAYS},
    415: {"description": "It is of another type than this source knows.", **_SAYS},
    503: {"description": "It could not be written: send it again.", **_SAYS},
}


@router.post("/in/{source_id}", responses=_ANSWERS)
async def receive(source_id: str, request: Request) -> Response:
    """Take one push of a platform in."""
    parts = parts_in(request)
    source = parts.source(source_id)
    if source is None:
        return _said(404, "There is no such source. Check the address.")
    connector = parts.connectors[source.id]
    if not isinstance(connector, Receives):
        return _said(405, "This source is not told anything. Check the address.")
    try:
        body = await body_of(request, LARGEST_BODY)
    except BodyError as error:
        return _refused(parts, source, Refusal(error.status, error.message))
    headers = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw
    }
    address = f"{parts.settings.web.public_url}/in/{source.id}"
    query = request.url.query
    push = Push(body, headers, wiring.now(), f"{address}?{query}" if query else address)
    found = connector.receive(push)
    if isinstance(found, Refusal):
        return _refused(parts, source, found)
    try:
        await asyncio.gather(
            parts.intake.keep(source, found), *_keep_for_others(parts, source, push)
        )
    except StoreError as error:
        parts.log.warning("push.not_written", source=source.id, error=error.code)
        return _said(503, "It could not be written. Send it again.", retry=True)
    parts.counts.took(source.id)
    return Response(b"{}", media_type="application/json")


def _keep_for_others(
    parts: Parts, source: ConfiguredSource, push: Push
) -> Iterator[Awaitable[None]]:
    """Keep a push for the other sources that its platform has no other address for."""
    for other_id in parts.sharing.get(source.id, ()):
        connector, other = parts.connectors[other_id], parts.source(other_id)
        if other and isinstance(connector, SharesAddress) and connector.concerns(push):
            delivery = connector.receive(push)
            if isinstance(delivery, Delivery):
                yield parts.intake.keep(other, delivery)


@router.get("/in/{source_id}", responses=_ANSWERS)
async def greet(source_id: str, request: Request) -> Response:
    """Answer a platform that asks whether this address is ours."""
    parts = parts_in(request)
    source = parts.source(source_id)
    if source is None:
        return _said(404, "There is no such source. Check the address.")
    connector = parts.connectors[source.id]
    if not isinstance(connector, Greets):
        return _said(405, "This address takes what is sent by POST.")
    found = connector.greet(dict(request.query_params))
    if isinstance(found, Refusal):
        return _refused(parts, source, found)
    return PlainTextResponse(found)


def _refused(parts: Parts, source: ConfiguredSource, refusal: Refusal) -> Response:
    """Answer a request that is not taken, and count it; nothing of what it said is kept."""
    parts.intake.refused(source, refusal.status)
    parts.counts.refused(source.id, refusal.status)
    return _said(refusal.status, refusal.message, retry=refusal.status == 503)


def _said(status: int, message: str, *, retry: bool = False) -> Response:
    headers = {"retry-after": RETRY_SECONDS} if retry else None
    return JSONResponse({"message": message}, status, headers)
