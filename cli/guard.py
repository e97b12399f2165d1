"""Stand before every command: who asks, and may they? Nothing of a command runs before that."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

from cli.context import HERE, Here, settings_of
from cli.doors import DOORS
from pipeline.visitor import OPERATOR, Visitor
from policy.access import ASKS_WHO, Action
from policy.errors import NotAllowed

if TYPE_CHECKING:
    from pipeline.session import SessionFile
    from pipeline.settings import Settings

REHEARSALS = ("dry_run", "is_rehearsal")


class Guarded(TyperCommand):
    """A command that runs for whom its door lets in, and knows who that is."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's context, and what a command returns
        """Let somebody in, then run the command as theirs."""
        here = _admitted(_words(ctx), ctx)
        token = HERE.set(here)
        try:
            return super().invoke(ctx)
        finally:
            HERE.reset(token)


def guard(app: typer.Typer) -> None:
    """Put the guard before every command of an app, those of its groups too."""
    for command in app.registered_commands:
        command.cls = Guarded
    for group in app.registered_groups:
        if group.typer_instance is not None:
            guard(group.typer_instance)


def _words(ctx: Any) -> str:  # noqa: ANN401 - as above
    """Return the words of a command without the program's name."""
    words: list[str] = []
    while ctx.parent is not None:
        words.insert(0, ctx.info_name)
        ctx = ctx.parent
    return " ".join(words)


def _admitted(command: str, ctx: Any) -> Here:  # noqa: ANN401 - as above
    """Return who runs a command.

    Raises:
        NotAllowed: they may not, or the table of doors does not know the command.
    """
    door = DOORS.get(command)
    if door is None:
        raise NotAllowed(
            f"Nobody has said who may use `leadledger {command}`. Cure: report this line."
        )
    is_rehearsal = any(ctx.params.get(name) for name in REHEARSALS)
    action = door.rehearsal if is_rehearsal and door.rehearsal else door.action
    if action is Action.COME_IN:
        return Here(command, OPERATOR)
    config: Path = ctx.params["config"]
    login: str | None = ctx.obj
    if login is None and not is_signed_in(config):
        if action not in ASKS_WHO:
            return Here(command, OPERATOR)
        return _as_operator(command, action, config)
    return _as_staff(command, action, config, login)


def _as_operator(command: str, action: Action, config: Path) -> Here:
    from pipeline import wiring
    from pipeline.admit import admit_operator

    settings = settings_of(config)
    return Here(command, admit_operator(settings, action, wiring.now()), config, settings)


def _as_staff(command: str, action: Action, config: Path, login: str | None) -> Here:
    from cli.credentials import proven
    from models.store import Store
    from pipeline import wiring
    from pipeline.admit import admit_staff, by_session
    from pipeline.known_staff import has_login

    settings, now = settings_of(config), wiring.now()
    session = session_file(config, settings)

    def who(store: Store) -> Visitor:
        if login is None:
            return by_session(store, session, now)
        if session.exists():
            with suppress(NotAllowed):
                found = by_session(store, session, now)
                if has_login(store, found, login):
                    return found
        return proven(store, settings, login, now)

    return Here(command, admit_staff(settings, action, command, who, now), config, settings)


def is_signed_in(config: Path) -> bool:
    """Say whether somebody signed in at this terminal and did not sign out."""
    folder = _state_folder()
    # most commands are not signed in for: nothing is imported to find that out
    return folder.is_dir() and session_file(config, None).exists()


def session_file(config: Path, settings: "Settings | None") -> "SessionFile":
    """Return where the sign-in of this terminal is kept; without settings, only to delete it."""
    from pipeline.session import SessionFile

    key = settings.suppression_key.current if settings else None
    return SessionFile(config, _state_folder(), os.getsid(0), key)


def _state_folder() -> Path:
    """Return where programs keep what they know of this user; nowhere, if they have no home."""
    if named := os.environ.get("XDG_STATE_HOME"):
        return Path(named) / "leadledger"
    try:
        return Path.home() / ".local" / "state" / "leadledger"
    except RuntimeError:
        return Path(os.devnull) / "leadledger"
