"""`/u/<token>/preferences`: what is on, what is off, since when; and everything can be stopped.

Nothing is switched on here: what permits marketing is a form with its wording, kept as evidence,
and this page has none (rule OUT-3). No login: whoever holds the link may stop things, and no more.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from pipeline import wiring
from pipeline.preferences import preferences
from pipeline.stop_by_link import stop_by_link, withdraw_by_link
from pipeline.unsubscribe_token import Link
from policy.preferences import Preference, is_objection
from policy.vocabulary import Channel, Purpose
from web.bodies import BodyError
from web.channel_words import EVERYTHING, line_title, line_words
from web.fields import readable_fields_of
from web.pages import page
from web.typed_address import asking
from web.ways_out import STOP_EVERYTHING, WaysOut, said, ways_in

ACTOR = "preferences page"

router = APIRouter(include_in_schema=False)
Ways = Annotated[WaysOut, Depends(ways_in)]


@router.api_route("/u/{token:anything}/preferences", methods=["GET", "HEAD"])
async def show(token: str, ways: Ways) -> HTMLResponse:
    """Show how things stand; nothing changes."""
    link = ways.link(token)
    if link is None:
        return asking(ways)
    return await ways.answer(lambda: _page(ways, link, token), [link.controller])


@router.post("/u/{token:anything}/preferences")
async def change(token: str, request: Request, ways: Ways) -> HTMLResponse:
    """Stop everything, or one purpose on one channel, and show how things stand then."""
    link = ways.link(token)
    if link is None:
        return asking(ways)
    try:
        fields = await readable_fields_of(request)
    except BodyError as error:
        status = error.status
        return await ways.answer(lambda: _page(ways, link, token, status), [link.controller])
    wanted = fields.get("stop", "")
    return await ways.answer(lambda: _changed(ways, link, token, wanted), [link.controller])


def _changed(ways: WaysOut, link: Link, token: str, wanted: str) -> HTMLResponse:
    store, key = ways.parts.house.store, ways.parts.settings.suppression_key
    if wanted == STOP_EVERYTHING:
        stop_by_link(store, key, link, said(None, ACTOR))
        return _page(ways, link, token, done=EVERYTHING)
    chosen = _chosen(wanted)
    if chosen is None:
        return _page(ways, link, token, 400)
    purpose, channel = chosen
    if is_objection(purpose, channel):
        stop_by_link(store, key, link, said(channel, ACTOR))
    else:
        withdraw_by_link(store, key, link, purpose, channel, said(channel, ACTOR))
    return _page(ways, link, token, done=line_title(purpose, channel))


def _chosen(wanted: str) -> tuple[Purpose, Channel] | None:
    purpose, _, channel = wanted.partition(":")
    try:
        return Purpose(purpose), Channel(channel)
    except ValueError:
        return None


def _page(
    ways: WaysOut, link: Link, token: str, status: int = 200, done: str | None = None
) -> HTMLResponse:
    settings = ways.parts.settings
    found = preferences(ways.parts.house.store, settings.suppression_key, link, wiring.now())
    if found is None:
        return asking(ways)
    lines = [_line(each, found.forms.get(each.lead_id, "")) for each in found.lines]
    return page(
        "preferences.html",
        status,
        controller=link.controller,
        token=token,
        found=found,
        lines=lines,
        done=done,
    )


def _line(line: Preference, form: str) -> dict[str, str]:
    return {
        "value": f"{line.purpose}:{line.channel}",
        "title": line_title(line.purpose, line.channel),
        "standing": line.standing,
        "words": line_words(line, form),
    }
