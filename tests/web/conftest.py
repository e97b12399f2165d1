"""What tests of the web may use: an installation behind Starlette's own test client."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from models.store import Store
from pipeline.wiring import House
from tests.build import LINKS_KEY, declared, settings
from web.app import create_app


@pytest.fixture
def house(store: Store) -> House:
    """An installation with one source, on each database."""
    source = declared(store)
    return House(settings(str(store.url), source), store)


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    """Somebody outside who calls it."""
    assert house.settings.links_keys == [LINKS_KEY]
    with TestClient(create_app(house), base_url="http://127.0.0.1:8600") as opened:
        yield opened
