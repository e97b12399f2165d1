"""What goes wrong at the pretend Google Ads, as the real client sees it."""

import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.ads.googleads.errors import GoogleAdsException
from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure
from google.api_core import exceptions
from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport.requests import Request

from simulator.google_ads_api import GoogleAdsServer
from simulator.google_faults import TOKEN_ENDPOINT, GoogleFaultKind, GoogleFaults
from simulator.google_world import GoogleWorld
from tests.simulator.google_asking import (
    IDS,
    NOW,
    SUBMISSIONS,
    Asking,
    error_code,
    key_credentials,
    named,
)

CUSTOMER = "SELECT customer.id FROM customer"
SINCE = f"{IDS} WHERE lead_form_submission_data.submission_date_time >= '2026-10-01'"
FAILURE_KEY = "google.ads.googleads.v26.errors.googleadsfailure-bin"


@pytest.fixture(scope="module")
def google() -> Iterator[GoogleAdsServer]:
    with GoogleAdsServer(GoogleWorld.seeded(3, 60, NOW), chunk=4) as server:
        yield server


@pytest.fixture
def faults(google: GoogleAdsServer) -> Iterator[GoogleFaults]:
    yield google.faults
    google.faults.clear()
    google.faults.fired.clear()


@pytest.fixture(scope="module")
def asking(google: GoogleAdsServer) -> Asking:
    return Asking(google)


@pytest.fixture
def account_id(google: GoogleAdsServer) -> str:
    return google.world.client_ids[0]


def _failure(raised: pytest.ExceptionInfo[exceptions.GoogleAPICallError]) -> GoogleAdsFailure:
    """Return the details of a fault that the client does not turn into a GoogleAdsException."""
    trailing = dict(raised.value.errors[0].trailing_metadata())
    assert trailing["request-id"].startswith("req-")
    found: GoogleAdsFailure = GoogleAdsFailure.deserialize(trailing[FAILURE_KEY])
    return found


