"""Commands that take leads in, and read them again: pull, deliveries."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    chosen_sources,
    house,
)
from cli.counts import SET_ASIDE, counts_in_words, in_the_end, name_set_aside, report_data
from cli.output import UNLIMITED, emit_json, print_data, print_wrapped, progress, say, table
from cli.viewing import is_masked, note_counts

if TYPE_CHECKING:
    from pipeline.ingest import IngestReport
    from pipeline.pull import PullReport
    from pipeline.reread import RereadReport

SourceIds = Annotated[
    list[str] | None, typer.Argument(metavar="SOURCE", help="Ids of sources; all if none.")
]

SourceId = Annotated[str, typer.Argument(metavar="SOURCE", help="The id of a source.")]

deliveries = typer.Typer(help="What came and could not be read.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(pull)
    app.add_typer(deliveries, name="deliveries")


def pull(
    sources: SourceIds = None, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Pull what is new from the sources: one round, now."""
    from pipeline import wiring
    from pipeline.pull import exit_code, is_polled
    from pipeline.pull import pull as pull_source

    reports: list[PullReport] = []
    with house(config) as opened, in_the_end(lambda: map(_pull_data, reports), is_asked=as_json):
        for source in chosen_sources(opened.settings, sources or []):
            connector = wiring.build(source)
            if not sources and not is_polled(connector):
                if not as_json:
                    say(f"{source.id}: not pulled; its leads come by other ways.")
                continue
            with progress(f"Pulling {source.id}") as advance:
                reports.append(pull_source(opened.store, source, connector, wiring.now, advance))
            if not as_json:
                _tell_pull(reports[-1])
    raise typer.Exit(exit_code(reports))


def _tell_pull(report: "PullReport") -> None:
    if report.taken.counts.total() or not report.errors:
        say(f"{report.source_id}: {counts_in_words(report.taken)}")
    name_set_aside(report.taken)
    for error in report.errors:
        say(f"{report.source_id}: {error}")


def _pull_data(report: "PullReport") -> dict[str, Any]:
    return {
        "source": report.source_id,
        "outcome": report.outcome,
        **report_data(report.taken),
        "errors": [{"code": error.code, "message": str(error)} for error in report.errors],
    }


@deliveries.command("list")
def list_aside(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List what was set aside, with the reason and until when it is kept."""
    from pipeline.replay import shelf

    with house(config) as opened:
        found = list(shelf(opened.store))
    if as_json:
        emit_json(found)
    elif found:
        names = ("source", "received_at", "position", "reason", "kept_until")
        columns = ("source", "came in (UTC)", "position", "reason", "kept until")
        table(columns, [[_moment(name, row[name]) for name in names] for row in found])
        # the same few sentences for thousands of rows are said once
        for reason, detail in dict.fromkeys((row["reason"], row["detail"]) for row in found):
            print_wrapped(f"{reason}: {detail}", piped_width=UNLIMITED)
    else:
        say("Nothing is set aside.")


def _moment(name: str, value: str | None) -> str | None:
    if name != "received_at" or value is None:
        return value
    return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M}"


@deliveries.command()
def reread(
    sources: SourceIds = None, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Judge the boxes of stored leads again, after you gave boxes a meaning in config.toml."""
    from pipeline import wiring
    from pipeline.reread import reread as reread_source

    reports: dict[str, RereadReport] = {}
    with (
        house(config) as opened,
        in_the_end(lambda: _rereads_data(reports), is_asked=as_json),
    ):
        for source in chosen_sources(opened.settings, sources or []):
            with progress(f"Reading {source.id} again") as advance:
                connector = wiring.build(source)
                report = reread_source(opened.store, source, connector, wiring.now, advance)
            reports[source.id] = report
            if not as_json:
                say(f"{source.id}: {report.changed:,} of {report.examined:,} leads changed")


def _rereads_data(reports: "dict[str, RereadReport]") -> list[dict[str, Any]]:
    return [{"source": id_, **asdict(report)} for id_, report in reports.items()]


@deliveries.command()
def replay(
    sources: SourceIds = None, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Read again what was set aside, after the program or the configuration was mended."""
    from pipeline import wiring
    from pipeline.replay import replay as replay_source

    reports: dict[str, IngestReport] = {}
    with (
        house(config) as opened,
        in_the_end(lambda: _replays_data(reports), is_asked=as_json),
    ):
        for source in chosen_sources(opened.settings, sources or []):
            connector = wiring.build(source)
            reports[source.id] = replay_source(opened.store, source, connector, wiring.now)
            if not as_json:
                say(f"{source.id}: {counts_in_words(reports[source.id])}")
    raise typer.Exit(SET_ASIDE if any(r.counts["set_aside"] for r in reports.values()) else 0)


def _replays_data(reports: "dict[str, IngestReport]") -> list[dict[str, Any]]:
    return [{"source": id_, **report_data(r)} for id_, r in reports.items()]


@deliveries.command()
def review(
    source: SourceId, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Show what of a source was set aside for somebody to look at, with what was written."""
    from pipeline import wiring
    from pipeline.accept_aside import require_accepting, waiting_for_a_look
    from pipeline.masked_answers import masked_aside

    with house(config) as opened:
        [configured] = chosen_sources(opened.settings, [source])
        connector = require_accepting(configured, wiring.build(configured, opened.signer))
        found = list(waiting_for_a_look(opened.store, configured, connector))
        note_counts(opened, (configured.controller_id for _ in found))
    if is_masked():
        found = masked_aside(found)
    if as_json:
        emit_json(found)
        return
    for each in found:
        where = f"  {each['position']}" if each["position"] else ""
        print_data(f"{each['id']}  {each['received_at']}  {each['reason']}{where}")
        print_wrapped(each["detail"], "    ")
        for name, value in each["written"].items():
            first, *more = value.splitlines() or [""]
            print_wrapped(f"{name}: {first}", "    ")
            for line in filter(str.strip, more):
                print_wrapped(line, "      ")
    if not found:
        say(f"{source}: nothing waits for a look.")


@deliveries.command()
def accept(
    source: SourceId,
    ids: Annotated[list[UUID], typer.Argument(metavar="ID", help="Ids that `review` shows.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take in what was set aside for somebody to look at, since a person wrote it."""
    from pipeline import wiring
    from pipeline.accept_aside import accept_aside

    with house(config) as opened:
        [configured] = chosen_sources(opened.settings, [source])
        connector = wiring.build(configured, opened.signer)
        report = accept_aside(opened.store, configured, connector, ids, wiring.now())
    if as_json:
        emit_json({"source": source, **report_data(report)})
    else:
        say(f"{source}: {counts_in_words(report)}")
    raise typer.Exit(SET_ASIDE if report.counts["set_aside"] else 0)
