"""Pulling from the Google Ads API: the real client, over TLS, against the simulator."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from structlog.testing import capture_logs

from connectors._google_ids import external_id_of
from connectors._google_pull import BATCH
from connectors.base import Batch, Delivery
from simulator.google_access import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_forms import FORMS, WEBHOOK_SECRET
from simulator.google_world import GoogleWorld
from tests.connectors.google_rig import NOW, SUBMISSIONS, asked, fullest, rig, served

GIVEN = {"FULL_NAME": "Ines Moreau", "EMAIL": "ines.moreau@mail.example"}


def _one_form(world: GoogleWorld) -> tuple[str, int]:
    account = world.client_ids[0]
    return account, world.asset_ids(account)[0]


def _sent(server: GoogleAdsServer, at: datetime) -> tuple[str, str]:
    """Let somebody send a form; return the account and the resource name."""
    account, asset = _one_form(server.world)
    return account, server.world.submit(account, asset, at=at, fields=GIVEN)


def test_every_submission_of_every_account_comes_once_and_as_google_has_it() -> None:
    with served(120, chunk=7) as server:
        pulled = rig(server).poll()
        assert pulled.error is None
        assert pulled.failures == []
        assert Counter(pulled.ids) == Counter(server.world.resource_names())
        for delivery in pulled.deliveries:
            row = orjson.loads(delivery.payload)
            sent = server.world.submission(row["resourceName"])
            assert row["id"] == sent.id
            assert row["asset"].endswith(f"/{sent.asset_id}")
            assert row["gclid"] == sent.gclid
            assert datetime.fromisoformat(row["submissionDateTime"]) == sent.at
            fields = [(f["fieldType"], f["fieldValue"]) for f in row["leadFormSubmissionFields"]]
            assert tuple(fields) == sent.fields
            custom = row.get("customLeadFormSubmissionFields", [])
            assert tuple((f["questionText"], f["fieldValue"]) for f in custom) == sent.custom
            assert delivery.media_type == "application/json"
            assert delivery.received_at == NOW


def test_what_comes_can_be_read_and_says_what_was_sent() -> None:
    with served(60) as server:
        one = rig(server)
        for delivery in one.poll().deliveries:
            found, sent = one.read(delivery), server.world.submission(delivery.external_id or "")
            given = dict(sent.fields)
            assert found.submitted_at == sent.at.astimezone(UTC)
            assert found.form_id == str(sent.asset_id)
            emails = [given[kind] for kind in ("EMAIL", "WORK_EMAIL") if kind in given]
            assert list(found.contact.emails) == emails
            phones = [given[kind] for kind in ("PHONE_NUMBER",) if kind in given]
            assert list(found.contact.phones) == phones
            assert found.origin["customer_id"] == sent.account_id
            assert found.origin["campaign_id"] == str(sent.origin.campaign_id)
            assert found.origin.get("ad_id", "None") == str(sent.origin.ad_id)
            assert found.marks is not None
            assert (found.marks.way, found.marks.number) == ("api", sent.id)
            assert not found.is_test


@pytest.mark.parametrize("chunk", [3, BATCH, 2_000])
def test_batches_are_bounded_however_the_stream_is_cut(chunk: int) -> None:
    with served(BATCH + 120, accounts=1, chunk=chunk) as server:
        pulled = rig(server).poll()
        sizes = [len(batch.deliveries) for batch in pulled.batches if batch.deliveries]
        assert sum(sizes) == BATCH + 120
        assert max(sizes) == min(chunk, BATCH)
        assert set(pulled.ids) == server.world.resource_names()


def test_the_cursor_is_the_newest_submission_and_comes_with_the_last_batch_only() -> None:
    with served(120, chunk=7) as server:
        pulled = rig(server).poll()
        for account in server.world.client_ids:
            batches = [batch for batch in pulled.batches if batch.stream == account]
            assert len(batches) > 2
            assert all(batch.cursor is None for batch in batches[:-1])
            newest = max(one.at for one in server.world.submissions(account))
            assert batches[-1].cursor == newest.astimezone(UTC).isoformat()


@pytest.mark.parametrize("days", [2, 9])
def test_the_next_poll_asks_from_the_cursor_less_the_overlap(days: int) -> None:
    with served() as server:
        cursors = rig(server).poll().cursors
        server.calls.clear()
        fresh = set(server.world.add_random_submissions(9, NOW + timedelta(hours=3)))
        pulled = rig(server, now=NOW + timedelta(hours=3), overlap_days=days).poll(cursors)
        for account in server.world.client_ids:
            since = datetime.fromisoformat(cursors[account]) - timedelta(days=days)
            [query] = asked(server, SUBMISSIONS, account)
            condition = f"{SUBMISSIONS}.submission_date_time >= '{since:%Y-%m-%d %H:%M:%S}'"
            assert query.endswith(f" WHERE {condition}")
        assert fresh <= set(pulled.ids)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York", "Europe/London"])
def test_a_late_submission_within_the_overlap_comes_whatever_clock_google_filters_by(
    zone: str,
) -> None:
    with served(0, accounts=0) as server:
        account = server.world.add_account("Far away", zone)
        asset = server.world.add_form(account, FORMS[0])
        server.world.submit(account, asset, at=NOW, fields=GIVEN)
        cursors = rig(server).poll().cursors
        # the condition is read by the account's clock, up to 14 hours from ours
        late = server.world.submit(account, asset, at=NOW - timedelta(hours=34), fields=GIVEN)
        assert late in rig(server).poll(cursors).ids


def test_an_overlap_of_less_than_two_days_cannot_be_set() -> None:
    with served(0) as server, pytest.raises(ValueError, match="overlap_days"):
        rig(server, overlap_days=1)


def test_a_poll_without_anything_new_moves_no_cursor_of_an_account() -> None:
    with served() as server:
        first = rig(server).poll()
        again = rig(server).poll(first.cursors)
        assert not set(again.cursors) & set(server.world.client_ids)
        assert set(again.ids) <= set(first.ids)


def test_submissions_of_the_overlap_do_not_move_the_cursor_back() -> None:
    with served() as server:
        account = fullest(server.world)
        pulled = rig(server, overlap_days=60).poll({account: NOW.isoformat()})
        assert server.world.resource_names(account) <= set(pulled.ids)
        assert account not in pulled.cursors


@pytest.mark.parametrize(
    ("ahead", "counts"),
    [(timedelta(hours=1), True), (timedelta(hours=26), True), (timedelta(hours=27), False)],
)
def test_the_cursor_never_goes_beyond_now_and_26_hours(
    ahead: timedelta,
    counts: bool,  # noqa: FBT001
) -> None:
    with served(0) as server:
        _, before = _sent(server, NOW - timedelta(days=1))
        account, strange = _sent(server, NOW + ahead)
        pulled = rig(server).poll()
        assert {before, strange} == set(pulled.ids)
        moved = NOW + ahead if counts else NOW - timedelta(days=1)
        assert pulled.cursors[account] == moved.isoformat()
        # and whatever it was, what is sent from now on is still found
        account, next_one = _sent(server, NOW + timedelta(minutes=5))
        assert next_one in rig(server).poll(pulled.cursors).ids


def test_only_a_time_far_ahead_is_no_cursor_at_all() -> None:
    with served(0) as server:
        account, strange = _sent(server, NOW + timedelta(days=400))
        pulled = rig(server).poll()
        assert pulled.ids == [strange]
        assert account not in pulled.cursors


@pytest.mark.parametrize("offset", [0, -8])
def test_a_time_at_the_beginning_of_the_calendar_is_no_cursor(offset: int) -> None:
    """Such a time stands for a missing one; less the overlap it is before the calendar."""
    with served(0) as server:
        account, name = _sent(server, NOW)
        server.world.now = datetime(1, 3, 2, tzinfo=UTC)
        at = datetime(1, 1, 1, 1, tzinfo=timezone(timedelta(hours=offset)))
        kept = server.world._submissions[account]
        kept[name] = replace(kept[name], at=at)
        pulled = rig(server).poll()
        assert pulled.error is None
        assert pulled.ids == [name]
        assert account not in pulled.cursors


@pytest.mark.parametrize("cursor", ["yesterday", "2026-11-22T12:00:00", "", "{}"])
def test_a_cursor_that_is_no_aware_time_starts_its_account_again_and_says_so(cursor: str) -> None:
    with served() as server, capture_logs() as logs:
        account = fullest(server.world)
        pulled = rig(server).poll({account: cursor})
        assert set(pulled.ids) == server.world.resource_names()
        assert account in pulled.cursors
    assert [(log["event"], log["account"]) for log in logs] == [
        ("google.cursor_unreadable", account)
    ]


@pytest.mark.parametrize("cursor", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_a_cursor_at_the_end_of_the_calendar_is_survived(cursor: str) -> None:
    with served() as server:
        account = fullest(server.world)
        pulled = rig(server).poll({account: cursor})
        assert pulled.error is None
        others = server.world.resource_names() - server.world.resource_names(account)
        assert others <= set(pulled.ids)


def test_the_accounts_are_those_in_use_below_the_manager_and_its_managers() -> None:
    with served() as server:
        pulled = rig(server).poll()
        world = server.world
        assert {stream.split("/")[0] for stream in pulled.cursors} == set(world.client_ids)
        cancelled = {one.id for one in world.accounts if one.status == "CANCELED"}
        managers = {one.id for one in world.accounts if one.is_manager}
        assert len(managers) == 2
        assert cancelled
        called = Counter(call.account_id for call in server.calls)
        assert not set(called) & (cancelled | managers - {world.manager_id})
        assert called[world.manager_id] == 1
        assert {call.login_customer_id for call in server.calls} == {world.manager_id}


def test_accounts_that_are_named_are_asked_and_the_manager_is_not() -> None:
    with served() as server:
        first, second, third = server.world.client_ids
        dashed = f"{second[:3]}-{second[3:6]}-{second[6:]}"
        pulled = rig(server, customer_ids=[first, dashed]).poll()
        assert [call.account_id for call in server.calls] == [first, first, second, second]
        assert set(pulled.ids) == (
            server.world.resource_names(first) | server.world.resource_names(second)
        )
        assert not [stream for stream in pulled.cursors if stream.startswith(third)]


def test_a_poll_costs_one_call_for_the_accounts_and_two_for_each() -> None:
    with served() as server:
        cursors = rig(server).poll().cursors
        assert len(server.calls) == 1 + 2 * 3
        assert server.grants == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        rig(server).poll(cursors)
        assert len(server.calls) == 2 * (1 + 2 * 3)


def test_a_refresh_token_is_a_way_in_as_well() -> None:
    with served() as server:
        pulled = rig(
            server,
            service_account_key=None,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            refresh_token=REFRESH_TOKEN,
            token_url=server.token_url,
        ).poll()
        assert pulled.error is None
        assert set(pulled.ids) == server.world.resource_names()
        assert server.grants == ["refresh_token"]


def test_an_account_without_forms_and_leads_brings_nothing_and_fails_at_nothing() -> None:
    with served(0, forms=0, accounts=1) as server:
        pulled = rig(server).poll()
        assert (pulled.batches, pulled.failures, pulled.error) == ([], [], None)


def test_a_manager_without_clients_brings_nothing_and_the_check_says_so() -> None:
    with served(0, accounts=0) as server:
        pulled = rig(server).poll()
        assert (pulled.batches, pulled.failures, pulled.error) == ([], [], None)
        assert not rig(server).probe()["accounts"].is_ok


def test_an_answer_of_a_type_that_nobody_knows_keeps_its_value_under_its_number() -> None:
    with served(20, accounts=1) as server:
        server.faults.once("unknown_field_type", number=4242)
        one = rig(server)
        found = [one.read(delivery) for delivery in one.poll().deliveries]
        assert len(found) == 20
        [strange] = [each for each in found if "4242" in each.answers]
        assert strange.answers["4242"] == ["a new kind of answer"]
        assert strange.contact.emails


def test_ids_that_no_store_holds_are_kept_as_their_digest_and_stay_apart() -> None:
    with served(0) as server:
        account, asset = _one_form(server.world)
        long = ["x" * 300 + end for end in ("a", "b")]
        for id_ in (*long, "sha256-mine"):
            server.world.submit(account, asset, at=NOW, fields=GIVEN, submission_id=id_)
        pulled = rig(server).poll()
        names = {
            f"customers/{account}/leadFormSubmissionData/{id_}" for id_ in (*long, "sha256-mine")
        }
        assert set(pulled.ids) == {external_id_of(name) for name in names}
        assert len(set(pulled.ids)) == 3
        assert max(len(id_ or "") for id_ in pulled.ids) <= 200


def test_closing_early_leaves_no_thread_and_no_open_call() -> None:
    with served(5_000, accounts=1, chunk=50) as server:
        list(rig(server).connector.poll({}))  # type: ignore[attr-defined]
        before = {thread.ident for thread in threading.enumerate()}
        poll = rig(server).connector.poll({})  # type: ignore[attr-defined]
        read = 0
        while read < 200:
            item = next(poll)
            assert isinstance(item, Batch)
            read += len(item.deliveries)
        poll.close()
        _until(lambda: not _threads_since(before))
        # the worker of the stream that was left is free again, not stuck in sending the rest
        _until_idle(server)


def _threads_since(before: set[int | None]) -> list[str]:
    """Return the threads that have come, but for the simulator's and those that gRPC lends out."""
    found = [thread.name for thread in threading.enumerate() if thread.ident not in before]
    return [name for name in found if not name.startswith(("google-ads", "Dummy-"))]


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("waited five seconds for nothing")


