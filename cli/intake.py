"""Commands that take leads in: pull, import, deliveries."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    chosen_sources,
    house,
)
from cli.output import UNLIMITED, emit_json, print_wrapped, progress, say, shown_path, table
from policy.errors import LeadsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.ingest import IngestReport
    from pipeline.pull import PullReport
    from pipeline.reread import RereadReport

SET_ASIDE = 3
SourceIds = Annotated[
    list[str] | None, typer.Argument(metavar="SOURCE", help="Ids of sources; all if none.")
]

deliveries = typer.Typer(help="What came and could not be read.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(pull)
    app.command("import")(import_)
    app.add_typer(deliveries, name="deliveries")


def pull(
    sources: SourceIds = None, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Pull what is new from the sources: one round, now."""
    from pipeline import wiring
    from pipeline.pull import exit_code
    from pipeline.pull import pull as pull_source

    reports: list[PullReport] = []
    with house(config) as opened, _in_the_end(lambda: map(_pull_data, reports), is_asked=as_json):
        for source in chosen_sources(opened.settings, sources or []):
            with progress(f"Pulling {source.id}") as advance:
                connector = wiring.build(source)
                reports.append(pull_source(opened.store, source, connector, wiring.now, advance))
            if not as_json:
                _tell_pull(reports[-1])
    raise typer.Exit(exit_code(reports))


@contextmanager
def _in_the_end(data: "Callable[[], Iterable[object]]", *, is_asked: bool) -> Iterator[None]:
    """Print one JSON list of what was done, also where an error ends the work half-way."""
    try:
        yield
    except LeadsError:
        if is_asked and (done := list(data())):
            emit_json(done)
        raise
    if is_asked:
        emit_json(list(data()))


def _tell_pull(report: "PullReport") -> None:
    if report.taken.counts.total() or not report.errors:
        say(f"{report.source_id}: {_counts_in_words(report.taken)}")
    _name_set_aside(report.taken)
    for error in report.errors:
        say(f"{report.source_id}: {error}")


def _pull_data(report: "PullReport") -> dict[str, Any]:
    return {
        "source": report.source_id,
        "outcome": report.outcome,
        **_report_data(report.taken),
        "errors": [{"code": error.code, "message": str(error)} for error in report.errors],
    }


def _report_data(report: "IngestReport") -> dict[str, Any]:
    return {
        "counts": dict(report.counts),
        "grades": dict(report.grades),
        "set_aside": [
            {"position": s.position, "reason": s.reason, "detail": s.detail} for s in report.named
        ],
    }


_COUNTS = (
    ("stored", "new"),
    ("consents", "permissions by consent"),
    ("duplicates", "known already"),
    ("arrived_again", "known, with other bytes"),
    ("improved", "better proven than before"),
    ("tests", "test leads"),
    ("marked_as_test", "now known as tests"),
    ("too_old", "expired already, refused"),
    ("removed_before", "removed before, refused"),
    ("masked", "with sensitive answers, now masked"),
    ("set_aside", "set aside"),
)


def _counts_in_words(report: "IngestReport") -> str:
    parts = [f"{report.counts[name]:,} {words}" for name, words in _COUNTS if report.counts[name]]
    return ", ".join(parts) if parts else "nothing new"


def _name_set_aside(report: "IngestReport") -> None:
    for item in report.named:
        say(f"  {item.position or 'a record'}: {item.detail}")
    more = report.counts["set_aside"] - len(report.named)
    if more > 0:
        say(f"  and {more:,} more.")
    if report.named:
        say("  They are kept for 30 days: `leadledger deliveries list`, then `… replay`.")


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Downloaded files.")],
    source_id: Annotated[str, typer.Option("--source", help="The source that they come from.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take leads in from downloaded files: CSV, TSV or JSON, recognised by their content."""
    from pipeline import wiring
    from pipeline.import_files import import_file

    reports: dict[Path, IngestReport] = {}
    with house(config) as opened, _in_the_end(lambda: _files_data(reports), is_asked=as_json):
        [source] = chosen_sources(opened.settings, [source_id])
        connector = wiring.build(source)
        for path in files:
            with progress(f"Reading {path.name}") as advance:
                reports[path] = import_file(
                    opened.store, source, connector, path, wiring.now, advance
                )
            if not as_json:
                say(f"{path}: {_counts_in_words(reports[path])}")
                _name_set_aside(reports[path])
    raise typer.Exit(SET_ASIDE if any(r.counts["set_aside"] for r in reports.values()) else 0)


def _files_data(reports: "dict[Path, IngestReport]") -> list[dict[str, Any]]:
    return [{"file": shown_path(path), **_report_data(r)} for path, r in reports.items()]


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
        _in_the_end(lambda: _rereads_data(reports), is_asked=as_json),
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
        _in_the_end(lambda: _replays_data(reports), is_asked=as_json),
    ):
        for source in chosen_sources(opened.settings, sources or []):
            connector = wiring.build(source)
            reports[source.id] = replay_source(opened.store, source, connector, wiring.now)
            if not as_json:
                say(f"{source.id}: {_counts_in_words(reports[source.id])}")
    raise typer.Exit(SET_ASIDE if any(r.counts["set_aside"] for r in reports.values()) else 0)


def _replays_data(reports: "dict[str, IngestReport]") -> list[dict[str, Any]]:
    return [{"source": id_, **_report_data(r)} for id_, r in reports.items()]
