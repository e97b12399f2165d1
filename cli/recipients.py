"""Commands about who may be handed data: recipients list."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.audit import moment
from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    house,
)
from cli.output import emit_json, say, table
from cli.stops import chosen_controllers

if TYPE_CHECKING:
    from pipeline.list_recipients import ListedRecipient

recipients = typer.Typer(help="Who may be handed data, and was.", no_args_is_help=True)
COLUMNS = (
    *("recipient", "controller", "role", "contract", "country", "safeguard", "channels", "lists"),
    *("people", "last list", "missing"),
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(recipients, name="recipients")


@recipients.command("list")
def list_(
    at: Annotated[
        str | None, typer.Option("--at", help="As they stood at a time with its zone; now if none.")
    ] = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List who may be handed data: role, contract, country, safeguard, and what they got."""
    from pipeline import wiring
    from pipeline.list_recipients import list_recipients
    from pipeline.why import at_or_now

    typed = moment(at)
    with house(config) as opened:
        # asked after opening, which is when the store hears of a recipient that is new
        when = at_or_now(typed, wiring.now())
        whose = chosen_controllers(opened.settings, controller)
        found = list_recipients(opened.store, whose, when)
    if as_json:
        emit_json([asdict(each) for each in found])
        return
    table(COLUMNS, [_line(each) for each in found], whole=("recipient",))
    if any(each.missing for each in found):
        say("Something is missing. `leadledger check` says the cure (docs/recipients.md).")


def _line(each: "ListedRecipient") -> tuple[object, ...]:
    until = f" until {each.contract_until}" if each.contract_until else ""
    tested = f", tested {each.tested_on}" if each.tested_on else ""
    return (
        each.id,
        each.controller,
        each.role.replace("_", " ") or ("" if each.missing else "in the house"),
        f"{each.contract}{until}" if each.contract else "",
        each.country or "unknown",
        f"{each.mechanism}{tested}" if each.mechanism else "",
        ", ".join(each.channels),
        f"{each.lists:,}",
        f"{each.people:,}",
        f"{each.last_at:%Y-%m-%d %H:%M}" if each.last_at else "never",
        ", ".join(word.replace("_", " ") for word in each.missing),
    )
