"""Leads that arrive while they are pulled are there after the next pull."""

import threading
from datetime import timedelta

import pytest

from models.store import Store
from simulator.graph_api import GraphServer, Order
from simulator.world import World
from tests.build import NOW
from tests.pulling import SEED, assert_complete, pull_once, stored_ids


@pytest.mark.parametrize("order", list(Order))
def test_no_lead_that_arrives_during_a_pull_is_lost(store: Store, order: Order) -> None:
    world, stopping = World.seeded(SEED, 300, NOW, forms=3), threading.Event()

    def arrive() -> None:
        moment = NOW
        while not stopping.is_set():
            moment += timedelta(seconds=1)
            world.add_random_leads(3, moment)
            stopping.wait(0.005)

    with GraphServer(world, latency=0.005, order=order) as server:
        before = len(world.lead_ids())
        arriving = threading.Thread(target=arrive)
        arriving.start()
        pull_once(store, server, page_size=10, connections=2)
        stopping.set()
        arriving.join()
        arrived = len(world.lead_ids()) - before
        assert arrived > 20
        pull_once(store, server)
        assert_complete(store, world)
        assert len(stored_ids(store)) == before + arrived


def test_a_form_that_appears_between_two_pulls_is_read_from_its_beginning(store: Store) -> None:
    world = World.seeded(SEED, 50, NOW, forms=2)
    with GraphServer(world) as server:
        pull_once(store, server)
        form = world.add_form(world.forms[0].blueprint)
        world.add_lead(form.id, {"email": ["late@mail.example"]}, created_at=NOW)
        world.now = NOW + timedelta(hours=1)
        pull_once(store, server)
        assert_complete(store, world)


def test_a_lead_that_shows_up_late_is_found_within_the_overlap(store: Store) -> None:
    world = World.seeded(SEED, 50, NOW, forms=2)
    with GraphServer(world) as server:
        form = world.forms[0].id
        world.add_lead(form, {"email": ["newest@mail.example"]}, created_at=NOW)
        pull_once(store, server)
        late = NOW - timedelta(hours=5)
        world.add_lead(form, {"email": ["late@mail.example"]}, created_at=late, lead_id="77")
        pull_once(store, server)
        assert "77" in stored_ids(store)
        assert_complete(store, world)


def test_leads_that_vanish_at_the_platform_stay_with_us(store: Store) -> None:
    world = World.seeded(SEED, 50, NOW, forms=2)
    with GraphServer(world) as server:
        pull_once(store, server)
        before = stored_ids(store)
        world.remove_leads(list(world.lead_ids())[:10])
        pull_once(store, server)
        assert stored_ids(store) == before
