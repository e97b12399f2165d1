"""`/f/<source>`: our own web form. Taken means on disk; what was typed is never lost."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from connectors._web_form_draft import Draft, FormPost
from connectors._web_form_fields import LURE, PAGE, TOKEN, VIEW
from connectors._web_form_spam import Captcha
from pipeline import wiring
from pipeline.find_sent import find_sent
from policy.errors import StoreError
from policy.identity import normalise_email
from web.bodies import BodyError, body_of
from web.callers import network_of
from web.form_body import LARGEST_BODY, FormBody, form_body
from web.form_desk import FormDesk, OpenForm, desk_in
from web.form_headers import cors_headers, is_foreign, preflight_headers
from web.form_page import EMBEDDED, Typed, form_page, fresh_token
from web.form_reply import Reply, thanks_page
from web.intake import keep
from web.pages import page
from web.parts import Parts, parts_in

router = APIRouter(prefix="/f/{source_id}", tags=["forms"])

_RETRY_SECONDS = 30
_FOREIGN = "This form was sent from a site that is not allowed to. Open the form itself."
_ANSWERS: dict[int | str, dict[str, str]] = {
    202: {"description": "It is on disk (JSON)."},
    303: {"description": "It is on disk: the thank-you page (forms)."},
    400: {"description": "The body is broken."},
    403: {"description": "It was sent from a site that is not among the form's origins."},
    404: {"description": "There is no such form."},
    408: {"description": "The body came too slowly."},
    409: {"description": "Other content was sent under the same number before."},
    413: {"description": "The body is larger than 64 KiB."},
    415: {"description": "The body is no form."},
    422: {"description": "Something must be mended: each mistake beside its field."},
    429: {"description": "Too much from this network or for this address: come again later."},
    503: {"description": "It could not be written: send it again."},
}
_NO_FORM: dict[int | str, dict[str, str]] = {404: _ANSWERS[404]}


@router.get("", responses=_NO_FORM)
async def show(source_id: str, request: Request) -> Response:
    """Show the form."""
    return _shown(source_id, request, "")


@router.get("/embed", responses=_NO_FORM)
async def embed(source_id: str, request: Request) -> Response:
    """Show the form as part of a page of one's own site."""
    return _shown(source_id, request, EMBEDDED)


