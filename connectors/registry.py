"""Find the sources: every file in `connectors/` that declares one; and the audiences, by name."""

import importlib
import pkgutil
from functools import cache

import connectors
from connectors.audiences import Audience, AudienceSettings
from connectors.base import Source, SourceSettings

AUDIENCE_KINDS = ("google_customer_match", "meta_custom_audiences")
"""The files that declare an `audience`: people are taken out there, and no lead comes in."""
_NOT_SOURCES = {
    "audiences",
    "base",
    "heard",
    "listed",
    "own_part",
    "probed",
    "pushed",
    "registry",
    "watched",
    *AUDIENCE_KINDS,
}


@cache
def kinds() -> tuple[str, ...]:
    """Return the names of all sources, without importing them."""
    names = (module.name for module in pkgutil.iter_modules(connectors.__path__))
    return tuple(sorted(n for n in names if n not in _NOT_SOURCES and not n.startswith("_")))


@cache
def source(kind: str) -> Source[SourceSettings]:
    """Return the declaration of a source.

    Raises:
        KeyError: no file in `connectors/` has that name.
    """
    if kind not in kinds():
        raise KeyError(kind)
    declared: Source[SourceSettings] = importlib.import_module(f"connectors.{kind}").source
    return declared


@cache
def audience(kind: str) -> Audience[AudienceSettings]:
    """Return the declaration of a platform's audiences.

    Raises:
        KeyError: there is no such kind.
    """
    if kind not in AUDIENCE_KINDS:
        raise KeyError(kind)
    declared: Audience[AudienceSettings] = importlib.import_module(f"connectors.{kind}").audience
    return declared
