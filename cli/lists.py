"""Commands that show and hand out leads: leads, export."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    actor,
    chosen_controller,
    chosen_sources,
    house,
)
from cli.output import emit_json, progress, say, shown_path, table
from cli.viewing import is_limited, is_masked, note, note_leads, require, require_list
from cli.words import REASONS, box_line, in_words
from policy.access import Action
from policy.errors import UsageError
from policy.vocabulary import INTERNAL, Channel, Purpose, ReasonCode

if TYPE_CHECKING:
    from collections import Counter

    from pipeline.export import ExportReport
    from pipeline.wiring import House

leads = typer.Typer(help="The leads that are kept.", no_args_is_help=True)

PurposeOption = Annotated[Purpose, typer.Option("--purpose", help="What for.")]
ChannelOption = Annotated[Channel, typer.Option("--channel", help="By which channel.")]
RecipientOption = Annotated[
    str, typer.Option("--recipient", help="Who gets it: one of [[recipients]], or internal.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(leads, name="leads")
    app.command()(export)


@leads.command("list")
def list_leads(
    source_id: Annotated[str | None, typer.Option("--source", help="One source only.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")] = 50,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the newest leads: when, from where, how well proven, and who."""
    with house(config) as opened:
        if source_id is not None:
            chosen_sources(opened.settings, [source_id])
        found = _newest(opened, source_id, limit)
        note_leads(opened, found, "source" if source_id else None)
    if as_json:
        emit_json(found)
        return
    if not found:
        say("No leads are kept yet. Next: `leadledger pull`, or `leadledger import`.")
        return
    columns = ("id", "submitted", "source", "grade", "name")
    table(columns, [_in_short(row) for row in found], whole=("id", "submitted", "grade"))


def _newest(opened: "House", source_id: str | None, limit: int) -> list[dict[str, Any]]:
    """Return the newest leads as far as whoever asks may see them."""
    from pipeline.show import newest_leads

    if is_limited():
        from pipeline.allowed_leads import newest_allowed_leads

        settings = opened.settings
        return newest_allowed_leads(opened.store, settings, source_id, limit, opened.now())
    found = newest_leads(opened.store, source_id, limit)
    return _masked(found) if is_masked() else found


def _masked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from pipeline.masked_answers import masked_leads

    return masked_leads(found)


def _in_short(row: dict[str, Any]) -> tuple[object, ...]:
    """Return what has room on a line of 80 columns; the day is that of UTC."""
    submitted_at = datetime.fromisoformat(row["submitted_at"]).astimezone(UTC)
    grade = "test" if row["test"] else row["grade"]
    return row["id"], f"{submitted_at:%Y-%m-%d}", row["source"], grade, row["name"]


