"""What goes wrong at Google: the other accounts go on, no cursor moves, and the cure is said."""

from datetime import timedelta

import pytest

from connectors._google_pull import BATCH
from connectors.base import StreamFailed
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_faults import TOKEN_ENDPOINT, GoogleFaultKind
from tests.connectors.google_rig import NOW, Pulled, asked, fullest, rig, served

SUBMISSIONS = "lead_form_submission_data"
TRIES = 3


def _failing(kind: str, **options: float | str) -> tuple[Pulled, GoogleAdsServer, str, list[float]]:
    """Poll where one account always fails at its submissions."""
    with served() as server:
        account = fullest(server.world)
        server.faults.always(kind, account, resource=SUBMISSIONS, **options)
        one = rig(server)
        return one.poll(), server, account, one.sleeps


def _assert_the_others_went_on(pulled: Pulled, server: GoogleAdsServer, account: str) -> None:
    """One account failed: its cursor stays, and the others are whole, with their cursors."""
    assert pulled.error is None
    assert [failure.stream for failure in pulled.failures] == [account]
    assert account not in pulled.cursors
    others = set(server.world.client_ids) - {account}
    assert others <= set(pulled.cursors)
    expected = server.world.resource_names() - server.world.resource_names(account)
    assert expected <= set(pulled.ids)


def _only_failure(pulled: Pulled) -> SourceError:
    [failed] = pulled.failures
    assert isinstance(failed, StreamFailed)
    return failed.error


PASSING = [
    ("broken_stream", {"rows": 0}),
    ("broken_stream", {"rows": 25}),
    ("broken_stream", {"rows": 25, "code": "INTERNAL"}),
    ("broken_stream", {"rows": 25, "code": "CANCELLED"}),
    ("broken_stream", {"rows": 25, "code": "UNKNOWN"}),
    ("broken_stream", {"rows": 25, "code": "DATA_LOSS"}),
    ("broken_stream", {"rows": 25, "code": "DEADLINE_EXCEEDED"}),
    ("internal", {"error": "TRANSIENT_ERROR"}),
    ("internal", {"error": "DEADLINE_EXCEEDED"}),
    ("unavailable", {}),
    ("deadline", {}),
]


@pytest.mark.parametrize(("kind", "options"), PASSING)
def test_a_passing_fault_is_begun_again_from_the_start_and_nothing_is_lost(
    kind: str, options: dict[str, float | str]
) -> None:
    with served(chunk=10) as server:
        account = fullest(server.world)
        server.faults.once(kind, account, resource=SUBMISSIONS, times=TRIES - 1, **options)
        one = rig(server)
        pulled = one.poll()
        assert pulled.error is None
        assert pulled.failures == []
        assert set(pulled.ids) == server.world.resource_names()
        assert len(set(asked(server, SUBMISSIONS, account))) == 1
        assert len(asked(server, SUBMISSIONS, account)) == TRIES
        assert one.sleeps == [4, 8]
        assert account in pulled.cursors


@pytest.mark.parametrize(("kind", "options"), PASSING)
def test_a_fault_that_lasts_ends_its_account_after_three_tries_and_moves_no_cursor(
    kind: str, options: dict[str, float | str]
) -> None:
    pulled, server, account, sleeps = _failing(kind, **options)
    _assert_the_others_went_on(pulled, server, account)
    error = _only_failure(pulled)
    assert isinstance(error, SourceUnavailable)
    assert error.retry_after is None
    assert f"account {account}" in str(error)
    assert "Nothing is lost" in str(error)
    assert len(asked(server, SUBMISSIONS, account)) == TRIES
    assert sleeps == [4, 8]


def test_rows_of_a_broken_stream_may_come_again_but_none_is_missing_after_the_next_poll() -> None:
    with served(4 * BATCH, accounts=1, chunk=300) as server:
        [account] = server.world.client_ids
        server.faults.always("broken_stream", account, rows=700)
        first = rig(server).poll()
        assert first.ids
        assert set(first.ids) < server.world.resource_names()
        assert account not in first.cursors
        server.faults.clear()
        assert set(rig(server).poll(first.cursors).ids) == server.world.resource_names()


def test_a_stream_that_breaks_in_the_middle_never_moves_the_cursor_on_the_way() -> None:
    with served(2 * BATCH, accounts=1, chunk=100) as server:
        [account] = server.world.client_ids
        server.faults.once("broken_stream", account, rows=300)
        pulled = rig(server).poll()
        batches = [batch for batch in pulled.batches if batch.stream == account]
        assert [batch.cursor is not None for batch in batches] == [False] * (len(batches) - 1) + [True]


