"""Commands that end things: optout, expire."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

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
from cli.output import emit_json, progress, say
from cli.viewing import note
from cli.words import counted
from policy.errors import UsageError
from policy.opt_out import OptOutReason
from policy.vocabulary import Channel

if TYPE_CHECKING:
    from collections import Counter

    from pipeline.expire import Expired
    from pipeline.opt_out import OptOutReport
    from pipeline.opt_out_list import OptOutList
    from pipeline.settings import ControllerSettings, Settings

SET_ASIDE = 3
STDIN = "-"
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Count only; change nothing.")]

_OPT_OUT_COUNTS = ("new", "known_already", "people", "withdrawn")
_ENDED = {
    "EXPIRED": "past their last day",
    "FULL_OPT_OUT": "of people who opted out of everything",
    "ENQUIRY_CLOSED": "enquiries closed without a permission",
    "QUARANTINE_OVER": "test leads after 30 days",
    "ERASURE_OWED": "to be erased",
    "CONTRACT_ENDED": "of a client whose contract and the days after it are over",
    "CLIENT_SERVED": "of a client who has its data back or chose deletion",
}
_KEPT = {
    "LEGAL_HOLD": "under a hold",
    "OPEN_REQUEST": "needed for an open request",
    "OTHER_LIVE_PURPOSE": "opted out, with an enquiry still open",
    "NOT_YET_DUE": "not due by the rules of this version: report this line",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(optout)
    app.command()(expire)


def chosen_controllers(settings: "Settings", only: str | None) -> "list[ControllerSettings]":
    """Return the controller that a command names, or all."""
    return [chosen_controller(settings, only)] if only else list(settings.controllers)


def optout(
    identifiers: Annotated[
        list[str] | None,
        typer.Argument(metavar="IDENTIFIER", help="E-mail addresses and numbers."),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="One a line, or a CSV; - is stdin.")
    ] = None,
    channel: Annotated[
        Channel | None, typer.Option("--channel", help="Only this channel; all if not given.")
    ] = None,
    controller: ControllerOption = None,
    reason: Annotated[
        OptOutReason, typer.Option("--reason", help="By which way it came.")
    ] = OptOutReason.ASKED,
    region: RegionOption = "GB",
    dry_run: DryRunOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Stop marketing to people at once, also to people who are not known here."""
    from itertools import chain

    from pipeline import wiring
    from pipeline.access_log import Looked
    from pipeline.opt_out import Said, opt_out
    from pipeline.opt_out_list import OptOutList, one_identifier

    if not identifiers and file is None:
        raise UsageError("Nobody is named. Cure: name identifiers, or a list with --file FILE.")
    typed = [one_identifier(text, region) for text in identifiers or ()]
    listed = OptOutList(region)
    with house(config) as opened, _lines(file) as lines, progress("Opting out") as advance:
        report = opt_out(
            opened.store,
            chosen_controllers(opened.settings, controller),
            opened.settings.suppression_key,
            chain(typed, listed.read(lines)),
            Said(channel, wiring.now(), actor(), reason, is_rehearsal=dry_run),
            advance,
        )
        if dry_run:  # it says whether somebody is known here; in earnest it has rows of its own
            by = "list" if file else "identifier"
            counts = report.counts.items()
            note(opened, (Looked(id_, each["people"], (), by) for id_, each in counts))
    if as_json:
        emit_json(_opt_out_data(report, listed))
    else:
        _tell_opt_out(report, listed, is_rehearsal=dry_run)
    raise typer.Exit(SET_ASIDE if listed.unreadable else 0)


@contextmanager
def _lines(file: str | None) -> Iterator[TextIO | tuple[str, ...]]:
    """Open a list of identifiers; bytes that are no UTF-8 spoil their own line only."""
    from pipeline.opt_out_list import text_lines

    if file is None:
        yield ()
        return
    if file == STDIN:
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        opened = Path(file).open("rb")  # noqa: SIM115 - closed below, when the list is read
    except OSError as error:
        raise UsageError(f"The list cannot be read: {error.strerror}. Cure: name a file.") from None
    with text_lines(opened) as lines:
        yield lines


def _opt_out_data(report: "OptOutReport", listed: "OptOutList") -> dict[str, Any]:
    return {
        "controllers": [
            {"controller": id_} | {name: counts[name] for name in _OPT_OUT_COUNTS}
            for id_, counts in report.counts.items()
        ],
        "unreadable": listed.unreadable,
        "unreadable_lines": listed.named,
    }


def _tell_opt_out(report: "OptOutReport", listed: "OptOutList", *, is_rehearsal: bool) -> None:
    would = "would be " if is_rehearsal else ""
    for controller_id, counts in report.counts.items():
        say(
            f"{controller_id}: {counts['new']:,} {would}stopped, {counts['people']:,} of them"
            f" with data here, {counted(counts['withdrawn'], 'permission')} {would}taken back;"
            f" {counts['known_already']:,} known already."
        )
    if listed.unreadable:
        numbers = ", ".join(map(str, listed.named))
        more = listed.unreadable - len(listed.named)
        say(f"No address or number stood in line {numbers}" + (f" and {more:,} more." * bool(more)))
        say("Cure: correct these lines and give the list again; the others are done.")


def expire(
    controller: ControllerOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Delete what is due: leads after 24 months or a full opt-out, and what was set aside."""
    from pipeline import wiring
    from pipeline.expire import expire as delete_due

    with house(config) as opened, progress("Looking at") as advance:
        found = delete_due(
            opened.store,
            chosen_controllers(opened.settings, controller),
            opened.settings.suppression_key,
            wiring.now,
            advance,
            is_rehearsal=dry_run,
        )
    if as_json:
        emit_json([_expired_data(id_, result) for id_, result in found.items()])
        return
    for controller_id, result in found.items():
        _tell_expired(controller_id, result, is_rehearsal=dry_run)


def _expired_data(controller_id: str, result: "Expired") -> dict[str, Any]:
    return {
        "controller": controller_id,
        "deleted": dict(result.deleted),
        "kept": dict(result.kept),
        "deliveries": result.deliveries,
        "deliveries_kept": result.deliveries_kept,
        "removals_forgotten": result.removals,
        **({"client_rows": result.client_rows} if result.client_rows else {}),
    }


def _tell_expired(controller_id: str, result: "Expired", *, is_rehearsal: bool) -> None:
    would = "would be " if is_rehearsal else ""
    total = counted(result.deleted.total(), "lead")
    say(f"{controller_id}: {total} {would}deleted{_listed(result.deleted, _ENDED)}.")
    if result.kept:
        say(f"  Due, but kept: {result.kept.total():,}{_listed(result.kept, _KEPT)}.")
    if result.deliveries or result.deliveries_kept:
        kept = f"; {result.deliveries_kept:,} under a hold" * bool(result.deliveries_kept)
        say(f"  Set aside more than 30 days ago: {result.deliveries:,} {would}deleted{kept}.")
    if result.client_rows:
        say(f"  All else of this client {would}deleted: {counted(result.client_rows, 'record')}.")
    if result.removals:
        say(f"  Deletions of six years ago {would}forgotten: {result.removals:,}.")


def _listed(counts: "Counter[Any]", words: dict[str, str]) -> str:
    parts = [f"{count:,} {words.get(reason, reason)}" for reason, count in counts.most_common()]
    return f" ({', '.join(parts)})" if parts else ""