@leads.command()
def show(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="The id of a lead.")],
    consents: Annotated[
        bool,
        typer.Option("--consent-records", help="Print its consents as JSON-LD (ISO/IEC TS 27560)."),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show everything that one person sent in one form."""
    if consents:
        emit_json(_consent_records(config, lead_key(lead)))
        return
    with house(config) as opened:
        found = _one(opened, lead_key(lead))
        note_leads(opened, [found], "lead")
    if as_json:
        emit_json(found)
    else:
        table(("what", "value"), [(name, _cell(name, value)) for name, value in found.items()])


def _one(opened: "House", lead_id: UUID) -> dict[str, Any]:
    """Return a lead as far as whoever asks may see it."""
    from pipeline.show import one_lead

    if is_limited():
        from pipeline.allowed_leads import one_allowed_lead

        return one_allowed_lead(opened.store, opened.settings, lead_id, opened.now())
    found = one_lead(opened.store, lead_id)
    return _masked([found])[0] if is_masked() else found


def _consent_records(config: Path, lead_id: UUID) -> list[dict[str, Any]]:
    from pipeline.consent_records import consent_records
    from pipeline.masked_answers import masked_records
    from pipeline.show import one_lead

    require(Action.SEE_RECORDS)
    with house(config) as opened:
        controllers = opened.settings.controllers
        found = consent_records(opened.store, controllers, lead_id, opened.now())
        note_leads(opened, [one_lead(opened.store, lead_id)], "lead")
    return masked_records(found) if is_masked() else found


def lead_key(text: str) -> UUID:
    """Return the key of a lead that somebody typed.

    Raises:
        UsageError: it is none.
    """
    try:
        return UUID(text)
    except ValueError:
        raise UsageError(
            "This is no lead's id. Cure: take one from `leadledger leads list`."
        ) from None


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - any JSON value
    if name == "boxes":
        return "\n".join(map(box_line, value))
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_cell(key, entry)}" for key, entry in value.items())
    if name == "reachable_by":
        return "\n".join(" ".join(way.values()) for way in value)
    if isinstance(value, list | tuple):
        return ", ".join(map(in_words, value))
    return in_words(value)


def export(
    purpose: PurposeOption,
    channel: ChannelOption,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file: .csv, .xlsx or .parquet.")
    ] = None,
    controller: ControllerOption = None,
    recipient: RecipientOption = INTERNAL,
    authority_request: Annotated[
        str | None, typer.Option("--authority-request", help="The request an authority asks by.")
    ] = None,
    approver: Annotated[
        str | None, typer.Option("--approver", help="Who approved telling the authority.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only; write nothing.")] = False,
    with_links: Annotated[
        bool,
        typer.Option("--unsubscribe-links", help="Add each person's link out, and mail headers."),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Write the list of people who may be reached for a purpose, each with the proof."""
    from pipeline import wiring
    from pipeline.access_log import Looked
    from pipeline.export import ExportRequest
    from pipeline.export import export as export_list
    from pipeline.hand_over import chosen_recipient, duty_of
    from pipeline.unsubscribe_links import unsubscribe_links

    require_list(purpose)
    if out is None and not dry_run:
        raise UsageError("It is not said where to. Cure: add --out FILE, or --dry-run to count.")
    if out is not None and dry_run:
        raise UsageError("A dry run writes no file. Cure: leave out either --out or --dry-run.")
    with house(config) as opened, progress("Deciding") as advance:
        whose = chosen_controller(opened.settings, controller)
        links = unsubscribe_links(opened.settings, whose, channel) if with_links else None
        to = chosen_recipient(opened.settings.recipients, whose, recipient)
        duty = duty_of(to, authority_request, approver)
        request = ExportRequest(whose, purpose, channel, to, out, actor(), links, duty)
        key, web = opened.settings.suppression_key, opened.settings.web
        report = export_list(opened.store, request, key, wiring.now, advance)
        if report.export_id is not None:
            note(opened, [Looked(whose.id, report.allowed, [report.export_id], "use")])
    if with_links and web.is_this_machine:
        say(f"The links lead to {web.public_url}, which nobody outside reaches.")
        say("Cure: set web.public_url to your address on the web before you send anything.")
    if as_json:
        emit_json(_export_data(report, out))
        return
    done = "would be allowed" if dry_run else f"written to {out}"
    say(f"{report.allowed:,} {done}; {report.withheld.total():,} withheld.")
    show_withheld(report.withheld)


def show_withheld(withheld: "Counter[ReasonCode]") -> None:
    """Show why the others are not in a list, the most frequent reason first."""
    if withheld:
        rows = [(f"{n:,}", code, REASONS[code]) for code, n in withheld.most_common()]
        table(("withheld", "reason", "in words"), rows)


def _export_data(report: "ExportReport", out: Path | None) -> dict[str, Any]:
    return {
        "export": str(report.export_id) if report.export_id else None,
        "file": shown_path(out) if out else None,
        "sha256": report.sha256,
        "allowed": report.allowed,
        "withheld": dict(report.withheld),
    }
