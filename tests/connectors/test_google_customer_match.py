"""Google's customer lists: what is refused, what is followed, and how access is got."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.audiences import Followed, Members, RemovalState
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from policy.vocabulary import IdentifierKind
from simulator.data_manager import AUDIENCE_IDS, DataManagerServer
from simulator.google_faults import TOKEN_ENDPOINT
from tests.audiences import GOOGLE, configured, connector, google_settings, hashed

ONE = Members(IdentifierKind.EMAIL, [[hashed("a@gmail.example"), hashed("a.a@gmail.example")]])


@pytest.fixture
def google() -> Iterator[DataManagerServer]:
    with DataManagerServer() as server:
        yield server


def removed(server: DataManagerServer, **own: Any) -> tuple[str, list[float]]:
    sleeps: list[float] = []
    receipt = connector(configured(GOOGLE, google_settings(server, **own)), sleeps).remove(ONE)
    assert not receipt.is_done
    assert receipt.request_id is not None
    return receipt.request_id, sleeps


def followed(server: DataManagerServer, request_id: str) -> Followed:
    return connector(configured(GOOGLE, google_settings(server))).follow(request_id)


def test_a_request_is_done_when_every_list_is(google: DataManagerServer) -> None:
    request_id, _ = removed(google)
    assert followed(google, request_id).state is RemovalState.PROCESSING
    assert google.answers.removed == {}
    assert followed(google, request_id) == Followed(RemovalState.DONE)
    assert set(google.answers.removed) == set(AUDIENCE_IDS)
    assert google.answers.removed[AUDIENCE_IDS[0]] == set(ONE.hashes[0])


@pytest.mark.parametrize("fault", ["request_failed", "partial_success"])
def test_what_google_did_not_do_whole_has_failed_with_its_code(
    google: DataManagerServer, fault: str
) -> None:
    google.once(fault)
    request_id, _ = removed(google)
    followed(google, request_id)
    found = followed(google, request_id)
    reason = "PROCESSING_ERROR_REASON_INTERNAL_ERROR"
    assert found == Followed(RemovalState.FAILED, reason)


def test_a_request_that_google_does_not_know_any_more_has_failed(
    google: DataManagerServer,
) -> None:
    google.once("forgotten")
    request_id, _ = removed(google)
    assert followed(google, request_id) == Followed(RemovalState.FAILED, "NOT_FOUND")


@pytest.mark.parametrize(
    ("fault", "times", "kind", "cure"),
    [
        ("rate_limit", 1, SourceUnavailable, "again in 2 minutes"),
        ("unauthenticated", 1, SourceRefused, "Give the service account access again"),
        ("permission_denied", 1, SourceRefused, "as a user of the account"),
        ("service_disabled", 1, SourceRefused, "enable the Data Manager API"),
        ("unavailable", 3, SourceUnavailable, "check the network"),
        ("html_502", 3, SourceUnavailable, "check the network"),
        ("dropped_connection", 3, SourceUnavailable, "check the network"),
        ("no_request_id", 1, SourceChanged, "Nobody counts as removed"),
    ],
)
def test_each_refusal_names_its_cure_and_nothing_of_googles_words(
    google: DataManagerServer, fault: str, times: int, kind: type[SourceError], cure: str
) -> None:
    google.once(fault, times)
    with pytest.raises(kind, match=cure) as refused:
        removed(google)
    assert "canary" not in str(refused.value)
    assert hashed("a@gmail.example") not in str(refused.value)


def test_a_passing_fault_is_tried_again(google: DataManagerServer) -> None:
    google.once("unavailable", 2)
    _, sleeps = removed(google)
    assert len(sleeps) == 2


def test_a_wrong_list_is_refused_with_the_keys_to_check(google: DataManagerServer) -> None:
    with pytest.raises(SourceRefused, match=r"INVALID_ARGUMENT.*audience_ids"):
        removed(google, audience_ids=["1"])
    [told] = connector(configured(GOOGLE, google_settings(google, audience_ids=["1"]))).probe()
    assert not told.is_ok


def test_a_service_account_gets_in_and_one_token_serves_many_calls(
    google: DataManagerServer,
) -> None:
    own = {"service_account_key": google.service_account_key()}
    none = dict.fromkeys(("client_id", "client_secret", "refresh_token"))
    asked = connector(configured(GOOGLE, google_settings(google, **own, **none)))
    asked.remove(ONE)
    asked.remove(ONE)
    assert len(google.grants) == 1


@pytest.mark.parametrize(
    ("fault", "times", "kind"),
    [("refresh_refused", 1, SourceRefused), ("token_server_down", 20, SourceUnavailable)],
)
def test_access_that_is_refused_is_told_from_a_server_that_is_down(
    google: DataManagerServer, fault: str, times: int, kind: type[SourceError]
) -> None:
    google.token_faults.once(fault, TOKEN_ENDPOINT, times=times)
    with pytest.raises(kind):
        removed(google)


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"account_id": "12"}, "no id of a Google Ads account"),
        ({"audience_ids": ()}, "at least 1"),
        ({"audience_ids": tuple(map(str, range(11)))}, "at most 10"),
        ({"audience_ids": ("7", "7")}, "names a list twice"),
        ({"client_secret": None}, "belong together"),
        ({"service_account_key": "{}"}, "set either"),
        ({"address": "http://google.example"}, "must be an https address"),
    ],
)
def test_settings_that_are_wrong_are_refused(
    google: DataManagerServer, own: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        configured(GOOGLE, google_settings(google, **own))
