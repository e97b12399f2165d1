"""The shape of the house: floors, sizes, names, and what no file may hold."""

import ast
import importlib
import re
import shutil
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
MOST_LINES = 400
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 40
USUAL_FILE = 120
INDEX = re.compile(
    r"(pypi\.org|pythonhosted\.org|--(?:extra-)?index-url|--find-links|\bsimple/|artifactory|nexus)",
    re.IGNORECASE,
)


def _tracked() -> list[Path]:
    """Return every file of the project that is not ignored."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this copy of the project is no git repository")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def _sources(*roots: str) -> list[Path]:
    return [path for root in roots for path in sorted((ROOT / root).rglob("*.py"))]


def _own() -> list[Path]:
    return [path for path in _sources(*PACKAGES) if "migrations/versions" not in path.as_posix()]


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_the_floors_named_are_the_folders_that_are_there() -> None:
    [layers] = [c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    floors = {name.strip() for layer in layers["layers"] for name in layer.split("|")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert floors == packages - {"simulator", "benchmarks", "tests"}
    assert set(PACKAGES) == floors | {"simulator"}
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_ours_and_not_a_stray_one_of_the_same_name(package: str) -> None:
    found = importlib.import_module(package).__file__
    assert found is not None
    assert Path(found).parent == ROOT / package


@pytest.mark.parametrize("package", PACKAGES)
def test_package_markers_are_empty_so_that_importing_one_pulls_in_nothing(package: str) -> None:
    if package != "simulator":
        assert (ROOT / package / "__init__.py").read_text(encoding="utf-8").strip() == ""


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*_own(), *_sources("tests", "benchmarks")]
    }
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}
    own = [n for path in _own() if (n := lengths[path.relative_to(ROOT).as_posix()]) > 2]
    assert statistics.median(own) <= USUAL_FILE


def test_functions_are_short() -> None:
    lengths = dict(found for path in _own() for found in _functions(path))
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}
    assert statistics.quantiles(lengths.values(), n=100)[94] <= USUAL_FUNCTION


def test_no_tracked_file_names_a_package_index() -> None:
    named = {}
    for path in _tracked():
        if path == Path(__file__).resolve() or path.suffix in {".png", ".xlsx", ".parquet"}:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        lines = [line for line in text.splitlines() if INDEX.search(line)]
        # the command that writes the list says that it shall name none
        lines = [line for line in lines if "--no-emit-" not in line]
        if lines:
            named[path.relative_to(ROOT).as_posix()] = lines
    assert named == {}


def test_the_constraints_pin_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pin = re.compile(r"[a-z0-9][a-z0-9._-]*==[0-9][A-Za-z0-9.+!-]*( ; .+)?")
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_a_connector_imports_no_other_connector() -> None:
    shared = {"audiences", "base", "listed", "probed", "pushed", "registry"}
    sources = [p for p in (ROOT / "connectors").glob("[a-z]*.py") if p.stem not in shared]
    assert sources
    for path in sources:
        text = path.read_text(encoding="utf-8")
        imported = set(re.findall(r"from connectors\.([a-z]\w*) import", text))
        assert imported <= shared, path.name


def test_the_simulator_imports_nothing_of_the_house() -> None:
    house = "|".join(name for name in PACKAGES if name != "simulator")
    pattern = re.compile(rf"^\s*(?:from|import) (?:{house})\b", re.MULTILINE)
    for path in _sources("simulator"):
        assert not pattern.search(path.read_text(encoding="utf-8")), path.name
