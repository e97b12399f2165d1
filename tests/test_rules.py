"""docs/rules.md and the code name the same rules, and all that the page points to exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from policy.vocabulary import BoxDefect, ReasonCode
from tests.policy.table import ALL_CASES

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
FOLDERS = ("policy", "pipeline", "models", "connectors", "web", "cli")
KINDS = "ID|EV|BAS|LB|CON|SUP|OUT|RET|ERA|RCL|RST|COR|PACK|CNT"
KINDS += "|EXP|SCR|MAIL|REC|DROP|AUD|ALM|CASE|T|PERM"
RULE = rf"(?:{KINDS})-\d+"
CODE = re.compile(r"`([\w/]+\.py):([\w.]+)`")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rules_in(text: str) -> set[str]:
    """Return the rule ids in a text; `EV-2 to EV-8` stands for each of them."""
    found = set(re.findall(rf"\b{RULE}\b", text))
    for first, last in re.findall(rf"\b({RULE}) to ({RULE})\b", text):
        kind, start = first.split("-")
        other, end = last.split("-")
        assert kind == other
        found |= {f"{kind}-{number}" for number in range(int(start), int(end) + 1)}
    return found


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def cited_in(*folders: str) -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in sources(*folders))
    return {rule for text in texts for rule in rules_in(text)}


def table_rows() -> dict[str, list[str]]:
    """Return the cells of the row that describes each rule."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines()]
    described = [(row[0], row) for row in rows if re.fullmatch(RULE, row[0])]
    assert len(dict(described)) == len(described), "a rule is described twice"
    return dict(described)


ROWS = table_rows()


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the functions, classes, methods and constants that a file defines."""
    found = set()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
            found |= {f"{node.name}.{each.name}" for each in methods}
    return frozenset(found)


def test_every_rule_that_policy_cites_is_described() -> None:
    cited = cited_in("policy")
    assert len(cited) > 40
    assert cited - ROWS.keys() == set()


def test_every_rule_that_any_code_cites_is_described() -> None:
    assert cited_in(*FOLDERS) - ROWS.keys() == set()


def test_every_rule_that_is_described_is_cited_by_policy() -> None:
    assert ROWS.keys() - cited_in("policy") == set()


@pytest.mark.parametrize("rule", ROWS)
def test_a_rule_names_clause_law_code_and_test(rule: str) -> None:
    *_, clause, law, code, test = ROWS[rule]
    assert re.fullmatch(r"\d+(, \d+)*", clause)
    assert all(1 <= int(number) <= 11 for number in clause.split(", "))
    assert re.search(r"UK GDPR|PECR|DPA|1182/71", law)
    assert CODE.fullmatch(code)
    assert TEST.fullmatch(test)


@pytest.mark.parametrize("rule", ROWS)
def test_the_code_of_a_rule_exists_and_its_file_cites_the_rule(rule: str) -> None:
    found = CODE.search(ROWS[rule][-2])
    assert found is not None
    path, name = found.groups()
    assert name in names_in(path)
    assert rule in rules_in((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", ROWS)
def test_the_test_of_a_rule_exists(rule: str) -> None:
    found = TEST.search(ROWS[rule][-1])
    assert found is not None
    path, name = found.groups()
    assert name in names_in(path)


@pytest.mark.parametrize("rule", [rule for rule in ROWS if rule.startswith("PERM-")])
def test_a_row_of_the_decision_table_has_cases_in_the_test_that_it_names(rule: str) -> None:
    own = [case for case in ALL_CASES if f"PERM-{case.row}" == rule]
    assert own
    answer = ROWS[rule][3]
    named = {word for word in re.findall(r"\b[A-Z_]{4,}\b", answer) if word != "PERM"}
    assert named <= set(ReasonCode)
    assert all(any(code in case.codes for case in own) for code in named)


def test_every_case_of_the_decision_table_belongs_to_a_row_of_the_page() -> None:
    assert {f"PERM-{case.row}" for case in ALL_CASES} <= ROWS.keys()


def test_every_row_topic_and_deadline_is_described() -> None:
    wanted = {f"PERM-{row}" for row in range(86)}
    wanted |= {f"RET-{topic}" for topic in range(1, 25)} | {f"T-{rule}" for rule in range(1, 17)}
    assert wanted - ROWS.keys() == set()


def test_every_reason_is_described_once_and_answered_by_a_row() -> None:
    described = re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE)
    assert sorted(described) == sorted(ReasonCode)
    table = " ".join(" ".join(row) for row in ROWS.values())
    assert [code for code in ReasonCode if not re.search(rf"\b{code}\b", table)] == []


def test_every_finding_about_a_box_is_described_once() -> None:
    section = PAGE.partition("## Why a box gives nothing")[2].partition("\n## ")[0]
    described = re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)
    assert sorted(described) == sorted(BoxDefect)


def test_the_page_points_to_nothing_outside_the_project() -> None:
    assert "../" not in PAGE
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
