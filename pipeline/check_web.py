"""Say whether the address that people and platforms use leads to this installation."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pipeline.finding import Finding
from pipeline.placeholders import is_placeholder
from pipeline.settings import Settings


def check_web(settings: Settings) -> Iterator[Finding]:
    """Name an address that would stand in links and lead nowhere."""
    if settings.web.is_this_machine:
        yield Finding(
            "web.public_url",
            None,
            f"{settings.web.public_url} is this machine: links and forms work here only. Cure: set"
            " the https address that people use.",
        )
    elif is_placeholder(urlsplit(settings.web.public_url).hostname or ""):
        yield Finding(
            "web.public_url",
            None,
            "looks like a placeholder. Cure: set the https address that people use.",
        )
