"""Meta's webhook: the handshake, the signature over the very bytes, and what a body tells of."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._meta_webhook import WEBHOOK_MEDIA_TYPE
from connectors.base import Delivery, Problem
from connectors.meta_lead_ads import MetaLeadAds
from connectors.pushed import Pointer, Push, Refusal
from simulator.access import APP_SECRET
from simulator.world import PAGE_ID
from tests.connectors.meta_rig import NOW, rig
from tests.web.pushing import meta_body, signed

VERIFY = "a-word-that-only-we-know"
OTHER_SECRET = "another-secret-of-the-app"


def connector(**own: Any) -> MetaLeadAds:
    given = {"app_secret": APP_SECRET, "verify_token": VERIFY} | own
    return rig("http://127.0.0.1:9", **given).connector


def pushed(body: bytes, headers: dict[str, str]) -> Push:
    return Push(body, headers, NOW)


def told(body: bytes, built: MetaLeadAds | None = None) -> Sequence[Pointer]:
    found = (built or connector()).announced(Delivery(None, body, WEBHOOK_MEDIA_TYPE, NOW))
    assert found is not None
    assert not isinstance(found, Problem)
    return found


def test_the_handshake_gives_the_challenge_back_to_who_knows_the_word() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    assert connector().greet(asked) == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "another"},
        {"hub.verify_token": ""},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
    ],
)
def test_any_other_handshake_is_refused(change: dict[str, str]) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1"} | change
    refused = connector().greet(asked)
    assert isinstance(refused, Refusal)
    assert refused.status == 403


def test_without_a_word_or_a_secret_the_platform_is_asked_to_come_again() -> None:
    body = meta_body("1")
    for refused in (
        connector(verify_token=None).greet({"hub.mode": "subscribe"}),
        connector(app_secret=None).receive(pushed(body, signed(body))),
    ):
        assert isinstance(refused, Refusal)
        assert refused.status == 503


def test_a_signed_body_is_kept_byte_for_byte() -> None:
    body = meta_body("1", note="Zo\\u00eb \\u0040 caf\\u00e9")
    kept = connector().receive(pushed(body, signed(body)))
    assert isinstance(kept, Delivery)
    assert (kept.payload, kept.media_type, kept.received_at) == (body, WEBHOOK_MEDIA_TYPE, NOW)


def test_the_same_body_written_in_another_way_does_not_fit_its_signature() -> None:
    body = meta_body("1")
    again = json.dumps(json.loads(body), separators=(",", ":")).encode()
    refused = connector().receive(pushed(again, signed(body)))
    assert isinstance(refused, Refusal)
    assert refused.status == 401


def test_while_the_secret_is_changed_both_are_taken_and_no_third() -> None:
    built = connector(previous_app_secret=OTHER_SECRET)
    body = meta_body("1")
    assert isinstance(built.receive(pushed(body, signed(body))), Delivery)
    assert isinstance(built.receive(pushed(body, signed(body, OTHER_SECRET))), Delivery)
    assert isinstance(built.receive(pushed(body, signed(body, "a third"))), Refusal)
    assert isinstance(connector().receive(pushed(body, signed(body, OTHER_SECRET))), Refusal)


def test_the_old_signature_alone_is_none() -> None:
    body = meta_body("1")
    assert isinstance(connector().receive(pushed(body, {"x-hub-signature": "sha1=00"})), Refusal)


@given(st.text(max_size=90), st.binary(max_size=60))
def test_no_header_and_no_body_at_all_raise_or_are_taken(header: str, body: bytes) -> None:
    found = connector().receive(pushed(body, {"x-hub-signature-256": header}))
    assert isinstance(found, Refusal)


def test_several_entries_and_changes_are_read_whatever_the_type_of_an_id() -> None:
    body = json.loads(meta_body("1", 2, "2"))
    body["entry"].append(json.loads(meta_body(3))["entry"][0])
    found = told(json.dumps(body).encode())
    assert [each.external_id for each in found] == ["1", "2", "3"]


def test_what_is_announced_can_be_announced_again_by_itself() -> None:
    [_, second] = told(meta_body("1", 2))
    [again] = told(second.payload)
    assert again == second


def test_other_pages_and_other_fields_are_passed_over() -> None:
    body = json.loads(meta_body("1", page_id="4711"))
    change = {"field": "leadgen_update", "value": {"leadgen_id": 9, "page_id": PAGE_ID}}
    body["entry"].append({"id": PAGE_ID, "changes": [change]})
    assert told(json.dumps(body).encode()) == []


def test_a_lead_itself_is_no_announcement() -> None:
    lead = Delivery("1", b'{"id":"1"}', "application/json", NOW)
    assert connector().announced(lead) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["entry", "changes", "value", "field", "leadgen_id", "id"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_no_shape_of_a_body_makes_reading_raise(shape: Any) -> None:
    wrapped = {"object": "page", "entry": shape}
    for body in (json.dumps(shape).encode(), json.dumps(wrapped).encode()):
        delivery = Delivery(None, body, WEBHOOK_MEDIA_TYPE, NOW)
        found = connector().announced(delivery)
        assert isinstance(found, list | Problem)
        assert connector().read(delivery)


def test_pages_of_one_app_share_an_address_and_know_what_concerns_them() -> None:
    one, other = connector(), connector(page_id="4711")
    assert one.address_group() == other.address_group()
    assert one.address_group() != connector(app_secret=OTHER_SECRET).address_group()
    push = pushed(meta_body("1", page_id="4711"), {})
    assert (one.concerns(push), other.concerns(push)) == (False, True)
