"""The command that shows that nothing is missing: reconcile."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, chosen_sources, house
from cli.counts import in_the_end
from cli.intake import SourceIds
from cli.output import progress, say, table
from cli.stops import DryRunOption
from cli.words import counted

if TYPE_CHECKING:
    from pipeline.compared import ReconcileReport

DaysOption = Annotated[
    int,
    typer.Option("--days", min=1, max=90, help="How many days back; 90: all that platforms keep."),
]
_COLUMNS = (
    ("listed", "listed"),
    ("stored", "stored"),
    ("aside", "set aside"),
    ("waiting", "in the inbox"),
    ("tests", "tests"),
    ("removed", "deleted"),
    ("fetched", "gaps fetched"),
    ("open", "open"),
    ("unlisted", "not listed any more"),
)


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(reconcile)


def reconcile(
    sources: SourceIds = None,
    days: DaysOption = 7,
    dry_run: DryRunOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Compare ours with what the platforms list, form by form, and fetch what is missing."""
    from pipeline import wiring
    from pipeline.compared import exit_code
    from pipeline.reconcile import is_listed
    from pipeline.reconcile import reconcile as compare

    reports: list[ReconcileReport] = []
    with house(config) as opened, in_the_end(lambda: map(_data, reports), is_asked=as_json):
        for source in chosen_sources(opened.settings, sources or []):
            connector = wiring.build(source, opened.signer)
            if not sources and not is_listed(connector):
                if not as_json:
                    say(f"{source.id}: not compared; nobody can be asked what should be here.")
                continue
            with progress(f"Comparing {source.id}") as advance:
                reports.append(
                    compare(
                        opened.store,
                        source,
                        connector,
                        wiring.now,
                        days,
                        advance,
                        is_rehearsal=dry_run,
                    )
                )
            if not as_json:
                _tell(reports[-1], is_rehearsal=dry_run)
    raise typer.Exit(exit_code(reports))


def _tell(report: "ReconcileReport", *, is_rehearsal: bool) -> None:
    forms = report.forms
    if forms:
        rows = [
            (form_id, *(f"{counts[name]:,}" for name, _ in _COLUMNS))
            for form_id, counts in forms.items()
        ]
        table(("form", *(words for _, words in _COLUMNS)), rows, whole=("form",))
    totals = report.totals
    found = f"{counted(totals['listed'], 'lead')} listed since {report.since:%Y-%m-%d %H:%M} UTC"
    fetched, left = totals["fetched"], totals["open"]
    if is_rehearsal:
        said = f"{counted(left, 'gap')} would be fetched"
    else:
        said = f"{counted(fetched, 'gap')} fetched, {left:,} open"
    say(f"{report.source_id}: {found}; {said}.")
    if report.message and not (is_rehearsal and not report.errors):
        say(f"{report.source_id}: {report.message}")


def _data(report: "ReconcileReport") -> dict[str, Any]:
    return {
        "source": report.source_id,
        "outcome": report.outcome,
        "since": report.since,
        "until": report.until,
        "counts": dict(report.totals),
        "forms": [
            {"form": form_id} | {name: counts[name] for name, _ in _COLUMNS}
            for form_id, counts in report.forms.items()
        ],
        "days": [
            {"form": place.form_id, "day": place.day} | dict(counts)
            for place, counts in sorted(report.days.items())
        ],
        "reasons": dict(report.reasons),
        "errors": [{"code": error.code, "message": str(error)} for error in report.errors],
    }
