"""The first thing a newcomer runs."""

import shlex
from pathlib import Path

import pytest

from tests.cli.running import Ended, Shell, told


def _next_commands(ended: Ended) -> list[str]:
    _, _, after = ended.err.partition("What to type next\n")
    return [line.strip() for line in after.splitlines() if line.startswith("  ")]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, Ended]:
    """A demo that ran to its end in a folder whose name needs quoting."""
    shell = Shell(tmp_path_factory.mktemp("a newcomer's"), {"VIRTUAL_ENV": "active"})
    return shell, shell("demo", "--no-serve")


def test_the_demo_shows_everything_that_it_promises(shown: tuple[Shell, Ended]) -> None:
    _, ended = shown
    assert ended.code == 0
    assert "500 leads came in, and 3 test leads." in ended.err
    assert "of grade A" in ended.err
    assert "may be used for" in ended.out
    assert "consent, Art. 6(1)(a)" in ended.out
    assert "steps the person asked for, Art. 6(1)(b)" in ended.out
    for reason in ("CONSENT_REFUSED", "CONSENT_INVALID", "CONSENT_MISSING", "TEST_LEAD"):
        assert reason in ended.out
    assert "may be used: demo/marketing-by-email.csv" in ended.err
    text = told(ended.out)
    assert "shown, optional: “" in text
    assert "privacy policy: https://nectra.example/privacy" in text
    assert "ticked freely: it counts" in text
    assert "decision: OK_CONSENT" in text
    assert "\x1b" not in ended.out + ended.err


def test_a_demo_without_a_terminal_leaves_no_server_behind(shown: tuple[Shell, Ended]) -> None:
    _, ended = shown
    assert "goes on" not in ended.err


def test_what_to_type_next_can_be_typed(shown: tuple[Shell, Ended]) -> None:
    shell, ended = shown
    commands = _next_commands(ended)
    assert len(commands) == 4
    for command in commands:
        ran = shell.line(command)
        assert ran.code == 0, (command, ran.err)
    assert (shell.folder / "my-agency/config.toml").is_file()


def test_a_checkout_that_is_not_active_is_told_its_own_way_in(shell: Shell) -> None:
    ended = shell("demo", "--leads", "1")
    assert ended.code == 0
    script = Path(__file__).resolve().parents[2] / "dev.py"
    assert script.is_file()
    for command in _next_commands(ended):
        assert command.startswith(f"python3 {shlex.quote(str(script))} ")


def test_the_demo_runs_again_where_it_ran_and_spares_what_is_not_its_own(shell: Shell) -> None:
    assert shell("demo", "--leads", "1").code == 0
    own = shell.folder / "demo/notes.txt"
    own.write_text("mine")
    again = shell("demo", "--leads", "40")
    assert again.code == 0
    assert "40 leads came in" in again.err
    assert own.read_text() == "mine"
    listed = shell("leads", "list", "--limit", "999", "--json", "--config", "demo/config.toml").json
    assert len([row for row in listed if not row["test"]]) == 40


def test_a_demo_of_one_lead_ends_well(shell: Shell) -> None:
    ended = shell("demo", "--leads", "1", "--dir", ".")
    assert ended.code == 0
    assert "\n1 lead came in" in ended.err
    assert "What to type next" in ended.err


@pytest.mark.parametrize("place", ["full", "file", "file/below"])
def test_a_place_that_is_no_demo_is_refused_and_left_alone(shell: Shell, place: str) -> None:
    own = shell.folder / "full/notes.txt"
    own.parent.mkdir()
    own.write_text("mine")
    (shell.folder / "file").write_text("mine too")
    ended = shell("demo", "--dir", place)
    assert ended.code == 2
    assert "Cure: name another folder with --dir." in ended.sentence
    assert own.read_text() == "mine"
    assert list(own.parent.iterdir()) == [own]
