"""What webhooks miss a pull finds: in the end the store agrees with the platform exactly."""

import signal
import time
from datetime import timedelta
from pathlib import Path
from random import Random

from models.delivery import DeliveryRecord
from models.inbox import InboxRecord
from models.lead import Lead
from models.refused_push import RefusedPush
from models.store import Store
from pipeline import wiring
from simulator.access import APP_SECRET, TOKEN
from simulator.graph_api import GraphServer
from simulator.push_bodies import meta_pushes
from simulator.push_plan import Plan, Weather, plan
from simulator.push_platforms import MetaApp
from simulator.push_sender import Habits, Sent, send
from simulator.pushes import Manner
from simulator.world import World
from tests.acceptance.daemon import installed, port_of, started, wait_until_it_answers
from tests.build import kept
from tests.cli.running import Shell
from tests.pulling import assert_complete, stored_ids

LEADS = 240
SEED = 7
PATIENCE_SECONDS = 90.0
WEATHER = Weather(
    drop=0.4,
    double=0.2,
    truncate=0.05,
    slow=0.02,
    forge=0.1,
    huge=0.03,
    delay=0.1,
    is_shuffled=True,
)
APP = MetaApp(APP_SECRET)


def source_at(server: GraphServer) -> str:
    """Return a source that the pretend Graph API tells, and that asks it."""
    return f"""
[[sources]]
id = "meta-main"
kind = "meta_lead_ads"
controller = "my-agency"
page_id = "{server.world.page_id}"
access_token = {{ env = "META_ACCESS_TOKEN" }}
app_secret = {{ env = "META_APP_SECRET" }}
graph_url = "{server.url}"
page_size = 20
"""


def pushed(shell: Shell, made: Plan) -> list[Sent]:
    """Send all of a plan, as Meta does."""
    url = f"http://127.0.0.1:{port_of(shell)}/in/meta-main"
    habits = Habits(connections=8, tries=6, pause=0.1, trickle=1.0)
    return send(made.requests, APP, url, wiring.now, habits=habits)


def wait_until_worked_off(store: Store) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while rows := kept(store, InboxRecord):
        assert time.monotonic() < ends, f"{len(rows)} pushes wait"
        time.sleep(0.1)


def test_with_lost_doubled_and_shuffled_webhooks_the_next_pull_and_the_store_agree_exactly(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    world = World.seeded(SEED, LEADS, wiring.now() - timedelta(minutes=1), forms=4)
    ids = sorted(world.lead_ids(), key=int)
    rng = Random(SEED)
    made = plan(meta_pushes(world, ids, rng), WEATHER, rng, APP.manners)
    folder = tmp_path / "installation"
    folder.mkdir()
    with GraphServer(world) as server:
        shell = installed(folder, store_url, source_at(server))
        shell.variables |= {"META_ACCESS_TOKEN": TOKEN, "META_APP_SECRET": APP_SECRET} | {
            # what was dropped must still be missing when the pull comes
            f"LEADLEDGER__SCHEDULE__{job}": "{ on = false }"
            for job in ("PULL", "RECONCILE", "RECONCILE_ALL")
        }
        with started(shell, "run") as process:
            wait_until_it_answers(shell, process)
            sent = pushed(shell, made)
            wait_until_worked_off(store)
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) == 0
        own = [each for each in sent if each.planned.manner.is_the_platforms]
        assert all(each.is_taken for each in own)
        assert not any(each.is_taken for each in sent if each not in own)
        assert 0 < len(made.told) < len(ids)
        assert sorted(stored_ids(store), key=int) == sorted(made.told, key=int)

        pulled = shell("pull", "meta-main", "--json")
        assert pulled.code == 0, pulled.err
    assert_complete(store, world)
    assert kept(store, DeliveryRecord) == []
    assert all(lead.person_id is not None for lead in kept(store, Lead) if not lead.is_test)
    _assert_refusals_are_counted(store, sent)


def _assert_refusals_are_counted(store: Store, sent: list[Sent]) -> None:
    """Whoever forged was refused with 401, and the day's counts say how often."""
    forged = [each for each in sent if each.planned.manner is Manner.FORGED]
    assert {each.answers for each in forged} == {(401,)}
    counted = {row.status: row.refused for row in kept(store, RefusedPush)}
    assert counted.get(401) == len(forged)
