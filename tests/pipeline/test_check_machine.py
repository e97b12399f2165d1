"""The check of the machine: time zones, open files; and that one failing part hides no other."""

import resource
import subprocess
import sys
import threading
import zoneinfo
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.ask_side_by_side import Question, ask_side_by_side
from pipeline.check_machine import check_time_zone
from pipeline.finding import Fault, Finding, Limits
from policy.errors import SourceUnavailable
from tests.documents import ROOT
from tests.pipeline.checking import installed, the

WITHOUT_ZONES = """
import sys
sys.modules["tzdata"] = None
from cli.main import main
sys.argv = ["leadledger", *sys.argv[1:]]
main()
"""


def test_missing_time_zones_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_time_zone().is_ok
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(())
    for name in [name for name in sys.modules if name.startswith("tzdata")] or ["tzdata"]:
        monkeypatch.setitem(sys.modules, name, None)
    told = check_time_zone()
    zoneinfo.reset_tzpath(before)
    assert (told.is_ok, told.fault) == (False, Fault.TIME_ZONE_MISSING)
    assert told.message == "no time zone data. Cure: pip install tzdata"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check", "--offline"], 4, "BAD   time zone: no time zone data. Cure: pip install tzdata"),
        (["status"], 1, "knows no time zones. Cure: pip install tzdata"),
    ],
)
def test_a_machine_without_time_zones_gets_a_sentence_and_no_fault_of_the_program(
    words: list[str], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text("[store]\n")
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_ZONES, *words],
        cwd=tmp_path,
        env={"PYTHONTZPATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    assert said in ended.stdout + ended.stderr


@pytest.fixture
def few_files() -> Iterator[int]:
    """Let this process open few files only."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    yield 512
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_few_open_files_are_a_note(few_files: int, sqlite_url: str, tmp_path: Path) -> None:
    told = the(Fault.DESCRIPTORS_FEW, installed(sqlite_url, tmp_path))
    assert told.is_ok is None
    assert told.message.startswith(f"{few_files} at most")
    assert "Cure: `ulimit -n 4096`" in told.message


def test_a_part_of_the_check_that_fails_hides_no_other(sqlite_url: str, tmp_path: Path) -> None:
    changes: Any = {"backup_key": "no bytes"}
    broken = replace(installed(sqlite_url, tmp_path), **changes)
    told = the(Fault.CHECK_FAILED, broken)
    assert (told.subject, told.is_ok) == ("backups", False)
    assert "Cure: report this line" in told.message
    assert "no bytes" not in told.message


def test_who_keeps_silent_is_given_up_and_the_others_are_told() -> None:
    ends = threading.Event()

    def silent() -> Iterator[Finding]:
        yield Finding("silent", True, "one thing is well")
        ends.wait(10)
        yield Finding("silent", True, "too late")

    def busy() -> Iterator[Finding]:
        while not ends.wait(0.01):
            yield Finding("busy", True, "one more")

    def failing() -> Iterator[Finding]:
        raise SourceUnavailable("nobody answers. Cure: wait.")

    questions = [Question("silent", silent), Question("failing", failing)]
    told = list(ask_side_by_side(questions, Limits(probe=1, whole=5)))
    assert [(each.subject, each.is_ok) for each in told] == [
        *(("silent", True), ("silent", False), ("failing", False))
    ]
    assert told[1].fault == Fault.NO_ANSWER_IN_TIME
    *_, last = ask_side_by_side([Question("busy", busy)], Limits(probe=5, whole=0.1))
    assert (last.subject, last.is_ok) == ("busy", None)
    ends.set()
