import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connectors._meta_pull import listed_test_ids
from connectors.base import Batch
from simulator.faults import RECOVERABLE, Faults
from simulator.graph_api import APP_SECRET, Order
from tests.connectors.meta_corpus import expected_beside, name_of, payloads
from tests.connectors.meta_rig import NOW, Scripted, fullest_form, rig, scripted, served


@pytest.mark.parametrize("order", Order)
def test_every_lead_of_every_form_comes_in_whatever_order(order: Order) -> None:
    with served(order=order) as server:
        pulled = rig(server.url, page_size=20).poll()
        assert pulled.ids == server.world.lead_ids()
        assert Counter(one.external_id for one in pulled.deliveries).most_common(1)[0][1] == 1
        assert pulled.failures == []
        assert pulled.error is None


@pytest.mark.parametrize("order", Order)
def test_the_cursor_is_the_newest_lead_and_comes_with_the_last_batch(order: Order) -> None:
    with served(order=order) as server:
        pulled = rig(server.url, page_size=20).poll()
        for form_id in {batch.stream for batch in pulled.batches}:
            batches = [batch for batch in pulled.batches if batch.stream == form_id]
            assert all(batch.cursor is None for batch in batches[:-1])
            leads = (orjson.loads(one.payload) for batch in batches for one in batch.deliveries)
            newest = max(datetime.fromisoformat(lead["created_time"]) for lead in leads)
            assert batches[-1].cursor == newest.astimezone(UTC).isoformat()


def test_a_page_is_a_batch_and_its_leads_are_as_they_came() -> None:
    with served(forms=1) as server:
        pulled = rig(server.url, page_size=20).poll()
        form = server.world.forms[0]
        assert {len(batch.deliveries) for batch in pulled.batches[:-1]} == {20}
        notices = {id(one.notice) for one in pulled.deliveries}
        assert len(notices) == 1
        for delivery in pulled.deliveries:
            lead = server.world.lead(delivery.external_id or "")
            assert lead is not None
            assert json.loads(delivery.payload) == json.loads(lead.json)
            assert delivery.media_type == "application/json"
            assert delivery.received_at == NOW
            assert delivery.notice is not None
            assert delivery.notice.form_id == form.id
            assert delivery.notice.wording_known
            assert len(delivery.notice.boxes) == len(form.boxes)


def test_the_next_pull_asks_from_the_cursor_less_the_overlap() -> None:
    with served(forms=1) as server:
        first = rig(server.url).poll()
        server.calls.clear()
        later = NOW + timedelta(hours=3)
        fresh = set(server.world.add_random_leads(5, later))
        second = rig(server.url, now=later, overlap_hours=6).poll(first.cursors)
        form_id = server.world.forms[0].id
        known = datetime.fromisoformat(first.cursors[form_id])
        [call] = server.calls_to(f"{form_id}/leads")
        assert json.loads(call.params["filtering"]) == [
            {
                "field": "time_created",
                "operator": "GREATER_THAN",
                "value": int((known - timedelta(hours=6)).timestamp()),
            }
        ]
        assert fresh <= second.ids
        assert second.cursors[form_id] == later.isoformat()


def test_the_first_pull_goes_as_far_back_as_it_is_told() -> None:
    with served(forms=1) as server:
        rig(server.url, first_days=10).poll()
        call = server.calls_to("leads")[0]
        [asked] = json.loads(call.params["filtering"])
        assert asked["value"] == int((NOW - timedelta(days=10)).timestamp())


def test_an_empty_run_leaves_the_cursor_where_it_is() -> None:
    with served(leads=0, forms=1) as server:
        form_id = server.world.forms[0].id
        server.world.remove_leads(server.world.lead_ids())
        assert rig(server.url).poll({form_id: NOW.isoformat()}).batches == []


def test_leads_of_the_overlap_do_not_move_the_cursor_back() -> None:
    with served(forms=1) as server:
        form_id = server.world.forms[0].id
        pulled = rig(server.url, overlap_hours=24 * 30).poll({form_id: NOW.isoformat()})
        assert pulled.deliveries
        assert pulled.cursors == {}


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=20), timedelta(days=400)])
def test_a_time_of_creation_ahead_of_the_clock_is_no_cursor(ahead: timedelta) -> None:
    with served(forms=1) as server:
        form_id = server.world.forms[0].id
        strange = server.world.add_lead(form_id, {}, created_at=NOW + ahead)
        pulled = rig(server.url).poll()
        assert strange in pulled.ids
        assert datetime.fromisoformat(pulled.cursors[form_id]) <= NOW


@pytest.mark.parametrize(
    ("listed", "ids"),
    [
        ({"data": [{"id": "11"}]}, {"11"}),
        ({"data": [{"id": "11"}], "paging": {"cursors": {"after": "x"}}}, {"11"}),
        ({"data": [{"id": "11"}], "paging": {"next": "https://x.example/"}}, None),
        ({"data": "odd"}, None),
    ],
)
def test_test_leads_are_known_from_the_listing_only_if_it_holds_them_all(
    listed: object, ids: set[str] | None
) -> None:
    assert listed_test_ids({"test_leads": listed}) == ids


@pytest.mark.parametrize("cursor", ["yesterday", "2026-11-22T12:00:00", ""])
def test_a_cursor_that_is_no_aware_time_starts_its_form_again_and_says_so(cursor: str) -> None:
    with served() as server, capture_logs() as logs:
        form_id = fullest_form(server.world)
        pulled = rig(server.url).poll({form_id: cursor})
        assert pulled.ids == server.world.lead_ids()
        assert form_id in pulled.cursors
    assert [(log["event"], log["form_id"]) for log in logs] == [("meta.cursor_unreadable", form_id)]


