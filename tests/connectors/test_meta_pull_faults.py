import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import structlog

from connectors._meta_graph import TRIES
from connectors.base import Batch, ConnectorIO, StreamFailed
from connectors.meta_lead_ads import MetaLeadAdsSettings, source
from policy.errors import SourceChanged, SourceRefused, SourceUnavailable
from simulator.faults import Faults
from simulator.graph_api import TOKEN
from tests.connectors.meta_rig import Scripted, fullest_form, rig, scripted, served


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("transient", {}),
        ("html_502", {}),
        ("service_unavailable", {"status": 200}),
        ("service_unavailable", {"status": 503}),
        ("truncated_body", {}),
        ("truncated_json", {}),
        ("dropped_connection", {}),
        ("dropped_connection", {"is_reset": 1}),
        ("http_500_empty", {}),
    ],
)
def test_a_passing_fault_is_tried_again_and_nothing_is_lost(
    kind: str, options: dict[str, float]
) -> None:
    faults = Faults()
    faults.once(kind, "leads", after=1, times=TRIES - 1, **options)
    with served(faults=faults, forms=1) as server:
        one = rig(server.url, page_size=20)
        pulled = one.poll()
        assert pulled.error is None
        assert pulled.failures == []
        assert pulled.ids == server.world.lead_ids()
        assert len(pulled.deliveries) == len(pulled.ids)
        assert len(faults.fired) == TRIES - 1
        assert one.sleeps
        assert max(one.sleeps) <= 1  # in slices, so that a pull that is given up ends soon


@pytest.mark.parametrize("kind", ["empty_page", "trailing_next"])
def test_an_empty_page_with_next_goes_on(kind: str) -> None:
    faults = Faults()
    faults.always(kind, "leads") if kind == "trailing_next" else faults.once(kind, "leads", times=3)
    with served(faults=faults, forms=1) as server:
        pulled = rig(server.url, page_size=20).poll()
        assert pulled.ids == server.world.lead_ids()
        assert all(batch.deliveries or batch.cursor for batch in pulled.batches)
        assert set(pulled.cursors) == {server.world.forms[0].id}


@pytest.mark.parametrize("kind", ["next_without_cursors", "missing_after"])
def test_a_next_without_a_cursor_beside_it_is_followed_by_the_cursor_inside(kind: str) -> None:
    faults = Faults()
    faults.always(kind, "leads")
    with served(faults=faults, forms=1) as server:
        pulled = rig(server.url, page_size=20).poll()
        assert pulled.ids == server.world.lead_ids()
        # the address in `next` holds the token; it was never called
        assert {call.token_came_in for call in server.calls} == {"header"}


@pytest.mark.parametrize(
    ("kind", "words"),
    [("repeated_cursor", "came twice"), ("next_leads_nowhere", "no cursor")],
)
def test_pages_that_make_no_list_stop_the_form_and_keep_its_cursor(kind: str, words: str) -> None:
    faults = Faults()
    with served(faults=faults) as server:
        form_id = fullest_form(server.world)
        faults.always(kind, f"{form_id}/leads")
        pulled = rig(server.url, page_size=20).poll()
        [failed] = pulled.failures
        assert failed.stream == form_id
        assert isinstance(failed.error, SourceChanged)
        assert words in str(failed.error)
        assert form_id not in pulled.cursors
        assert server.world.lead_ids() - server.world.lead_ids(form_id) <= pulled.ids


@pytest.mark.parametrize("kind", ["too_much_data", "http_500_empty"])
def test_a_page_that_is_too_large_is_halved_at_the_same_place(kind: str) -> None:
    faults = Faults()
    faults.once(kind, "leads", above=20)
    with served(faults=faults, forms=1) as server:
        pulled = rig(server.url, page_size=100).poll()
        assert pulled.ids == server.world.lead_ids()
        assert len(pulled.deliveries) == len(pulled.ids)
        limits = [int(call.params["limit"]) for call in server.calls_to("leads")]
        assert sorted(set(limits), reverse=True) == [100, 50, 25, 12]
        # once it is known, no larger page is asked for
        assert limits == sorted(limits, reverse=True)


def test_the_smallest_page_that_is_still_too_large_is_unavailable() -> None:
    faults = Faults()
    faults.once("too_much_data", "leads", above=1)
    with served(faults=faults, forms=1) as server:
        [failed] = rig(server.url).poll().failures
        assert isinstance(failed.error, SourceUnavailable)
        assert {int(call.params["limit"]) for call in server.calls_to("leads")} >= {5}


def test_ad_fields_that_are_refused_are_dropped_for_the_rest_of_the_form() -> None:
    faults = Faults()
    faults.once("bad_ad_fields", "leads")
    with served(faults=faults, forms=1) as server:
        pulled = rig(server.url, page_size=20).poll()
        assert pulled.ids == server.world.lead_ids()
        refused = [call for call in server.calls_to("leads") if "ad_id" in call.params["fields"]]
        assert len(refused) == 1
        assert all(b"custom_disclaimer" in one.payload for one in pulled.deliveries)


