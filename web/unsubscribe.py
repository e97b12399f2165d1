"""`/u/<token>`: the link in a message. To open it changes nothing; one POST stops the channel.

Mail filters fetch every link of a message, so only a POST opts out: that of a mailbox provider
(RFC 8058: one click, no redirect, no cookie), or that of a button on the page (rule OUT-1).
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.preferences import masked_address
from pipeline.stop_by_link import stop_by_link
from pipeline.unsubscribe_token import Link
from policy.errors import LeadsError
from policy.vocabulary import Channel
from web.bodies import BodyError
from web.channel_words import EVERYTHING, STOPPED, THINGS
from web.fields import readable_fields_of
from web.pages import page
from web.typed_address import asking
from web.ways_out import RETRY, STOP_CHANNEL, STOP_EVERYTHING, WaysOut, said, ways_in

ACTOR = "unsubscribe link"
ONE_CLICK_FIELD, ONE_CLICK_VALUE = "list-unsubscribe", "one-click"
DONE = "Done. Messages of this kind to the address that this link was made for have stopped.\n"
NOT_DONE = "This did not work just now. Send it again later.\n"

router = APIRouter(include_in_schema=False)
Ways = Annotated[WaysOut, Depends(ways_in)]


@router.api_route("/u/{token:anything}", methods=["GET", "HEAD"])
async def ask(token: str, ways: Ways) -> HTMLResponse:
    """Show what the link would stop, with a button for it; nothing changes."""
    link = ways.link(token)
    if link is None:
        return asking(ways)
    return await ways.answer(lambda: _asking(ways, link, token), [link.controller])


@router.post("/u/{token:anything}")
async def stop(token: str, request: Request, ways: Ways) -> Response:
    """Stop the link's channel, or everything, at once."""
    try:
        fields = await readable_fields_of(request)
    except BodyError as error:
        return PlainTextResponse(error.message, error.status)
    link = ways.link(token)
    if _is_one_click(fields):
        return await run_in_threadpool(_one_click, ways, link)
    if link is None:
        return asking(ways)
    action = fields.get("action")
    return await ways.answer(lambda: _pressed(ways, link, token, action), [link.controller])


def _is_one_click(fields: Mapping[str, str]) -> bool:
    return any(
        name.strip().lower() == ONE_CLICK_FIELD and value.strip().lower() == ONE_CLICK_VALUE
        for name, value in fields.items()
    )


def _one_click(ways: WaysOut, link: Link | None) -> PlainTextResponse:
    """Stop the channel; the answer is the same for every link, known or not."""
    if link is not None:
        try:
            _stop(ways, link, link.channel)
        except LeadsError as error:
            ways.failed(error)
            return PlainTextResponse(NOT_DONE, 503, headers=RETRY)
    return PlainTextResponse(DONE)


def _pressed(ways: WaysOut, link: Link, token: str, action: str | None) -> HTMLResponse:
    if action not in (STOP_CHANNEL, STOP_EVERYTHING):
        return _asking(ways, link, token, status=400)
    scope = link.channel if action == STOP_CHANNEL else None
    if not _stop(ways, link, scope):
        return asking(ways)
    return page(
        "unsubscribed.html",
        controller=link.controller,
        token=token,
        what=STOPPED[scope] if scope else EVERYTHING,
        is_everything=scope is None,
    )


def _stop(ways: WaysOut, link: Link, scope: Channel | None) -> bool:
    parts = ways.parts
    key = parts.settings.suppression_key
    is_done = stop_by_link(parts.house.store, key, link, said(scope, ACTOR))
    if not is_done:
        # made with another suppression key, for somebody whose record is gone: nobody to be sent to
        parts.log.warning("unsubscribe.names_nobody", controller=link.controller.id)
    return is_done


def _asking(ways: WaysOut, link: Link, token: str, status: int = 200) -> HTMLResponse:
    key = ways.parts.settings.suppression_key
    return page(
        "unsubscribe.html",
        status,
        controller=link.controller,
        token=token,
        address=masked_address(ways.parts.house.store, key, link),
        things=THINGS[link.channel],
    )