def test_a_quota_used_up_for_hours_ends_the_account_at_once_and_says_when_to_come_back() -> None:
    pulled, server, account, sleeps = _failing("quota", seconds=8962, error="RESOURCE_EXHAUSTED")
    _assert_the_others_went_on(pulled, server, account)
    error = _only_failure(pulled)
    assert isinstance(error, SourceUnavailable)
    assert error.retry_after == timedelta(seconds=8962)
    assert "quota_error.RESOURCE_EXHAUSTED" in str(error)
    assert "for the account" in str(error)
    assert "3 hours" in str(error)
    assert sleeps == []
    assert len(asked(server, SUBMISSIONS, account)) == 1


def test_a_quota_of_the_whole_project_is_named_as_such() -> None:
    pulled, _, _, _ = _failing("quota", seconds=7200, scope="DEVELOPER")
    assert "for the whole Cloud project" in str(_only_failure(pulled))


@pytest.mark.parametrize("seconds", [30, 61.5, 0.25])
def test_a_short_delay_is_slept_exactly_and_the_pull_goes_on(seconds: float) -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.once("quota", account, resource=SUBMISSIONS, seconds=seconds)
        one = rig(server)
        pulled = one.poll()
        assert pulled.failures == []
        assert set(pulled.ids) == server.world.resource_names()
        assert one.sleeps == [seconds]


def test_short_delays_together_count_against_the_longest_wait() -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.always("quota", account, resource=SUBMISSIONS, seconds=200)
        one = rig(server, max_wait_minutes=5)
        pulled = one.poll()
        error = _only_failure(pulled)
        assert isinstance(error, SourceUnavailable)
        assert error.retry_after == timedelta(seconds=200)
        assert one.sleeps == [200]


@pytest.mark.parametrize("options", [{"is_bare": 1}, {"seconds": 0}])
def test_a_quota_fault_that_says_no_delay_is_backed_off_from(options: dict[str, float]) -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.once("quota", account, resource=SUBMISSIONS, times=2, **options)
        one = rig(server)
        pulled = one.poll()
        assert pulled.failures == []
        assert one.sleeps == [4, 8]
    pulled, _, account, sleeps = _failing("quota", **options)
    error = _only_failure(pulled)
    assert isinstance(error, SourceUnavailable)
    assert error.retry_after is None
    assert "quota is used up" in str(error)
    assert sleeps == [4, 8]


@pytest.mark.parametrize(
    "code",
    ["EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION", "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION"],
)
def test_queries_that_cost_too_much_are_a_quota_as_well(code: str) -> None:
    pulled, _, _, _ = _failing("quota", seconds=3600, error=code)
    error = _only_failure(pulled)
    assert isinstance(error, SourceUnavailable)
    assert code in str(error)


def test_a_pull_that_may_not_wait_does_not() -> None:
    with served() as server:
        server.faults.always("unavailable", fullest(server.world))
        one = rig(server, max_wait_minutes=0)
        assert isinstance(_only_failure(one.poll()), SourceUnavailable)
        assert one.sleeps == []


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
    pulled, server, account, sleeps = _failing(kind)
    _assert_the_others_went_on(pulled, server, account)
    error = _only_failure(pulled)
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
    pulled, _, _, _ = _failing("token_revoked", error=code)
    error = _only_failure(pulled)
    assert isinstance(error, SourceRefused)
    assert code in str(error)
    assert cure in str(error)


@pytest.mark.parametrize("code", ["PROJECT_DISABLED", "MISSING_TOS", "DEVELOPER_TOKEN_NOT_APPROVED"])
def test_a_project_that_is_not_admitted_is_told_from_an_account(code: str) -> None:
    pulled, _, _, _ = _failing("permission_denied", error=code)
    assert "Cloud console" in str(_only_failure(pulled))


@pytest.mark.parametrize(("kind", "code", "cure"), REFUSED)
def test_a_refusal_at_the_forms_ends_the_account_before_its_leads(
    kind: str, code: str, cure: str
) -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.always(kind, account)
        pulled = rig(server).poll()
        _assert_the_others_went_on(pulled, server, account)
        assert code in str(_only_failure(pulled))
        assert cure in str(_only_failure(pulled))
        assert asked(server, SUBMISSIONS, account) == []


