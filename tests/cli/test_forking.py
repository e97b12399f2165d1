"""A fork of the program is a process like any other: its streams, folder, environment and end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.forking import Forked, can_fork
from tests.cli.running import Ended, Shell

if not can_fork({"LANG": "C.UTF-8"}):
    if os.environ.get("CI") == "true":
        pytest.fail("FORKS ARE NOT COMPARED WITH THE PROGRAM: no process can be watched here")
    pytest.skip("FORKS ARE NOT COMPARED: Linux alone lets us watch", allow_module_level=True)
TELLS = """
import atexit, json, os, signal, sys, threading
atexit.register(print, "the end")
print(json.dumps({
    "words": sys.argv[1:],
    "folder": os.getcwd(),
    "environment": dict(os.environ),
    "path": sys.path,
    "files": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1],
    "threads": threading.active_count(),
    "group": os.getpgrp(),
    "signals": [str(signal.getsignal(number)) for number in (2, 13, 15)],
    "streams": [
        (each.encoding, each.errors, each.line_buffering, each.isatty(), each.buffer.raw.seekable())
        for each in (sys.stdin, sys.stdout, sys.stderr)
    ],
    "read": sys.stdin.read(),
    "flags": str(sys.flags),
    "name": __name__,
}))
sys.exit(7)
"""


def _script(folder: Path, text: str) -> Path:
    path = folder / "script"
    path.write_text(text, encoding="utf-8")
    return path


def _ended(program: Forked) -> Ended:
    out, err = program.communicate(30)
    return Ended(program.wait(), out, err)


def _forked(folder: Path, text: str, *words: str, **variables: str) -> Forked:
    shell = Shell(folder, variables)
    return Forked([str(_script(folder, text)), *words], folder, shell.environment)


def test_a_fork_finds_itself_as_a_new_process_does(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {"LEADLEDGER_CONFIG": "here.toml"})
    forked = _ended(_forked(tmp_path, TELLS, "a", "ü", LEADLEDGER_CONFIG="here.toml"))
    ended = shell.run([sys.executable, tmp_path / "script", "a", "ü"])
    assert (forked.code, forked.err) == (ended.code, ended.err) == (7, "")
    [told, last], [expected, expected_last] = forked.out.splitlines(), ended.out.splitlines()
    assert last == expected_last == "the end"
    assert json.loads(told) == json.loads(expected)


def test_a_signal_ends_a_fork_as_it_ends_a_process(tmp_path: Path) -> None:
    sleeping = "import time\nprint('up', flush=True)\ntime.sleep(60)"
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        program = _forked(tmp_path, sleeping)
        assert program.stdout is not None
        assert program.stdout.readline() == "up\n"
        assert program.poll() is None
        program.send_signal(number)
        assert program.wait(30) == -number
        words = program.communicate()[1]
        assert ("KeyboardInterrupt" in words) == (number == signal.SIGINT)
        program.kill()  # it has ended: nobody else is hit


def test_what_takes_too_long_is_told_and_can_be_killed(tmp_path: Path) -> None:
    program = _forked(tmp_path, "import time\ntime.sleep(60)")
    with pytest.raises(subprocess.TimeoutExpired):
        program.wait(0.01)
    with pytest.raises(subprocess.TimeoutExpired):
        program.communicate(0.01)
    program.kill()
    assert program.communicate() == ("", "")
    assert program.returncode == -signal.SIGKILL


def test_several_forks_run_beside_each_other_and_write_more_than_a_pipe_holds(
    tmp_path: Path,
) -> None:
    many = (
        "import sys\nfor _ in range(50_000):\n    print('out')\n    print('err', file=sys.stderr)"
    )
    words = [str(_script(tmp_path, many))]
    started = [Forked(words, tmp_path, Shell(tmp_path).environment) for _ in range(3)]
    for program in reversed(started):
        assert _ended(program) == Ended(0, "out\n" * 50_000, "err\n" * 50_000)


def test_a_fault_ends_a_fork_with_its_trace(tmp_path: Path) -> None:
    ended = _ended(_forked(tmp_path, "raise ValueError('over')"))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1] == "ValueError: over"


def test_one_fork_changes_nothing_for_the_next(tmp_path: Path) -> None:
    _ended(_forked(tmp_path, "import os, sys\nos.environ['X'] = sys.path[0] = '/nowhere'"))
    ended = _ended(_forked(tmp_path, "import os, sys\nprint('X' in os.environ, sys.path[0])"))
    assert ended.out == f"False {tmp_path}\n"


@pytest.mark.parametrize("name", ["PYTHONIOENCODING", "LC_ALL", "TERM", "LANG"])
def test_what_an_interpreter_reads_while_it_starts_takes_a_new_process(name: str) -> None:
    environment = {"LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    assert can_fork(environment)
    assert not can_fork(environment | {name: "ascii"})
