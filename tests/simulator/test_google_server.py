"""The pretend Google Ads API as the real client meets it: TLS, tokens, access, pages, rows."""

import socket
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.ads.googleads.errors import GoogleAdsException
from google.api_core.exceptions import ServiceUnavailable
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request

from simulator.google_ads_api import GoogleAdsServer
from simulator.google_certificate import certificate
from simulator.google_forms import OPT_IN_QUESTION
from simulator.google_world import GoogleWorld
from tests.simulator.google_asking import (
    IDS,
    NOW,
    SUBMISSIONS,
    Asking,
    error_code,
    key_credentials,
    refresh_credentials,
)

FIRST = 0


@pytest.fixture
def world() -> GoogleWorld:
    return GoogleWorld.seeded(7, 60, NOW, local_services=9)


@pytest.fixture
def google(world: GoogleWorld) -> Iterator[GoogleAdsServer]:
    with GoogleAdsServer(world) as server:
        yield server


@pytest.fixture
def asking(google: GoogleAdsServer) -> Asking:
    return Asking(google)


def test_every_submission_of_every_client_arrives_over_the_stream(
    world: GoogleWorld, asking: Asking
) -> None:
    found = [name for account_id in world.client_ids for name in asking.names(account_id)]
    assert len(found) == 60
    assert set(found) == world.resource_names()


def test_a_row_holds_what_was_sent_word_for_word(world: GoogleWorld, asking: Asking) -> None:
    account_id = world.client_ids[1]
    fields = {"FULL_NAME": "Zoë Ó'Brien", "EMAIL": "zoe@mail.example", "4242": "a novelty"}
    name = world.submit(
        account_id,
        world.asset_ids(account_id)[0],
        at=NOW - timedelta(days=1),
        fields=fields,
        custom={OPT_IN_QUESTION: "Yes, please"},
        gclid="Cj0-click",
    )

    rows = asking.rows(account_id, SUBMISSIONS)
    [data] = [
        row.lead_form_submission_data
        for row in rows
        if row.lead_form_submission_data.resource_name == name
    ]

    sent = [(one.field_type, one.field_value) for one in data.lead_form_submission_fields]
    assert sent == [(2, "Zoë Ó'Brien"), (3, "zoe@mail.example"), (4242, "a novelty")]
    [own] = data.custom_lead_form_submission_fields
    assert (own.question_text, own.field_value) == (OPT_IN_QUESTION, "Yes, please")
    assert data.submission_date_time == "2026-11-21 07:00:00-05:00"
    assert data.gclid == "Cj0-click"
    assert data.asset == f"customers/{account_id}/assets/{world.asset_ids(account_id)[0]}"


def test_only_the_fields_selected_come_back(world: GoogleWorld, asking: Asking) -> None:
    row = asking.rows(world.client_ids[FIRST], IDS)[0]
    data = row.lead_form_submission_data
    assert {field.name for field, _ in data.ListFields()} == {"resource_name", "id"}
    assert {field.name for field, _ in row.ListFields()} == {"lead_form_submission_data"}


def test_search_brings_the_same_rows_a_page_at_a_time(world: GoogleWorld) -> None:
    account_id = world.client_ids[FIRST]
    with GoogleAdsServer(world, chunk=5) as google:
        asking = Asking(google)
        pages = list(asking.service.search(request=asking.request(account_id, IDS)).pages)
        found = [row.lead_form_submission_data.resource_name for p in pages for row in p.results]
        sizes = [len(chunk.results) for chunk in asking.chunks(account_id, IDS)]

    assert len(found) == len(set(found)) == pages[0].total_results_count
    assert set(found) == world.resource_names(account_id)
    assert [len(page.results) for page in pages[:-1]] == [5] * (len(pages) - 1)
    assert len(pages) > 2
    assert sizes == [len(page.results) for page in pages]


def test_a_page_size_and_a_page_token_of_another_query_are_refused(
    world: GoogleWorld, asking: Asking
) -> None:
    account_id = world.client_ids[FIRST]
    for members, code in (
        ({"page_size": 100}, "PAGE_SIZE_NOT_SUPPORTED"),
        ({"page_token": "deadbeef-0"}, "INVALID_PAGE_TOKEN"),
    ):
        with pytest.raises(GoogleAdsException) as raised:
            asking.service.search(request=asking.request(account_id, IDS, **members))
        assert error_code(raised) == ("request_error", code)


def test_nothing_found_is_one_message_without_rows(world: GoogleWorld, asking: Asking) -> None:
    chunks = list(asking.chunks(world.manager_id, IDS))
    assert [len(chunk.results) for chunk in chunks] == [0]
    assert list(chunks[0].field_mask.paths) == ["lead_form_submission_data.id"]
    assert chunks[0].request_id.startswith("req-")