def test_an_account_that_the_manager_has_no_access_to_is_refused_and_never_no_leads() -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.denied.add(account)
        pulled = rig(server).poll()
        _assert_the_others_went_on(pulled, server, account)
        error = _only_failure(pulled)
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
        assert "CUSTOMER_NOT_ENABLED" in str(_only_failure(pulled))
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
            assert "Give the service account access again" in str(failure.error)
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


@pytest.mark.parametrize("status", [0, 503])
def test_a_token_server_that_comes_back_is_no_failure(status: int) -> None:
    with served() as server:
        server.faults.once("token_server_down", status=status)
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


def test_an_answer_that_takes_too_long_is_given_up_and_the_others_go_on() -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.always("latency", account, resource=SUBMISSIONS, seconds=1.6)
        one = rig(server, timeout_seconds=1, max_wait_minutes=0)
        pulled = one.poll()
        _assert_the_others_went_on(pulled, server, account)
        assert isinstance(_only_failure(pulled), SourceUnavailable)
        assert "DEADLINE_EXCEEDED" in str(_only_failure(pulled))


@pytest.mark.parametrize("version", ["v22", "v99", "v1"])
def test_a_version_that_the_package_does_not_know_is_refused_and_named(version: str) -> None:
    with served() as server:
        pulled = rig(server, api_version=version).poll()
        assert isinstance(pulled.error, SourceRefused)
        assert version in str(pulled.error)
        assert "api_version" in str(pulled.error)
        assert server.calls == []


@pytest.mark.parametrize("version", ["v23", "v24", "v25"])
def test_a_version_that_is_not_served_is_refused_and_the_older_ones_are_read(version: str) -> None:
    with served() as server:  # serves v26 alone
        pulled = rig(server, api_version=version).poll()
        assert isinstance(pulled.error, SourceRefused)
        assert "api_version" in str(pulled.error)
        world = server.world
    with GoogleAdsServer(world, version=version, chunk=20) as older:
        pulled = rig(older, api_version=version, local_services=True).poll()
        assert pulled.error is None
        assert pulled.failures == []
        assert set(pulled.ids) >= world.resource_names()
        older.faults.always("quota", world.client_ids[0], seconds=3600)
        error = _only_failure(rig(older, api_version=version).poll())
        assert isinstance(error, SourceUnavailable)
        assert error.retry_after == timedelta(hours=1)


def test_where_no_condition_on_the_time_is_taken_all_is_read_and_the_cursor_moves() -> None:
    with served() as server:
        first = rig(server).poll()
        later = NOW + timedelta(hours=2)
        fresh = set(server.world.add_random_submissions(6, later))
        server.faults.always("no_date_filter")
        server.calls.clear()
        one = rig(server, now=later)
        pulled = one.poll(first.cursors)
        assert pulled.error is None
        assert pulled.failures == []
        assert fresh <= set(pulled.ids)
        assert set(pulled.ids) == server.world.resource_names()
        for account in server.world.client_ids:
            conditional, whole = asked(server, SUBMISSIONS, account)
            assert whole == conditional.split(" WHERE ")[0]
        assert one.sleeps == []


def test_a_query_that_is_refused_as_such_is_an_answer_that_nobody_knows() -> None:
    pulled, server, account, _ = _failing("retired_version", error="PAGE_SIZE_NOT_SUPPORTED")
    _assert_the_others_went_on(pulled, server, account)
    assert isinstance(_only_failure(pulled), SourceChanged)
    assert "api_version" in str(_only_failure(pulled))


def test_one_source_with_every_account_at_odds_still_asks_each() -> None:
    with served(200, accounts=6) as server:
        kinds = ["quota", "unavailable", "token_revoked", "customer_not_enabled", "retired_version"]
        *failing, good = sorted(server.world.client_ids)
        for account, kind in zip(failing, kinds, strict=True):
            options = {"seconds": 9_000.0} if kind == "quota" else {}
            server.faults.always(kind, account, **options)
        pulled = rig(server).poll()
        assert [failure.stream for failure in pulled.failures] == failing
        assert set(pulled.ids) == server.world.resource_names(good)


def test_every_fault_of_the_simulator_is_met_by_a_test_here() -> None:
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    elsewhere = {GoogleFaultKind.UNKNOWN_FIELD_TYPE}
    assert [kind for kind in GoogleFaultKind if f'"{kind}"' not in text and kind not in elsewhere] == []
