"""The installed program, from its interpreter's start on: one of each kind of command.

The other tests mostly run forks of one process (`forking.py`); here a fault of the package or of a
command's own imports would show, and it is seen that a fork does what the program does.
"""

import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.daemon import installed, wait_until_it_answers
from tests.cli.conftest import Office
from tests.cli.running import Ended, Shell

USE = ("--purpose", "direct_marketing", "--channel", "email")
COMMANDS = [
    ("check", "--offline"),
    ("deliveries", "list"),
    ("export", *USE, "--dry-run"),
    ("why", "nobody@mail.example", *USE),
    ("hold", "list"),
    ("rights", "list"),
    ("expire", "--dry-run"),
    ("backup",),
    ("db", "current", "--json"),
    ("form", "show", "meta-main"),
]
"""Of the other groups, one is typed in a line of bash in the tests of its own."""
CHANGES = re.compile(r"\d+([.,:]\d+)*|T\d{6}Z")
"""Times, sizes and durations, which no two runs share."""


def _lasting(ended: Ended) -> tuple[int, str, str]:
    """Return what two runs of the same command share."""
    return ended.code, CHANGES.sub("#", ended.out), CHANGES.sub("#", ended.err)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_program_itself_says_what_its_fork_says(
    stocked: Office, words: tuple[str, ...]
) -> None:
    forked = stocked(*words)
    ended = stocked.installed(*words)
    assert _lasting(ended) == _lasting(forked)
    assert ended.code != 1
    assert "Traceback" not in ended.err


def test_a_new_installation_is_made_and_served_and_ends_when_it_is_told(tmp_path: Path) -> None:
    assert Shell(tmp_path).installed("--help").code == 0
    shell = installed(tmp_path, run=Shell.installed)
    with subprocess.Popen(
        shell.typed("run"),
        cwd=shell.folder,
        env=shell.environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until_it_answers(shell, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
