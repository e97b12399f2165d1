from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from simulator.answers import TEST_EMAIL
from simulator.leads import Order
from simulator.world import PAGE_ID, World


def _everything(world: World) -> list[bytes]:
    return [
        lead.json for form in world.forms for lead in world.shelf(form.id, Order.OLDEST_FIRST).leads
    ]


def _leads(world: World) -> list[dict[str, Any]]:
    return [orjson.loads(json) for json in _everything(world)]


def test_the_same_seed_gives_the_same_bytes(now: datetime) -> None:
    first, second = World.seeded(7, 300, now), World.seeded(7, 300, now)

    assert _everything(first) == _everything(second)
    assert [form.static for form in first.forms] == [form.static for form in second.forms]
    assert _everything(first) != _everything(World.seeded(8, 300, now))


def test_a_seeded_world_has_the_leads_asked_for_beside_its_test_leads(world: World) -> None:
    assert len(world.lead_ids() - world.test_lead_ids()) == 240
    assert world.lead_ids() == frozenset().union(*(world.lead_ids(f.id) for f in world.forms))
    assert world.page_id == PAGE_ID


def test_leads_were_created_within_eighty_days(world: World, now: datetime) -> None:
    times = [datetime.fromisoformat(lead["created_time"]) for lead in _leads(world)]

    assert now - timedelta(days=80) <= min(times) < now - timedelta(days=60)
    assert now - timedelta(days=10) < max(times) <= now


def test_ids_have_fifteen_to_seventeen_digits(world: World) -> None:
    assert {len(lead_id) for lead_id in world.lead_ids()} == {15, 16, 17}
    assert any(str(int(float(one))) != one for one in world.lead_ids()), "a float must mangle some"


def test_the_catalogue_shows_each_kind_of_form(world: World) -> None:
    newsletter, required, pre_ticked, boxless, german, textless, quiet = world.forms

    assert [(box.is_required, box.is_checked_by_default) for box in newsletter.boxes] == [
        (False, False),
        (False, False),
    ]
    assert required.boxes[0].is_required
    assert pre_ticked.boxes[0].is_checked_by_default
    assert boxless.boxes == ()
    assert german.static["locale"] == "de_DE"
    assert [box.key for box in german.boxes] == ["optional_1", "optional_2"]
    assert textless.boxes[0].text is None
    assert "text" not in _boxes(textless.static)[0]
    assert quiet.static["status"] == "ARCHIVED"
    assert world.lead_ids(quiet.id) == frozenset()


def _boxes(form: dict[str, Any]) -> list[dict[str, Any]]:
    boxes: list[dict[str, Any]] = form["legal_content"]["custom_disclaimer"]["checkboxes"]
    return boxes


def test_a_link_in_the_text_points_at_its_words(world: World) -> None:
    body = world.forms[0].static["legal_content"]["custom_disclaimer"]["body"]
    [link] = body["url_entities"]

    words = body["text"][link["offset"] : link["offset"] + link["length"]]
    assert words == "privacy policy"


def test_more_forms_than_the_catalogue_has_are_copies(now: datetime) -> None:
    world = World.seeded(1, 20, now, forms=9)

    assert len({form.id for form in world.forms}) == 9
    assert world.forms[7].static["name"] == f"{world.forms[0].static['name']}-copy"


def test_paid_leads_name_their_ad_and_organic_ones_have_no_such_key(world: World) -> None:
    leads = _leads(world)
    organic = [lead for lead in leads if lead["is_organic"]]
    paid = [lead for lead in leads if not lead["is_organic"]]

    assert 0 < len(organic) < len(paid)
    assert all("ad_id" not in lead and "campaign_id" not in lead for lead in organic)
    assert all(lead["ad_id"] and lead["adset_id"] and lead["campaign_name"] for lead in paid)


def test_answers_have_the_oddities_of_real_ones(now: datetime) -> None:
    world = World.seeded(3, 4_000, now)
    answers = [answer for lead in _leads(world) for answer in lead["field_data"]]
    names = {answer["name"] for answer in answers}

    assert any(len(answer["values"]) > 1 for answer in answers)
    assert any(not answer["values"] for answer in answers)
    assert {"utm_source", "what's your monthly budget?", "größe_des_unternehmens?"} <= names


