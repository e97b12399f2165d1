"""The unit and the Containerfile of `deploy/` are right, as far as that shows without an init."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deployment import (
    CONTAINERFILE,
    PROGRAMS,
    STATE,
    UNIT_FILE,
    directive,
    directives,
    instruction,
    instructions,
)
from tests.documents import ROOT, blocks, section, text_of
from tests.web.serving import free_port

OPERATIONS = text_of(ROOT / "docs" / "operations.md")
OURS = Path(sys.executable).parent
MOST_EXPOSED = 20
"""Tenths of what `systemd-analyze security` calls exposure; 92 is a unit that says nothing."""


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    """Ask systemd-analyze; .ci/run installs it."""
    program = shutil.which("systemd-analyze")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("THE UNIT IS NOT TESTED: systemd-analyze is not installed")
        pytest.skip("THE UNIT IS NOT TESTED: systemd-analyze is not installed")
    return subprocess.run([program, *words], capture_output=True, text=True, check=False)


def programs(folder: Path) -> str:
    """Return a way to the programs of this environment whose name has no space in it."""
    link = folder / "programs"
    link.symlink_to(OURS)
    return str(link)


def adapted(folder: Path, more: str = "") -> str:
    """Return a copy of the unit whose program is that of this environment."""
    path = folder / UNIT_FILE.name
    text = text_of(UNIT_FILE).replace(PROGRAMS, programs(folder))
    path.write_text(text.replace("[Service]\n", f"[Service]\n{more}"), encoding="utf-8")
    return str(path)


def test_systemd_knows_every_line_of_the_unit(tmp_path: Path) -> None:
    ended = analyze("verify", adapted(tmp_path))
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("line", ["ProtectSystems=strict\n", "KillSignal=SIGTREM\n"])
def test_a_line_that_systemd_does_not_know_would_be_noticed(tmp_path: Path, line: str) -> None:
    assert "ignoring" in analyze("verify", adapted(tmp_path, line)).stderr


def test_the_unit_leaves_little_exposed(tmp_path: Path) -> None:
    words = ("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager")
    ended = analyze(*words, adapted(tmp_path))
    assert ended.returncode == 0, ended.stdout
    assert directive("NoNewPrivileges") == "yes"
    assert directive("CapabilityBoundingSet") == ""


def test_the_unit_waits_longer_for_the_end_than_a_daemon_for_its_jobs() -> None:
    from jobs.daemon import LONGEST_WAIT_SECONDS  # noqa: PLC0415 - the daemon's own numbers
    from web.serve import LONGEST_SHUTDOWN_SECONDS  # noqa: PLC0415

    longest = LONGEST_SHUTDOWN_SECONDS + 3 * LONGEST_WAIT_SECONDS
    assert int(directive("TimeoutStopSec")) > longest
    assert directive("KillSignal") == instruction("STOPSIGNAL") == "SIGTERM"


def new_installation(folder: Path) -> Path:
    """Make what an operator makes in the folder of the state."""
    folder.mkdir(parents=True)
    words = [str(OURS / "leadledger"), "init", "--dir", str(folder)]
    subprocess.run(words, check=True, capture_output=True)
    return folder


@contextmanager
def running(words: Sequence[str], folder: Path, umask: int, given: dict[str, str]) -> Iterator[str]:
    """Start a daemon as an init or an engine would; yield its address, and see it end with 0."""
    port = free_port()
    environment = {"PATH": "/usr/bin:/bin", "LEADLEDGER__WEB__PORT": str(port)} | given
    with (folder.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            words, cwd=folder, env=environment, umask=umask, stdout=log, stderr=log
        )
    try:
        url = f"http://127.0.0.1:{port}/healthz"
        assert answers_in_time(url, process), (folder.parent / "log").read_text()
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def answers_in_time(url: str, process: subprocess.Popen[bytes]) -> bool:
    for _ in range(600):
        if process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - it is http
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.05)
    return False


def test_the_unit_starts_the_daemon_which_answers_and_ends_when_it_is_told(tmp_path: Path) -> None:
    folder = new_installation(tmp_path / "state")
    assert directive("WorkingDirectory") == STATE
    assert directive("StateDirectory") == Path(STATE).name
    line = directive("ExecStart").replace(PROGRAMS, programs(tmp_path)).replace(STATE, str(folder))
    with running(shlex.split(line), folder, int(directive("UMask"), 8), {}):
        assert (folder / "leads.db-wal").exists()
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_unit_writes_only_where_the_documents_say() -> None:
    writable = {path.removeprefix("-") for path in directive("ReadWritePaths").split()}
    volumes = set(instruction("VOLUME").split())
    assert writable == volumes == {STATE, "/var/backups/leadledger"}
    told = section(OPERATIONS, "## Install")
    optional = directive("EnvironmentFile").removeprefix("-")
    assert all(path in told for path in [*writable, optional])


def test_exit_codes_that_need_a_person_do_not_start_the_daemon_again() -> None:
    from policy.errors import ConfigError, LedgerBroken, UsageError  # noqa: PLC0415

    needs_a_person = {kind.exit_code for kind in (ConfigError, LedgerBroken, UsageError)}
    assert {int(code) for code in directive("RestartPreventExitStatus").split()} == needs_a_person
    assert directives()["Restart"] == ["on-failure"]


def copied(folder: Path) -> Path:
    """Do the COPY lines of the Containerfile; each names what the project holds."""
    for _, rest in [each for each in instructions() if each[0] == "COPY"]:
        *sources, target = rest.split()
        for name in sources:
            place = folder / (name if target == "./" else target)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(ROOT / name, place)
    return folder


def test_the_container_is_given_all_that_the_package_is_built_of(tmp_path: Path) -> None:
    place = copied(tmp_path)
    project = tomllib.loads(text_of(place / "pyproject.toml"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {path.name for path in place.iterdir() if path.is_dir()} == set(packages)
    assert (place / project["project"]["readme"]).is_file()
    # what was copied is enough to start the program, whatever else lies in the project
    words = [sys.executable, "-c", "from cli.main import main; main()", "--help"]
    outside = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(place), "PYTHONSAFEPATH": "1"}
    ended = subprocess.run(
        words, cwd=place, env=outside, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "provenance" in ended.stdout


def test_the_container_installs_as_the_document_says() -> None:
    steps = [rest for word, rest in instructions() if word == "RUN"]
    shown = "\n".join(block.text for block in blocks(section(OPERATIONS, "## Install")))
    installing = [step for step in steps if PROGRAMS in step or "-m venv" in step]
    assert len(installing) == 2
    assert all(step in shown for step in installing)
    extras = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    named = installing[1].partition("[")[2].partition("]")[0].split(",")
    assert set(named) <= set(extras)


def test_the_container_names_no_registry_and_a_python_that_is_supported() -> None:
    image, _, version = instruction("FROM").partition(":")
    assert image == "python"
    major, minor = version.split("-")[0].split(".")
    assert (int(major), int(minor)) >= (3, 11)
    assert "://" not in text_of(CONTAINERFILE).replace("http://127.0.0.1:", "")


def test_the_container_runs_as_nobody_special() -> None:
    assert instruction("USER") == "leadledger"
    words = [word for word, _ in instructions()]
    assert words.index("USER") > max(n for n, word in enumerate(words) if word in ("RUN", "COPY"))


def test_the_container_starts_the_daemon_whose_health_check_answers(tmp_path: Path) -> None:
    folder = new_installation(tmp_path / "state")
    typed = [*json.loads(instruction("ENTRYPOINT")), *json.loads(instruction("CMD"))]
    place = programs(tmp_path)
    words = [word.replace(PROGRAMS, place).replace(STATE, str(folder)) for word in typed]
    told = [rest for word, rest in instructions() if word == "ENV"]
    given = dict(each.split("=", maxsplit=1) for each in told)
    look = json.loads(instruction("HEALTHCHECK").partition("CMD ")[2])
    with running(words, folder, 0o022, given) as url:
        port = url.split(":")[2].partition("/")[0]
        asked = [word.replace(PROGRAMS, place) for word in look]
        assert instruction("EXPOSE") == "8600"
        asked = [word.replace("127.0.0.1:8600", f"127.0.0.1:{port}") for word in asked]
        subprocess.run(asked, check=True, capture_output=True)
    # the shell before it has seen to that, since an engine starts with 0022
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert subprocess.run(asked, check=False, capture_output=True).returncode == 1
