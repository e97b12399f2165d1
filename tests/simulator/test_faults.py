"""Every fault, as plain HTTP and as the real SDK meet it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
import requests
from facebook_business.adobjects.leadgenform import LeadgenForm
from facebook_business.exceptions import FacebookRequestError

from simulator.fault_replies import app_usage
from simulator.faults import Faults
from simulator.graph_api import GraphServer
from simulator.world import World
from tests.simulator.asking import ALL_LEAD_FIELDS, answer, ask, ids, pulled, refusal, sdk


def test_a_throttled_call_says_for_how_many_minutes(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("throttle", minutes=19)

    reply = ask(graph, f"{form_id}/leads")

    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == 80005
    [usage] = orjson.loads(reply.headers["X-Business-Use-Case-Usage"])[form_id]
    assert (usage["type"], usage["estimated_time_to_regain_access"]) == ("leadgen", 19)
    assert answer(graph, f"{form_id}/leads")["data"]


def test_the_app_can_be_throttled_as_a_whole(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("app_throttle")

    reply = ask(graph, f"{form_id}/leads")

    assert reply.json()["error"]["code"] == 4
    assert orjson.loads(reply.headers["X-App-Usage"])["call_count"] == 100


def test_near_the_limit_the_rows_come_with_a_warning(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("near_limit")

    reply = ask(graph, f"{form_id}/leads")

    assert reply.json()["data"]
    assert orjson.loads(reply.headers["X-App-Usage"])["call_count"] == 95
    assert orjson.loads(reply.headers["X-Business-Use-Case-Usage"])[form_id][0]["call_count"] == 95
    assert "X-App-Usage" not in ask(graph, f"{form_id}/leads").headers


def test_usage_can_stand_on_every_reply(graph: GraphServer) -> None:
    graph.usage = app_usage(40)

    assert orjson.loads(ask(graph, "me").headers["X-App-Usage"])["call_count"] == 40
    assert "X-App-Usage" in ask(graph, "31337").headers


@pytest.mark.parametrize(
    ("script", "code", "subcode"),
    [
        (("transient", {}), 2, None),
        (("expired_token", {}), 190, 463),
        (("expired_token", {"subcode": 460}), 190, 460),
        (("permission_lost", {}), 200, None),
        (("permission_lost", {"code": 10}), 10, None),
        (("lead_access_lost", {}), 100, 33),
        (("throttle", {}), 80005, None),
        (("app_throttle", {}), 4, None),
    ],
)
def test_the_sdk_reads_the_code_of_an_error(
    graph: GraphServer, form_id: str, script: tuple[str, dict[str, Any]], code: int, subcode: object
) -> None:
    kind, options = script
    graph.faults.once(kind, **options)

    with sdk(graph) as api, pytest.raises(FacebookRequestError) as refused:
        api.call("GET", (form_id, "leads"))

    error: Any = refused.value
    assert (error.api_error_code(), error.api_error_subcode()) == (code, subcode)
    assert bool(error.api_transient_error()) is (kind == "transient")


@pytest.mark.parametrize(("kind", "body"), [("too_much_data", True), ("http_500_empty", False)])
def test_a_page_that_is_too_large_fails_until_the_limit_is_smaller(
    graph: GraphServer, faults: Faults, form_id: str, kind: str, *, body: bool
) -> None:
    faults.once(kind, above=30)

    for _ in range(2):
        refused = ask(graph, f"{form_id}/leads", limit=31)
        assert refused.status_code == 500
        assert bool(refused.content) is body
    assert "reduce the amount of data" in refused.text or not body
    assert len(answer(graph, f"{form_id}/leads", limit=30)["data"]) == 30


def test_a_gateway_answers_with_html_and_the_sdk_takes_it_for_success(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("html_502", times=2)

    reply = ask(graph, f"{form_id}/leads")
    assert reply.status_code == 502
    assert reply.headers["Content-Type"].startswith("text/html")
    with sdk(graph) as api, pytest.raises(TypeError):
        list(LeadgenForm(form_id, api=api).get_leads())


def test_service_unavailable_comes_with_200(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("service_unavailable", times=2)

    assert ask(graph, f"{form_id}/leads").status_code == 200
    with sdk(graph) as api, pytest.raises(FacebookRequestError):
        api.call("GET", (form_id, "leads"))


def test_a_truncated_body_is_an_incomplete_read(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("truncated_body")

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        ask(graph, f"{form_id}/leads")


def test_truncated_json_has_the_length_it_says(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("truncated_json")

    reply = ask(graph, f"{form_id}/leads")

    assert reply.status_code == 200
    assert int(reply.headers["Content-Length"]) == len(reply.content)
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(reply.content)


@pytest.mark.parametrize("is_reset", [False, True])
def test_a_connection_can_end_before_the_first_byte(
    graph: GraphServer, faults: Faults, form_id: str, *, is_reset: bool
) -> None:
    faults.once("dropped_connection", is_reset=is_reset)

    with pytest.raises(requests.exceptions.ConnectionError):
        ask(graph, f"{form_id}/leads")
    assert answer(graph, f"{form_id}/leads")["data"]


def test_a_slow_reply_runs_into_the_timeout_of_the_client(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("latency", seconds=0.4)

    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{graph.url}/v26.0/{form_id}/leads", timeout=0.05)


def test_the_sdk_loses_what_follows_an_empty_page_and_next_does_not(
    graph: GraphServer, faults: Faults, world: World, form_id: str
) -> None:
    faults.once("empty_page", after=1, times=2)
    with sdk(graph) as api:
        rows = list(LeadgenForm(form_id, api=api).get_leads(params={"limit": 20}))
    assert len(rows) == 20 < len(world.lead_ids(form_id))

    faults.clear()
    faults.once("empty_page", times=3)
    assert sorted(ids(pulled(graph, form_id, limit=20))) == sorted(world.lead_ids(form_id))


def test_each_empty_page_has_a_cursor_of_its_own(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.always("empty_page")
    seen: list[str] = []
    params: dict[str, str | int] = {}
    for _ in range(3):
        page = answer(graph, f"{form_id}/leads", **params)
        assert page["data"] == []
        params["after"] = page["paging"]["cursors"]["after"]
        seen.append(str(params["after"]))

    assert len(set(seen)) == 3


def test_a_trailing_next_leads_to_an_empty_page(
    graph: GraphServer, faults: Faults, world: World, form_id: str
) -> None:
    faults.once("trailing_next")
    page = answer(graph, f"{form_id}/leads", limit=500)

    assert set(ids(page["data"])) == world.lead_ids(form_id)
    assert requests.get(page["paging"]["next"], timeout=5).json() == {"data": []}


@pytest.mark.parametrize(
    ("kind", "left"), [("next_without_cursors", ["next"]), ("missing_after", ["cursors", "next"])]
)
def test_the_cursor_may_stand_in_the_text_of_next_alone(
    graph: GraphServer, faults: Faults, world: World, form_id: str, kind: str, left: list[str]
) -> None:
    faults.always(kind)
    paging = answer(graph, f"{form_id}/leads", limit=20)["paging"]

    assert sorted(paging) == left
    assert "after" not in paging.get("cursors", {})
    assert parse_qs(urlsplit(paging["next"]).query)["after"]
    assert sorted(ids(pulled(graph, form_id, limit=20))) == sorted(world.lead_ids(form_id))


def test_a_next_may_lead_nowhere(graph: GraphServer, faults: Faults, form_id: str) -> None:
    faults.once("next_leads_nowhere")
    paging = answer(graph, f"{form_id}/leads", limit=20)["paging"]

    assert list(paging) == ["next"]
    assert "after" not in parse_qs(urlsplit(paging["next"]).query)


def test_a_repeated_cursor_goes_round_in_circles(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.always("repeated_cursor")
    pages = [answer(graph, f"{form_id}/leads", limit=20)]
    for _ in range(2):
        after = pages[-1]["paging"]["cursors"]["after"]
        pages.append(answer(graph, f"{form_id}/leads", limit=20, after=after))

    assert ids(pages[0]["data"]) == ids(pages[1]["data"]) == ids(pages[2]["data"])
    assert pages[1]["paging"] == pages[2]["paging"]


def test_ad_fields_can_be_refused_while_the_rest_is_given(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("bad_ad_fields")

    assert refusal(graph, f"{form_id}/leads", fields=ALL_LEAD_FIELDS)["code"] == 100
    assert answer(graph, f"{form_id}/leads", fields="id,platform,field_data")["data"]
    assert refusal(graph, f"{form_id}/leads", fields="id,ad_name")["code"] == 100


def test_one_form_without_legal_content_spoils_the_list_but_not_the_others(
    graph: GraphServer, faults: Faults, world: World, form_id: str
) -> None:
    faults.once("no_legal_content", form_id=form_id)
    fields = "id,legal_content{id}"

    assert refusal(graph, f"{world.page_id}/leadgen_forms", fields=fields)["code"] == 100
    assert refusal(graph, form_id, fields=fields)["code"] == 100
    assert refusal(graph, "", ids=f"1,{form_id}", fields=fields)["code"] == 100
    assert answer(graph, world.forms[1].id, fields=fields)["legal_content"]["id"]
    assert answer(graph, form_id, fields="id,name")["name"]
    assert answer(graph, f"{world.page_id}/leadgen_forms")["data"]


def test_test_leads_can_be_refused_as_a_field_and_given_as_an_edge(
    graph: GraphServer, faults: Faults, world: World, form_id: str
) -> None:
    faults.once("no_nested_test_leads")

    error = refusal(graph, f"{world.page_id}/leadgen_forms", fields="id,test_leads{id}")
    assert error["code"] == 100
    assert answer(graph, f"{form_id}/test_leads")["data"]


def test_ids_can_come_as_numbers(graph: GraphServer, faults: Faults, form_id: str) -> None:
    faults.once("integer_ids")
    rows = answer(graph, f"{form_id}/leads", fields=ALL_LEAD_FIELDS)["data"]
    form = answer(graph, form_id, fields="id,page{id}")

    assert all(isinstance(row["id"], int) and row["form_id"] == int(form_id) for row in rows)
    assert any(isinstance(row.get("ad_id"), int) for row in rows)
    assert form == {"id": int(form_id), "page": {**form["page"], "id": int(graph.world.page_id)}}


def test_the_wording_comes_in_other_shapes(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("checkboxes_as_data")
    faults.once("body_as_string")
    shown = answer(graph, form_id, fields="legal_content")["legal_content"]["custom_disclaimer"]

    assert [box["key"] for box in shown["checkboxes"]["data"]] == ["email_updates", "call_updates"]
    assert shown["body"].startswith("You can take this back")
