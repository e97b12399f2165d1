"""An installation with the real tables, alone or beside a pretend Graph API."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from models.store import Store
from pipeline import wiring
from simulator.faults import Faults
from simulator.graph_api import TOKEN, GraphServer
from simulator.world import PAGE_ID, World
from tests.cli.running import Shell, configuration, keep_secret
from tests.conftest import migrate

UNREACHED = "http://127.0.0.1:9"
LEADS = 60


@dataclass
class Office(Shell):
    """An installation in a folder, with its store and, where a test wants one, its platform."""

    url: str = ""

    def configure(self, text: str) -> None:
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def store(self) -> Store:
        """Open the store beside the program; the caller closes it."""
        return Store(self.url)


def _office(folder: Path, url: str, graph_url: str) -> Office:
    keep_secret(folder)
    office = Office(folder, {"META_ACCESS_TOKEN": TOKEN}, url)
    source = {"page_id": PAGE_ID, "graph_url": graph_url, "page_size": 20, "connections": 2}
    office.configure(configuration(source))
    return office


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in an empty folder."""
    return Shell(tmp_path)


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Office:
    """An installation whose source nobody answers for."""
    return _office(tmp_path, sqlite_url, UNREACHED)


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    """A pretend Graph API that lives now, as the commands do."""
    world = World.seeded(7, LEADS, wiring.now() - timedelta(minutes=1))
    with GraphServer(world, faults=Faults()) as server:
        yield server


@pytest.fixture
def joined(tmp_path: Path, sqlite_url: str, graph: GraphServer) -> Office:
    """An installation whose source is the pretend Graph API."""
    return _office(tmp_path, sqlite_url, graph.url)


@pytest.fixture(scope="session")
def well_known() -> Iterator[GraphServer]:
    """A pretend Graph API that nobody disturbs."""
    world = World.seeded(7, LEADS, wiring.now() - timedelta(minutes=1))
    with GraphServer(world) as server:
        yield server


@pytest.fixture(scope="session")
def pulled(tmp_path_factory: pytest.TempPathFactory, well_known: GraphServer) -> Path:
    """The store of an installation that has pulled, to be copied for each test."""
    folder = tmp_path_factory.mktemp("pulled")
    path = folder / "leads.db"
    migrate(f"sqlite:///{path}")
    ended = _office(folder, f"sqlite:///{path}", well_known.url)("pull")
    assert ended.code == 0, ended.err
    return path


@pytest.fixture
def stocked(tmp_path: Path, pulled: Path, well_known: GraphServer) -> Office:
    """An installation that has pulled."""
    # it was made when the first test wanted it, and clocks are compared
    well_known.world.now = wiring.now() - timedelta(minutes=1)
    path = tmp_path / "leads.db"
    shutil.copyfile(pulled, path)
    path.chmod(0o600)
    return _office(tmp_path, f"sqlite:///{path}", well_known.url)
