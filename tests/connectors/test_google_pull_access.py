"""Access that is refused at Google: said with its cure, never taken for "no leads"."""

from datetime import timedelta

import pytest

from connectors.base import StreamFailed
from policy.errors import SourceError, SourceRefused, SourceUnavailable
from simulator.google_faults import TOKEN_ENDPOINT
from tests.connectors.google_rig import (
    SUBMISSIONS,
    asked,
    assert_the_others_went_on,
    failing,
    fullest,
    only_failure,
    rig,
    served,
)

REFUSED = [
    ("token_revoked", "OAUTH_TOKEN_REVOKED", "refresh token"),
    ("permission_denied", "USER_PERMISSION_DENIED", "manager_id"),
    ("customer_not_enabled", "CUSTOMER_NOT_ENABLED", "account"),
    ("project_not_approved", "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION", "Cloud console"),
    ("retired_version", "UNSUPPORTED_VERSION", "api_version"),
    ("unimplemented", "UNIMPLEMENTED", "api_version"),
]


@pytest.mark.parametrize(("kind", "code", "cure"), REFUSED)
def test_a_refusal_names_the_account_the_code_and_the_cure_and_is_not_tried_again(
    kind: str, code: str, cure: str
) -> None:
    pulled, server, account, sleeps = failing(kind)
    assert_the_others_went_on(pulled, server, account)
    error = only_failure(pulled)
    assert isinstance(error, SourceRefused)
    assert f"account {account}" in str(error)
    assert code in str(error)
    assert cure in str(error)
    assert sleeps == []
    assert len(asked(server, SUBMISSIONS, account)) == 1


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        ("OAUTH_TOKEN_EXPIRED", "refresh token"),
        ("OAUTH_TOKEN_DISABLED", "refresh token"),
        ("GOOGLE_ACCOUNT_DELETED", "refresh token"),
        ("NOT_ADS_USER", "refresh token"),
        ("TWO_STEP_VERIFICATION_NOT_ENROLLED", "refresh token"),
        ("CUSTOMER_NOT_FOUND", "manager_id"),
        ("CLIENT_CUSTOMER_ID_INVALID", "manager_id"),
    ],
)
def test_errors_of_authentication_part_into_access_and_account(code: str, cure: str) -> None:
    pulled, _, _, _ = failing("token_revoked", error=code)
    error = only_failure(pulled)
    assert isinstance(error, SourceRefused)
    assert code in str(error)
    assert cure in str(error)


@pytest.mark.parametrize(
    "code", ["PROJECT_DISABLED", "MISSING_TOS", "DEVELOPER_TOKEN_NOT_APPROVED"]
)
def test_a_project_that_is_not_admitted_is_told_from_an_account(code: str) -> None:
    pulled, _, _, _ = failing("permission_denied", error=code)
    assert "Cloud console" in str(only_failure(pulled))


@pytest.mark.parametrize(("kind", "code", "cure"), REFUSED)
def test_a_refusal_at_the_forms_ends_the_account_before_its_leads(
    kind: str, code: str, cure: str
) -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.always(kind, account)
        pulled = rig(server).poll()
        assert_the_others_went_on(pulled, server, account)
        assert code in str(only_failure(pulled))
        assert cure in str(only_failure(pulled))
        assert asked(server, SUBMISSIONS, account) == []


def test_an_account_that_the_manager_has_no_access_to_is_refused_and_never_no_leads() -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.denied.add(account)
        pulled = rig(server).poll()
        assert_the_others_went_on(pulled, server, account)
        error = only_failure(pulled)
        assert isinstance(error, SourceRefused)
        assert "does not mean that there are no leads" in str(error)


def test_without_the_manager_named_every_account_is_refused_with_the_cure() -> None:
    with served() as server:
        named = sorted(server.world.client_ids)
        pulled = rig(server, manager_id=None, customer_ids=named).poll()
        assert [failure.stream for failure in pulled.failures] == named
        assert all("manager_id" in str(failure.error) for failure in pulled.failures)
        assert {call.login_customer_id for call in server.calls} == {None}


