"""Every command has a door: what it needs is said in one table, and the guard stands before it."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.doors import DOORS
from cli.guard import REHEARSALS, Guarded, guard
from cli.main import app
from policy.access import READS_PEOPLE, Action, StaffRole, is_on_record, may
from policy.errors import NotAllowed

CLI = Path(__file__).parents[2] / "cli"
SHOWS_NOBODY = {
    **dict.fromkeys(("init", "staff sign-in", "staff sign-out", "staff password"), "who comes in"),
    **dict.fromkeys(("staff list", "staff add", "staff remove"), "the staff, by logins"),
    "demo": "people who were made up",
    "staff log": "keys and counts",
    **dict.fromkeys(("check", "status", "alarms list", "alarms test"), "counts, the staff by keys"),
    **dict.fromkeys(("audiences list", "audiences remove"), "counts; platforms get digests"),
    **dict.fromkeys(("db current", "db upgrade", "db move"), "a whole store, opened by nobody"),
    **dict.fromkeys(("backup", "restore"), "sealed, with rows of their own"),
    "deliveries list": "reasons and counts",
    **dict.fromkeys(("deliveries replay", "deliveries reread", "deliveries accept"), "counts"),
    **dict.fromkeys(("pull", "reconcile", "import"), "counts, positions and names of columns"),
    **dict.fromkeys(("form snippet", "form show"), "what a form says to everybody"),
    **dict.fromkeys(("run", "serve"), "pages that show people their own"),
    **dict.fromkeys(("expire", "scrub"), "counts, by reason"),
    **dict.fromkeys(("clients list", "recipients list", "ropa"), "organisations and counts"),
    **dict.fromkeys(("hold add", "hold release", "restrict lift"), "keys of what was ordered"),
    **dict.fromkeys(("recall ack", "breach add", "breach notified", "breach close"), "counts"),
    "breach list": "what happened; it is of no one person",
    **{
        f"audit {question}": "how rights were kept, over everybody, by keys and counts"
        for question in (
            *("opt-outs", "retention", "screening", "interests", "soft-opt-in", "rights"),
            *("complaints", "breaches", "segregation", "log", "erasure"),
        )
    },
}
"""The commands that leave no row in the record of looks, and what they show instead of people."""


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_every_command_has_a_door_and_every_door_a_command() -> None:
    assert DOORS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_guard_stands_before_every_command(name: str) -> None:
    assert isinstance(COMMANDS[name], Guarded)


def test_a_command_without_a_door_is_refused_to_everybody() -> None:
    fresh, ran = typer.Typer(), []
    fresh.command("open")(lambda: ran.append("open"))
    fresh.command("other")(lambda: ran.append("other"))
    guard(fresh)
    ended = CliRunner().invoke(fresh, ["other"])
    assert isinstance(ended.exception, NotAllowed)
    assert ran == []


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.rehearsal])
def test_a_door_that_is_wider_for_a_rehearsal_has_one(name: str) -> None:
    assert {parameter.name for parameter in COMMANDS[name].params} & set(REHEARSALS)


def test_nothing_is_done_in_a_name_that_the_guard_did_not_give() -> None:
    """A command that signs as `command line` by itself would hide who it was."""
    for path in CLI.glob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        assert "command line" not in [n.value for n in nodes if isinstance(n, ast.Constant)], path


@pytest.mark.parametrize("name", [n for n, door in DOORS.items() if is_on_record(door.action)])
def test_every_command_that_shows_people_writes_down_who_looks(name: str) -> None:
    """Whether it does so before it shows them, `test_what_auditors_see.py` and others try."""
    text = inspect.getsource(inspect.unwrap(COMMANDS[name].callback))
    assert re.search(r"\bnote(_leads|_counts)?\(opened, ", text)


def test_of_every_command_it_is_said_whether_it_shows_people() -> None:
    """Those that do are tried in `test_what_auditors_see.py`, `test_looks.py` and elsewhere."""
    showing = {name for name in DOORS if name not in SHOWS_NOBODY}
    assert SHOWS_NOBODY.keys() <= DOORS.keys()
    assert {name for name, door in DOORS.items() if is_on_record(door.action)} <= showing
    note = r"\b(note(_leads|_counts)?\(opened, |noted_case\(|_note_all\(|taken\(|_take\()"
    for name in showing - {"rights pack"}:
        assert re.search(note, inspect.getsource(inspect.unwrap(COMMANDS[name].callback))), name


def test_whoever_may_not_sees_nothing_of_people() -> None:
    for name, door in DOORS.items():
        if door.action in READS_PEOPLE:
            assert may(StaffRole.ADMIN, door.action), name
    assert not may(StaffRole.SALES, DOORS["provenance"].action)
    assert DOORS["export"].action is Action.EXPORT


def test_what_people_asked_by_law_is_not_for_sales_under_another_name() -> None:
    """`rights list` is closed to them: so is the same, told as an answer to an auditor."""
    told = [name for name in DOORS if name.startswith(("audit ", "breach ", "rights "))]
    assert not [name for name in told if may(StaffRole.SALES, DOORS[name].action)]
    assert may(StaffRole.AUDITOR, DOORS["audit rights"].action)
