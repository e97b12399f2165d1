"""What every command needs: the configuration it was told to use, and the open installation."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.visitor import Visitor
from policy.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from pipeline.settings import ConfiguredSource, ControllerSettings, Settings
    from pipeline.wiring import House


@dataclass(frozen=True, slots=True)
class Here:
    """The command that runs: its words (`leads list`), who runs it, and the configuration if read.

    `settings` are those of `config`, so that they need not be read twice.
    """

    command: str
    visitor: Visitor
    config: Path | None = None
    settings: "Settings | None" = None


HERE: ContextVar[Here] = ContextVar("here")
"""Set by the guard before a command begins; without it there is nobody whom anything is shown."""

ConfigOption = Annotated[
    Path,
    typer.Option("--config", envvar="LEADLEDGER_CONFIG", help="The configuration file."),
]
DEFAULT_CONFIG = Path("config.toml")
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document, no text.")]
ControllerOption = Annotated[
    str | None, typer.Option("--controller", help="Whose data; needed if there are several.")
]


def visitor() -> Visitor:
    """Return who runs this command, as the guard found."""
    return HERE.get().visitor


def actor() -> str:
    """Return how the ledger calls who runs this command."""
    return visitor().actor


def settings_of(config: Path) -> "Settings":
    """Return the configuration of a command."""
    from pipeline.load_settings import load_settings

    here = HERE.get(None)
    if here is not None and here.settings is not None and here.config == config:
        return here.settings
    return load_settings(config, os.environ)


@contextmanager
def house(config: Path) -> "Iterator[House]":
    """Open the installation that a configuration describes, and close it in the end."""
    from cli.logs import configure_logs
    from pipeline.wiring import open_house

    configure_logs()
    opened = open_house(settings_of(config))
    try:
        yield opened
    finally:
        opened.store.close()


def chosen_sources(settings: "Settings", ids: Sequence[str]) -> "list[ConfiguredSource]":
    """Return the sources that a command names, or all.

    Raises:
        ConfigError: no source is configured.
        UsageError: a name is none.
    """
    known = ", ".join(source.id for source in settings.sources)
    if not settings.sources:
        raise ConfigError("No source is configured. Cure: add [[sources]] to config.toml.")
    found = [settings.source(id_) for id_ in ids]
    for id_, source in zip(ids, found, strict=True):
        if source is None:
            raise UsageError(f"There is no source {id_!r}. Cure: name one of: {known}.")
    return [source for source in found if source] or list(settings.sources)


def chosen_controller(settings: "Settings", controller_id: str | None) -> "ControllerSettings":
    """Return the controller that a command names, or the only one.

    Raises:
        UsageError: it names none, or there are several to choose from.
    """
    known = ", ".join(controller.id for controller in settings.controllers)
    if controller_id is None:
        if len(settings.controllers) == 1:
            return settings.controllers[0]
        raise UsageError(f"Whose data? Cure: add --controller with one of: {known}.")
    for controller in settings.controllers:
        if controller.id == controller_id:
            return controller
    raise UsageError(f"There is no controller {controller_id!r}. Cure: name one of: {known}.")