def test_an_account_that_was_cancelled_is_refused_only_where_it_is_named() -> None:
    with served() as server:
        [gone] = [one.id for one in server.world.accounts if one.status == "CANCELED"]
        account = fullest(server.world)
        pulled = rig(server, customer_ids=[gone, account]).poll()
        assert [failure.stream for failure in pulled.failures] == [gone]
        assert "CUSTOMER_NOT_ENABLED" in str(only_failure(pulled))
        assert set(pulled.ids) == server.world.resource_names(account)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("token_revoked", SourceRefused),
        ("permission_denied", SourceRefused),
        ("project_not_approved", SourceRefused),
        ("retired_version", SourceRefused),
        ("unimplemented", SourceRefused),
        ("unavailable", SourceUnavailable),
        ("internal", SourceUnavailable),
        ("quota", SourceUnavailable),
    ],
)
def test_a_manager_that_names_no_accounts_is_an_error_of_the_whole(
    kind: str, error: type[SourceError]
) -> None:
    with served() as server:
        server.faults.always(kind, server.world.manager_id)
        pulled = rig(server).poll()
        assert type(pulled.error) is error
        assert f"manager {server.world.manager_id}" in str(pulled.error)
        assert (pulled.batches, pulled.failures) == ([], [])
        assert {call.account_id for call in server.calls} == {server.world.manager_id}


def test_a_quota_of_the_manager_says_when_to_come_back() -> None:
    with served() as server:
        server.faults.always("quota", server.world.manager_id, seconds=8962)
        error = rig(server).poll().error
        assert isinstance(error, SourceUnavailable)
        assert error.retry_after == timedelta(seconds=8962)


def test_a_refresh_that_is_refused_is_refused_for_each_account_and_all_are_named() -> None:
    with served() as server:
        server.faults.always("refresh_refused")
        named = sorted(server.world.client_ids)
        one = rig(server, customer_ids=named)
        pulled = one.poll()
        assert pulled.batches == []
        assert [failure.stream for failure in pulled.failures] == named
        for failure in pulled.failures:
            assert isinstance(failure.error, SourceRefused)
            assert "give the service account access again" in str(failure.error)
        assert one.sleeps == []
        assert server.calls == []


def test_a_token_that_dies_between_accounts_leaves_what_was_read_with_its_cursor() -> None:
    with served() as server:
        first, second, third = sorted(server.world.client_ids)
        poll = rig(server).connector.poll({})  # type: ignore[attr-defined]
        items = []
        for item in poll:
            items.append(item)
            if item.stream == first and getattr(item, "cursor", None):
                server.tokens.revoke_all()
        assert [one.stream for one in items if isinstance(one, StreamFailed)] == [second, third]
        assert first in {one.stream for one in items}


def test_a_refresh_that_is_refused_at_the_manager_ends_the_whole() -> None:
    with served() as server:
        server.faults.always("refresh_refused")
        pulled = rig(server).poll()
        assert isinstance(pulled.error, SourceRefused)
        assert pulled.batches == []


@pytest.mark.parametrize(("status", "minutes", "sleeps"), [(0, 5, [4, 8]), (503, 0, [])])
def test_a_token_server_that_is_down_is_unavailable_and_not_refused(
    status: int, minutes: int, sleeps: list[float]
) -> None:
    with served() as server:
        server.faults.always("token_server_down", TOKEN_ENDPOINT, status=status)
        one = rig(server, max_wait_minutes=minutes)
        pulled = one.poll()
        assert isinstance(pulled.error, SourceUnavailable)
        assert one.sleeps == sleeps
        assert server.calls == []


def test_a_token_server_that_comes_back_is_no_failure() -> None:
    with served() as server:
        server.faults.once("token_server_down")
        pulled = rig(server).poll()
        assert pulled.error is None
        assert set(pulled.ids) == server.world.resource_names()


def test_a_token_server_that_is_not_there_is_unavailable() -> None:
    with served() as server:
        pass
    one = rig(server, endpoint=server.endpoint)
    pulled = one.poll()
    assert isinstance(pulled.error, SourceUnavailable)
    assert one.sleeps == [4, 8]


def test_a_server_that_is_not_there_is_unavailable_after_a_few_tries() -> None:
    with served() as gone:
        nowhere = gone.endpoint
    with served() as server:
        one = rig(server, endpoint=nowhere)
        pulled = one.poll()
        assert isinstance(pulled.error, SourceUnavailable)
        assert "UNAVAILABLE" in str(pulled.error)
        assert one.sleeps == [4, 8]
        assert server.calls == []
