"""Whatever is sent to the ways out: no fault of ours, and nothing stored."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from models.store import Store
from pipeline.wiring import House
from policy.vocabulary import Channel
from tests import build
from tests.build import declared, email
from tests.pipeline.links import token_to
from tests.pipeline.stopping import everything
from tests.web.conftest import PUBLIC
from tests.web.leaving import came, may
from web.app import create_app

TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=x; charset=nonsense",
        "multipart/mixed; boundary=x",
        "application/json",
        "text/plain; charset=utf-16",
        "",
    ]
)
PART = b'--x\r\nContent-Disposition: form-data; name="'
BODIES = st.binary(max_size=300) | st.binary(max_size=200).map(
    lambda rest: PART + rest + b"\r\n--x--\r\n"
)
WAYS = st.sampled_from(["", "/preferences"])
OFTEN = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def outsider(sqlite_store: Store) -> Iterator[tuple[TestClient, Store]]:
    """Somebody who calls an installation, from whom exceptions are hidden as from anybody."""
    source = declared(sqlite_store)
    came(sqlite_store)
    house = House(build.settings(str(sqlite_store.url), source), sqlite_store)
    with TestClient(create_app(house), base_url=PUBLIC, raise_server_exceptions=False) as client:
        yield client, sqlite_store


@OFTEN
@given(token=st.text(max_size=90), way=WAYS, body=BODIES, kind=TYPES)
def test_tokens_and_bodies_of_anybody(
    outsider: tuple[TestClient, Store], token: str, way: str, body: bytes, kind: str
) -> None:
    client, store = outsider
    before = everything(store)
    path = f"/u/x{quote(token, safe='', errors='replace')}{way}"
    assert client.get(path).status_code == 200
    assert client.post(path, content=body, headers={"content-type": kind}).status_code == 200
    assert everything(store) == before


@OFTEN
@given(way=WAYS, body=BODIES, kind=TYPES)
def test_bodies_of_whoever_holds_a_link(
    outsider: tuple[TestClient, Store], way: str, body: bytes, kind: str
) -> None:
    client, store = outsider
    path = f"/u/{token_to(store, email())}{way}"
    before = everything(store)
    answer = client.post(path, content=body, headers={"content-type": kind})
    assert answer.status_code == 400
    assert everything(store) == before
    assert may(store, Channel.EMAIL).is_allowed
