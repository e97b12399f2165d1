"""The command that takes leads in from files, and its rehearsal."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, chosen_sources, house, settings_of
from cli.counts import SET_ASIDE, account_in_words, in_the_end, name_set_aside, report_data
from cli.output import print_data, progress, say, shown_path, table
from policy.errors import UsageError

if TYPE_CHECKING:
    from pipeline.ingest import IngestReport
    from pipeline.rehearse_import import Rehearsal


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("import")(import_)


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of leads.")],
    source_id: Annotated[
        str | None, typer.Option("--source", help="The source that they come from.")
    ] = None,
    is_rehearsal: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing: say what would be done, or how.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take leads in from files: CSV, TSV, XLSX or JSON, recognised by their content.

    With --dry-run nothing is written. Where nothing describes the columns yet, or without --source,
    a configuration is proposed.
    """
    if source_id is None and not is_rehearsal:
        raise UsageError(
            "Where do these leads come from? Cure: add --source, or --dry-run to see what the file"
            " is and how a source for it could look."
        )
    if source_id is None:
        _propose(files, as_json=as_json)
    elif is_rehearsal:
        _rehearse(files, source_id, config, as_json=as_json)
    else:
        _import(files, source_id, config, as_json=as_json)


def _import(files: list[Path], source_id: str, config: Path, *, as_json: bool) -> None:
    from pipeline import wiring
    from pipeline.import_files import import_file

    reports: dict[Path, IngestReport] = {}
    with house(config) as opened, in_the_end(lambda: _files_data(reports), is_asked=as_json):
        [source] = chosen_sources(opened.settings, [source_id])
        connector = wiring.build(source)
        for path in files:
            with progress(f"Reading {path.name}") as advance:
                reports[path] = import_file(
                    opened.store, source, connector, path, wiring.now, advance
                )
            if not as_json:
                say(f"{path}: {account_in_words(reports[path])}")
                name_set_aside(reports[path])
    raise typer.Exit(SET_ASIDE if any(r.counts["set_aside"] for r in reports.values()) else 0)


def _files_data(reports: "dict[Path, IngestReport]") -> list[dict[str, Any]]:
    return [{"file": shown_path(path), **report_data(r)} for path, r in reports.items()]


def _propose(files: list[Path], *, as_json: bool) -> None:
    from pipeline.propose_source import propose_source

    found: dict[Path, Rehearsal] = {}
    with in_the_end(lambda: _rehearsals_data(found), is_asked=as_json):
        for path in files:
            found[path] = propose_source(path)
            if not as_json:
                _tell_proposal(path, found[path])


def _rehearse(files: list[Path], source_id: str, config: Path, *, as_json: bool) -> None:
    from pipeline import wiring
    from pipeline.rehearse_import import looking, rehearse_import

    settings = settings_of(config)
    [source] = chosen_sources(settings, [source_id])
    connector = wiring.build(source)
    found: dict[Path, Rehearsal] = {}
    with looking(settings) as store, in_the_end(lambda: _rehearsals_data(found), is_asked=as_json):
        for path in files:
            with progress(f"Reading {path.name}") as advance:
                found[path] = rehearse_import(store, source, connector, path, wiring.now, advance)
            if not as_json:
                _tell_rehearsal(path, found[path])
    would_be = (each.report.counts["set_aside"] for each in found.values() if each.report)
    raise typer.Exit(SET_ASIDE if any(would_be) else 0)


def _rehearsals_data(found: "dict[Path, Rehearsal]") -> list[dict[str, Any]]:
    return [
        {
            "file": shown_path(path),
            "format": each.format,
            "columns": [
                {"column": c.column, "field": c.field, "is_guess": bool(each.configuration)}
                for c in each.columns
            ],
            "boxes": {key: dict(counts) for key, counts in each.boxes.items()},
            "configuration": each.configuration or None,
            **(report_data(each.report) if each.report else {}),
        }
        for path, each in found.items()
    ]


def _tell_proposal(path: Path, found: "Rehearsal") -> None:
    """Print a proposed configuration as data, and in words what was guessed."""
    print_data(found.configuration.rstrip("\n"))
    say(f"{path}: {found.format}. Nothing describes it yet, and nothing was read into leads.")
    for guess in found.columns:
        say(f"  {guess.column!r} could be {guess.field or 'an answer'} (a guess)")
    say("Complete the proposal above, put it into config.toml, and rehearse again with --source.")


def _tell_rehearsal(path: Path, found: "Rehearsal") -> None:
    if found.report is None:
        _tell_proposal(path, found)
        return
    if found.columns:
        table(("column", "becomes"), [(each.column, each.field) for each in found.columns])
    kind = f" {found.format}." if found.format else ""
    say(f"{path}:{kind} Nothing was written. It would be {account_in_words(found.report)}")
    for key, counts in found.boxes.items():
        said = (f"{counts[each]:,} {each.replace('_', ' ')}" for each in _BOX_WORDS if counts[each])
        say(f"  box {key!r}: {', '.join(said)}")
    name_set_aside(found.report, is_rehearsal=True)


_BOX_WORDS = ("ticked", "not_ticked", "unclear")
