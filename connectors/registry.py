"""Find the sources: every file in `connectors/` that declares one."""

import importlib
import pkgutil
from functools import cache

import connectors
from connectors.base import Source, SourceSettings

_NOT_SOURCES = {"base", "heard", "probed", "pushed", "registry", "watched"}


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
