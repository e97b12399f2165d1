"""Commands about data that may be kept but not used: restrict add, restrict list, restrict lift."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.audit import RegionOption
from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    actor,
    chosen_controller,
    house,
)
from cli.output import emit_json, print_data, say, table
from cli.stops import DryRunOption, chosen_controllers
from cli.viewing import note, note_counts
from cli.words import counted
from policy.errors import UsageError

if TYPE_CHECKING:
    from pipeline.restrict import ListedRestriction

restrict = typer.Typer(help="Data that is kept, and not used.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(restrict, name="restrict")


@restrict.command()
def add(
    identifier: Annotated[
        str, typer.Argument(metavar="IDENTIFIER", help="An e-mail address or a number.")
    ],
    ground: Annotated[
        str,
        typer.Option("--ground", help="accuracy_contested, unlawful, claims or objection_weighed."),
    ],
    request: Annotated[
        str | None, typer.Option("--request", help="The reference of the person's request.")
    ] = None,
    controller: ControllerOption = None,
    dry_run: DryRunOption = False,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Stop every use of a person's data but storage, claims and what they agree to."""
    from pipeline import wiring
    from pipeline.access_log import Looked
    from pipeline.restrict import RestrictionOrder
    from pipeline.restrict import restrict as restrict_person
    from pipeline.why import identifier_of
    from policy.restriction import ground_of

    typed = identifier_of(identifier, region)
    order = RestrictionOrder(typed, ground_of(ground), actor(), request, dry_run)
    with house(config) as opened:
        whose = chosen_controller(opened.settings, controller)
        key = opened.settings.suppression_key
        done = restrict_person(opened.store, whose, key, order, wiring.now())
        note(opened, [Looked(whose.id, done.leads, narrowed_by="identifier")])
    if as_json:
        emit_json(asdict(done) | {"rehearsal": dry_run})
        return
    for id_ in (*done.ids, *done.known):
        print_data(str(id_))
    whom = "1 person" if done.people == 1 else f"{done.people:,} people"
    covered = f"{counted(done.leads, 'lead')} of {whom}"
    if dry_run:
        say(f"Would be restricted: {covered}.")
    elif done.ids:
        say(f"Restricted: {covered}, until `leadledger restrict lift` with this id.")
    else:
        say("It was restricted on this ground already.")


@restrict.command("list")
def list_(
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List whose data is restricted, on which ground, and what was lifted."""
    from pipeline.restrict import list_restrictions

    with house(config) as opened:
        found = list_restrictions(opened.store, chosen_controllers(opened.settings, controller))
        note_counts(opened, (each.controller_id for each in found))
    if as_json:
        emit_json([asdict(each) for each in found])
    elif found:
        columns = ("id", "controller", "person", "leads", "ground", "since", "request", "state")
        table(columns, [_line(each) for each in found], whole=("id", "person"))
    else:
        say("Nobody's data is restricted.")


def _line(each: "ListedRestriction") -> tuple[object, ...]:
    state = "in force"
    if each.lifted_at:
        state = f"lifted {each.lifted_at:%Y-%m-%d}"
    elif not each.leads:
        state = "in force; nothing of them is here"
    whose, since = each.controller_id, f"{each.since:%Y-%m-%d}"
    ground = each.ground.replace("_", " ")
    return each.id, whose, each.person_id, each.leads, ground, since, each.request or "", state


@restrict.command("lift")
def lift_(
    restriction_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a restriction.")],
    told: Annotated[
        str | None,
        typer.Option("--told", help="The day on which the person was told, as 2027-01-31."),
    ] = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """End a restriction. The person must be told first."""
    from pipeline import wiring
    from pipeline.restrict import lift

    try:
        key = UUID(restriction_id)
    except ValueError:
        raise UsageError(
            "This is no restriction's id. Cure: take one from `leadledger restrict list`."
        ) from None
    told_on = _day(told) if told else None
    with house(config) as opened:
        was_in_force = lift(opened.store, key, told_on, actor(), wiring.now(), is_rehearsal=dry_run)
    if as_json:
        emit_json({"lifted": was_in_force, "rehearsal": dry_run})
        return
    done = "Would be lifted." if dry_run else "Lifted."
    say(done if was_in_force else "It was lifted already.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("--told is no day. Cure: write it as 2027-01-31.") from None
