"""Commands about data that is held for clients: clients list, clients close."""

import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    actor,
    chosen_controller,
    house,
)
from cli.output import emit_json, print_data, progress, say, shown_path, table
from cli.stops import DryRunOption
from cli.viewing import note
from cli.words import counted
from policy.client_contract import ExitChoice
from policy.errors import StoreUnavailable, UsageError

if TYPE_CHECKING:
    from pipeline.close_client import Closed, Closing
    from pipeline.list_clients import ListedClient
    from pipeline.scrub import ScrubReport
    from pipeline.settings import ControllerSettings
    from pipeline.wiring import House

INCOMPLETE = 3
clients = typer.Typer(
    help="Clients, whose data is held on their instruction.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(clients, name="clients")


@clients.command("list")
def list_(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the clients: contract, instructions, leads held, and what the end of it asks for."""
    from pipeline import wiring
    from pipeline.list_clients import list_clients

    with house(config) as opened:
        found = list_clients(opened.store, opened.settings.controllers, wiring.now())
    if as_json:
        emit_json([asdict(each) for each in found])
    elif found:
        columns = ("client", "contract", "until", "instructions", "leads", "state")
        table(columns, [_line(each) for each in found], whole=("client",))
    else:
        say("There are no clients: no controller has the role `processor`.")


def _line(each: "ListedClient") -> tuple[object, ...]:
    instructions = [
        f"{one.reference}/{one.version}" + ("" if one.is_in_force else " (not in force)")
        for one in each.instructions
    ]
    until = each.ends_on.isoformat() if each.ends_on else "open"
    listed = "\n".join(instructions) or "none: every use is denied"
    contract = each.contract or "NONE: every use is denied"
    return each.controller, contract, until, listed, f"{each.leads:,}", _state(each)


def _state(each: "ListedClient") -> str:
    if not each.is_over:
        left = each.days_left
        return "running" if left is None else f"running, {counted(left, 'day')} left"
    if not each.duties:
        return "ended, dealt with and certified"
    todo = ", ".join(duty.value.replace("_", " ") for duty in each.duties)
    return f"ended; by {each.due_at:%Y-%m-%d}: {todo}"


@clients.command()
def close(
    client: Annotated[str, typer.Argument(metavar="ID", help="The client's controller id.")],
    on: Annotated[
        str | None, typer.Option("--on", help="The contract's last day, as 2027-01-31.")
    ] = None,
    choice: Annotated[
        ExitChoice | None, typer.Option("--choice", help="What the client wants done.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A new folder for what the client gets back.")
    ] = None,
    sub_processors_done: Annotated[
        bool, typer.Option("--sub-processors-done", help="All of them have deleted too.")
    ] = False,
    requests_passed_on: Annotated[
        bool,
        typer.Option("--requests-passed-on", help="The client has what people asked of it."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    dry_run: DryRunOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """End a client's contract: give its data back, delete it, certify. Run it again to go on."""
    from dataclasses import replace

    from pipeline.close_client import Closing

    order = Closing(
        on=_day(on) if on else None,
        choice=choice,
        out=out,
        are_sub_processors_done=sub_processors_done,
        are_requests_passed_on=requests_passed_on,
        is_rehearsal=True,
        actor=actor(),
    )
    with house(config) as opened:
        whose = chosen_controller(opened.settings, client)
        found = _close(opened, whose, order)
        scrubbed: ScrubReport | None = None
        if not dry_run:
            if not yes:
                _confirm(found, client)
            if out is not None:
                _note_all(opened, whose)
            found = _close(opened, whose, replace(order, is_rehearsal=False))
            scrubbed = _scrubbed(opened, found)
    if as_json:
        emit_json(_data(found, dry_run, scrubbed))
    else:
        _tell(found, dry_run=dry_run)
    raise typer.Exit(0 if dry_run or _is_all_done(found) else INCOMPLETE)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("--on is no day. Cure: write it as 2027-01-31.") from None


def _close(opened: "House", client: "ControllerSettings", order: "Closing") -> "Closed":
    from pipeline import wiring
    from pipeline.close_client import close_client

    key = opened.settings.suppression_key
    with progress("Looking at" if order.is_rehearsal else "Closing") as advance:
        return close_client(opened.store, client, key, order, wiring.now, advance)


def _note_all(opened: "House", client: "ControllerSettings") -> None:
    """Write down that everybody of a client is about to be written out."""
    from pipeline.access_log import Looked
    from pipeline.list_clients import list_clients

    [listed] = list_clients(opened.store, [client], opened.now())
    note(opened, [Looked(client.id, listed.leads)])


def _confirm(found: "Closed", client: str) -> None:
    """Ask on a terminal to type the client's id again, where something would be deleted.

    Raises:
        UsageError: nobody is there to be asked, or something else was typed.
    """
    leads = found.deleted.leads.total()
    if not leads:
        return
    total = counted(leads, "lead")
    if not sys.stdin.isatty():
        raise UsageError(f"Nothing was done: {total} would be deleted. Cure: add --yes.")
    say(f"{total} of {client} and all else of it would be deleted; nothing brings them back.")
    say("Type the client's id again:")
    if sys.stdin.readline().strip() != client:
        raise UsageError("That is not the same. Nothing was done. Cure: start again.")


def _scrubbed(opened: "House", found: "Closed") -> "ScrubReport | None":
    """Rewrite the store's files, if something went; that this fails leaves the rest done."""
    from pipeline import wiring
    from pipeline.scrub import scrub

    if not (found.deleted.leads or found.deleted.counts.total()):
        return None
    try:
        with progress("Rewriting") as advance:
            is_full = opened.settings.full_rewrite
            return scrub(opened.store, wiring.now, is_full=is_full, progress=advance)
    except StoreUnavailable as error:
        say(f"Deleted, but bytes are still in the store's files. {error}")
        return None


def _is_all_done(found: "Closed") -> bool:
    """Say whether nothing is owed now: before the last day nothing is."""
    return found.exit.certified_at is not None or not _is_over(found)


def _is_over(found: "Closed") -> bool:
    from pipeline import wiring

    return bool(wiring.now() >= found.exit.facts.ended_at)


def _data(found: "Closed", dry_run: bool, scrubbed: "ScrubReport | None") -> dict[str, Any]:
    from policy.client_exit import duties_done, exit_due_at
    from policy.retention_duties import exit_duties_open

    deleted, ended = found.deleted, found.exit
    return {
        "rehearsal": dry_run,
        "client": ended.controller_id,
        "contract": ended.reference,
        "ends_on": ended.ends_on,
        "choice": ended.choice,
        "due_at": exit_due_at(ended.facts),
        "duties_open": exit_duties_open(duties_done(ended.facts)) if _is_over(found) else (),
        "returned": dict(found.package.rows) if found.package else None,
        "deleted": dict(deleted.counts) | {"leads": deleted.leads.total()},
        "kept": dict(deleted.kept),
        "held_leads": deleted.held,
        "holds": deleted.holds,
        "lists_to_look_at": deleted.lists,
        "requests_waiting": deleted.waiting,
        "left": deleted.left,
        "scrubbed": scrubbed.is_clean if scrubbed else None,
        "certificate": ended.certificate,
    }


def _tell(found: "Closed", *, dry_run: bool) -> None:
    from pipeline.exit_certificate import as_text

    ended = found.exit
    if ended.certificate is not None:
        print_data(as_text(ended.certificate))
        return
    if not _is_over(found):
        say(f"The contract with {ended.controller_id} ends on {ended.ends_on}: use stops then.")
        say("Run this again after that day, to give back and delete.")
        return
    would = "would be " if dry_run else ""
    if found.package is not None:
        rows = counted(sum(found.package.rows.values()), "record")
        say(f"Given back: {rows}, in {shown_path(found.package.folder)}. Hand it over safely.")
    say(f"{counted(found.deleted.leads.total(), 'lead')} {would}deleted.")
    for line in _open_points(found):
        say(line)


def _open_points(found: "Closed") -> list[str]:
    """Return what is still to be done, each with its cure."""
    from policy.client_exit import exit_due_at

    ended, deleted = found.exit, found.deleted
    lines = []
    if ended.choice is None:
        lines.append("What does the client want? Cure: add --choice.")
    if deleted.waiting:
        lines.append(
            f"Requests of people that the client must have first: {', '.join(deleted.waiting)}."
            " Cure: see `leadledger rights list`; then add --requests-passed-on."
        )
    if deleted.holds:
        lines.append(
            f"Kept by legal holds: {counted(len(deleted.held), 'lead')}, by"
            f" {', '.join(map(str, deleted.holds))}. Cure: `leadledger hold release` when over."
        )
    if deleted.lists:
        lines.append(
            f"Lists that were changed since, or cannot be deleted: "
            f"{', '.join(map(str, deleted.lists))}. Cure: delete these files, then repeat."
        )
    if ended.sub_processors and ended.sub_processors_done_at is None:
        names = ", ".join(ended.sub_processors)
        lines.append(f"Have these delete too: {names}. Cure: then add --sub-processors-done.")
    if deleted.left and ended.deleted_at is None and not (deleted.holds or deleted.waiting):
        lines.append(_why_left(found, exit_due_at(ended.facts)))
    return lines


def _why_left(found: "Closed", due_at: datetime) -> str:
    if found.exit.choice is ExitChoice.RETURN and not found.deleted.leads:
        return f"Copies stay here until {due_at:%Y-%m-%d}; `leadledger expire` deletes them then."
    return (
        f"Left: {counted(sum(found.deleted.left.values()), 'record')}. What came after the package"
        " goes with the next one. Cure: repeat with another --out."
    )
