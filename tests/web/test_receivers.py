"""What platforms send is genuine and durable before it is answered, or it is refused."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from models.inbox import InboxRecord
from models.refused_push import RefusedPush
from models.store import Store
from pipeline.wiring import House
from tests import build
from tests.build import kept
from tests.web.conftest import opened
from tests.web.pushing import (
    GOOGLE,
    GOOGLE_KEY,
    TOLD,
    google_body,
    google_source,
    meta_body,
    rows_in,
    signed,
)
from web.receivers import LARGEST_BODY

IN = f"/in/{GOOGLE}"


def test_a_genuine_push_is_in_the_inbox_before_it_is_answered(
    client: TestClient, store: Store
) -> None:
    answer = client.post(IN, content=google_body(), headers=TOLD)
    assert (answer.status_code, answer.json()) == (200, {})
    [row] = kept(store, InboxRecord)
    assert (row.source_id, row.attempts, row.due_at) == (GOOGLE, 0, row.received_at)
    assert b"priya.lead-1@mail.example" in row.payload
    assert GOOGLE_KEY.encode() not in row.payload


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (google_body(key="another-key-of-somebody"), 403),
        (google_body(key=None), 403),
        (b"", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"x" * (LARGEST_BODY + 1), 413),
    ],
)
def test_what_is_not_genuine_is_refused_counted_and_not_kept(
    house: House, store: Store, body: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with opened(store, *house.settings.sources) as client:
        answer = client.post(IN, content=body, headers=TOLD)
        assert answer.status_code == status
        assert "message" in answer.json()
    assert rows_in(store, "inbox") == 0
    [refused] = kept(store, RefusedPush)
    assert (refused.source_id, refused.status, refused.refused) == (GOOGLE, status, 1)
    assert "priya" not in caplog.text.lower()


def test_while_no_key_is_set_the_platform_is_asked_to_come_again(sqlite_store: Store) -> None:
    with opened(sqlite_store, google_source(webhook_key=None)) as client:
        answer = client.post(IN, content=google_body(), headers=TOLD)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_an_address_of_no_source_and_a_source_that_is_not_told_say_so(client: TestClient) -> None:
    assert client.post("/in/nobody", content=b"{}").status_code == 404
    assert client.get("/in/nobody").status_code == 404
    assert client.get(IN).status_code == 405


def test_many_at_once_are_each_kept_once(client: TestClient, store: Store) -> None:
    with ThreadPoolExecutor(16) as pool:
        posted = [
            pool.submit(client.post, IN, content=google_body(f"lead-{n}"), headers=TOLD)
            for n in range(200)
        ]
        assert {each.result().status_code for each in posted} == {200}
    assert rows_in(store, "inbox") == 200


def test_a_store_that_cannot_be_written_is_told_to_the_sender_and_nothing_of_the_lead(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(sqlite_store, google_source()) as client:
        with sqlite_store.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE inbox RENAME TO elsewhere")
        answer = client.post(IN, content=google_body(), headers=TOLD)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        with sqlite_store.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbox")
        assert client.post(IN, content=google_body(), headers=TOLD).status_code == 200
    shown = capfd.readouterr()
    assert "priya" not in (caplog.text + shown.out + shown.err).lower()


def test_an_odd_id_spoils_nothing_for_those_who_share_its_commit(
    client: TestClient, store: Store
) -> None:
    odd = [google_body(lead_id) for lead_id in ("nul-\0", "half-\ud83d", "x" * 300)]
    with ThreadPoolExecutor(8) as pool:
        bodies = [google_body(f"lead-{n}") for n in range(5)] + odd
        posted = [pool.submit(client.post, IN, content=each, headers=TOLD) for each in bodies]
        assert {each.result().status_code for each in posted} == {200}
    assert rows_in(store, "inbox") == 8


@pytest.fixture
def sqlite_client(sqlite_store: Store) -> Iterator[TestClient]:
    """Somebody who calls an installation on SQLite, where the database makes no difference."""
    with opened(sqlite_store, google_source()) as client:
        yield client


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=400) | st.binary(max_size=60).map(lambda b: google_body()[:-1] + b),
    type_=st.sampled_from(["application/json", "text/plain", "multipart/form-data", ""]),
)
def test_no_bytes_at_all_make_the_receiver_fail_or_keep_what_is_not_genuine(
    sqlite_client: TestClient, sqlite_store: Store, body: bytes, type_: str
) -> None:
    before = rows_in(sqlite_store, "inbox")
    answer = sqlite_client.post(IN, content=body, headers={"content-type": type_})
    assert answer.status_code < 500
    taken = rows_in(sqlite_store, "inbox") - before
    assert taken == (answer.status_code == 200)
    assert not taken or GOOGLE_KEY.encode() in body


def test_meta_shakes_hands_and_its_signed_bodies_are_kept(store: Store) -> None:
    source = build.source(verify_token="the-word")
    asked = {"hub.mode": "subscribe", "hub.verify_token": "the-word", "hub.challenge": "42"}
    body = meta_body("1")
    with opened(store, source) as client:
        hello = client.get("/in/meta-main", params=asked)
        assert (hello.status_code, hello.text) == (200, "42")
        assert hello.headers["content-type"].startswith("text/plain")
        assert client.get("/in/meta-main").status_code == 403
        assert client.post("/in/meta-main", content=body, headers=signed(body)).status_code == 200
        assert client.post("/in/meta-main", content=body, headers=TOLD).status_code == 401
    [row] = kept(store, InboxRecord)
    assert row.payload == body


def test_a_page_whose_app_has_another_address_is_told_too_and_nobody_else(
    sqlite_store: Store,
) -> None:
    sources = (
        build.source("meta-main"),
        build.source("meta-two", page_id="4711"),
        build.source("meta-three", page_id="4712"),
        build.source("meta-of-another-app", page_id="4711", app_secret="another-secret"),
    )
    body = meta_body("1", page_id="4711")
    with opened(sqlite_store, *sources) as client:
        assert client.post("/in/meta-main", content=body, headers=signed(body)).status_code == 200
    assert {row.source_id for row in kept(sqlite_store, InboxRecord)} == {"meta-main", "meta-two"}
