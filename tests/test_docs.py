"""The documents say what is true: commands run, links lead somewhere, lists are whole."""

import csv
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import structlog
import typer.main
from typer.exceptions import TyperException

from cli.main import app
from connectors.base import (
    ConnectorIO,
    Delivery,
    Probes,
    Problem,
    ProblemCode,
    ReadsFiles,
    Source,
    Submission,
)
from models.ledger import LedgerKind
from pipeline.export import COLUMNS, LINK_COLUMNS
from policy.errors import LeadsError
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    Grade,
    Purpose,
    ReasonCode,
)
from simulator.access import TOKEN
from simulator.graph_api import GraphServer
from simulator.world import World
from tests.build import NOW
from tests.documents import (
    DOCUMENTS,
    ROOT,
    anchors,
    arguments,
    blocks,
    coded,
    links,
    name_of,
    prose,
    rows,
    section,
    text_of,
    typed,
)

README = text_of(ROOT / "README.md")
ARCHITECTURE = text_of(ROOT / "docs" / "architecture.md")
OPERATIONS = text_of(ROOT / "docs" / "operations.md")
AUDITORS = text_of(ROOT / "docs" / "auditors.md")
UNSUBSCRIBING = text_of(ROOT / "docs" / "unsubscribing.md")
CONNECTORS = text_of(ROOT / "docs" / "connectors.md")
RULES = text_of(ROOT / "docs" / "rules.md")
DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())

SOMEBODY = "maya@shop.example"
SOME_LEAD = "01a204f8-9ee0-71a3-80fe-1ebc5146ec6e"
LEADS = 80

WORDS = {
    *("controller", "processor", "source", "delivery", "submission", "lead", "person"),
    *("identifier", "notice", "purpose", "channel", "lawful basis", "permission event", "grade"),
    *("decision", "suppression", "export", "disclosure", "recall", "hold", "restriction"),
    *("ledger", "erasure", "expiry", "rights request"),
}


def shown_commands() -> list[tuple[str, list[str]]]:
    """Return every command of ours that a document shows, with the document's name."""
    found = []
    for path in DOCUMENTS:
        for block in blocks(text_of(path), "console"):
            ours = filter(None, map(arguments, typed(block)))
            found += [(name_of(path), words) for words in ours]
    return found


def commands() -> dict[str, Any]:
    """Return every command by its words (`db upgrade`)."""

    def walk(prefix: str, command: Any) -> Iterator[tuple[str, Any]]:
        for name, each in getattr(command, "commands", {}).items():
            below = dict(walk(f"{prefix}{name} ", each))
            yield from below.items() if below else [(f"{prefix}{name}", each)]

    return dict(walk("", typer.main.get_command(app)))


COMMANDS = commands()


def dev_tasks() -> dict[str, list[str]]:
    tasks: dict[str, list[str]] = loaded(ROOT / "dev.py").TASKS
    return tasks