def test_test_leads_are_known_from_the_list_of_forms_without_a_call_more() -> None:
    with served() as server:
        pulled = rig(server.url).poll()
        assert server.world.test_lead_ids()
        assert pulled.test_ids == server.world.test_lead_ids()
        assert server.calls_to("test_leads") == []


def test_where_the_list_refuses_test_leads_each_form_is_asked_once() -> None:
    faults = Faults()
    faults.once("no_nested_test_leads")
    with served(faults=faults) as server:
        pulled = rig(server.url, page_size=20).poll()
        assert pulled.ids == server.world.lead_ids()
        assert pulled.test_ids == server.world.test_lead_ids()
        asked = Counter(call.path for call in server.calls_to("test_leads"))
        assert asked
        assert set(asked.values()) == {1}


def test_drafts_are_not_read_and_archived_forms_are() -> None:
    forms = [
        {"id": "11", "status": "DRAFT"},
        {"id": "12", "status": "ARCHIVED", "name": "Old"},
    ]
    replies: list[Scripted] = [
        (200, {}, orjson.dumps({"data": forms})),
        (200, {}, b'{"data":[{"id":"5"}]}'),
    ]
    with scripted(replies) as (url, seen):
        pulled = rig(url).poll()
    assert [batch.stream for batch in pulled.batches] == ["12"]
    assert not any("/11/" in head for head in seen)


@pytest.mark.parametrize("path", payloads("pages"), ids=name_of)
def test_every_recorded_page_is_walked(path: Path) -> None:
    expected = json.loads(expected_beside(path).read_text())
    replies: list[Scripted] = [
        (200, {}, b'{"data":[{"id":"777","status":"ACTIVE"}]}'),
        (200, {}, path.read_bytes()),
        (200, {}, b'{"data":[]}'),
    ]
    with scripted(replies) as (url, seen):
        pulled = rig(url).poll()
    assert pulled.failures == []
    assert [one.external_id for one in pulled.deliveries if one.external_id] == expected["lead_ids"]
    leads = [head.split("\n")[0] for head in seen if "/777/leads" in head]
    assert len(leads) == (1 if expected["is_last"] else 2)
    assert ("after=" in leads[-1]) is not expected["is_last"]
    if expected["after"]:
        assert f"after={expected['after']}" in leads[-1]


def test_a_row_that_is_no_object_is_delivered_to_be_set_aside() -> None:
    replies: list[Scripted] = [
        (200, {}, b'{"data":[{"id":"777"}]}'),
        (200, {}, b'{"data":["x",null,{"id":1e3},{"id":"8","n":"\\ud83d"}]}'),
    ]
    with scripted(replies) as (url, _):
        pulled = rig(url).poll()
    payloads_ = [one.payload for one in pulled.deliveries]
    assert payloads_ == [b'"x"', b"null", b'{"id":1000.0}', b'{"id":"8","n":"\\ud83d"}']
    assert [one.external_id for one in pulled.deliveries] == [None, None, None, "8"]


def test_closing_early_leaves_no_thread_and_no_connection_behind() -> None:
    before = set(threading.enumerate())
    with served(latency=0.01, forms=6) as server:
        running = threading.active_count()
        poll = rig(server.url, page_size=5).connector.poll({})
        assert isinstance(next(poll), Batch)
        poll.close()
        names = [thread.name for thread in threading.enumerate()]
        assert not [name for name in names if name.startswith("side-by-side")]
        asked = len(server.calls)
        assert threading.active_count() <= running + 10  # the server's own, a connection each
        assert len(server.calls) == asked < len(server.world.lead_ids()) / 5
    # those of tests before this one may end meanwhile
    assert set(threading.enumerate()) <= before


def test_a_slow_reader_bounds_what_is_fetched_ahead() -> None:
    with served(leads=600, forms=2) as server:
        poll = rig(server.url, page_size=5, connections=2).connector.poll({})
        next(poll)
        # one read, two waiting, one in each hand, one more asked by each thread, the list of forms
        assert len(server.calls) <= 1 + 1 + 2 + 2 + 2
        poll.close()


def test_calls_are_pages_not_leads() -> None:
    with served(leads=1000, forms=3) as server:
        rig(server.url, page_size=500).poll()
        assert len(server.calls) <= 1 + 3 + 1000 // 500


def test_the_token_goes_in_the_header_and_the_proof_is_right() -> None:
    with served(forms=1) as server:
        pulled = rig(server.url, app_secret="not-the-apps-secret").poll()
        assert pulled.error is not None
        assert "app_secret" in str(pulled.error)
        pulled = rig(server.url, app_secret=APP_SECRET).poll()
        assert pulled.ids == server.world.lead_ids()
        assert {call.token_came_in for call in server.calls} == {"header"}


_QUICK = [
    *(kind for kind in RECOVERABLE if kind != "latency"),
    "next_without_cursors",
    "missing_after",
    "near_limit",
]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), order=st.sampled_from(list(Order)))
def test_no_recoverable_fault_loses_or_doubles_a_lead(seed: int, order: Order) -> None:
    faults = Faults.random(seed, rate=0.25, kinds=_QUICK)
    with served(leads=200, faults=faults, order=order) as server:
        pulled = rig(server.url, page_size=20, connections=1).poll()
        assert pulled.error is None
        assert pulled.failures == []
        assert pulled.ids == server.world.lead_ids()
        assert len(pulled.deliveries) == len(pulled.ids)
        assert pulled.test_ids == server.world.test_lead_ids()
