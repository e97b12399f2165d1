"""The command that answers a request for a copy: rights pack."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from cli.erasure import chosen_people
from cli.output import emit_json, print_data, say
from cli.viewing import note
from cli.words import counted
from policy.errors import UsageError

if TYPE_CHECKING:
    from pipeline.access_log import Looked
    from pipeline.access_pack import PackOrder, WrittenPack
    from pipeline.wiring import House


def register(rights: typer.Typer) -> None:
    """Add the command of this file to the group of rights."""
    rights.command()(pack)


def pack(
    identifier: Annotated[
        str, typer.Argument(metavar="IDENTIFIER", help="An e-mail address or a number.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder to be made for the answer.")
    ] = None,
    controller: ControllerOption = None,
    person: Annotated[
        list[str] | None,
        typer.Option("--person", help="Who is meant, by key, where several use the identifier."),
    ] = None,
    portability: Annotated[
        bool, typer.Option("--portability", help="Only what the person gave, to take along.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what would be in it.")
    ] = False,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Write a copy of everything held about one person, and of nobody else, into a new folder."""
    from pipeline.access_pack import PackOrder
    from pipeline.why import identifier_of
    from policy.rights.packs import PackKind

    typed = identifier_of(identifier, region)
    kind = PackKind.PORTABILITY if portability else PackKind.ACCESS
    if out is None and not dry_run:
        raise UsageError("Where to? Cure: add --out with a new folder, or --dry-run to count only.")
    with house(config) as opened:
        whose = chosen_controller(opened.settings, controller)
        order = PackOrder(whose, [typed], kind, chosen_people(person or []))
        made = _made(opened, order, None if dry_run else out)
    if as_json:
        emit_json(_data(made))
    else:
        _tell(made)


def _made(opened: "House", order: "PackOrder", out: Path | None) -> "WrittenPack":
    from pipeline import wiring
    from pipeline.access_pack import rehearse_pack, write_pack

    def noted(look: "Looked") -> None:
        note(opened, [look])

    if out is None:
        return rehearse_pack(opened.store, opened.settings, order, wiring.now(), noted)
    return write_pack(
        opened.store,
        opened.settings,
        order.controller,
        order.identifiers,
        order.kind,
        out,
        wiring.now(),
        note=noted,
        people=order.people,
        actor=actor(),
    )


def _data(made: "WrittenPack") -> dict[str, Any]:
    return {
        "kind": made.kind,
        "folder": str(made.folder) if made.folder else None,
        "files": dict(made.files),
        "sha256": made.sha256,
        "counts": dict(made.counts),
        "unsearched": made.unsearched,
        "unresolved": made.unresolved,
        "several_names": made.has_several_names,
        "for_client": made.is_for_client,
        "related": [
            {"person": str(each.person), "shares": list(each.shares), "leads": each.leads}
            for each in made.related
        ],
    }


def _tell(made: "WrittenPack") -> None:
    for name, count in made.counts.items():
        print_data(f"{count:6,}  {name}")
    if made.folder:
        say(f"Written to {made.folder}: {', '.join(made.files)}. Look through it, then send it.")
    else:
        say("Nothing was written.")
    if made.is_for_client:
        say("It is a client's data: hand the answer to the client, who answers the person.")
    if made.unsearched:
        say(
            f"Not searched: {counted(made.unsearched, 'older record')} that could not be read."
            " Cure: read them first, with `leadledger deliveries replay`."
        )
    if made.unresolved:
        say(f"Left out: {counted(made.unresolved, 'submission')} naming this person and another.")
    if made.has_several_names:
        say("The submissions go by several names: look whether they are of one person.")
    for each in made.related:
        say(
            f"Not in it: person {each.person} shares {' and '.join(each.shares)}, in"
            f" {counted(each.leads, 'lead')}."
        )
    if made.related:
        say("If that is the same person, make another copy, with an address of theirs.")
