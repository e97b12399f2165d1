"""Commands about the register of breaches: breach add, list, notified, close."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.audit_told import moment
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
from cli.stops import chosen_controllers
from cli.viewing import is_masked
from policy.errors import UsageError
from policy.rights.breach import BreachContent, BreachKind, BreachRisk, BreachTold

if TYPE_CHECKING:
    from pipeline.list_breaches import ListedBreach

breach = typer.Typer(help="The register of breaches of personal data.", no_args_is_help=True)

RiskOption = Annotated[
    BreachRisk, typer.Option("--risk", help="How likely it is that people come to harm.")
]
PeopleOption = Annotated[
    int | None, typer.Option("--people", help="About how many people; if it is known.")
]
RecordsOption = Annotated[
    int | None, typer.Option("--records", help="About how many records; if it is known.")
]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of a breach.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(breach, name="breach")


@breach.command()
def add(
    aware: Annotated[
        str, typer.Option("--aware", help="When we noticed it: a time with its zone.")
    ],
    kind: Annotated[BreachKind, typer.Option("--kind", help="What was broken.")],
    nature: Annotated[str, typer.Option("--nature", help="What happened. Name nobody.")],
    effects: Annotated[str, typer.Option("--effects", help="What came of it, or may come.")],
    action: Annotated[str, typer.Option("--action", help="What was done about it.")],
    risk: RiskOption,
    people: PeopleOption = None,
    records: RecordsOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Record a breach, and say who must be told by when."""
    from pipeline import wiring
    from pipeline.list_breaches import list_breaches
    from pipeline.record_breach import BreachFound, record_breach

    with house(config) as opened:
        whose = chosen_controller(opened.settings, controller)
        at = moment(aware, "--aware")
        found = BreachFound(whose, at, kind, nature, effects, action, risk, people, records)
        key = record_breach(opened.store, found, actor(), wiring.now())
        listed = list_breaches(opened.store, [whose.id], wiring.now(), is_open=True)
    [mine] = [each for each in listed if each.id == key]
    if as_json:
        emit_json(asdict(mine))
        return
    print_data(str(key))
    _tell_owed(mine)


@breach.command("list")
def list_(
    only_open: Annotated[bool, typer.Option("--open", help="Only those not closed.")] = False,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the register: each breach, who was told, and who must be by when."""
    from pipeline import wiring
    from pipeline.list_breaches import list_breaches
    from pipeline.masked_words import masked_rows

    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        found = list_breaches(opened.store, whose, wiring.now(), is_open=only_open)
    if as_json:
        rows = [asdict(each) for each in found]
        emit_json(masked_rows(rows) if is_masked() else rows)
    elif found:
        columns = ("id", "controller", "aware", "kind", "people", "risk", "state")
        table(columns, [_line(each) for each in found], whole=("id",))
        for each in found:
            _tell_owed(each)
    else:
        say("The register is empty.")


def _line(each: "ListedBreach") -> tuple[object, ...]:
    state = f"closed {each.closed_at:%Y-%m-%d}" if each.closed_at else "open"
    aware = f"{each.aware_at:%Y-%m-%d %H:%M} UTC"
    return each.id, each.controller, aware, each.kind, each.people, each.risk, state


def _tell_owed(each: "ListedBreach") -> None:
    for owed in each.owed:
        by = f"{owed.due_at:%Y-%m-%d %H:%M} UTC ({owed.rule})"
        if owed.done_at is None:
            say(f"{each.id}: tell the {owed.whom} by {by}{'. LATE' if owed.is_late else '.'}")
        if owed.missing:
            lacks = ", ".join(word.replace("_", " ") for word in owed.missing)
            say(f"{each.id}: the report to the {owed.whom} lacks {lacks}.")


@breach.command()
def notified(
    breach_id: IdArgument,
    whom: Annotated[BreachTold, typer.Option("--whom", help="Who was told.")],
    at: Annotated[
        str | None, typer.Option("--at", help="When: a time with its zone; now if not given.")
    ] = None,
    contains: Annotated[
        list[BreachContent] | None,
        typer.Option("--contains", help="What they were told; may be repeated."),
    ] = None,
    why_not: Annotated[
        str | None, typer.Option("--why-not", help="Why nobody was told after all.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Note that the regulator, the people or the client were told, or why they were not."""
    from pipeline import wiring
    from pipeline.record_breach import TellingOfBreach, tell_of_breach

    now = wiring.now()
    told_at = moment(at, "--at") if at else now
    with house(config) as opened:
        telling = TellingOfBreach(whom, told_at, contains or (), why_not)
        tell_of_breach(opened.store, _key(breach_id), telling, actor(), now)
    say("Noted.")


@breach.command()
def close(
    breach_id: IdArgument,
    people: PeopleOption = None,
    records: RecordsOption = None,
    effects: Annotated[
        str | None, typer.Option("--effects", help="What came of it, as known in the end.")
    ] = None,
    action: Annotated[
        str | None, typer.Option("--action", help="What was done, as known in the end.")
    ] = None,
    risk: Annotated[
        BreachRisk | None, typer.Option("--risk", help="The risk, as known in the end.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Close a breach once everybody was told who must be; it stays in the register."""
    from pipeline import wiring
    from pipeline.record_breach import BreachChanges, close_breach

    changes = BreachChanges(people, records, effects, action, risk)
    with house(config) as opened:
        close_breach(opened.store, _key(breach_id), changes, actor(), wiring.now())
    say("Closed.")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UsageError(
            "This is no breach's id. Cure: take one from `leadledger breach list`."
        ) from None
