"""Read what a page's form sent: its fields, as they were typed."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request

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
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise BodyError(400, "There are more fields than our form has. Use the form.") from None
    return dict(pairs)
