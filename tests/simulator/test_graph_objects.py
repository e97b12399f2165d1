"""Forms, leads, page and token, as the real SDK and plain HTTP see them."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
import requests
from facebook_business.adobjects.lead import Lead
from facebook_business.adobjects.leadgenform import LeadgenForm
from facebook_business.adobjects.page import Page
from facebook_business.exceptions import FacebookRequestError

from simulator.graph_api import APP_ID, APP_SECRET, PAGE_TOKEN, TOKEN, GraphServer
from simulator.world import World
from tests.simulator.asking import ALL_LEAD_FIELDS, answer, ask, ids, refusal, sdk

_LEGAL = (
    "legal_content{id,privacy_policy{url,link_text},custom_disclaimer{title,body,"
    "checkboxes{id,key,text,is_required,is_checked_by_default}}}"
)


def test_the_sdk_lists_the_forms_of_the_page(graph: GraphServer, world: World) -> None:
    with sdk(graph) as api:
        forms = Page(world.page_id, api=api).get_lead_gen_forms(fields=["id", "name", "status"])
        listed = {form["id"]: form["status"] for form in forms}

    assert listed == {form.id: form.blueprint.status for form in world.forms}


def test_the_sdk_reads_every_lead_of_a_form(graph: GraphServer, world: World, form_id: str) -> None:
    with sdk(graph) as api:
        leads = LeadgenForm(form_id, api=api).get_leads(
            fields=ALL_LEAD_FIELDS.split(","), params={"limit": 7}
        )
        rows = [lead.export_all_data() for lead in leads]

    assert sorted(ids(rows)) == sorted(world.lead_ids(form_id))
    assert len(graph.calls_to(f"{form_id}/leads")) == -(-len(rows) // 7)


def test_the_sdk_reads_one_lead(graph: GraphServer, world: World, form_id: str) -> None:
    lead_id = min(world.lead_ids(form_id))
    kept = world.lead(lead_id)
    assert kept is not None
    with sdk(graph) as api:
        lead = Lead(lead_id, api=api).api_get(fields=ALL_LEAD_FIELDS.split(","))

    assert lead.export_all_data() == orjson.loads(kept.json)


def test_a_lead_shows_three_fields_unless_more_are_named(graph: GraphServer, form_id: str) -> None:
    [row] = answer(graph, f"{form_id}/leads", limit=1)["data"]

    assert sorted(row) == ["created_time", "field_data", "id"]


def test_fields_inside_an_answer_can_be_chosen(graph: GraphServer, form_id: str) -> None:
    [row] = answer(graph, f"{form_id}/leads", limit=1, fields="field_data{name}")["data"]

    assert sorted(row) == ["field_data", "id"]
    assert all(list(one) == ["name"] for one in row["field_data"])


def test_a_form_shows_its_wording_and_its_counts(
    graph: GraphServer, world: World, form_id: str
) -> None:
    shown = answer(graph, form_id, fields=f"name,questions,leads_count,context_card,{_LEGAL}")

    disclaimer = shown["legal_content"]["custom_disclaimer"]
    assert [box["key"] for box in disclaimer["checkboxes"]] == ["email_updates", "call_updates"]
    assert disclaimer["checkboxes"][0]["is_checked_by_default"] is False
    assert shown["leads_count"] == len(world.lead_ids(form_id))
    assert {question["type"] for question in shown["questions"]} == {"FULL_NAME", "EMAIL", "PHONE"}
    assert shown["context_card"]["content"]


def test_inner_fields_are_honoured(graph: GraphServer, form_id: str) -> None:
    shown = answer(
        graph, form_id, fields="page{name},legal_content{custom_disclaimer{checkboxes{key}}}"
    )

    assert shown["page"] == {"id": graph.world.page_id, "name": graph.world.page_name}
    assert [sorted(box) for box in shown["legal_content"]["custom_disclaimer"]["checkboxes"]] == [
        ["id", "key"],
        ["id", "key"],
    ]


def test_a_form_without_boxes_has_a_policy_but_no_disclaimer(
    graph: GraphServer, world: World
) -> None:
    shown = answer(graph, world.forms[3].id, fields=_LEGAL)

    assert sorted(shown["legal_content"]) == ["id", "privacy_policy"]


def test_test_leads_are_listed_by_form_and_inside_the_list_of_forms(
    graph: GraphServer, world: World, form_id: str
) -> None:
    by_form = answer(graph, f"{form_id}/test_leads", fields="id")
    listed = answer(graph, f"{world.page_id}/leadgen_forms", fields="id,test_leads{id}", limit=50)

    assert set(ids(by_form["data"])) == world.test_lead_ids(form_id)
    nested = {one for form in listed["data"] for one in ids(form["test_leads"]["data"])}
    assert nested == world.test_lead_ids()


def test_leads_inside_a_form_are_cut_at_their_own_limit_and_point_on(
    graph: GraphServer, world: World, form_id: str
) -> None:
    shown = answer(graph, form_id, fields="id,leads.limit(3){id,created_time}")["leads"]

    assert [sorted(row) for row in shown["data"]] == [["created_time", "id"]] * 3
    following = requests.get(shown["paging"]["next"], timeout=5).json()
    assert set(ids(following["data"])) <= world.lead_ids(form_id) - set(ids(shown["data"]))


def test_several_ids_are_answered_at_once(graph: GraphServer, world: World, form_id: str) -> None:
    lead_ids = sorted(world.lead_ids(form_id))[:3]
    with sdk(graph) as api:
        shown = api.call("GET", ("",), params={"ids": ",".join(lead_ids), "fields": "form_id"})

    assert shown.json() == {one: {"id": one, "form_id": form_id} for one in lead_ids}
    assert refusal(graph, "", ids=f"{lead_ids[0]},999")["code"] == 803
    assert refusal(graph, "", ids=",".join(["1"] * 51))["code"] == 100


def test_the_page_says_who_may_read_its_leads(graph: GraphServer, world: World) -> None:
    fields = "name,has_lead_access,leadgen_tos_accepted,access_token"
    shown = answer(graph, world.page_id, fields=fields)
    assert shown["access_token"] == PAGE_TOKEN
    assert shown["leadgen_tos_accepted"] is True
    assert shown["has_lead_access"]["can_access_lead"] is True

    world.access.can_access_lead = False
    shut = answer(graph, world.page_id, fields="has_lead_access{can_access_lead,failure_reason}")
    assert shut["has_lead_access"]["can_access_lead"] is False
    assert shut["has_lead_access"]["failure_reason"]


def test_who_has_no_lead_access_reads_forms_but_no_leads(
    graph: GraphServer, world: World, form_id: str
) -> None:
    world.access.can_access_lead = False
    lead_id = min(world.lead_ids(form_id))

    assert answer(graph, form_id)["id"] == form_id
    for path, missing in ((f"{form_id}/leads", form_id), (lead_id, lead_id)):
        error = refusal(graph, path)
        assert (error["code"], error["error_subcode"]) == (100, 33)
        assert error["message"].startswith(f"Unsupported get request. Object with ID '{missing}'")


def test_a_token_without_leads_retrieval_is_refused(
    graph: GraphServer, world: World, form_id: str
) -> None:
    world.access.scopes = ("ads_management",)

    assert refusal(graph, f"{form_id}/leads")["code"] == 200


def test_a_token_without_ads_management_sees_no_ad(
    graph: GraphServer, world: World, form_id: str
) -> None:
    world.access.scopes = ("leads_retrieval",)

    rows = answer(graph, f"{form_id}/leads", fields=ALL_LEAD_FIELDS, limit=500)["data"]

    assert not any("ad_id" in row or "campaign_name" in row for row in rows)
    assert any(row["is_organic"] is False for row in rows)


def test_a_missing_subscription_is_an_empty_list(graph: GraphServer, world: World) -> None:
    [app] = answer(graph, f"{world.page_id}/subscribed_apps")["data"]
    assert (app["id"], app["subscribed_fields"]) == (APP_ID, ["leadgen"])

    world.access.is_subscribed = False
    assert answer(graph, f"{world.page_id}/subscribed_apps") == {"data": []}


def test_a_token_is_inspected_without_its_text_in_the_address(
    graph: GraphServer, world: World, now: datetime
) -> None:
    world.access.expires_at = now + timedelta(days=9)
    with sdk(graph) as api:
        params = {"input_token": TOKEN, "method": "GET"}
        shown = api.call("POST", ("debug_token",), params=params).json()["data"]

    assert shown["is_valid"] is True
    assert shown["expires_at"] == int((now + timedelta(days=9)).timestamp())
    assert shown["data_access_expires_at"] == 0
    assert "leads_retrieval" in shown["scopes"]
    assert graph.calls[-1].method == "GET"
    other = answer(graph, "debug_token", input_token="EAAnobody")["data"]
    assert (other["is_valid"], other["error"]["code"]) == (False, 190)


@pytest.mark.parametrize(("token", "name"), [(TOKEN, "Lead import"), (PAGE_TOKEN, "Nectra")])
def test_me_is_whose_token_it_is(graph: GraphServer, token: str, name: str) -> None:
    with sdk(graph, token=token) as api:
        assert api.call("GET", ("me",)).json()["name"] == name


def test_the_pages_of_a_user_come_with_their_tokens(graph: GraphServer, world: World) -> None:
    [page] = answer(graph, "me/accounts")["data"]

    assert (page["id"], page["access_token"]) == (world.page_id, PAGE_TOKEN)


@pytest.mark.parametrize("token", ["EAAwrong", ""])
def test_a_wrong_token_is_refused_with_a_subcode(
    graph: GraphServer, form_id: str, token: str
) -> None:
    with (
        sdk(graph, token=token, app_secret=None) as api,
        pytest.raises(FacebookRequestError) as refused,
    ):
        api.call("GET", (form_id, "leads"))

    error: Any = refused.value
    assert (error.api_error_code(), error.api_error_subcode()) == (190, 467)


def test_a_call_without_any_token_is_refused(graph: GraphServer) -> None:
    shown = requests.get(f"{graph.url}/v26.0/me", timeout=5)

    assert shown.status_code == 400
    assert shown.json()["error"]["code"] == 190
    assert graph.calls[-1].token_came_in == "nowhere"


def test_a_token_dies_at_its_time(graph: GraphServer, world: World, now: datetime) -> None:
    world.access.expires_at = now
    error = refusal(graph, "me")
    assert (error["code"], error["error_subcode"]) == (190, 463)

    world.access.expires_at = now + timedelta(seconds=1)
    assert answer(graph, "me")["name"]


def test_a_proof_made_with_another_secret_is_refused(graph: GraphServer) -> None:
    with sdk(graph, app_secret="ffff") as api, pytest.raises(FacebookRequestError) as refused:
        api.call("GET", ("me",))

    error: Any = refused.value
    assert error.api_error_code() == 100
    assert error.api_error_message() == "Invalid appsecret_proof provided in the API argument"


def test_an_app_may_demand_the_proof(world: World) -> None:
    with GraphServer(world, is_proof_required=True) as graph:
        assert refusal(graph, "me")["message"].endswith("require an appsecret_proof argument")
        with sdk(graph, app_secret=APP_SECRET) as api:
            assert api.call("GET", ("me",)).json()["name"] == "Lead import"


@pytest.mark.parametrize(
    ("path", "fields", "node"),
    [
        ("leads", "id,no_such", "Lead"),
        ("leads", "field_data{no_such}", "UserLeadGenFieldData"),
        ("", "no_such", "LeadgenForm"),
        ("", "legal_content{no_such}", "LeadGenLegalContent"),
        ("", "test_leads{no_such}", "Lead"),
    ],
)
def test_an_unknown_field_is_refused(
    graph: GraphServer, form_id: str, path: str, fields: str, node: str
) -> None:
    error = refusal(graph, f"{form_id}/{path}".rstrip("/"), fields=fields)

    assert error["code"] == 100
    assert error["message"] == (
        f"(#100) Tried accessing nonexisting field (no_such) on node type ({node})"
    )


def test_an_unknown_field_is_refused_on_a_form_without_leads(
    graph: GraphServer, world: World
) -> None:
    assert refusal(graph, f"{world.forms[-1].id}/leads", fields="no_such")["code"] == 100


@pytest.mark.parametrize(
    "fields", ["id,", "id{", "a b", "legal_content{id", "leads.limit{id}", "}"]
)
def test_fields_that_are_no_list_are_a_syntax_error(
    graph: GraphServer, form_id: str, fields: str
) -> None:
    assert refusal(graph, form_id, fields=fields)["code"] == 2500


@pytest.mark.parametrize("path", ["31337", "31337/leads", "31337/leadgen_forms"])
def test_an_unknown_object_looks_like_one_without_access(graph: GraphServer, path: str) -> None:
    error = refusal(graph, path)

    assert (error["code"], error["error_subcode"]) == (100, 33)
    assert "does not exist, cannot be loaded due to missing permissions" in error["message"]


def test_an_unknown_edge_is_an_unknown_field(graph: GraphServer, form_id: str) -> None:
    assert "(nothing)" in refusal(graph, f"{form_id}/nothing")["message"]
    assert "(nothing)" in refusal(graph, f"{graph.world.page_id}/nothing")["message"]
    assert refusal(graph, "1/2/3")["code"] == 2500


def test_the_simulator_can_only_be_read(graph: GraphServer, form_id: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}

    for method in ("POST", "DELETE"):
        reply = requests.request(method, f"{graph.url}/v26.0/{form_id}", headers=headers, timeout=5)
        assert reply.json()["error"]["message"] == f"Unsupported {method.lower()} request."


def test_any_version_answers_and_says_which(graph: GraphServer) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    reply = requests.get(f"{graph.url}/v31.0/me", headers=headers, timeout=5)

    assert reply.headers["facebook-api-version"] == "v31.0"
    assert reply.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert graph.calls[-1].path == "/v31.0/me"


def test_the_server_tells_the_time_of_its_world(graph: GraphServer) -> None:
    assert ask(graph, "me").headers["Date"] == "Sun, 22 Nov 2026 12:00:00 GMT"


def test_recorded_calls_hold_no_secret(graph: GraphServer, form_id: str) -> None:
    with sdk(graph) as api:
        api.call("GET", (form_id, "leads"), params={"limit": 3})
        api.call("GET", ("debug_token",), params={"input_token": PAGE_TOKEN})
    ask(graph, "me")

    assert [call.token_came_in for call in graph.calls] == ["query", "query", "header"]
    assert graph.calls[0].params == {"limit": "3"}
    recorded = repr(graph.calls)
    assert TOKEN not in recorded
    assert PAGE_TOKEN not in recorded
    assert "proof" not in recorded
