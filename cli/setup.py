"""Commands that set up: init, db."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_of
from cli.output import emit_json, print_data, say

db = typer.Typer(help="The tables of the store.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(init)
    app.add_typer(db, name="db")


def init(
    folder: Annotated[
        Path, typer.Option("--dir", help="Where to make it; this folder if not given.")
    ] = Path(),
) -> None:
    """Make config.toml, the suppression key and the database in this folder."""
    from pipeline.setup import DATABASE_NAME, initialise

    made = initialise(folder)
    keys = f"{made.key}, {made.links_key}, {made.backup_key}"
    say(f"Made {made.config}, {keys} and {folder / DATABASE_NAME}.")
    say("Keep a copy of the keys somewhere else: without the first every opt-out is lost, without")
    say(
        "the second every unsubscribe link in a mail that was sent, without the third every backup."
    )
    here = "" if folder == Path() else f" --config {shlex.quote(str(made.config))}"
    say(f"Next: write your controller and a source into {made.config}.")
    say(f"Then: leadledger check{here}")


@db.command()
def upgrade(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Bring the store's tables up to this version of the program."""
    from pipeline.setup import upgrade_store

    before, after = upgrade_store(settings_of(config))
    if before == after:
        say(f"The store is at revision {after} already.")
    else:
        say(f"The store went from {before or 'nothing'} to revision {after}.")


@db.command()
def current(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show the revision of the store's tables."""
    from pipeline.setup import revisions

    found, wanted = revisions(settings_of(config))
    if as_json:
        emit_json({"revision": found, "wanted": wanted, "is_current": found == wanted})
    else:
        print_data(found or "no tables")
        if found != wanted:
            say(f"This version wants {wanted}. Cure: run `leadledger db upgrade`.")
