"""Commands about holds: hold add, hold list, hold release."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
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
from cli.lists import lead_key
from cli.output import emit_json, print_data, say, table
from cli.stops import chosen_controllers
from cli.viewing import is_masked, note_counts
from policy.errors import UsageError

if TYPE_CHECKING:
    from pipeline.hold import HoldInForce

hold = typer.Typer(help="Orders to keep data that would be deleted.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(hold, name="hold")


@hold.command()
def add(
    matter: Annotated[str, typer.Option("--matter", help="What it is about, e.g. a dispute.")],
    approver: Annotated[str, typer.Option("--approver", help="Who decided it.")],
    review: Annotated[str, typer.Option("--review", help="When to look again, as 2027-01-31.")],
    lead: Annotated[str | None, typer.Option("--lead", help="One lead, by its id.")] = None,
    identifier: Annotated[
        str | None, typer.Option("--identifier", help="All leads of a person.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="All that the controller has.")
    ] = False,
    controller: ControllerOption = None,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Keep a lead, a person's leads, or everything from deletion. It allows no use."""
    from pipeline import wiring
    from pipeline.hold import Order, place_hold
    from pipeline.why import identifier_of

    if (lead is not None) + (identifier is not None) + everything != 1:
        raise UsageError("What is kept? Cure: give one of --lead, --identifier or --everything.")
    of = lead_key(lead) if lead else identifier_of(identifier, region) if identifier else None
    if of is None and not everything:
        raise UsageError("What is kept? Cure: give one of --lead, --identifier or --everything.")
    with house(config) as opened:
        whose = chosen_controller(opened.settings, controller)
        order = Order(whose, matter, approver, _day(review), of)
        keys = place_hold(opened.store, order, actor(), wiring.now())
    if as_json:
        emit_json([str(key) for key in keys])
        return
    for key in keys:
        print_data(str(key))
    say("Kept from deletion until `leadledger hold release` with this id.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("--review is no day. Cure: write it as 2027-01-31.") from None


@hold.command("list")
def list_(
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the holds, and which of them must be looked at again."""
    from pipeline import wiring
    from pipeline.hold import list_holds
    from pipeline.masked_answers import masked_holds

    with house(config) as opened:
        whose = chosen_controllers(opened.settings, controller)
        found = list_holds(opened.store, whose, wiring.now())
        note_counts(opened, (each.controller_id for each in found))
    if is_masked():
        found = masked_holds(found)
    if as_json:
        emit_json([_data(each) for each in found])
    elif found:
        columns = ("id", "controller", "keeps", "matter", "approver", "since", "review", "state")
        table(columns, [_line(each) for each in found], whole=("id",))
    else:
        say("Nothing is held.")


def _data(each: "HoldInForce") -> dict[str, Any]:
    return {
        "id": str(each.id),
        "controller": each.controller_id,
        "scope": each.scope,
        "of": str(each.scope_id) if each.scope_id else None,
        "matter": each.matter,
        "approver": each.approver,
        "opened_at": each.opened_at,
        "review_on": each.review_on,
        "released_at": each.released_at,
        "review_due": each.is_review_due,
    }


def _line(each: "HoldInForce") -> tuple[object, ...]:
    keeps = f"{each.scope} {each.scope_id}" if each.scope_id else "everything"
    state = "in force"
    if each.released_at:
        state = f"released {each.released_at:%Y-%m-%d}"
    elif each.is_review_due:
        state = "REVIEW DUE"
    since = f"{each.opened_at:%Y-%m-%d}"
    whose, when = each.controller_id, each.review_on.isoformat()
    return each.id, whose, keeps, each.matter, each.approver, since, when, state


@hold.command()
def release(
    hold_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a hold.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """End a hold. What is due by then is deleted by the next `leadledger expire`."""
    from pipeline import wiring
    from pipeline.hold import release_hold

    try:
        key = UUID(hold_id)
    except ValueError:
        raise UsageError(
            "This is no hold's id. Cure: take one from `leadledger hold list`."
        ) from None
    with house(config) as opened:
        was_in_force = release_hold(opened.store, key, actor(), wiring.now())
    say("Released." if was_in_force else "It was released already.")
