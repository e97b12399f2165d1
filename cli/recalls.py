"""Commands about lists that left with somebody in them who must be told of: recall list, ack."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    actor,
    chosen_controller,
    house,
)
from cli.output import emit_json, say, shown_path, table
from cli.stops import chosen_controllers
from cli.viewing import is_masked, note_counts
from policy.errors import UsageError
from policy.rights.told import ToldOutcome

if TYPE_CHECKING:
    from pipeline.list_recalls import ListedRecall

recall = typer.Typer(help="Who must be told of people in their lists.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(recall, name="recall")


@recall.command("list")
def list_(
    recipient: Annotated[
        str | None, typer.Option("--recipient", help="Only what one recipient must be told.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file to send them: .csv, .xlsx or .parquet.")
    ] = None,
    told: Annotated[bool, typer.Option("--told", help="Show what was acknowledged too.")] = False,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List which recipients must be told that somebody in their list stopped, or was changed."""
    from pipeline import wiring
    from pipeline.list_recalls import list_recalls, write_recalls
    from pipeline.masked_words import masked_recalls

    now = wiring.now()
    with house(config) as opened:
        whose = chosen_controllers(opened.settings, controller)
        found = list_recalls(opened.store, whose, now, recipient=recipient, is_open=not told)
        note_counts(opened, (each.controller for each in found))
    if out is not None:
        write_recalls(found, out, now)
    if is_masked():
        found = masked_recalls(found)
    if as_json:
        emit_json([asdict(each) for each in found])
    elif found:
        columns = ("recipient", "lead", "list", "why", "opened", "due", "state")
        table(columns, [_line(each) for each in found], whole=("lead", "list"))
    else:
        say("Nobody must be told of anybody.")
    if out is not None and not as_json:
        say(f"Written to {shown_path(out)}. It names nobody: `lead_id` is a column of their list.")
    if found and not as_json:
        say(f"Once told: `leadledger recall ack RECIPIENT --listed-at {now:%Y-%m-%dT%H:%M:%SZ}`.")


def _line(each: "ListedRecall") -> tuple[object, ...]:
    state = each.outcome.value if each.outcome else "LATE" if each.is_late else "open"
    reason = each.reason.replace("_", " ")
    opened, due = f"{each.opened_at:%Y-%m-%d}", f"{each.due_at:%Y-%m-%d %H:%M}"
    return each.recipient, each.lead, each.export, reason, opened, due, state


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = datetime.min  # noqa: DTZ901 - told below, with those that have no zone
    if at.tzinfo is None:
        raise UsageError("--listed-at is no time with a zone. Cure: write 2026-11-22T09:00:00Z.")
    return at


@recall.command()
def ack(
    recipient: Annotated[str, typer.Argument(metavar="RECIPIENT", help="Who was told.")],
    listed_at: Annotated[
        str,
        typer.Option("--listed-at", help="When the list was made that they got, with its zone."),
    ],
    outcome: Annotated[
        ToldOutcome, typer.Option("--outcome", help="Told, or why nobody could be.")
    ] = ToldOutcome.TOLD,
    why: Annotated[
        str | None, typer.Option("--why", help="The reason on record, if nobody was told.")
    ] = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that a recipient was told of all that was open when the list was made."""
    from pipeline import wiring
    from pipeline.list_recalls import Told, acknowledge_recalls

    now = wiring.now()
    with house(config) as opened:
        whose = chosen_controller(opened.settings, controller)
        told = Told(recipient, _time(listed_at), outcome, why)
        count = acknowledge_recalls(opened.store, whose, told, actor(), now)
    if as_json:
        emit_json({"acknowledged": count})
    else:
        say(f"Acknowledged: {count:,}.")
