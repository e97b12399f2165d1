"""Commands about what goes wrong: alarms list, alarms test."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, house, settings_of
from cli.output import emit_json, print_data, say, table

NOT_REACHED = 5

alarms = typer.Typer(help="What goes wrong, and who is told.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(alarms, name="alarms")


@alarms.command("list")
def list_(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List what is wrong, as the last round of `leadledger run` found it, with the cure."""
    from pipeline.list_alarms import list_alarms

    with house(config) as opened:
        found = list_alarms(opened.store)
    if as_json:
        emit_json([asdict(each) for each in found])
        return
    if not found:
        say("No alarm stands.")
        return
    columns = ("severity", "alarm", "about", "since", "told")
    rows = [
        (
            each.severity,
            each.kind.replace("_", " "),
            each.subject,
            f"{each.since:%Y-%m-%d %H:%M} UTC",
            f"{each.told_at:%Y-%m-%d %H:%M} UTC" if each.told_at else "nobody yet",
        )
        for each in found
    ]
    table(columns, rows, whole=("alarm",))
    for each in found:
        say(f"{each.subject}: {each.fact} Cure: {each.cure}")


@alarms.command("test")
def try_(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Name who would be told, and send nothing.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Send a test by each configured way, and say what became of it."""
    from pipeline import wiring
    from pipeline.try_alarms import try_alarms

    found = []
    for told in try_alarms(settings_of(config), wiring.now(), is_rehearsal=dry_run):
        found.append(told)
        if not as_json:
            word = "would be told" if dry_run else told.trouble or "has taken the test"
            print_data(f"{told.target}: {word}")
    if as_json:
        emit_json([{"target": each.target, "trouble": each.trouble} for each in found])
    if any(each.trouble for each in found):
        say("Cure: mend what the lines name under [alarms] or [mail], then try again.")
        raise typer.Exit(NOT_REACHED)
