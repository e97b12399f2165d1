"""What `deploy/` says: the directives of the unit, the instructions of the Containerfile."""

import re
from collections import defaultdict
from pathlib import Path

from tests.documents import ROOT, text_of

UNIT_FILE = ROOT / "deploy" / "leadledger.service"
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
PROGRAMS = "/opt/leadledger/venv/bin"
STATE = "/var/lib/leadledger"


def directives(path: Path = UNIT_FILE) -> dict[str, list[str]]:
    """Return the values of each directive of a unit, in order, whatever its section."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in text_of(path).splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name].append(value)
    return found


def directive(name: str) -> str:
    """Return the value of a directive that is given once."""
    [value] = directives()[name]
    return value


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Containerfile, each with its arguments on one line."""
    text = re.sub(r"^#.*\n", "", text_of(CONTAINERFILE), flags=re.MULTILINE)
    joined = re.sub(r"\s*\\\n\s*", " ", text)
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in joined.splitlines() if line]


def instruction(name: str) -> str:
    """Return the arguments of an instruction that is given once."""
    [value] = [rest for word, rest in instructions() if word == name]
    return value
