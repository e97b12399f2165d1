"""The command that shows that nothing is missing, and what it ends with."""

from simulator.graph_api import TOKEN, GraphServer
from tests.cli.conftest import Office
from tests.pulling import stored_ids
from tests.reconciling import lose


def test_what_was_lost_is_shown_by_form_fetched_and_told_in_the_status(
    stocked: Office, well_known: GraphServer
) -> None:
    store = stocked.store()
    ids = sorted(stored_ids(store))[:3]
    lose(store, ids)
    ended = stocked("reconcile", "--days", 90)
    assert ended.code == 0
    heading, *rows = ended.out.splitlines()
    assert heading.split()[:3] == ["form", "listed", "stored"]
    assert {row.split()[0] for row in rows} <= {form.id for form in well_known.world.forms}
    assert "3 gaps fetched, 0 open." in ended.err
    assert not any(id_ in text for id_ in ids for text in (ended.out, ended.err))
    told = stocked("status").err
    assert "meta-main: complete up to " in told
    assert "3 gaps fetched, 0 open." in told
    assert sorted(stored_ids(store)) == sorted(well_known.world.lead_ids())
    store.close()


def test_a_rehearsal_shows_the_gaps_ends_with_three_and_fetches_nothing(
    joined: Office, graph: GraphServer
) -> None:
    ended = joined("reconcile", "--days", 90, "--dry-run", "--json")
    assert ended.code == 3
    [found] = ended.json
    assert found["counts"]["open"] == found["counts"]["listed"] > 0
    assert {form["form"] for form in found["forms"]} <= {form.id for form in graph.world.forms}
    store = joined.store()
    assert stored_ids(store) == []
    store.close()


def test_a_platform_that_cannot_be_asked_ends_with_five(joined: Office, graph: GraphServer) -> None:
    graph.faults.always("expired_token", "")
    ended = joined("reconcile")
    assert ended.code == 5
    assert "the token has expired" in ended.err
    assert TOKEN not in ended.err
