"""The page for rights requests: it works, keeps what was typed, and gives nothing away."""

import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from starlette.testclient import TestClient

from models.outbox import OutboxRecord
from models.permission import Suppression
from models.rights_request import IdentityState, RightsRequestRecord
from models.store import Store
from pipeline.link_tokens import REQUEST, token_of
from pipeline.wiring import House, now
from policy.rights.table import Right
from policy.vocabulary import Role
from tests.build import controller, delivery, kept, source, take
from tests.confirming import HOUR
from tests.web.conftest import opened
from web.callers import Callers, network_of
from web.fields import MOST_BYTES
from web.request_fields import FIELDS

ADDRESS = "priya.sharma@mail.example"
COPY = {"controller": "nectra", "right": "access", "email": ADDRESS, "text": "All, please."}


def post(client: TestClient, **changes: str) -> Any:
    return client.post("/r", data=COPY | changes)


def only(store: Store) -> Any:
    [row] = kept(store, RightsRequestRecord)
    return row


def test_the_form_needs_no_script_and_names_every_field(client: TestClient) -> None:
    page = client.get("/r")
    assert page.status_code == 200
    assert "<script" not in page.text
    for right in set(Right) - {Right.ONE_CLICK_UNSUBSCRIBE}:
        assert f'value="{right}"' in page.text
    for field in ("name", "email", "phone", "text"):
        assert f'<label for="{field}"' in page.text
    assert "privacy@nectra.example" in page.text


def test_a_link_chooses_beforehand(client: TestClient) -> None:
    page = client.get("/r?for=nectra&right=complaint").text
    assert 'value="complaint" checked' in page


def test_a_request_is_taken_in_and_the_answer_says_what_comes_next(
    client: TestClient, store: Store
) -> None:
    answer = post(client)
    row = only(store)
    assert answer.status_code == 200
    for told in (
        row.reference,
        f"{row.due_on:%-d %B %Y}",
        "Information Commissioner",
        "https://ico.org.uk/make-a-complaint/",
        "privacy@nectra.example",
    ):
        assert told in answer.text.replace("&#39;", "'")
    assert ADDRESS not in answer.text


def test_who_is_known_and_who_is_not_get_the_same_answer(house: House, client: TestClient) -> None:
    at = now()
    take(house.store, source(), delivery(at=at - HOUR, received_at=at), at=at)
    pages = [
        post(client, email=address, right=right).text
        for address in (ADDRESS, "nobody.knows@mail.example")
        for right in ("access", "objection_to_marketing", "objection_to_other_use")
    ]
    for row in kept(house.store, RightsRequestRecord):
        pages = [page.replace(row.reference, "-") for page in pages]
    assert pages[:3] == pages[3:]
    assert "and not used, until your objection" in pages[2]


def test_marketing_stops_with_the_answer(client: TestClient, store: Store) -> None:
    answer = post(client, right="objection_to_marketing", phone="07700 900123")
    assert "no more marketing from this moment on" in answer.text
    assert len(kept(store, Suppression)) == 2
    assert kept(store, OutboxRecord) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"right": ""}, "right"),
        ({"right": "one_click_unsubscribe"}, "right"),
        ({"email": ""}, "email"),
        ({"email": "not an address"}, "email"),
        ({"email": f"{ADDRESS}\r\nBcc: all@mail.example"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"name": "x" * 201}, "name"),
        ({"text": "x" * 10_001}, "text"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    client: TestClient, store: Store, changes: dict[str, str], field: str
) -> None:
    answer = post(client, **changes)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert "All, please." in answer.text or field == "text"
    assert kept(store, RightsRequestRecord) == []


def test_what_was_typed_is_shown_and_never_run(client: TestClient) -> None:
    answer = post(client, name='"><script>alert(1)</script>', right="")
    assert "<script>" not in answer.text


def test_a_field_that_people_do_not_see_gives_programs_away(
    client: TestClient, store: Store
) -> None:
    caught = post(client, website="http://spam.example")
    assert caught.status_code == 200
    row = only(store)
    assert row.is_doubtful
    assert row.reference in caught.text
    assert kept(store, OutboxRecord) == []


