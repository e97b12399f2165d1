"""Every fault of the network and the platform, through a whole pull: nothing is lost."""

from typing import Any

import pytest

from models.store import Store
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from simulator.faults import RECOVERABLE, Faults
from simulator.graph_api import GraphServer
from tests.pulling import assert_complete, cursors_of, last_run, pull_once, served, stored_ids

STANDING = (
    *("too_much_data", "bad_ad_fields", "no_legal_content", "no_nested_test_leads"),
    *("integer_ids", "checkboxes_as_data", "body_as_string"),
    *("next_without_cursors", "missing_after", "near_limit"),
)
ONE_FORM: tuple[tuple[str, dict[str, Any], type[SourceError]], ...] = (
    ("html_502", {}, SourceUnavailable),
    ("truncated_body", {}, SourceUnavailable),
    ("dropped_connection", {}, SourceUnavailable),
    ("permission_lost", {"code": 200}, SourceRefused),
    ("permission_lost", {"code": 10}, SourceRefused),
    ("lead_access_lost", {}, SourceRefused),
    ("repeated_cursor", {}, SourceChanged),
    ("next_leads_nowhere", {}, SourceChanged),
)
WHOLE_PAGE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("expired_token", {"subcode": 463}, "refused"),
    ("expired_token", {"subcode": 460}, "refused"),
    ("throttle", {"minutes": 30}, "unavailable"),
    ("app_throttle", {}, "unavailable"),
    ("html_502", {}, "unavailable"),
    ("permission_lost", {}, "refused"),
)


def _filled_forms(server: GraphServer) -> set[str]:
    world = server.world
    return {form.id for form in world.forms if world.lead_ids(form.id)}


@pytest.mark.parametrize("kind", [kind.value for kind in RECOVERABLE])
def test_a_passing_fault_costs_no_lead(store: Store, kind: str) -> None:
    with served(faults=Faults()) as server:
        server.faults.once(kind, "leads", after=2, times=2)
        assert pull_once(store, server).outcome == "done"
        assert server.faults.fired
        assert_complete(store, server.world)
        assert set(cursors_of(store)) == _filled_forms(server)
        assert last_run(store).outcome == "done"


@pytest.mark.parametrize("kind", STANDING)
def test_a_peculiar_platform_costs_no_lead(sqlite_store: Store, kind: str) -> None:
    with served(faults=Faults()) as server:
        server.faults.always(kind)
        assert pull_once(sqlite_store, server, page_size=60).outcome == "done"
        assert server.faults.fired
        assert_complete(sqlite_store, server.world)


@pytest.mark.parametrize(("kind", "options", "error"), ONE_FORM)
def test_a_form_that_fails_keeps_its_cursor_until_it_is_read_whole(
    store: Store, kind: str, options: dict[str, Any], error: type[SourceError]
) -> None:
    with served(faults=Faults()) as server:
        form_id = max(
            (f.id for f in server.world.forms), key=lambda f: len(server.world.lead_ids(f))
        )
        server.faults.always(kind, f"{form_id}/leads", **options)
        report = pull_once(store, server)
        assert report.outcome == "incomplete"
        [failed] = report.failed
        assert (failed.stream, type(failed.error)) == (form_id, error)
        assert set(cursors_of(store)) == _filled_forms(server) - {form_id}
        run = last_run(store)
        assert run.outcome == "incomplete"
        assert form_id in run.message
        server.faults.clear()
        assert pull_once(store, server).outcome == "done"
        assert_complete(store, server.world)
        assert set(cursors_of(store)) == _filled_forms(server)


@pytest.mark.parametrize(("kind", "options", "outcome"), WHOLE_PAGE)
@pytest.mark.parametrize("path", ["leadgen_forms", "leads"])
def test_a_page_that_cannot_be_read_is_recorded_and_made_up_for(
    sqlite_store: Store, kind: str, options: dict[str, Any], outcome: str, path: str
) -> None:
    store = sqlite_store
    with served(faults=Faults()) as server:
        server.faults.always(kind, path, **options)
        report = pull_once(store, server)
        assert report.errors
        stops_everything = path == "leadgen_forms" or "throttle" in kind or kind == "expired_token"
        assert report.outcome == (outcome if stops_everything else "incomplete")
        assert last_run(store).outcome == report.outcome
        assert last_run(store).message == "\n".join(str(error) for error in report.errors)
        assert cursors_of(store) == {}
        assert stored_ids(store) == []
        server.faults.clear()
        assert pull_once(store, server).outcome == "done"
        assert_complete(store, server.world)


def test_a_short_throttle_is_waited_for(sqlite_store: Store) -> None:
    with served(faults=Faults()) as server:
        server.faults.once("throttle", "leads", after=3, minutes=1)
        report = pull_once(sqlite_store, server, max_wait_minutes=5, connections=1)
        assert report.outcome == "done"
        assert_complete(sqlite_store, server.world)


@pytest.mark.parametrize("seed", range(6))
def test_a_drizzle_of_faults_costs_no_lead(store: Store, seed: int) -> None:
    faults = Faults.random(seed, 0.3)
    with served(300, faults=faults) as server:
        for _ in range(20):
            if pull_once(store, server, connections=1).outcome == "done":
                break
        assert faults.fired
        assert last_run(store).outcome == "done"
        assert_complete(store, server.world)


def test_a_platform_that_is_gone_is_tried_again_later(store: Store) -> None:
    with served(40) as server:
        world, url = server.world, server.url
    gone = GraphServer(world)
    gone.close()
    report = pull_once(store, gone)
    assert report.outcome == "unavailable"
    assert stored_ids(store) == []
    assert url not in (last_run(store).message or "")
    with GraphServer(world) as back:
        assert pull_once(store, back).outcome == "done"
    assert_complete(store, world)