REFUSALS = {
    "token_revoked": ("UNAUTHENTICATED", "authentication_error", "OAUTH_TOKEN_REVOKED"),
    "permission_denied": ("PERMISSION_DENIED", "authorization_error", "USER_PERMISSION_DENIED"),
    "customer_not_enabled": ("PERMISSION_DENIED", "authorization_error", "CUSTOMER_NOT_ENABLED"),
    "project_not_approved": (
        "PERMISSION_DENIED",
        "authorization_error",
        "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION",
    ),
    "retired_version": ("INVALID_ARGUMENT", "request_error", "UNSUPPORTED_VERSION"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_with_a_reason_is_a_google_ads_exception(
    faults: GoogleFaults, asking: Asking, account_id: str, kind: str
) -> None:
    status, *reason = REFUSALS[kind]
    faults.once(kind, account_id)
    with pytest.raises(GoogleAdsException) as raised:
        asking.names(account_id)
    assert error_code(raised) == tuple(reason)
    assert raised.value.error.code() is grpc.StatusCode[status]
    assert raised.value.request_id.startswith("req-")
    assert asking.names(account_id)
    assert faults.fired == [(GoogleFaultKind(kind), account_id)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("unavailable", exceptions.ServiceUnavailable),
        ("deadline", exceptions.DeadlineExceeded),
        ("unimplemented", exceptions.MethodNotImplemented),
    ],
)
def test_a_status_alone_is_an_error_of_the_call(
    faults: GoogleFaults, asking: Asking, account_id: str, kind: str, expected: type[Exception]
) -> None:
    faults.once(kind)
    with pytest.raises(expected):
        asking.names(account_id)
    assert asking.names(account_id)


def test_an_exhausted_quota_says_what_is_exhausted_and_for_how_long(
    faults: GoogleFaults, asking: Asking, account_id: str
) -> None:
    faults.once("quota", error="RESOURCE_EXHAUSTED", scope="DEVELOPER", seconds=8962.5)
    with pytest.raises(exceptions.ResourceExhausted) as raised:
        asking.names(account_id)
    [error] = _failure(raised).errors
    details = error.details.quota_error_details
    assert named(error) == ("quota_error", "RESOURCE_EXHAUSTED")
    assert details.rate_scope.name == "DEVELOPER"
    assert details.retry_delay.total_seconds() == 8962.5


def test_a_quota_may_name_no_delay_or_nothing_at_all(
    faults: GoogleFaults, asking: Asking, account_id: str
) -> None:
    faults.once("quota")
    with pytest.raises(exceptions.ResourceExhausted) as raised:
        asking.names(account_id)
    [error] = _failure(raised).errors
    assert named(error) == ("quota_error", "RESOURCE_TEMPORARILY_EXHAUSTED")
    assert error.details.quota_error_details.rate_scope.name == "ACCOUNT"
    assert not error.details.quota_error_details.retry_delay

    faults.once("quota", is_bare=1)
    with pytest.raises(exceptions.ResourceExhausted) as raised:
        asking.names(account_id)
    assert FAILURE_KEY not in dict(raised.value.errors[0].trailing_metadata())


def test_an_internal_fault_is_not_converted_either(
    faults: GoogleFaults, asking: Asking, account_id: str
) -> None:
    faults.once("internal")
    with pytest.raises(exceptions.InternalServerError) as raised:
        asking.names(account_id)
    assert named(_failure(raised).errors[0]) == ("internal_error", "TRANSIENT_ERROR")


@pytest.mark.parametrize(
    ("rows", "code", "expected"),
    [
        (0, None, exceptions.ServiceUnavailable),
        (6, None, exceptions.ServiceUnavailable),
        (8, "INTERNAL", exceptions.InternalServerError),
    ],
)
def test_a_stream_breaks_after_so_many_rows(
    faults: GoogleFaults,
    asking: Asking,
    account_id: str,
    rows: int,
    code: str | None,
    expected: type[Exception],
) -> None:
    options: dict[str, Any] = {"code": code} if code else {}
    faults.once("broken_stream", account_id, rows=rows, **options)
    arrived = []
    with pytest.raises(expected):  # noqa: PT012 - what came before the break counts
        for chunk in asking.chunks(account_id, IDS):
            arrived += chunk.results
    assert len(arrived) == rows
    assert len(asking.names(account_id)) > rows


def test_a_broken_stream_is_about_submissions_and_leaves_other_queries_alone(
    faults: GoogleFaults, asking: Asking, account_id: str
) -> None:
    faults.once("broken_stream", account_id)
    assert asking.rows(account_id, CUSTOMER)
    assert faults.fired == []
    with pytest.raises(exceptions.ServiceUnavailable):
        asking.service.search(request=asking.request(account_id, IDS))


def test_a_date_filter_may_be_refused_while_the_query_without_it_is_answered(
    faults: GoogleFaults, asking: Asking, account_id: str
) -> None:
    faults.always("no_date_filter")
    for _ in range(2):
        with pytest.raises(GoogleAdsException) as raised:
            asking.names(account_id, SINCE)
        assert error_code(raised) == ("query_error", "PROHIBITED_FIELD_IN_WHERE_CLAUSE")
    assert asking.names(account_id)
    faults.clear()
    assert asking.names(account_id, SINCE)


def test_an_unknown_field_type_is_a_number_and_keeps_its_value(
    faults: GoogleFaults, asking: Asking, account_id: str
) -> None:
    faults.once("unknown_field_type", account_id)
    first, *others = asking.rows(account_id, SUBMISSIONS)
    last = first.lead_form_submission_data.lead_form_submission_fields[-1]
    assert (last.field_type, last.field_value) == (4242, "a new kind of answer")
    assert len(others) == len(asking.rows(account_id, SUBMISSIONS)) - 1
    again = asking.rows(account_id, SUBMISSIONS)[0].lead_form_submission_data
    assert 4242 not in [one.field_type for one in again.lead_form_submission_fields]


def test_a_fault_waits_for_its_account_its_resource_and_its_turn(
    faults: GoogleFaults, google: GoogleAdsServer, asking: Asking, account_id: str
) -> None:
    faults.once("unavailable", account_id, resource="customer", after=1, times=2)
    assert asking.rows(google.world.client_ids[1], CUSTOMER)
    assert asking.names(account_id)
    outcomes = []
    for _ in range(4):
        try:
            outcomes.append(len(asking.rows(account_id, CUSTOMER)))
        except exceptions.ServiceUnavailable:
            outcomes.append(0)
    assert outcomes == [1, 0, 0, 1]


def test_an_answer_may_come_late(faults: GoogleFaults, asking: Asking, account_id: str) -> None:
    faults.once("latency", seconds=0.3)
    started = time.monotonic()
    assert asking.names(account_id)
    assert time.monotonic() - started >= 0.3


def test_a_token_may_come_late_too(faults: GoogleFaults, google: GoogleAdsServer) -> None:
    faults.once("latency", TOKEN_ENDPOINT, seconds=0.3)
    started = time.monotonic()
    key_credentials(google).refresh(Request())
    assert time.monotonic() - started >= 0.3
    assert faults.fired == [(GoogleFaultKind.LATENCY, TOKEN_ENDPOINT)]


def test_the_token_endpoint_may_refuse_or_be_gone(
    faults: GoogleFaults, google: GoogleAdsServer
) -> None:
    credentials = key_credentials(google)
    faults.once("refresh_refused")
    with pytest.raises(RefreshError, match="invalid_grant"):
        credentials.refresh(Request())
    faults.once("token_server_down")
    with pytest.raises(TransportError):
        credentials.refresh(Request())
    faults.always("token_server_down", status=503)
    with pytest.raises(RefreshError) as raised:
        credentials.refresh(Request())
    assert raised.value.retryable
    faults.clear()
    credentials.refresh(Request())
    assert {account for _, account in faults.fired} == {TOKEN_ENDPOINT}


def test_another_version_of_the_api_is_not_implemented(google: GoogleAdsServer) -> None:
    asking = Asking(google)
    asking.client.version = "v25"
    older = asking.client.get_service("GoogleAdsService", version="v25")
    with pytest.raises(exceptions.MethodNotImplemented):
        older.search_stream(customer_id=google.world.client_ids[0], query=IDS)


def test_an_unknown_fault_is_refused_when_it_is_scripted() -> None:
    with pytest.raises(ValueError, match="gremlins"):
        GoogleFaults().once("gremlins")