def test_one_form_without_legal_content_keeps_the_wording_of_the_others() -> None:
    faults = Faults()
    with served(faults=faults) as server:
        form_id = fullest_form(server.world)
        faults.once("no_legal_content", form_id=form_id)
        pulled = rig(server.url).poll()
        assert pulled.ids == server.world.lead_ids()
        assert pulled.test_ids == server.world.test_lead_ids()
        known = {
            one.notice.form_id: one.notice.wording_known for one in pulled.deliveries if one.notice
        }
        assert known == {form.id: form.id != form_id for form in server.world.forms}
        assert server.calls_to("test_leads") == []


@pytest.mark.parametrize(
    ("kind", "subcode"), [("expired_token", 463), ("expired_token", 460), ("expired_token", 458)]
)
def test_a_dead_token_ends_the_pull_after_what_was_fetched(kind: str, subcode: int) -> None:
    faults = Faults()
    faults.once(kind, "leads", after=5, times=1000, subcode=subcode)
    with served(faults=faults, latency=0.002) as server:
        pulled = rig(server.url, page_size=5, connections=2).poll()
        assert isinstance(pulled.error, SourceRefused)
        assert f"subcode {subcode}" in str(pulled.error)
        assert len(pulled.batches) == 5
        assert pulled.failures == []
        # nobody goes on asking with it: at most once a thread
        assert sum(fired[0] == kind for fired in faults.fired) <= 2


def test_a_dead_token_at_the_list_of_forms_is_refused_at_once() -> None:
    faults = Faults()
    faults.always("expired_token", "leadgen_forms")
    with served(faults=faults) as server:
        one = rig(server.url)
        pulled = one.poll()
        assert isinstance(pulled.error, SourceRefused)
        assert pulled.batches == []
        assert len(server.calls) == 1
        assert one.sleeps == []


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("permission_lost", {"code": 200}),
        ("permission_lost", {"code": 10}),
        ("lead_access_lost", {}),
    ],
)
def test_lost_access_to_a_form_is_refused_and_never_no_leads(
    kind: str, options: dict[str, float]
) -> None:
    faults = Faults()
    with served(faults=faults) as server:
        form_id = fullest_form(server.world)
        faults.always(kind, f"{form_id}/leads", **options)
        pulled = rig(server.url).poll()
        [failed] = pulled.failures
        assert failed.stream == form_id
        assert isinstance(failed.error, SourceRefused)
        assert "leads_retrieval" in str(failed.error)
        assert "Leads access" in str(failed.error)
        assert pulled.ids == server.world.lead_ids() - server.world.lead_ids(form_id)


def test_a_shut_gate_is_named_for_every_form_and_asked_for_once() -> None:
    with served() as server:
        server.world.access.can_access_lead = False
        pulled = rig(server.url).poll()
        assert pulled.batches == []
        assert {failed.stream for failed in pulled.failures} == {
            form.id for form in server.world.forms
        }
        for failed in pulled.failures:
            assert isinstance(failed.error, SourceRefused)
            assert "has no lead access on the page" in str(failed.error)
        assert len(server.calls_to(server.world.page_id)) == 1


def test_a_page_that_is_refused_as_a_whole_is_an_error_of_the_whole() -> None:
    faults = Faults()
    faults.always("permission_lost", "leadgen_forms")
    with served(faults=faults) as server:
        pulled = rig(server.url).poll()
        assert isinstance(pulled.error, SourceRefused)
        assert f"the forms of page {server.world.page_id}" in str(pulled.error)
        assert "leads_retrieval" in str(pulled.error)


def test_a_throttle_is_waited_for_as_long_as_it_says_and_by_all_threads_once() -> None:
    faults = Faults()
    faults.once("throttle", "leads", after=3, minutes=2)
    with served(faults=faults) as server:
        one = rig(server.url, page_size=10)
        pulled = one.poll()
        assert pulled.error is None
        assert pulled.ids == server.world.lead_ids()
        assert len(pulled.deliveries) == len(pulled.ids)
        assert sum(one.sleeps) == 120


def test_a_throttle_without_a_time_is_waited_for_longer_and_longer() -> None:
    faults = Faults()
    faults.once("app_throttle", "leads", times=2)
    with served(faults=faults, forms=1) as server:
        one = rig(server.url)
        assert one.poll().ids == server.world.lead_ids()
        assert sum(one.sleeps) == 60 + 120


def test_a_throttle_longer_than_is_set_ends_the_pull_and_says_when_to_come_back() -> None:
    faults = Faults()
    faults.once("throttle", "leads", after=3, times=1000, minutes=19)
    with served(faults=faults) as server:
        one = rig(server.url, page_size=10, connections=1)
        pulled = one.poll()
        assert isinstance(pulled.error, SourceUnavailable)
        assert pulled.error.retry_after == timedelta(minutes=19)
        assert len(pulled.batches) == 3
        assert one.sleeps == []
        assert sum(kind == "throttle" for kind, _ in faults.fired) == 1