def _until_idle(server: GoogleAdsServer) -> None:
    """Wait until no call is being answered: all workers take work at once."""
    arrived = threading.Barrier(9)
    done = [server._workers.submit(arrived.wait, 10) for _ in range(8)]
    arrived.wait(10)
    for one in done:
        one.result(10)


def test_a_poll_that_was_never_begun_asks_nothing() -> None:
    with served() as server:
        rig(server).connector.poll({}).close()  # type: ignore[attr-defined]
        assert server.calls == []
        assert server.grants == []


def test_the_webhooks_secret_is_never_asked_for_and_never_comes() -> None:
    with served() as server:
        one = rig(server)
        pulled = one.poll()
        assert any(form.webhook_secret for form in FORMS)
        assert not any("delivery_methods" in query for query in asked(server, "asset"))
        kept = [
            *(delivery.payload.decode() for delivery in pulled.deliveries),
            *(repr(one.read(delivery).notice) for delivery in pulled.deliveries),
            *pulled.cursors.values(),
            *(repr(notice) for batch in pulled.batches for notice in batch.notices),
        ]
        assert len(kept) > 200
        assert not [text for text in kept if WEBHOOK_SECRET in text]


def test_what_is_delivered_is_what_googles_rest_interface_writes() -> None:
    """So that it can be read again without Google's package."""
    from google.ads.googleads.v26.resources.types import (  # noqa: PLC0415
        lead_form_submission_data as resources,
    )
    from google.protobuf.json_format import MessageToDict, ParseDict  # noqa: PLC0415

    with served(40) as server:
        message: type = resources.LeadFormSubmissionData.pb()
        for delivery in rig(server).poll().deliveries:
            row = json.loads(delivery.payload)
            again = MessageToDict(ParseDict(row, message()))
            assert again == {key: value for key, value in row.items() if value}


def test_deliveries_of_a_form_share_one_notice_object() -> None:
    with served(60) as server:
        pulled = rig(server, forms_unchanged_since="2026-09-01").poll()
        by_form: dict[str, set[int]] = {}
        for delivery in pulled.deliveries:
            assert isinstance(delivery, Delivery)
            assert delivery.notice is not None
            assert delivery.notice.wording_known
            by_form.setdefault(delivery.notice.form_id, set()).add(id(delivery.notice))
        assert len(by_form) == 6
        assert all(len(objects) == 1 for objects in by_form.values())