def test_a_page_that_is_sent_again_is_one_request(client: TestClient, store: Store) -> None:
    assert post(client).text == post(client).text
    assert only(store).right is Right.ACCESS


def test_where_the_store_fails_what_was_typed_is_kept_and_a_page_says_so(
    client: TestClient, store: Store
) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE rights_step")
        connection.exec_driver_sql("DROP TABLE rights_request")
    answer = post(client)
    assert answer.status_code == 503
    assert "Nothing is lost" in answer.text
    assert "All, please." in answer.text


def test_too_many_from_one_network_wait_and_lose_nothing_that_was_typed(
    client: TestClient, store: Store
) -> None:
    for number in range(20):
        assert post(client, text=str(number)).status_code == 200
    late = post(client, text="The last one")
    assert late.status_code == 429
    assert late.headers["retry-after"] == "600"
    assert "The last one" in late.text
    assert len(kept(store, RightsRequestRecord)) == 20
    with opened(store, source(), caller="198.51.100.7") as other:
        assert post(other, text="From elsewhere").status_code == 200


def test_a_network_is_counted_and_no_address() -> None:
    assert network_of("192.0.2.77") == network_of("192.0.2.3") == "192.0.2.0/24"
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert network_of("::ffff:192.0.2.9") == "192.0.2.0/24"
    assert network_of("") is None


def test_what_is_too_large_or_no_form_of_ours_is_not_taken(client: TestClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/r", content=b"a" * (MOST_BYTES + 1), headers=form).status_code == 413
    assert client.post("/r", json=COPY).status_code == 415
    assert client.post("/r", content=b"a=1&" * 100, headers=form).status_code == 400
    assert client.post("/r", content=b"", headers=form).status_code == 422


def test_our_clients_are_not_told_of_to_everybody(store: Store) -> None:
    client_ = controller("shop", Role.PROCESSOR)
    with opened(store, source(), source("shop-meta", owner=client_)) as caller:
        assert "Shop" not in caller.get("/r").text
        named = caller.get("/r?for=shop").text
        assert "Shop" in named
        assert "Nectra" not in named
        answer = post(caller, controller="shop")
        assert "passed on" in answer.text
        assert only(store).controller_id == "shop"


def test_with_several_of_our_own_the_person_chooses(store: Store) -> None:
    second = controller("second")
    with opened(store, source(), source("other", owner=second)) as caller:
        assert '<select id="controller"' in caller.get("/r").text
        missing = post(caller, controller="")
        assert missing.status_code == 422
        assert 'id="controller-error"' in missing.text
        assert post(caller, controller="second").status_code == 200


def test_the_mailed_link_asks_and_its_button_confirms(
    house: House, client: TestClient, store: Store
) -> None:
    post(client)
    row = only(store)
    assert house.signer is not None
    link = f"/r/confirm/{token_of(house.signer, REQUEST, 'nectra', row.id)}"
    shown = client.get(link)
    assert row.reference in shown.text
    assert "Yes, it was me" in shown.text
    assert only(store).identity is IdentityState.ASKED
    assert "We know that it is you" in client.post(link).text
    assert only(store).identity is IdentityState.CONFIRMED
    assert client.post(link).text == client.get(link).text


def test_nothing_of_it_reaches_a_log_or_an_address(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = post(client)
        post(client, email="broken@")
    assert ADDRESS not in str(answer.url)
    ours = [line.getMessage() for line in caplog.records if not line.name.startswith("httpx")]
    assert not any(ADDRESS in line or "broken@" in line for line in ours)


words = st.text(max_size=60)


@how(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(st.sampled_from(FIELDS), words),
    st.sampled_from(["", *Right]),
    st.binary(max_size=300),
)
def test_whatever_is_sent_it_is_no_fault_of_ours(
    client: TestClient, fields: dict[str, str], right: str, raw: bytes
) -> None:
    sent = {name: value.encode("utf-8", "replace") for name, value in fields.items()}
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = COPY | {"right": right} | sent
    app: Any = client.app
    app.state.callers = Callers()  # or all but the first few would only be told to wait
    assert client.post("/r", data=body).status_code < 500
    assert client.post("/r", content=raw, headers=form).status_code < 500
