"""Commands about what people ask by law: rights list."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, ControllerOption, JsonOption, house
from cli.output import emit_json, say, table
from cli.stops import chosen_controllers
from cli.viewing import is_masked, note_counts

if TYPE_CHECKING:
    from pipeline.list_requests import ListedRequest

rights = typer.Typer(help="Requests and complaints of people.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(rights, name="rights")


@rights.command("list")
def list_(
    closed: Annotated[bool, typer.Option("--closed", help="Show closed ones too.")] = False,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List what people asked and by when they must have an answer; --json shows their words."""
    from pipeline import wiring
    from pipeline.list_requests import list_requests
    from pipeline.masked_answers import masked_requests

    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        found = list_requests(opened.store, whose, wiring.now(), closed=closed)
        note_counts(opened, (each.controller for each in found))
    if is_masked():
        found = masked_requests(found)
    if as_json:
        emit_json([asdict(each) for each in found])
    elif found:
        columns = ("reference", "controller", "right", "received", "due", "state", "from")
        table(columns, [_line(each) for each in found], whole=("reference",))
    else:
        say("Nobody waits for an answer.")


def _line(each: "ListedRequest") -> tuple[object, ...]:
    state = f"{each.status}, identity {each.identity}".replace("_", " ")
    if each.is_doubtful:
        state += ", maybe no person"
    if each.is_late:
        state += ", LATE"
    received, due = f"{each.received_at:%Y-%m-%d}", each.due_on.isoformat()
    sender = " ".join(filter(None, (each.name, each.email, each.phone)))
    right = each.right.replace("_", " ")
    return each.reference, each.controller, right, received, due, state, sender
