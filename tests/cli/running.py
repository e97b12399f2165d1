"""How these tests run the command: as a shell does, in a process of its own, with real streams.

The process is a fork of one that has imported the program (`forking.py`), where a fork behaves as a
new process does.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.cli.forking import Forked, can_fork

LEADLEDGER = Path(sys.executable).with_name("leadledger")
PATIENCE_SECONDS = 60
Running = subprocess.Popen[str] | Forked
SUPPRESSION_KEY = "a-suppression-key-of-the-tests-0123456789"


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return stdout, which must be one JSON document and nothing else."""
        assert self.err == ""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """Return the one sentence on stderr that a stopped command ends with."""
        assert self.out == ""
        assert "Traceback" not in self.err
        [line] = self.err.splitlines()
        assert line.startswith("leadledger: ")
        return line


@dataclass
class Shell:
    """A shell in a folder; only what `variables` names is set besides the bare minimum."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the commands."""
        known = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}
        return known | self.variables

    def __call__(self, *words: object) -> Ended:
        """Run `leadledger` to its end."""
        if not can_fork(self.environment):
            return self.installed(*words)
        program = Forked(self.typed(*words), self.folder, self.environment)
        try:
            out, err = program.communicate(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            program.communicate()
            raise
        return Ended(program.wait(), out, err)

    def installed(self, *words: object) -> Ended:
        """Run `leadledger` to its end, from the start of its interpreter on."""
        return self.run(self.typed(*words))

    def run(self, command: Sequence[object]) -> Ended:
        """Run any command to its end."""
        ended = subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def line(self, text: str) -> Ended:
        """Run a line of bash in which `leadledger` is known."""
        path = f"{LEADLEDGER.parent}:{os.environ['PATH']}"
        return Shell(self.folder, self.variables | {"PATH": path}).run(["bash", "-c", text])

    def start(self, *words: object, out: int | IO[str] = subprocess.PIPE) -> Running:
        """Start `leadledger` and do not wait."""
        if can_fork(self.environment):
            return Forked(self.typed(*words), self.folder, self.environment, out)
        return subprocess.Popen(
            self.typed(*words),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def typed(*words: object) -> list[str]:
        """Return the words of a command, the program's file before them."""
        return [str(word) for word in (LEADLEDGER, *words)]


def configuration(source: Mapping[str, object] | None = None, *, store: str = "leads.db") -> str:
    """Return a `config.toml` with one controller and, if it is given, one Meta source."""
    text = f"""\
[store]
url = "sqlite:///{store}"

[keys]
suppression = {{ file = "secrets/suppression.key" }}

[[controllers]]
id = "nectra"
name = "Nectra"
privacy_contact = "privacy@nectra.example"
"""
    if source is None:
        return text
    own = "".join(f"{name} = {json.dumps(value)}\n" for name, value in source.items())
    return f"""{text}
[[sources]]
id = "meta-main"
kind = "meta_lead_ads"
controller = "nectra"
access_token = {{ env = "META_ACCESS_TOKEN" }}
{own}
[[sources.boxes]]
key = "email_updates"
purpose = "direct_marketing"
channels = ["email"]
"""


def keep_secret(folder: Path, name: str = "suppression.key", text: str = SUPPRESSION_KEY) -> None:
    """Write a secret as `leadledger init` does."""
    path = folder / "secrets" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def told(text: str) -> str:
    """Return a text without its line breaks and indents, which depend on the terminal."""
    return " ".join(text.split())
