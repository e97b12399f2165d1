"""A pull and a check against a platform that is well, slow, strict or full of faults."""

import signal
import time

import pytest

from simulator.graph_api import TOKEN, GraphServer
from tests.cli.conftest import Office
from tests.pulling import assert_complete, stored_ids

STOPPED = "Stopped. What was done stays done; run the same command again to go on.\n"


def _assert_complete(office: Office, graph: GraphServer) -> None:
    store = office.store()
    assert_complete(store, graph.world)
    store.close()


def test_a_pull_brings_every_lead_and_a_second_one_nothing(
    joined: Office, graph: GraphServer
) -> None:
    first = joined("pull", "meta-main")
    assert (first.code, first.out) == (0, "")
    assert f"{len(graph.world.lead_ids()) - len(graph.world.test_lead_ids())} new" in first.err
    second = joined("pull")
    assert second.code == 0
    assert " new" not in second.err
    _assert_complete(joined, graph)


def test_an_expired_token_needs_a_person(joined: Office, graph: GraphServer) -> None:
    graph.faults.always("expired_token", "")
    ended = joined("pull")
    assert (ended.code, ended.out) == (4, "")
    [line] = ended.err.splitlines()
    assert line.startswith("meta-main: ")
    assert "the token has expired" in line
    assert "make a new one" in line
    assert TOKEN not in ended.err
    status = joined("status")
    assert "refused" in status.out
    assert "the token has expired" in status.err


def test_a_throttle_of_hours_is_not_waited_for(joined: Office, graph: GraphServer) -> None:
    graph.faults.always("throttle", "", minutes=180)
    started = time.monotonic()
    ended = joined("pull")
    assert ended.code == 5
    assert "pull again in 180 minutes" in ended.err
    assert time.monotonic() - started < 50
    graph.faults.clear()
    assert joined("pull").code == 0
    _assert_complete(joined, graph)


def test_what_came_before_a_fault_is_told_with_the_fault(
    joined: Office, graph: GraphServer
) -> None:
    graph.faults.once("lead_access_lost", f"{graph.world.forms[1].id}/leads", times=9)
    ended = joined("pull")
    assert ended.code == 4
    told, *failed = ended.err.splitlines()
    assert " new" in told
    assert all(graph.world.forms[1].id in line for line in failed)
    assert failed
    assert joined("pull", "--json").code == 4
    graph.faults.clear()
    assert joined("pull").code == 0
    _assert_complete(joined, graph)


def test_an_interrupted_pull_says_so_and_the_next_one_completes_it(
    joined: Office, graph: GraphServer
) -> None:
    graph.latency = 0.3
    program = joined.start("pull")
    while not [call for call in graph.calls if call.path.endswith("/leads")]:
        assert program.poll() is None
        time.sleep(0.05)
    program.send_signal(signal.SIGINT)
    out, words = program.communicate(timeout=30)
    assert (program.returncode, out, words) == (130, "", STOPPED)
    store = joined.store()
    assert len(stored_ids(store)) < len(graph.world.lead_ids())
    store.close()
    graph.latency = 0.0
    assert joined("pull").code == 0
    _assert_complete(joined, graph)


def test_a_check_of_a_good_installation_is_good(joined: Office) -> None:
    ended = joined("check")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    marks = {line.split()[0] for line in lines}
    assert marks == {"ok", "note"}
    notes = [line for line in lines if line.startswith("note")]
    # the pretend platform's clock stands still
    told = [line for line in notes if "policy gap" not in line and " clock: " not in line]
    no_links, address, contact, copies, alarms, pull = told
    assert "last pull: never completely. Cure: `leadledger pull`" in pull
    assert "keys.links: none" in no_links
    assert "alarms: nobody is told" in alarms
    assert "backup" in copies
    assert any("policy gap complaints-route: clause 11" in line for line in notes)
    assert "privacy_contact: looks like a placeholder. Cure: put in the address" in contact
    assert "web.public_url: http://127.0.0.1:8600 is this machine" in address
    for subject in ("access token", "permissions", "lead access", "forms", "clock"):
        assert any(f"sources[meta-main] {subject}: " in line for line in lines), subject


@pytest.mark.parametrize("token", ["EAABwrongTokenOfNobody"])
def test_a_check_with_a_wrong_token_says_what_to_do(joined: Office, token: str) -> None:
    joined.variables["META_ACCESS_TOKEN"] = token
    ended = joined("check")
    assert (ended.code, ended.err) == (4, "")
    [bad] = [line for line in ended.out.splitlines() if line.startswith("BAD")]
    assert "sources[meta-main] access token" in bad
    assert "make a new one" in bad
    assert token not in ended.out


def test_an_offline_check_asks_nobody(joined: Office, graph: GraphServer) -> None:
    ended = joined("check", "--offline")
    assert ended.code == 0
    assert "sources[meta-main]: meta_lead_ads, not asked" in ended.out
    assert graph.calls == []


def test_boxes_that_get_a_meaning_later_are_judged_again(stocked: Office) -> None:
    use = ("--purpose", "direct_marketing", "--channel", "live_call", "--dry-run", "--json")
    before = stocked("export", *use).json["allowed"]
    config = stocked.folder / "config.toml"
    meaning = 'key = "call_updates"\npurpose = "direct_marketing"\nchannels = ["live_call"]\n'
    stocked.configure(f"{config.read_text()}\n[[sources.boxes]]\n{meaning}")
    [report] = stocked("deliveries", "reread", "--json").json
    assert report["source"] == "meta-main"
    assert report["examined"] >= report["changed"] > 0
    assert stocked("export", *use).json["allowed"] > before == 0
    again = stocked("deliveries", "reread")
    assert (again.code, again.out) == (0, "")
    assert again.err.startswith("meta-main: 0 of ")
