"""What tests of the web may use: an installation behind Starlette's own test client."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from models.store import Store
from pipeline.settings import ConfiguredSource
from pipeline.wiring import House
from tests.build import LINKS_KEY, declared, settings, source
from tests.web.browsing import chromium
from tests.web.pushing import google_source
from web.app import create_app

PUBLIC = "http://127.0.0.1:8600"


@contextmanager
def opened(
    store: Store, *sources: ConfiguredSource, caller: str = "127.0.0.1"
) -> Iterator[TestClient]:
    """Open the web of an installation with some sources, for somebody at an address."""
    declared(store, *sources)
    house = House(settings(str(store.url), *sources), store)
    with TestClient(create_app(house), base_url=PUBLIC, client=(caller, 5000)) as client:
        yield client


@pytest.fixture
def house(store: Store) -> House:
    """An installation with a source that we ask and one that tells us, on each database."""
    sources = (source(), google_source())
    declared(store, *sources)
    return House(settings(str(store.url), *sources), store)


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    """Somebody on this machine who calls it."""
    assert house.settings.links_keys == [LINKS_KEY]
    with TestClient(create_app(house), base_url=PUBLIC, client=("127.0.0.1", 5000)) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; it holds the thread's event loop, so it goes before other tests come."""
    with chromium() as started:
        yield started
