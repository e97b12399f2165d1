"""When faults happen: scripted ones, and the seeded drizzle."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests
from facebook_business.exceptions import FacebookRequestError

from simulator.faults import RECOVERABLE, FaultKind, Faults
from simulator.graph_api import GraphServer
from simulator.world import World
from tests.simulator.asking import answer, ask, ids, refusal, sdk


def test_a_fault_waits_for_its_turn_and_befalls_its_path_only(
    graph: GraphServer, faults: Faults, world: World, form_id: str
) -> None:
    other = world.forms[1].id
    faults.once("transient", f"{form_id}/leads", after=1, times=2)

    outcomes = [ask(graph, f"{form_id}/leads").status_code for _ in range(4)]

    assert outcomes == [200, 500, 500, 200]
    assert ask(graph, f"{other}/leads").status_code == 200
    assert ask(graph, form_id).status_code == 200
    path = f"/v26.0/{form_id}/leads"
    assert faults.fired == [(FaultKind.TRANSIENT, path), (FaultKind.TRANSIENT, path)]


def test_a_path_is_matched_by_whole_segments(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.always("transient", "leads")

    assert ask(graph, f"{form_id}/test_leads").status_code == 200
    assert ask(graph, f"{graph.world.page_id}/leadgen_forms").status_code == 200
    assert ask(graph, f"{form_id}/leads").status_code == 500
    faults.always("transient", "")
    assert ask(graph, "me").status_code == 500


def test_cleared_faults_are_over(graph: GraphServer, faults: Faults, form_id: str) -> None:
    faults.always("transient")
    faults.clear()

    assert ask(graph, f"{form_id}/leads").status_code == 200


def test_an_unknown_kind_is_a_mistake_in_the_test(faults: Faults) -> None:
    with pytest.raises(ValueError, match="no_such_fault"):
        faults.once("no_such_fault")


def test_the_error_in_a_request_comes_before_the_fault(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("too_much_data")

    assert refusal(graph, f"{form_id}/leads", limit="many")["code"] == 100


def _fired(seed: int, now: datetime) -> list[FaultKind]:
    world = World.seeded(1, 30, now)
    faults = Faults.random(seed, 0.5, ["transient", "html_502", "truncated_json"])
    with GraphServer(world, faults=faults) as graph:
        for _ in range(40):
            ask(graph, f"{world.forms[0].id}/leads")
    return [kind for kind, _ in faults.fired]


def test_random_faults_follow_from_the_seed(now: datetime) -> None:
    fired = _fired(5, now)

    assert 8 < len(fired) < 32
    assert len(set(fired)) == 3
    assert fired == _fired(5, now)
    assert fired != _fired(6, now)


def test_random_faults_leave_room_to_get_through(now: datetime) -> None:
    world = World.seeded(1, 30, now)
    faults = Faults.random(1, 1.0, ["transient"], most_in_a_row=2)
    with GraphServer(world, faults=faults) as graph:
        statuses = [ask(graph, "me").status_code for _ in range(9)]

    assert statuses == [500, 500, 200] * 3


def _persistent_rows(graph: GraphServer, form_id: str) -> Iterator[dict[str, Any]]:
    """Pull as a careful client does: three tries a page, and only `next` tells the end."""
    params: dict[str, str | int] = {"limit": 3}
    while True:
        page = _third_time_lucky(graph, form_id, params)
        yield from page["data"]
        if "next" not in page.get("paging", {}):
            return
        params["after"] = page["paging"]["cursors"]["after"]


def _third_time_lucky(
    graph: GraphServer, form_id: str, params: dict[str, str | int]
) -> dict[str, Any]:
    for _ in range(3):
        try:
            page = ask(graph, f"{form_id}/leads", **params).json()
        except requests.RequestException:
            continue
        if isinstance(page, dict) and "data" in page:
            return page
    raise AssertionError("three faults in a row")


def test_whatever_is_recoverable_costs_a_careful_client_no_lead(world: World, form_id: str) -> None:
    faults = Faults.random(3, 0.6, RECOVERABLE, path="leads")
    with GraphServer(world, faults=faults) as graph:
        rows = list(_persistent_rows(graph, form_id))

    assert {kind for kind, _ in faults.fired} >= {FaultKind.EMPTY_PAGE, FaultKind.TRUNCATED_BODY}
    assert sorted(ids(rows)) == sorted(world.lead_ids(form_id))


def test_every_kind_can_befall_a_pull_without_breaking_the_simulator(
    world: World, form_id: str
) -> None:
    for kind in FaultKind:
        with GraphServer(world) as graph:
            graph.faults.always(kind, "", seconds=0)
            for path in (f"{form_id}/leads", form_id, "me", "31337"):
                with sdk(graph) as api:
                    _ignore_the_outcome(api, path)
            befell = {fired for fired, _ in graph.faults.fired}
        assert befell <= {kind}


def _ignore_the_outcome(api: Any, path: str) -> None:
    fields = "id,ad_id" if path.endswith("leads") else "id"
    try:
        api.call("GET", path.split("/"), params={"fields": fields, "limit": 100})
    except (FacebookRequestError, requests.RequestException):
        return


def test_a_fault_that_finds_nothing_to_spoil_waits_for_its_page(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    for kind in ("next_without_cursors", "body_as_string", "empty_page"):
        faults.once(kind, "", times=1)

    assert answer(graph, "me")["name"]
    assert faults.fired == []

    assert answer(graph, f"{form_id}/leads", limit=5)["data"] == []
    assert FaultKind.EMPTY_PAGE in {kind for kind, _ in faults.fired}
    assert isinstance(
        answer(graph, form_id, fields="legal_content")["legal_content"]["custom_disclaimer"][
            "body"
        ],
        str,
    )


def test_several_faults_can_befall_one_reply(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    for kind in ("truncated_json", "near_limit", "integer_ids", "trailing_next"):
        faults.once(kind, times=1)

    reply = ask(graph, f"{form_id}/leads", limit=500)

    assert reply.text.startswith('{"data":[{"id":')
    assert reply.text[len('{"data":[{"id":')].isdigit()
    assert "X-App-Usage" in reply.headers
    with pytest.raises(requests.exceptions.JSONDecodeError):
        reply.json()
    assert len(faults.fired) == 4


def test_of_two_faults_that_take_the_place_of_the_answer_one_waits(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    faults.once("html_502")
    faults.once("throttle")

    statuses = [ask(graph, f"{form_id}/leads").status_code for _ in range(3)]

    assert statuses == [502, 400, 200]


def test_all_paging_faults_together_do_not_break_the_simulator(
    graph: GraphServer, faults: Faults, form_id: str
) -> None:
    for kind in FaultKind:
        if kind.value.startswith(("next_", "missing_", "repeated_", "trailing_", "empty_")):
            faults.always(kind)
            assert "data" in answer(graph, f"{form_id}/leads", limit=5)
