"""Show pages: Jinja2 templates that escape everything, one look for all of them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent
LATER = ("Something is busy just now. Nothing is lost: do the same again in a minute.",)
"""What people are told where the store does not answer."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    name: str, status: int = 200, headers: Mapping[str, str] | None = None, **shown: object
) -> HTMLResponse:
    """Return a page of `templates/`; every value in `shown` is escaped."""
    text = _environment().get_template(name).render(shown)
    return HTMLResponse(text, status, headers=dict(headers or {}))