def test_boxes_are_answered_in_every_way_that_real_ones_are(now: datetime) -> None:
    world = World.seeded(3, 4_000, now)
    ticks: dict[str, set[str]] = {}
    silent = 0
    for lead in _leads(world):
        answers = lead.get("custom_disclaimer_responses")
        silent += answers == []
        for one in answers or ():
            ticks.setdefault(one["checkbox_key"], set()).add(one["is_checked"])

    assert {"1", ""} <= ticks["email_updates"]
    assert "false" in set().union(*ticks.values())
    assert "optional_99" in ticks, "a box that is not on the form"
    assert silent, "a required box need not come back"
    boxless = world.forms[3].id
    assert all(
        "custom_disclaimer_responses" not in lead
        for lead in _leads(world)
        if lead["form_id"] == boxless
    )


def test_a_test_lead_carries_dummy_values_and_replaces_the_one_before(
    world: World, now: datetime
) -> None:
    form_id = world.forms[0].id
    [earlier] = world.test_lead_ids(form_id)

    added = world.add_test_lead(form_id, created_at=now)

    assert world.test_lead_ids(form_id) == {added}
    assert earlier not in world.lead_ids()
    lead = world.lead(added)
    assert lead is not None
    values = {one["name"]: one["values"] for one in orjson.loads(lead.json)["field_data"]}
    assert values["full_name"] == ["<test lead: dummy data for full_name>"]
    assert values["email"] == [TEST_EMAIL]


def test_a_lead_of_ones_own_is_kept_as_given(world: World, now: datetime) -> None:
    form_id = world.forms[0].id
    lead_id = world.add_lead(
        form_id,
        {"email": ["priya@mail.example"], "topics": ["a", "b"]},
        created_at=now,
        boxes={"email_updates": "1"},
        origin={"ad_id": "12", "is_organic": False, "platform": "ig"},
        lead_id="12345678901234567",
    )

    lead = world.lead(lead_id)
    assert lead is not None
    assert orjson.loads(lead.json) == {
        "id": "12345678901234567",
        "created_time": "2026-11-22T12:00:00+0000",
        "form_id": form_id,
        "ad_id": "12",
        "is_organic": False,
        "platform": "ig",
        "field_data": [
            {"name": "email", "values": ["priya@mail.example"]},
            {"name": "topics", "values": ["a", "b"]},
        ],
        "custom_disclaimer_responses": [{"checkbox_key": "email_updates", "is_checked": "1"}],
    }
    with pytest.raises(ValueError, match="already"):
        world.add_lead(form_id, {}, created_at=now, lead_id=lead_id)


def test_a_lead_is_gone_ninety_days_after_its_submission(world: World, now: datetime) -> None:
    form_id = world.forms[0].id
    lead_id = world.add_lead(form_id, {"email": ["a@mail.example"]}, created_at=now)
    before = world.counts(form_id)

    world.now = now + timedelta(days=90) - timedelta(seconds=1)
    assert world.lead(lead_id) is not None
    world.now = now + timedelta(days=90)

    assert world.lead(lead_id) is None
    assert world.lead_ids(form_id) == frozenset()
    assert world.counts(form_id) == {
        "leads_count": 0,
        "organic_leads_count": 0,
        "expired_leads_count": before["leads_count"],
    }


def test_leads_that_arrive_move_the_clock_forward_only(world: World, now: datetime) -> None:
    later = now + timedelta(hours=1)

    arrived = world.add_random_leads(5, later, over=timedelta(minutes=10))
    assert world.now == later
    assert set(arrived) <= world.lead_ids()
    times = [lead.created for one in arrived if (lead := world.lead(one))]
    assert all(later.timestamp() - 600 <= time <= later.timestamp() for time in times)

    world.add_random_leads(1, now)
    assert world.now == later


def test_many_threads_add_and_read_without_losing_a_lead(now: datetime) -> None:
    world = World.seeded(1, 0, now, forms=3)

    def add_and_read(_: int) -> list[str]:
        added = world.add_random_leads(20, now)
        for form in world.forms:
            shelf = world.shelf(form.id, Order.NEWEST_FIRST)
            assert len(shelf.ranks) == len(shelf.leads)
        return added

    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(add_and_read, range(40)))

    added = {lead_id for batch in batches for lead_id in batch}
    assert len(added) == 800
    assert added <= world.lead_ids()
    on_shelves = [
        lead.id for form in world.forms for lead in world.shelf(form.id, Order.SHUFFLED).leads
    ]
    assert sorted(on_shelves) == sorted(world.lead_ids())


def test_a_naive_clock_is_never_shown(now: datetime) -> None:
    world = World.seeded(1, 1, now.astimezone())

    assert world.now == now
    assert world.now.tzinfo is UTC
