"""Meta's audiences: refusals with their cure, and receipts that count only when they are whole."""

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from connectors.audiences import Members
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from policy.vocabulary import IdentifierKind
from simulator.faults import Faults
from tests.audiences import META, configured, connector, hashed, meta, meta_settings
from tests.connectors.meta_rig import scripted

TWO = Members(IdentifierKind.EMAIL, [[hashed("a@mail.example")], [hashed("b@mail.example")]])


@pytest.mark.parametrize(
    ("fault", "options", "kind", "cure"),
    [
        ("audience_flagged", {}, SourceRefused, "Audience Manager"),
        ("audience_terms", {}, SourceRefused, "must accept them"),
        ("audience_throttle", {"minutes": 7}, SourceUnavailable, "again in 7 minutes"),
        ("expired_token", {}, SourceRefused, "set access_token"),
        ("permission_lost", {}, SourceRefused, "ads_management"),
        ("lead_access_lost", {}, SourceRefused, "Check ad_account_id"),
        ("html_502", {"times": 4}, SourceUnavailable, "check the network"),
    ],
)
def test_each_refusal_names_its_cure_and_nobody(
    fault: str, options: dict[str, Any], kind: type[SourceError], cure: str
) -> None:
    faults = Faults()
    faults.once(fault, "usersofanyaudience", **options)
    with meta(faults) as graph, pytest.raises(kind, match=cure) as refused:
        connector(configured(META, meta_settings(graph.url))).remove(TWO)
    assert hashed("a@mail.example") not in str(refused.value)
    assert "30 days" in str(refused.value)


def test_a_passing_fault_is_tried_again() -> None:
    faults = Faults()
    faults.once("transient", "usersofanyaudience")
    with meta(faults) as graph:
        receipt = connector(configured(META, meta_settings(graph.url))).remove(TWO)
    assert (receipt.received, receipt.is_done) == (2, True)


def answered(body: dict[str, Any]) -> tuple[list[str], str]:
    """Remove two people where Meta gives one fixed answer; return the heads of the requests."""
    with scripted([(200, {}, orjson.dumps(body))]) as (url, heads):
        receipt = connector(configured(META, meta_settings(url))).remove(TWO)
    assert receipt.is_done
    return heads, str(receipt.request_id)


def test_no_hash_stands_in_an_address() -> None:
    heads, request_id = answered({"session_id": "77", "num_received": 2})
    assert request_id == "77"
    [head] = heads
    assert head.startswith("POST /v26.0/act_")
    assert hashed("a@mail.example") not in head


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"success": True},
        {"num_received": "2"},
        {"num_received": 1},
        {"num_received": 2, "num_invalid_entries": 1, "invalid_entry_samples": ["canary"]},
    ],
)
def test_nobody_counts_as_removed_unless_all_were_taken_in(body: dict[str, Any]) -> None:
    with pytest.raises(SourceChanged, match="Nobody counts as removed") as refused:
        answered(body)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"ad_account_id": "my account"}, "no id of an ad account"),
        ({"access_token": "two words"}, "copy it again"),
        ({"graph_url": "http://graph.example"}, "must be an https address"),
        ({"page_id": "1"}, "Extra inputs"),
    ],
)
def test_settings_that_are_wrong_are_refused(own: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        configured(META, meta_settings("https://graph.facebook.com") | own)


def test_an_account_is_taken_as_the_interface_shows_it() -> None:
    own = configured(META, meta_settings("https://graph.facebook.com", ad_account_id="act_123")).own
    assert dict(own)["ad_account_id"] == "123"
