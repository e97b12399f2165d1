"""Paging, order and filters: where leads get lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
import requests

from simulator.graph_api import TOKEN, GraphServer, Order
from simulator.world import World
from tests.simulator.asking import ALL_LEAD_FIELDS, answer, ask, ids, pulled, refusal


@pytest.mark.parametrize("limit", [1, 7, 25, 500])
@pytest.mark.parametrize("order", list(Order))
def test_the_pages_hold_every_lead_once(world: World, order: Order, limit: int) -> None:
    with GraphServer(world, order=order) as graph:
        for form in world.forms[:3]:
            rows = pulled(graph, form.id, limit=limit, fields=ALL_LEAD_FIELDS)
            assert sorted(ids(rows)) == sorted(world.lead_ids(form.id))


def test_leads_come_in_the_order_that_was_set(world: World, form_id: str) -> None:
    times = {}
    for order in Order:
        with GraphServer(world, order=order) as graph:
            times[order] = [row["created_time"] for row in pulled(graph, form_id, limit=20)]

    assert times[Order.NEWEST_FIRST] == sorted(times[Order.NEWEST_FIRST], reverse=True)
    assert times[Order.OLDEST_FIRST] == sorted(times[Order.OLDEST_FIRST])
    assert times[Order.SHUFFLED] not in (times[Order.NEWEST_FIRST], times[Order.OLDEST_FIRST])


def test_a_page_has_twenty_five_rows_unless_said(graph: GraphServer, form_id: str) -> None:
    assert len(answer(graph, f"{form_id}/leads")["data"]) == 25


def test_the_last_page_has_a_cursor_but_no_next(graph: GraphServer, form_id: str) -> None:
    paging = answer(graph, f"{form_id}/leads", limit=500)["paging"]

    assert sorted(paging["cursors"]) == ["after", "before"]
    assert "next" not in paging
    after = paging["cursors"]["after"]
    assert answer(graph, f"{form_id}/leads", after=after) == {"data": []}


def test_no_rows_means_no_paging(graph: GraphServer, world: World) -> None:
    assert answer(graph, f"{world.forms[-1].id}/leads") == {"data": []}


def test_next_works_as_it_stands_and_holds_the_token(graph: GraphServer, form_id: str) -> None:
    page = answer(graph, f"{form_id}/leads", limit=5, fields="id,platform")
    following = page["paging"]["next"]

    assert following.startswith(f"{graph.url}/v26.0/{form_id}/leads?")
    query = parse_qs(urlsplit(following).query)
    assert query["access_token"] == [TOKEN]
    assert query["limit"] == ["5"]
    assert query["after"] == [page["paging"]["cursors"]["after"]]
    rows = requests.get(following, timeout=5).json()["data"]
    assert len(rows) == 5
    assert not set(ids(rows)) & set(ids(page["data"]))


def test_forms_are_paged_too(graph: GraphServer, world: World) -> None:
    first = answer(graph, f"{world.page_id}/leadgen_forms", limit=4)
    after = first["paging"]["cursors"]["after"]
    second = answer(graph, f"{world.page_id}/leadgen_forms", limit=4, after=after)

    assert "next" in first["paging"]
    assert "next" not in second["paging"]
    listed = ids(first["data"]) + ids(second["data"])
    assert listed == [form.id for form in reversed(world.forms)]


@pytest.mark.parametrize("order", list(Order))
def test_what_arrives_during_a_pull_neither_doubles_nor_hides_a_lead(
    world: World, form_id: str, now: datetime, order: Order
) -> None:
    there = world.lead_ids(form_id)
    rows = []
    with GraphServer(world, order=order) as graph:
        after: dict[str, str | int] = {}
        while True:
            page = answer(graph, f"{form_id}/leads", limit=10, **after)
            rows += ids(page["data"])
            world.add_random_leads(3, now)
            if "next" not in page["paging"]:
                break
            after["after"] = page["paging"]["cursors"]["after"]

    assert len(rows) == len(set(rows))
    assert there <= set(rows)


def _created(world: World, form_id: str) -> list[int]:
    return [lead.created for lead in world.shelf(form_id, Order.OLDEST_FIRST).leads]


@pytest.mark.parametrize(
    ("operator", "keeps"),
    [
        ("GREATER_THAN", lambda created, value: created > value),
        ("GREATER_THAN_OR_EQUAL", lambda created, value: created >= value),
        ("LESS_THAN", lambda created, value: created < value),
    ],
)
def test_leads_are_filtered_by_unix_seconds(
    graph: GraphServer, world: World, form_id: str, operator: str, keeps: Callable[[int, int], bool]
) -> None:
    created = _created(world, form_id)
    value = created[len(created) // 2]
    condition = {"field": "time_created", "operator": operator, "value": value}

    rows = pulled(graph, form_id, limit=10, filtering=orjson.dumps([condition]).decode())

    expected = sum(keeps(one, value) for one in created)
    assert 0 < len(rows) == expected < len(created)


def test_conditions_add_up(graph: GraphServer, world: World, form_id: str) -> None:
    created = _created(world, form_id)
    filtering = [
        {"field": "time_created", "operator": "GREATER_THAN", "value": str(created[2])},
        {"field": "time_created", "operator": "LESS_THAN", "value": created[9]},
    ]

    rows = pulled(graph, form_id, filtering=orjson.dumps(filtering).decode())

    assert len(rows) == sum(created[2] < one < created[9] for one in created) > 0


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "created_time", "operator": "GREATER_THAN", "value": 4_000_000_000},
        {"field": "time_created", "operator": "GREATER_THAN", "value": "2099-01-01T00:00:00"},
    ],
)
def test_a_filter_that_meta_does_not_understand_is_ignored_without_a_word(
    graph: GraphServer, world: World, form_id: str, condition: dict[str, object]
) -> None:
    rows = pulled(graph, form_id, limit=100, filtering=orjson.dumps([condition]).decode())

    assert set(ids(rows)) == world.lead_ids(form_id)


@pytest.mark.parametrize(
    "params",
    [
        {"filtering": "time_created > 5"},
        {"filtering": '{"field":"time_created"}'},
        {"filtering": '[{"field":"time_created","operator":"AFTER","value":1}]'},
        {"limit": "0"},
        {"limit": "many"},
        {"after": "nonsense"},
        {"after": "YS5iLmMuZA=="},
        {"before": "YS5iLmMuZA=="},
    ],
)
def test_a_parameter_that_cannot_be_read_is_refused(
    graph: GraphServer, form_id: str, params: dict[str, str]
) -> None:
    assert refusal(graph, f"{form_id}/leads", **params)["code"] == 100


def test_expired_leads_are_not_listed(
    graph: GraphServer, world: World, form_id: str, now: datetime
) -> None:
    world.now = now + timedelta(days=50)
    left = world.lead_ids(form_id)

    assert set(ids(pulled(graph, form_id))) == left
    assert (
        0
        < len(left)
        < answer(graph, form_id, fields="expired_leads_count")["expired_leads_count"] + len(left)
    )


def test_one_seed_gives_one_answer_on_the_wire(now: datetime) -> None:
    bodies = []
    for _ in range(2):
        world = World.seeded(11, 60, now)
        with GraphServer(world) as graph:
            page = ask(graph, f"{world.forms[0].id}/leads", limit=5, fields=ALL_LEAD_FIELDS)
            bodies.append(page.content.replace(str(graph.port).encode(), b"PORT"))

    assert bodies[0] == bodies[1]