def test_a_client_is_reached_through_its_manager_only(
    world: GoogleWorld, google: GoogleAdsServer
) -> None:
    client_id, other_id = world.client_ids[:2]
    below = world.client_ids[2]
    second_manager = world.account(below)
    assert second_manager is not None
    for through in (None, other_id, second_manager.manager_id):
        asking = Asking(google, through=through)
        with pytest.raises(GoogleAdsException) as raised:
            asking.names(client_id)
        assert error_code(raised) == ("authorization_error", "USER_PERMISSION_DENIED")
    assert Asking(google, through=second_manager.manager_id).names(below)
    assert Asking(google).names(below)
    assert google.calls[0] == (client_id, IDS, None)
    assert google.calls[-1] == (below, IDS, world.manager_id)


def test_a_denied_and_a_cancelled_client_are_refused_each_in_its_way(
    world: GoogleWorld, google: GoogleAdsServer, asking: Asking
) -> None:
    google.faults.denied.add(world.client_ids[FIRST])
    gone = next(one.id for one in world.accounts if one.status == "CANCELED")
    for account_id, code in (
        (world.client_ids[FIRST], "USER_PERMISSION_DENIED"),
        (gone, "CUSTOMER_NOT_ENABLED"),
    ):
        with pytest.raises(GoogleAdsException) as raised:
            asking.names(account_id)
        assert error_code(raised) == ("authorization_error", code)
        assert raised.value.request_id.startswith("req-")
    assert asking.names(world.client_ids[1])


def test_a_call_without_a_token_of_this_server_is_unauthenticated(
    world: GoogleWorld, google: GoogleAdsServer, asking: Asking
) -> None:
    assert asking.names(world.client_ids[FIRST])
    google.tokens.revoke_all()
    strangers = refresh_credentials(google)
    strangers.token = "a token of somebody else"
    for one in (asking, Asking(google, credentials=strangers)):
        with pytest.raises(GoogleAdsException) as raised:
            one.names(world.client_ids[FIRST])
        assert error_code(raised) == ("authentication_error", "OAUTH_TOKEN_INVALID")


def test_both_kinds_of_credentials_get_tokens(world: GoogleWorld, google: GoogleAdsServer) -> None:
    for given in (key_credentials(google), refresh_credentials(google)):
        assert Asking(google, credentials=given).names(world.client_ids[FIRST])
    assert google.grants == ["urn:ietf:params:oauth:grant-type:jwt-bearer", "refresh_token"]


def _other_key(google: GoogleAdsServer) -> Any:
    made = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return key_credentials(google, private_key=made.decode())


def _other_scope(google: GoogleAdsServer) -> Any:
    return key_credentials(google, "https://www.googleapis.com/auth/calendar")


def _other_account(google: GoogleAdsServer) -> Any:
    return key_credentials(google, client_email="who@else.example")


def _other_refresh_token(google: GoogleAdsServer) -> Any:
    return refresh_credentials(google, "1//another")


def _other_audience(google: GoogleAdsServer) -> Any:
    return key_credentials(google).with_claims({"aud": "https://elsewhere.example/token"})


def _too_old(google: GoogleAdsServer) -> Any:
    return key_credentials(google).with_claims({"iat": 1, "exp": 3601})


@pytest.mark.parametrize(
    "make",
    [_other_audience, _too_old, _other_key, _other_scope, _other_account, _other_refresh_token],
)
def test_credentials_that_prove_nothing_get_no_token(google: GoogleAdsServer, make: Any) -> None:
    with pytest.raises(RefreshError, match=r"^\('invalid_(grant|scope): "):
        make(google).refresh(Request())


def test_a_token_that_is_refused_on_the_way_to_a_call_looks_like_a_server_that_is_down(
    world: GoogleWorld, google: GoogleAdsServer
) -> None:
    asking = Asking(google, credentials=_other_refresh_token(google))
    with pytest.raises(ServiceUnavailable, match="invalid_grant"):
        asking.names(world.client_ids[FIRST])
    assert google.calls == []


def test_the_token_endpoint_knows_its_address_and_its_grants_only(google: GoogleAdsServer) -> None:
    for url, body in (
        (google.token_url.replace("/token", "/other"), b""),
        (google.token_url, b"grant_type=password"),
    ):
        with pytest.raises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(url, data=body, timeout=5)  # noqa: S310
        raised.value.close()
        assert raised.value.code in {400, 404}


def test_the_certificate_is_reused_and_its_key_is_private(tmp_path: Path) -> None:
    first, second = certificate(tmp_path), certificate(tmp_path)
    assert first == second
    [key] = tmp_path.glob("*.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert first.cert_path.read_bytes() == first.cert_pem
    assert b"PRIVATE" not in first.cert_pem
    assert "PRIVATE" not in repr(first)


def test_a_port_that_is_taken_is_an_os_error(world: GoogleWorld) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        GoogleAdsServer(world, port=taken.getsockname()[1])


def test_it_ends_at_once_although_a_client_has_not_read_to_the_end(world: GoogleWorld) -> None:
    google = GoogleAdsServer(world, chunk=1)
    google.start()
    asking = Asking(google)
    stream = asking.service.search_stream(customer_id=world.client_ids[FIRST], query=IDS)
    next(iter(stream))
    google.close()
