"""A small world, and a server of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from simulator.faults import Faults
from simulator.graph_api import GraphServer
from simulator.world import World

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The time at which the worlds of these tests were made."""
    return NOW


@pytest.fixture
def world() -> World:
    return World.seeded(7, 240, NOW)


@pytest.fixture
def graph(world: World) -> Iterator[GraphServer]:
    with GraphServer(world) as server:
        yield server


@pytest.fixture
def faults(graph: GraphServer) -> Faults:
    return graph.faults


@pytest.fixture
def form_id(world: World) -> str:
    """The busiest form: the newsletter."""
    return world.forms[0].id
