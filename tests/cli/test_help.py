"""Every command explains itself, and at once."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.main import app
from tests.cli.running import Shell

HEAVY = {"sqlmodel", "sqlalchemy", "pandas", "facebook_business", "requests", "pydantic", "alembic"}
HEAVY |= {"google", "grpc", "proto", "openpyxl", "fastapi", "starlette", "uvicorn", "jinja2"}
HEAVY |= {"phonenumbers", "orjson", "structlog", "xlsxwriter", "email_validator", "simulator"}
WITHOUT_CONFIG = {"init", "demo"}
LIST_OR_REPORT = {
    "pull", "import", "export", "why", "provenance", "status", "check",
    "leads list", "leads show", "deliveries list", "deliveries replay", "deliveries reread",
    "db current", "optout", "expire", "hold add", "hold list", "rights list", "rights pack",
    "reconcile",
    "backup", "restore", "db move", "form show", "deliveries review", "deliveries accept",
    "audiences list", "audiences remove",
    "alarms list", "alarms test",
    "erase", "scrub", "recall list", "recall ack", "recipients list", "ropa",
    "breach add", "breach list",
    "audit consent", "audit wording", "audit contact", "audit recipients", "audit opt-outs",
    "audit retention", "audit screening", "audit interests", "audit soft-opt-in", "audit rights",
    "audit complaints", "audit breaches", "audit segregation", "audit log", "audit erasure",
    "rights open", "rights show", "rights ask", "rights heard", "rights extend",
    "rights acknowledge", "rights pass-on", "rights note", "rights answer", "rights refuse",
    "rights close",
    "restrict add", "restrict list", "restrict lift", "rectify",
    "clients list", "clients close",
    "staff list", "staff log",
}  # fmt: skip


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(_commands(typer.main.get_command(app)))


def test_the_surface_is_that_of_the_design() -> None:
    others = {"init", "demo", "db upgrade", "form snippet", "hold release", "run", "serve"}
    others |= {"staff add", "staff remove", "staff password", "staff sign-in", "staff sign-out"}
    others |= {"breach notified", "breach close"}
    assert set(COMMANDS) == LIST_OR_REPORT | others


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_and_what_each_option_means(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    command = COMMANDS[name]
    assert command.help.split("\n")[0] in shown.output
    for parameter in command.params:
        assert parameter.help, parameter.name
    options = {option for parameter in command.params for option in parameter.opts}
    assert ("--config" in options) == (name not in WITHOUT_CONFIG)
    assert ("--json" in options) == (name in LIST_OR_REPORT)
    if "--config" in options:
        assert "LEADLEDGER_CONFIG" in shown.output


@pytest.mark.parametrize(
    "words",
    [
        *((), ("db",), ("leads",), ("deliveries",), ("hold",), ("rights",), ("audiences",)),
        *(("alarms",), ("recall",), ("restrict",), ("clients",), ("staff",)),
        *(("breach",), ("audit",)),
    ],
)
def test_without_a_command_the_help_is_shown_and_that_is_a_usage_error(words: tuple[str]) -> None:
    shown = CliRunner().invoke(app, [*words])
    assert shown.exit_code == 2
    assert "Commands" in shown.output


def test_help_loads_nothing_heavy(shell: Shell) -> None:
    program = (
        "import sys\n"
        "from cli.main import main\n"
        "sys.argv = ['leadledger', '--help']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    print(end.code, *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    ended = shell.run([sys.executable, "-c", program])
    code, *loaded = ended.out.splitlines()[-1].split()
    assert code == "0"
    assert {"typer", "cli"} <= set(loaded)
    assert HEAVY & set(loaded) == set()


def test_help_goes_to_stdout_without_colour_where_there_is_no_terminal(shell: Shell) -> None:
    ended = shell("--help")
    assert (ended.code, ended.err) == (0, "")
    assert "Every lead, with the proof that you may use it." in ended.out
    assert "\x1b" not in ended.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("frobnicate",), "frobnicate"),
        (("pull", "--frobnicate"), "--frobnicate"),
        (("why",), "IDENTIFIER"),
        (("export", "--purpose", "fun", "--channel", "email"), "direct_marketing"),
        (("demo", "--leads", "0"), "--leads"),
        (("leads", "list", "--limit", "many"), "--limit"),
    ],
)
def test_what_was_mistyped_is_named(shell: Shell, words: tuple[str, ...], named: str) -> None:
    ended = shell(*words)
    assert (ended.code, ended.out) == (2, "")
    assert named in ended.err
    assert "\x1b" not in ended.err
