"""The page behind the mailed link: looking changes nothing, the button confirms."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from starlette.testclient import TestClient

from models.lead import Lead
from models.ledger import LedgerRecord
from models.permission import PermissionRecord
from models.store import Store
from pipeline.expire import expire
from pipeline.link_tokens import OPT_IN, REQUEST, token_of
from pipeline.wiring import House, now
from policy.vocabulary import EventKind
from tests.build import LINKS_KEY, SUPPRESSION_KEY, controller, kept, notice
from tests.confirming import HOUR, ticked, token, waiting

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def link(house: House) -> str:
    """The link of one lead whose ticks wait."""
    ticked(house.store, at=now())
    return f"/c/{token(house, waiting(house.store))}"


def given_events(store: Store) -> int:
    return sum(row.kind is EventKind.GIVEN for row in kept(store, PermissionRecord))


def test_to_look_shows_the_very_words_and_confirms_nothing(
    client: TestClient, link: str, store: Store
) -> None:
    for _ in range(3):
        shown = client.get(link)
        assert client.head(link).status_code == 200
    assert shown.status_code == 200
    for words in ("Nectra", "Newsletter 2026", "Yes, send me news by e-mail.", "Yes, I confirm"):
        assert words in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert given_events(store) == 0
    assert "priya" not in shown.text


def test_the_button_confirms_and_says_so_however_often_it_is_pressed(
    client: TestClient, link: str, store: Store
) -> None:
    first = client.post(link)
    assert first.status_code == 200
    assert "It is confirmed" in first.text
    assert given_events(store) == 2
    assert client.post(link).text == first.text
    assert client.get(link).text == first.text
    assert given_events(store) == 2


def test_where_the_store_fails_a_page_says_so_and_the_link_stays_good(
    client: TestClient, link: str, store: Store
) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE opt_in RENAME TO elsewhere")
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 503
        assert "Nothing is lost" in answer.text
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO opt_in")
    assert client.post(link).status_code == 200


def test_only_looking_and_pressing_are_answered(client: TestClient, link: str) -> None:
    assert client.put(link).status_code == 405


def test_wording_is_shown_and_never_run(house: House, client: TestClient) -> None:
    shown = notice(name=SCRIPT)
    ticked(house.store, at=now(), notice=shown)
    page = client.get(f"/c/{token(house, waiting(house.store))}")
    assert SCRIPT not in page.text
    assert "&lt;script&gt;" in page.text


def test_when_the_lead_is_gone_nothing_is_waiting(
    house: House, client: TestClient, link: str
) -> None:
    [lead] = kept(house.store, Lead)
    expire(house.store, [controller()], SUPPRESSION_KEY, lambda: lead.expires_at + HOUR)
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 404
        assert "Nothing is waiting here" in answer.text


def test_after_seven_days_it_says_so_kindly(house: House, client: TestClient) -> None:
    ticked(house.store, at=now() - timedelta(days=8))
    answer = client.post(f"/c/{token(house, waiting(house.store))}")
    assert answer.status_code == 404
    assert "fill in the form once more" in answer.text
    assert given_events(house.store) == 0


def test_a_link_of_another_use_or_of_an_unknown_controller_is_none(
    house: House, client: TestClient, link: str
) -> None:
    row = waiting(house.store)
    assert house.signer is not None
    others = [
        token_of(house.signer, REQUEST, "nectra", row.id),
        token_of(house.signer, OPT_IN, "shop", row.id),
        token_of(house.signer, OPT_IN, "", row.id),
        house.signer.sign(OPT_IN, b"\xff" * 40),
        house.signer.sign(OPT_IN, b""),
        link[3:-2] + "xx",
    ]
    for each in others:
        assert client.post(f"/c/{each}").status_code == 404, each
    assert given_events(house.store) == 0


@how(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=120), st.binary(max_size=200))
def test_no_token_and_no_body_is_a_fault_of_ours(
    client: TestClient, house: House, text: str, body: bytes
) -> None:
    before = len(kept(house.store, LedgerRecord))
    assert house.settings.links_keys == [LINKS_KEY]
    for path in ("/c/", "/r/confirm/"):
        address = path + "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "replace"))
        assert client.post(address, content=body).status_code < 500
        assert client.get(address).status_code < 500
    assert len(kept(house.store, LedgerRecord)) == before
