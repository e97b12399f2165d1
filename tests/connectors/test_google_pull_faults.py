"""What goes wrong at Google: the other accounts go on, no cursor moves, and the cure is said."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors._google_pull import BATCH
from policy.errors import SourceChanged, SourceRefused, SourceUnavailable
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_faults import GoogleFaultKind
from tests.connectors.google_rig import (
    NOW,
    SUBMISSIONS,
    asked,
    assert_the_others_went_on,
    failing,
    fullest,
    only_failure,
    rig,
    served,
)

TRIES = 3


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
    kind: str, options: dict[str, Any]
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
    kind: str, options: dict[str, Any]
) -> None:
    pulled, server, account, sleeps = failing(kind, **options)
    assert_the_others_went_on(pulled, server, account)
    error = only_failure(pulled)
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
        assert [batch.cursor is not None for batch in batches] == [False] * (len(batches) - 1) + [
            True
        ]


def test_a_quota_used_up_for_hours_ends_the_account_at_once_and_says_when_to_come_back() -> None:
    pulled, server, account, sleeps = failing("quota", seconds=8962, error="RESOURCE_EXHAUSTED")
    assert_the_others_went_on(pulled, server, account)
    error = only_failure(pulled)
    assert isinstance(error, SourceUnavailable)
    assert error.retry_after == timedelta(seconds=8962)
    assert "quota_error.RESOURCE_EXHAUSTED" in str(error)
    assert "for the account" in str(error)
    assert "3 hours" in str(error)
    assert sleeps == []
    assert len(asked(server, SUBMISSIONS, account)) == 1


def test_a_quota_of_the_whole_project_is_named_as_such() -> None:
    pulled, _, _, _ = failing("quota", seconds=7200, scope="DEVELOPER")
    assert "for the whole Cloud project" in str(only_failure(pulled))


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
        error = only_failure(pulled)
        assert isinstance(error, SourceUnavailable)
        assert error.retry_after == timedelta(seconds=200)
        assert one.sleeps == [200]


@pytest.mark.parametrize("options", [{"is_bare": 1}, {"seconds": 0}])
def test_a_quota_fault_that_says_no_delay_is_backed_off_from(options: dict[str, Any]) -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.once("quota", account, resource=SUBMISSIONS, times=2, **options)
        one = rig(server)
        pulled = one.poll()
        assert pulled.failures == []
        assert one.sleeps == [4, 8]
    pulled, _, account, sleeps = failing("quota", **options)
    error = only_failure(pulled)
    assert isinstance(error, SourceUnavailable)
    assert error.retry_after is None
    assert "quota is used up" in str(error)
    assert sleeps == [4, 8]


@pytest.mark.parametrize(
    "code",
    [
        "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
        "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION",
    ],
)
def test_queries_that_cost_too_much_are_a_quota_as_well(code: str) -> None:
    pulled, _, _, _ = failing("quota", seconds=3600, error=code)
    error = only_failure(pulled)
    assert isinstance(error, SourceUnavailable)
    assert code in str(error)


def test_a_pull_that_may_not_wait_does_not() -> None:
    with served() as server:
        server.faults.always("unavailable", fullest(server.world))
        one = rig(server, max_wait_minutes=0)
        assert isinstance(only_failure(one.poll()), SourceUnavailable)
        assert one.sleeps == []


def test_an_answer_that_takes_too_long_is_given_up_and_the_others_go_on() -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.always("latency", account, resource=SUBMISSIONS, seconds=1.6)
        one = rig(server, timeout_seconds=1, max_wait_minutes=0)
        pulled = one.poll()
        assert_the_others_went_on(pulled, server, account)
        assert isinstance(only_failure(pulled), SourceUnavailable)
        assert "DEADLINE_EXCEEDED" in str(only_failure(pulled))


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
        error = only_failure(rig(older, api_version=version).poll())
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
    pulled, server, account, _ = failing("retired_version", error="PAGE_SIZE_NOT_SUPPORTED")
    assert_the_others_went_on(pulled, server, account)
    assert isinstance(only_failure(pulled), SourceChanged)
    assert "api_version" in str(only_failure(pulled))


def test_one_source_with_every_account_at_odds_still_asks_each() -> None:
    with served(200, accounts=6) as server:
        kinds = ["quota", "unavailable", "token_revoked", "customer_not_enabled", "retired_version"]
        *failing, good = sorted(server.world.client_ids)
        for account, kind in zip(failing, kinds, strict=True):
            options: dict[str, Any] = {"seconds": 9_000} if kind == "quota" else {}
            server.faults.always(kind, account, **options)
        pulled = rig(server).poll()
        assert [failure.stream for failure in pulled.failures] == failing
        assert set(pulled.ids) == server.world.resource_names(good)


def test_every_fault_of_the_simulator_is_met_by_a_test() -> None:
    here = Path(__file__).parent
    names = ("test_google_pull.py", "test_google_pull_faults.py", "test_google_pull_access.py")
    text = "".join((here / name).read_text(encoding="utf-8") for name in names)
    assert [kind for kind in GoogleFaultKind if f'"{kind}"' not in text] == []
