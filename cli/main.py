"""The `leadledger` command: one entry to everything. Data to stdout, words to stderr."""

import os
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import Annotated

import typer

from cli import (
    alarms,
    audiences,
    audit,
    audit_answers,
    backups,
    breaches,
    clients,
    corrections,
    demo,
    erasure,
    form,
    holds,
    imports,
    intake,
    lists,
    recalls,
    recipients,
    reconciling,
    restrictions,
    rights,
    ropa,
    serve,
    setup,
    staff,
    state,
    stops,
)
from cli.guard import guard
from cli.output import ReaderGone, flush_data, prepare_streams, say
from policy.errors import ConfigError, LeadsError, UsageError

INTERRUPTED = 130
STOPPED = "Stopped. What was done stays done; run the same command again to go on."

app = typer.Typer(
    name="leadledger",
    help="Every lead, with the proof that you may use it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    *(setup, intake, reconciling, imports, form, lists, audit, audit_answers, stops, erasure),
    *(holds, rights, restrictions, corrections, recalls, recipients, ropa, breaches, clients),
    *(audiences, alarms, state, staff, serve, backups, demo),
):
    module.register(app)
guard(app)


@app.callback()
def _who(
    context: typer.Context,
    login: Annotated[
        str | None,
        typer.Option("--as", envvar="LEADLEDGER_STAFF", help="Work as somebody of the staff."),
    ] = None,
) -> None:
    """Keep who is said to be asking, for the guard before each command."""
    if login is not None and not login.strip():
        # a script whose variable is empty must not work as the operator by accident
        raise UsageError(
            "--as names nobody. Cure: name a login, or leave --as out to work as the operator."
        )
    context.obj = login


def main() -> None:
    """Run a command and end with its exit code.

    0 done, 1 fault, 2 usage, 3 done but some records were set aside, 4 configuration, 5 try later,
    6 integrity; 130 stopped by Ctrl-C, 141 the reader of the output went away.
    """
    sys.excepthook = _report_fault
    prepare_streams()
    try:
        code = _run()
        flush_data()
    except LeadsError as error:
        code = error.exit_code
        with suppress(ReaderGone):
            _explain(error)
    sys.exit(code)


def _run() -> int:
    """Run the command that was typed; return its exit code."""
    # called as app() it would put a hook of its own over ours, which prints values of people
    command = typer.main.get_command(app)
    try:
        command()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            say(STOPPED)
        return end.code if isinstance(end.code, int) else 0
    return 0


def _explain(error: LeadsError) -> None:
    """Print what stops the command: the fact, then the cure; every mistake of a configuration."""
    if isinstance(error, ReaderGone):
        return
    if isinstance(error, ConfigError) and len(error.mistakes) > 1:
        say(f"leadledger: the configuration has {len(error.mistakes)} mistakes:")
        for mistake in error.mistakes:
            say(f"  - {mistake}")
        return
    say(f"leadledger: {error}")


def _report_fault(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    """Print where the program failed, without what it was working on: that is people's data."""
    if issubclass(kind, KeyboardInterrupt):
        say(STOPPED)
        return
    if os.environ.get("LEADLEDGER_DEBUG") == "1":
        traceback.print_exception(kind, fault, trace)
        return
    if kind.__name__ == "ZoneInfoNotFoundError":
        say("leadledger: this machine knows no time zones. Cure: pip install tzdata")
        return
    from pipeline.fault_place import place_of

    say(f"leadledger: a fault of the program ({kind.__name__} at {place_of(trace)}).")
    say("Cure: report this line. LEADLEDGER_DEBUG=1 shows more, which may name people.")


if __name__ == "__main__":
    main()
