"""The command that prints the record of processing: ropa."""

from pathlib import Path
from typing import Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, ControllerOption, JsonOption, house
from cli.output import emit_json, print_data, say, shown_path
from cli.record_formats import RecordFormat, data, document
from cli.stops import chosen_controllers
from policy.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(ropa)


def ropa(
    form: Annotated[
        RecordFormat, typer.Option("--format", help="text, csv, html or json.")
    ] = RecordFormat.TEXT,
    out: Annotated[
        Path | None, typer.Option("--out", help="A new file for it; the screen if none.")
    ] = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Print the record of processing (Art. 30), from what is configured and kept."""
    from pipeline import wiring
    from pipeline.record_of_processing import record_of_processing

    wanted = RecordFormat.JSON if as_json else form
    with house(config) as opened:
        whose = chosen_controllers(opened.settings, controller)
        record = record_of_processing(opened.store, opened.settings, whose, wiring.now())
    if out is not None:
        text = _json_text(data(record)) if wanted is RecordFormat.JSON else document(record, wanted)
        _write(out, text)
        if not as_json:
            say(f"Written to {shown_path(out)}.")
    elif wanted is RecordFormat.JSON:
        emit_json(data(record))
    else:
        print_data(document(record, wanted))
    _say_what_is_missing(str(data(record)), is_quiet=as_json)


def _say_what_is_missing(told: str, *, is_quiet: bool) -> None:
    if "not stated: " in told and not is_quiet:
        say("Some facts are not stated; each says how to state it (docs/ropa.md).")


def _json_text(content: object) -> str:
    import orjson

    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n"


def _write(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{out} exists already. Cure: choose another name for --out.") from None
    except OSError as error:
        raise UsageError(
            f"{out} cannot be written: {error.strerror}. Cure: check the folder and its rights."
        ) from error