@router.get("/thanks", responses=_NO_FORM)
async def thanks(
    source_id: str,
    request: Request,
    view: Annotated[str, Query(max_length=16)] = "",
    meant: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Thank somebody who sent the form."""
    form = desk_in(request).forms.get(source_id)
    return thanks_page(form, view, meant) if form else _no_form()


@router.get("/token", responses=_NO_FORM | {403: _ANSWERS[403]})
async def token(source_id: str, request: Request) -> Response:
    """Give a page of one's own site the signed word of the wording, and of this moment."""
    desk = desk_in(request)
    form = desk.forms.get(source_id)
    if form is None:
        return _no_form()
    origin, settings = request.headers.get("origin"), form.connector.settings
    if is_foreign(origin, settings, desk.own_origin):
        return JSONResponse({"message": _FOREIGN}, 403)
    given = {TOKEN: fresh_token(form.connector), "notice": form.connector.notice_id}
    return JSONResponse(given, headers=cors_headers(origin, settings))


@router.options("", responses=_NO_FORM | {403: _ANSWERS[403]}, status_code=204)
@router.options("/token", include_in_schema=False)
async def preflight(source_id: str, request: Request) -> Response:
    """Tell a browser what a script of its page may send."""
    desk = desk_in(request)
    form = desk.forms.get(source_id)
    if form is None:
        return _no_form()
    origin, settings = request.headers.get("origin"), form.connector.settings
    if is_foreign(origin, settings, desk.own_origin):
        return JSONResponse({"message": _FOREIGN}, 403)
    return Response(status_code=204, headers=dict(preflight_headers(origin, settings)))


@router.post("", responses=_ANSWERS, status_code=202)
async def send(source_id: str, request: Request) -> Response:
    """Take what somebody sent: on disk before it is answered, read afterwards."""
    desk = desk_in(request)
    form = desk.forms.get(source_id)
    if form is None:
        return _no_form()
    reply = Reply(form, request)
    if is_foreign(request.headers.get("origin"), form.connector.settings, desk.own_origin):
        _count(parts_in(request), form, 403)
        return reply.refused(403, _FOREIGN)
    try:
        body = await form_body(request.headers, await body_of(request, LARGEST_BODY))
    except BodyError as error:
        _count(parts_in(request), form, error.status)
        return reply.refused(error.status, error.message)
    return await _Sending(desk, form, request, body, reply).answer()


class _Sending:
    """One submission on its way in."""

    def __init__(
        self, desk: FormDesk, form: OpenForm, request: Request, body: FormBody, reply: Reply
    ) -> None:
        self._desk = desk
        self._form = form
        self._parts: Parts = parts_in(request)
        self._reply = reply
        self._has_files = body.has_files
        self._host = request.client.host if request.client else None
        headers = dict(request.headers)
        network = network_of(self._host, 24, 48)
        self._post = FormPost(body.values, headers, wiring.now(), network)
        self._draft: Draft = form.connector.draft(self._post)

    async def answer(self) -> Response:
        """Take it, or say why not."""
        connector, values = self._form.connector, self._post.values
        words = connector.settings.words
        mistakes = connector.mistakes(values)
        if mistakes or self._has_files:
            note = words.files if self._has_files else None
            return self._reply.again(422, self._typed(), mistakes=mistakes, note=note)
        wait = self._desk.limits.wait_of(
            self._form.source.id,
            connector.settings,
            self._host,
            normalise_email(self._post.first("email")),
        )
        if wait is not None:
            _count(self._parts, self._form, 429)
            note = words.slow_down.format(minutes=-(-wait // 60))
            return self._reply.again(429, self._typed(), note=note, wait=wait)
        try:
            return await self._kept()
        except StoreError as error:
            self._parts.log.warning(
                "form.not_written", source=self._form.source.id, error=error.code
            )
            return self._reply.again(503, self._typed(), note=words.try_again, wait=_RETRY_SECONDS)

    async def _kept(self) -> Response:
        """Keep it once.

        Raises:
            StoreError: the store cannot be asked, or written.
        """
        connector, draft = self._form.connector, self._draft
        before = await asyncio.to_thread(
            find_sent, self._parts.house.store, self._form.source, draft.ids
        )
        recent = [each for each in before if connector.is_recent(draft, each.received_at)]
        if recent and not any(connector.is_same(draft, each.payload) for each in recent):
            note = connector.settings.words.sent_before
            return self._reply.again(409, self._typed(is_new=True), note=note)
        if not recent:
            captcha = await self._captcha()
            await keep(self._parts, self._form.source, connector.delivery(draft, captcha))
            self._parts.counts.took(self._form.source.id)
        return self._reply.taken(self._typed())

    async def _captcha(self) -> Captcha | None:
        if self._form.connector.captcha is None or self._post.first(LURE):
            return None
        return await asyncio.to_thread(self._form.connector.verified, self._post)

    def _typed(self, *, is_new: bool = False) -> Typed:
        """Return what was typed. The page's token stays, unless its wording is another or `is_new`.

        A tick that was set beside another wording is not carried over to this one.
        """
        post, shown = self._post, self._draft.shown
        is_current = shown is not None and shown.notice_id == self._form.connector.notice_id
        has_number = shown is not None and shown.nonce is not None
        return Typed(
            post.values,
            keeps_ticks=is_current,
            token=post.first(TOKEN) if is_current and has_number and not is_new else None,
            page=post.first(PAGE) or post.headers.get("referer", ""),
            view=EMBEDDED if post.first(VIEW) == EMBEDDED else "",
        )


def _count(parts: Parts, form: OpenForm, status: int) -> None:
    """Count what was refused, so that a site that nobody named is noticed; keep nothing of it."""
    parts.intake.refused(form.source, status)
    parts.counts.refused(form.source.id, status)


def _shown(source_id: str, request: Request, view: str) -> Response:
    desk = desk_in(request)
    form = desk.forms.get(source_id)
    if form is None:
        return _no_form()
    address = f"{desk.public_url}{request.url.path}?{request.url.query}"
    return form_page(form, Typed(page=address, view=view))


def _no_form() -> Response:
    lines = ["There is no form here. Please check the address."]
    return page("message.html", 404, heading="No such form", lines=lines)