def test_throttles_in_a_row_together_count_against_the_longest_wait() -> None:
    faults = Faults()
    faults.always("app_throttle", "leads")
    with served(faults=faults, forms=1) as server:
        one = rig(server.url, max_wait_minutes=5)
        pulled = one.poll()
        assert isinstance(pulled.error, SourceUnavailable)
        assert sum(one.sleeps) == 60 + 120


def test_near_the_limit_the_pull_slows_down_but_goes_on() -> None:
    faults = Faults()
    faults.once("near_limit", "leads", times=3)
    with served(faults=faults, forms=1) as server:
        one = rig(server.url, page_size=20)
        pulled = one.poll()
        assert pulled.ids == server.world.lead_ids()
        assert sum(one.sleeps) == 2 + 4 + 8


def test_a_page_that_came_with_a_long_wait_is_kept_before_the_pull_ends() -> None:
    faults = Faults()
    faults.once("near_limit", "leads", after=1, minutes=19)
    with served(faults=faults, forms=1) as server:
        one = rig(server.url, page_size=20)
        pulled = one.poll()
        assert isinstance(pulled.error, SourceUnavailable)
        assert pulled.error.retry_after == timedelta(minutes=19)
        assert len(pulled.deliveries) == 40
        assert len(server.calls_to("leads")) == 2
        assert one.sleeps == []


def test_a_pull_that_may_not_wait_still_goes_on_near_the_limit() -> None:
    faults = Faults()
    faults.always("near_limit", "leads")
    with served(faults=faults, forms=1) as server:
        one = rig(server.url, page_size=20, max_wait_minutes=0)
        pulled = one.poll()
        assert pulled.error is None
        assert pulled.ids == server.world.lead_ids()
        assert one.sleeps == []


def test_below_the_limit_nobody_waits() -> None:
    faults = Faults()
    faults.always("near_limit", "leads", percent=84)
    with served(faults=faults, forms=1) as server:
        one = rig(server.url, page_size=20)
        assert one.poll().ids == server.world.lead_ids()
        assert one.sleeps == []


def test_a_server_that_is_not_there_is_unavailable_after_a_few_tries() -> None:
    with served() as server:
        url = server.url
    one = rig(url)
    pulled = one.poll()
    assert isinstance(pulled.error, SourceUnavailable)
    assert "refused or broke off" in str(pulled.error)
    assert sum(one.sleeps) > 3


@pytest.mark.parametrize(
    "body",
    [b'{"data":{"id":"1"}}', b"[]", b"{}", b'{"data":[{"name":"no id"}]}', b'{"error":"x"}'],
)
def test_a_list_of_forms_in_no_known_shape_is_changed(body: bytes) -> None:
    with scripted([(200, {}, body)]) as (url, _):
        assert isinstance(rig(url).poll().error, SourceChanged)


def test_a_form_that_is_blocked_ends_the_pull() -> None:
    replies: list[Scripted] = [
        (200, {}, b'{"data":[{"id":"7"},{"id":"8"}]}'),
        (400, {}, b'{"error":{"code":368,"message":"x"}}'),
    ]
    with scripted(replies) as (url, seen):
        pulled = rig(url, connections=1).poll()
    assert isinstance(pulled.error, SourceRefused)
    assert len(seen) == 2


def test_a_pull_that_is_given_up_does_not_sleep_to_its_end() -> None:
    faults = Faults()
    faults.once("throttle", "leads", after=2, times=1000, minutes=5)
    waited: list[float] = []

    def doze(seconds: float) -> None:
        waited.append(seconds)
        time.sleep(0.01)

    with served(faults=faults) as server:
        settings = MetaLeadAdsSettings.model_validate(
            {
                "page_id": server.world.page_id,
                "access_token": TOKEN,
                "graph_url": server.url,
                "page_size": 10,
            }
        )
        io = ConnectorIO(
            now=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC),
            sleep=doze,
            log=structlog.get_logger(),
        )
        poll: Any = source.build(settings, io)
        items = poll.poll({})
        first = next(items)
        assert isinstance(first, Batch | StreamFailed)
        _until(lambda: bool(waited))
        items.close()
        assert sum(waited) < 60
        assert not [t for t in threading.enumerate() if t.name.startswith("side-by-side")]


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("waited five seconds for nothing")


def test_ids_as_numbers_are_kept_as_text() -> None:
    faults = Faults()
    faults.once("integer_ids")
    with served(faults=faults) as server:
        pulled = rig(server.url).poll()
        assert pulled.ids == server.world.lead_ids()
        assert pulled.test_ids == server.world.test_lead_ids()
        assert set(pulled.cursors) == {form.id for form in server.world.forms}
        first = orjson.loads(pulled.deliveries[0].payload)
        assert first["id"] == int(pulled.deliveries[0].external_id or 0)