def loaded(path: Path) -> ModuleType:
    """Return a file as a module that nothing else imports."""
    spec = importlib.util.spec_from_file_location(f"loaded_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(words: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
    """Run a command as somebody types it, and return what it prints to stdout."""
    outside = {name: value for name, value in os.environ.items() if "LEADLEDGER" not in name}
    done = subprocess.run(
        words,
        cwd=folder,
        env=outside | environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def leadledger(words: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
    return run([str(Path(sys.executable).with_name("leadledger")), *words], folder, environment)


def listed_people(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def replaced(words: Sequence[str], changes: dict[str, str]) -> list[str]:
    return [changes.get(word, word) for word in words]


def test_the_first_commands_of_the_readme_are_the_demo_and_the_tests() -> None:
    [demo, test] = typed(blocks(README, "console")[0])
    assert demo == ["python3", "dev.py", "demo"]
    assert test == ["python3", "dev.py", "test"]
    assert "demo" in COMMANDS
    assert dev_tasks()["test"][0] == "pytest"


@pytest.mark.parametrize(("document", "words"), shown_commands(), ids=lambda value: str(value)[:70])
def test_a_command_that_is_shown_is_accepted(document: str, words: list[str]) -> None:
    if words[0] in dev_tasks():
        return
    name = next((name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS), None)
    assert name is not None, f"{document} shows a command that does not exist: {words}"
    rest = words[len(name.split()) :]
    # parses and checks the values as typing them would, without running the command
    assert COMMANDS[name].make_context(name, rest).params


def test_an_option_that_does_not_exist_would_be_noticed() -> None:
    with pytest.raises(TyperException, match="No such option"):
        COMMANDS["pull"].make_context("pull", ["--no-such-option"])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_or_in_operations(name: str) -> None:
    assert f"`leadledger {name}`" in README + OPERATIONS


def test_the_commands_table_names_no_command_that_does_not_exist() -> None:
    listed = [coded(cells[0]) for cells in rows(section(README, "## Commands"))[1:]]
    assert {f"leadledger {name}" for name in COMMANDS} == {word for [word] in listed}


def test_the_readme_walks_through_an_installation_as_it_says(tmp_path: Path) -> None:
    world = World.seeded(7, LEADS, datetime.now(UTC))  # noqa: TID251 - commands ask the clock
    environment: dict[str, str] = {}
    walk = section(README, "## With your own page")
    asked = {}
    with GraphServer(world) as graph:
        ours = {
            "LEADLEDGER__SOURCES__META_MAIN__PAGE_ID": world.page_id,
            "LEADLEDGER__SOURCES__META_MAIN__GRAPH_URL": graph.url,
        }
        for block in blocks(walk):
            if block.language == "toml":
                with (tmp_path / "my-agency" / "config.toml").open("a") as config:
                    config.write(block.text)
                environment |= ours
                continue
            for words in typed(block):
                if words[0] == "export":
                    name, _, value = words[1].partition("=")
                    environment[name] = TOKEN if name == "META_ACCESS_TOKEN" else value
                    continue
                if SOMEBODY in words:
                    somebody = listed_people(tmp_path / "marketing.csv")[0]["identifier"]
                    words = replaced(words, {SOMEBODY: somebody})  # noqa: PLW2901
                given = arguments(words)
                assert given is not None
                asked[given[0]] = leadledger(given, tmp_path, environment)
    assert list(asked) == [
        "init", "check", "pull", "leads", "status", "export", "why", "provenance",
    ]  # fmt: skip
    assert "BAD" not in asked["check"]
    assert "ALLOWED" in asked["why"]
    assert "exported" in asked["provenance"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the auditors' first command was run."""
    folder = tmp_path_factory.mktemp("auditors")
    [[first]] = [typed(block) for block in blocks(AUDITORS, "console")[:1]]
    given = arguments(first)
    assert given is not None
    leadledger([*given, "--leads", str(LEADS)], folder, {})
    return folder


def test_what_auditors_are_told_to_type_is_answered(demo: Path) -> None:
    [somebody, *_] = listed_people(demo / "demo" / "marketing-by-email.csv")
    changes = {SOMEBODY: somebody["identifier"], SOME_LEAD: somebody["lead_id"]}
    answers = []
    for block in blocks(AUDITORS, "console")[1:]:
        for words in typed(block):
            given = arguments(words)
            assert given is not None
            answers.append(leadledger(replaced(given, changes), demo, {}))
    assert "ALLOWED" in answers[0]
    assert "DENIED" in answers[1]  # nobody had written by then
    assert all("exported" in answer for answer in answers[2:4])
    assert somebody["identifier"] in answers[4]


def test_the_auditors_own_check_of_the_ledger_adds_up_and_notices_a_change(demo: Path) -> None:
    [script] = blocks(AUDITORS, "python")
    assert run([sys.executable, "-c", script.text], demo, {}) == "It adds up.\n"
    changed = (
        "import sqlite3\n"
        "with sqlite3.connect('demo/leads.db') as store:\n"
        "    store.execute(\"UPDATE ledger SET body = replace(body, 'pull', 'push')\")\n"
    )
    run([sys.executable, "-c", changed], demo, {})
    with pytest.raises(AssertionError, match="AssertionError: 0"):
        run([sys.executable, "-c", script.text], demo, {})


def test_the_example_of_a_connector_keeps_the_contract(tmp_path: Path) -> None:
    [example] = blocks(CONNECTORS, "python")
    path = tmp_path / "tablet.py"
    path.write_text(example.text, encoding="utf-8")
    source: Source[Any] = loaded(path).source
    settings = source.settings(wording="Yes.", privacy_url="https://fair.example/privacy")
    log: Any = structlog.get_logger()
    connector: Any = source.build(settings, ConnectorIO(lambda: NOW, lambda _: None, log))
    assert isinstance(connector, ReadsFiles)
    assert not isinstance(connector, Probes)
    file = tmp_path / "fair.jsonl"
    file.write_bytes(
        b'{"id":"1","at":"2026-05-01T10:00:00+01:00","email":"a@a.example","newsletter":true}\n'
        b'{"id":"2","newsletter":"false"}\n{"newsletter":true}\n7\n\xff\n'
    )
    first, second, *rest = [read_one(connector, each) for each in connector.open_file(file)]
    assert isinstance(first, Submission)
    assert first.boxes is not None
    assert first.boxes[0].is_ticked is True
    assert first.submitted_at == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert isinstance(second, Submission)
    assert second.boxes is not None
    assert second.boxes[0].is_ticked is None
    problems = [each.code for each in rest if isinstance(each, Problem)]
    assert problems == [ProblemCode.ID_MISSING, ProblemCode.NOT_AN_OBJECT, ProblemCode.NOT_JSON]


def read_one(connector: Any, delivery: Delivery) -> Submission | Problem:
    [outcome] = connector.read(delivery)
    assert isinstance(outcome, Submission | Problem)
    return outcome


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for link in links(text_of(path)):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(text_of(target)), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_rule_that_is_named_is_described(path: Path) -> None:
    named = re.findall(r"\b(?:ID|EV|LB|CON|SUP|OUT|RET|EXP|PERM)-\d+\b", text_of(path))
    described = {cells[0] for cells in rows(RULES)}
    assert set(named) <= described


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_file_of_ours_that_is_named_exists(path: Path) -> None:
    folders = "policy|connectors|models|pipeline|jobs|cli|simulator|tests|benchmarks|docs|deploy"
    for named in re.findall(rf"`((?:{folders})/[\w/.-]*)`", prose(text_of(path))):
        assert (ROOT / named).exists(), named


def test_every_word_of_the_house_has_one_meaning() -> None:
    cells = [row[0] for row in rows(section(ARCHITECTURE, "## Words"))]
    defined = [cell.strip("*") for cell in cells if cell.startswith("**")]
    assert len(defined) == len(set(defined))
    assert set(defined) >= WORDS


@pytest.mark.parametrize("kind", [Purpose, Channel, EventKind])
def test_the_closed_lists_are_whole(kind: type[Purpose | Channel | EventKind]) -> None:
    listed = coded(section(ARCHITECTURE, "### The closed lists"))
    assert set(kind) <= set(listed)


def test_every_reason_and_every_finding_is_explained() -> None:
    described = {word for cells in rows(RULES) for word in coded(cells[0])}
    assert set(ReasonCode) | set(BoxDefect) <= described


def test_every_reason_for_setting_aside_is_explained() -> None:
    table = rows(section(OPERATIONS, "## What was set aside"))[1:]
    assert sorted(word for cells in table for word in coded(cells[0])) == sorted(ProblemCode)


def test_every_exit_code_is_explained() -> None:
    def below(kind: type[LeadsError]) -> Iterator[type[LeadsError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    explained = {int(cells[0]) for cells in rows(section(OPERATIONS, "## Exit codes"))[1:]}
    set_aside, interrupted = 3, 130
    assert explained == {0, set_aside, interrupted} | {kind.exit_code for kind in below(LeadsError)}


def test_every_column_of_a_list_is_explained() -> None:
    table = rows(section(AUDITORS, "## Who was in a list?"))[1:]
    assert [word for cells in table for word in coded(cells[0])] == [*COLUMNS, *LINK_COLUMNS]
    links = rows(section(UNSUBSCRIBING, "## Give each person a link"))[1:]
    assert [word for cells in links for word in coded(cells[0])] == list(LINK_COLUMNS)


def test_the_example_of_the_headers_keeps_the_link_whole(tmp_path: Path) -> None:
    [script] = blocks(UNSUBSCRIBING, "python")
    assert run([sys.executable, "-c", script.text], tmp_path, {}) == ""


def test_every_kind_of_ledger_row_and_every_grade_is_explained() -> None:
    first = [cells[0] for cells in rows(AUDITORS)]
    assert set(LedgerKind) <= {word for cell in first for word in coded(cell)}
    assert set(Grade) <= set(first)


def test_decisions_are_numbered_without_a_gap_and_say_what_they_cost() -> None:
    for number, path in enumerate(DECISIONS, start=1):
        assert re.fullmatch(rf"{number:04d}-[a-z0-9-]+\.md", path.name)
        text = text_of(path)
        assert text.startswith(f"# {number}. ")
        assert all(f"**{part}**" in text for part in ("Question.", "Decision.", "Price."))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_a_document_points_to_no_place_on_somebodys_machine(path: Path) -> None:
    assert re.findall(r"(?:/home/|/root/|/work/|/tmp/|C:\\)\S*", text_of(path)) == []
