"""What the documents say: their blocks, links and headings."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PROMPT = "$ "
_PROGRAMS = (["python3", "dev.py"], ["leadledger"])


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, as it stands behind the fence, and its text."""

    language: str
    text: str


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, language: str = "") -> list[Block]:
    """Return the blocks of a text in order, of one language if it is named."""
    found = [Block(*match.groups()) for match in _FENCE.finditer(text)]
    return [block for block in found if language in ("", block.language)]


def prose(text: str) -> str:
    """Return a text without its blocks."""
    return _FENCE.sub("", text)


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of its own level or above."""
    level = heading.partition(" ")[0]
    _, start, rest = text.partition(f"\n{heading}\n")
    assert start, f"there is no heading {heading!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def typed(block: Block) -> list[list[str]]:
    """Return the words of each command of a `console` block."""
    lines = [line.strip() for line in block.text.splitlines()]
    return [shlex.split(line.removeprefix(_PROMPT)) for line in lines if line.startswith(_PROMPT)]


def arguments(words: list[str]) -> list[str] | None:
    """Return what is handed to leadledger or to dev.py, None where neither is called."""
    for program in _PROGRAMS:
        if words[: len(program)] == program:
            return words[len(program) :]
    return None


def links(text: str) -> list[str]:
    return _LINK.findall(prose(text))


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as the usual viewers make them."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row, without headings' rules."""
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def coded(cell: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)
