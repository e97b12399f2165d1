"""Commands about advertising audiences: audiences list, audiences remove."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, house
from cli.output import emit_json, say, table
from cli.stops import DryRunOption

if TYPE_CHECKING:
    from pipeline.audience_turn import AudienceRound
    from pipeline.list_audiences import AudienceState

NONE = "No audience is configured. Cure: add [[audiences]] to config.toml."

audiences = typer.Typer(
    help="Advertising audiences, which people who opted out must leave.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(audiences, name="audiences")


@audiences.command("list")
def list_(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the audiences: who waits to be removed, what was confirmed, and what failed."""
    from pipeline.list_audiences import list_audiences

    with house(config) as opened:
        found = list_audiences(opened.store)
    if as_json:
        emit_json([asdict(each) for each in found])
        return
    if not found:
        say(NONE)
        return
    columns = (
        *("audience", "controller", "kind", "waiting", "at platform", "confirmed", "last receipt"),
        "failed",
    )
    table(columns, [_line(each) for each in found])
    for each in found:
        if not each.is_configured:
            say(f"{each.id}: configured no more. Cure: add it again if removals wait.")
        if each.message:
            say(f"{each.id}, last round: {each.message}")


def _line(each: "AudienceState") -> tuple[object, ...]:
    receipt = "none yet"
    if each.confirmed_at:
        receipt = f"{each.confirmed_at:%Y-%m-%d %H:%M} UTC {each.request_id or ''}".rstrip()
    failed = f"{each.failed:,}"
    if each.failed_at:
        failed += f", the last on {each.failed_at:%Y-%m-%d}"
    waiting, sent, done = f"{each.waiting:,}", f"{each.at_platform:,}", f"{each.confirmed:,}"
    return each.id, each.controller, each.kind, waiting, sent, done, receipt, failed


@audiences.command()
def remove(
    dry_run: DryRunOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Ask the platforms now to remove who waits, and how far they are with what they took in."""
    from pipeline import wiring
    from pipeline.remove_from_audiences import remove_from_audiences

    with house(config) as opened:
        report = remove_from_audiences(
            opened, wiring.now, is_rehearsal=dry_run, is_by_hand=not dry_run
        )
    if as_json:
        emit_json([_data(each) for each in report.rounds])
    else:
        for each in report.rounds:
            _tell(each, is_rehearsal=dry_run)
        if not report.rounds:
            say(NONE)
    raise typer.Exit(report.exit_code)


def _data(each: "AudienceRound") -> dict[str, object]:
    return {
        "audience": each.audience_id,
        "controller": each.controller_id,
        "due": each.due,
        "asked": each.asked,
        "confirmed": each.confirmed,
        "reopened": each.reopened,
        "given_up": each.given_up,
        "error": str(each.error) if each.error else None,
    }


def _tell(each: "AudienceRound", *, is_rehearsal: bool) -> None:
    if is_rehearsal:
        say(f"{each.audience_id}: {each.due:,} would be asked for or followed.")
        return
    if each.given_up:
        say(
            f"{each.audience_id}: {each.given_up:,} GIVEN UP after 30 days. Cure: rebuild the"
            " audience at the platform without those who opted out (docs/audiences.md)."
        )
        return
    say(
        f"{each.audience_id}: {each.confirmed:,} confirmed as removed, {each.asked:,} taken in by"
        f" the platform, {each.reopened:,} to be asked anew."
    )
    if each.error:
        say(f"  {each.error}")
