"""Sent again, too often, or with other content: nothing is taken twice, and nothing is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from models.inbox import InboxRecord
from models.lead import Arrival, Lead
from models.store import Store
from tests.build import kept
from tests.web.conftest import opened
from tests.web.forms import (
    AT,
    FORM,
    TICKED,
    TYPED,
    fields_in,
    filled,
    form_source,
    post,
    served,
    worked,
)
from tests.web.pushing import rows_in
from web.callers import network_of
from web.form_limits import FormLimits


@pytest.fixture
def guest(store: Store) -> Iterator[TestClient]:
    """Somebody who visits the form, on each database."""
    with opened(store, form_source(), caller="203.0.113.77") as client:
        yield client


def test_the_same_sent_again_is_answered_the_same_and_kept_once(
    guest: TestClient, store: Store
) -> None:
    sent = filled(guest) | TICKED
    first = post(guest, sent)
    again = post(guest, sent)
    assert (first.status_code, first.headers["location"]) == (
        again.status_code,
        again.headers["location"],
    )
    assert rows_in(store, "inbox") == 1
    worked(store, form_source())
    assert post(guest, sent).status_code == 303
    assert rows_in(store, "inbox") == 0


def test_other_content_from_the_same_page_is_asked_about_and_can_then_be_sent(
    guest: TestClient, store: Store
) -> None:
    sent = filled(guest) | TICKED
    post(guest, sent)
    other = post(guest, sent | {"message": "One thing more."})
    assert other.status_code == 409
    again = fields_in(other.text)
    assert again["message"] == "One thing more."
    assert again["shown"] != sent["shown"]
    assert post(guest, again).status_code == 303
    assert rows_in(store, "inbox") == 2


def test_a_sender_may_give_a_number_of_its_own(guest: TestClient, store: Store) -> None:
    key = {"idempotency-key": "priya@mail.example 1"}
    assert guest.post(AT, json=filled(guest), headers=key).status_code == 202
    assert guest.post(AT, json=filled(guest), headers=key).status_code == 202
    other = guest.post(AT, json=filled(guest, message="Other."), headers=key)
    assert (other.status_code, "already" in other.json()["message"]) == (409, True)
    [row] = kept(store, InboxRecord)
    assert "priya" not in str(row.external_id)


def test_without_any_number_the_same_content_counts_once_in_ten_minutes(
    guest: TestClient, store: Store
) -> None:
    sent = filled(guest, shown=served(guest).snippet_token())
    assert {post(guest, sent).status_code for _ in range(3)} == {303}
    assert rows_in(store, "inbox") == 1
    assert post(guest, sent | {"message": "Other."}).status_code == 303
    assert rows_in(store, "inbox") == 2


def test_ten_clicks_at_once_are_one_lead(guest: TestClient, store: Store) -> None:
    sent = filled(guest) | TICKED
    with ThreadPoolExecutor(10) as pool:
        posted = [pool.submit(post, guest, sent) for _ in range(10)]
        assert {each.result().status_code for each in posted} == {303}
    worked(store, form_source())
    [lead] = kept(store, Lead)
    assert len(kept(store, Arrival)) < 10
    assert lead.full_name == "Priya Sharma"


@pytest.mark.parametrize("limit", ["rate_per_network", "rate_per_form", "rate_per_email"])
def test_too_many_are_asked_to_come_again_with_what_they_typed(
    sqlite_store: Store, limit: str
) -> None:
    own = form_source(**{limit: "2/hour"})
    with opened(sqlite_store, own, caller="203.0.113.77") as client:
        for _ in range(2):
            assert post(client, filled(client)).status_code == 303
        answer = post(client, filled(client) | TICKED)
        assert answer.status_code == 429
        assert 60 <= int(answer.headers["retry-after"]) <= 3_600
        assert "press the button again in" in answer.text
        again = fields_in(answer.text)
        assert {name: again.get(name) for name in ("full_name", "email", "message")} == {
            name: TYPED[name] for name in ("full_name", "email", "message")
        }
        assert again["tick.email_updates"] == "yes"
        if limit == "rate_per_email":
            assert post(client, filled(client, email="other@mail.example")).status_code == 303
    assert rows_in(sqlite_store, "inbox") == 2 + (limit == "rate_per_email")


def test_another_network_is_not_held_up() -> None:
    limits, settings = FormLimits(), form_source(rate_per_network="1/hour").own
    asked = [
        limits.wait_of(FORM, settings, host, None)  # type: ignore[arg-type]
        for host in ("192.0.2.1", "192.0.2.200", "192.0.3.1", "2001:db8::1", "2001:db8::2", None)
    ]
    assert [wait is None for wait in asked] == [True, False, True, True, False, True]


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", None),
        (None, None),
    ],
)
def test_of_an_address_only_the_network_is_looked_at(host: str | None, network: str | None) -> None:
    assert network_of(host) == network
