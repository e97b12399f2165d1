"""The command that shows that nothing is missing, and what it ends with."""

from simulator.graph_api import TOKEN, GraphServer
from tests.cli.conftest import Office
from tests.pulling import stored_ids
from tests.reconciling import lose


def lost(office: Office, count: int) -> list[str]:
    """Lose some leads of an installation that has pulled; return their ids."""
    store = office.store()
    ids = sorted(stored_ids(store))[:count]
    lose(store, ids)
    store.close()
    return ids


def test_what_was_lost_is_shown_fetched_and_told_in_the_status(
    joined: Office, graph: GraphServer
) -> None:
    assert joined("pull").code == 0
    ids = lost(joined, 3)
    rehearsed = joined("reconcile", "--days", 90, "--dry-run")
    assert rehearsed.code == 3
    assert "3 gaps would be fetched" in rehearsed.err
    ended = joined("reconcile", "--days", 90, "--json")
    assert ended.code == 0
    [found] = ended.json
    assert found["counts"]["fetched"] == 3
    assert {form["form"] for form in found["forms"]} <= {form.id for form in graph.world.forms}
    told = joined("status").err
    assert "meta-main: complete up to " in told
    assert "3 gaps fetched, 0 open." in told
    again = joined("reconcile")
    assert again.code == 0
    assert again.out.split("\n")[0].split()[:3] == ["form", "listed", "stored"]
    assert not any(id_ in text for id_ in ids for text in (ended.out, again.out, again.err))
    store = joined.store()
    assert sorted(stored_ids(store)) == sorted(graph.world.lead_ids())
    store.close()


def test_gaps_that_stay_open_end_with_three_and_the_cure(
    joined: Office, graph: GraphServer
) -> None:
    assert joined("pull").code == 0
    lost(joined, 1)
    listing = 1 + len(graph.world.forms)
    graph.faults.once("lead_access_lost", "", after=listing, times=1)
    ended = joined("reconcile", "--days", 90)
    assert ended.code == 3
    assert "1 of the platform's leads are missing here. Cure: " in ended.err
    assert "1 lead missing here. Cure: `leadledger reconcile meta-main`." in joined("status").err


def test_a_platform_that_cannot_be_asked_ends_with_five(joined: Office, graph: GraphServer) -> None:
    graph.faults.always("expired_token", "")
    ended = joined("reconcile")
    assert ended.code == 5
    assert "the token has expired" in ended.err
    assert TOKEN not in ended.err
