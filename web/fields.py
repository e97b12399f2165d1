"""Read what a form sent: strictly what a page of ours sends, or whatever can be read at all."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from web.bodies import BodyError, body_of

MOST_BYTES = 64 * 1024
MOST_FIELDS = 64
_FORM = "application/x-www-form-urlencoded"


async def fields_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; of one that stands twice, the last.

    Raises:
        BodyError: it is none, is too large, or broke off.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise BodyError(415, "This is not what our form sends. Open the page and use its form.")
    body = await body_of(request, MOST_BYTES)
    found = _urlencoded(body)
    if found is None:
        raise BodyError(400, "There are more fields than our form has. Use the form.")
    return found


async def readable_fields_of(request: Request) -> Mapping[str, str]:
    """Return the text fields of a form, of each name the last; none of what is no form.

    Senders of one-click requests use both encodings, and some name no type at all.

    Raises:
        BodyError: the body is too large, came too slowly, or broke off.
    """
    body = await body_of(request, MOST_BYTES)
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return await _parts_of(request, body)
    return _urlencoded(body.strip()) or {}


def _urlencoded(body: bytes) -> dict[str, str] | None:
    """Return the fields of a body, None if there are too many."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None
    return dict(pairs)


async def _parts_of(request: Request, body: bytes) -> Mapping[str, str]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    whole = Request(request.scope, receive)
    try:
        async with whole.form(max_files=0, max_fields=MOST_FIELDS) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except (HTTPException, MultiPartException):
        return {}
