"""What was pushed becomes leads, each once, whatever the platform and the program do meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.base import Connector, Delivery, ProblemCode
from models.delivery import DeliveryRecord
from models.inbox import InboxRecord, claim
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.replay import replay
from pipeline.settings import ConfiguredSource
from pipeline.work_inbox import LEASE, Built, WorkReport, work_inbox
from policy.errors import SourceRefused
from policy.waiting import GIVE_UP_AFTER
from simulator.graph_api import GraphServer
from simulator.world import World
from tests.build import NOW, connector, declared, kept
from tests.google_pulling import connector_of
from tests.pulling import assert_complete, pull_once, served, source_at
from tests.web.pushing import google_body, google_source, meta_body, push_into_inbox

SOON = NOW + timedelta(minutes=1)


def worked(
    store: Store, source: ConfiguredSource, built: Connector, at: datetime = NOW
) -> WorkReport:
    return work_inbox(store, [Built(source, built)], lambda: at)


def worked_meta(store: Store, source: ConfiguredSource, at: datetime = NOW) -> WorkReport:
    return worked(store, source, connector(source, at), at)


def announced(store: Store, server: GraphServer, *lead_ids: str) -> ConfiguredSource:
    """Return a source of which some leads were announced, all in one body."""
    source = source_at(server)
    declared(store, source)
    push_into_inbox(store, source, meta_body(*lead_ids))
    return source


def ids_asked(server: GraphServer) -> list[list[str]]:
    """Return the lead ids of each call that asked for several."""
    return [call.params["ids"].split(",") for call in server.calls if "ids" in call.params]


def test_what_google_sent_becomes_a_lead_and_leaves_the_inbox(store: Store) -> None:
    source = declared(store, google_source())
    push_into_inbox(store, source, google_body(key=None), google_body("lead-2", key=None))
    report = worked(store, source, connector_of(source, NOW))
    assert report.taken[source.id].counts["stored"] == 2
    assert kept(store, InboxRecord) == []
    assert {lead.external_id for lead in kept(store, Lead)} == {"lead-1", "lead-2"}
    assert worked(store, source, connector_of(source, NOW)).is_idle


def test_announced_leads_are_fetched_fifty_a_call_with_their_wording(store: Store) -> None:
    with served(120, forms=2) as server:
        ids = sorted(server.world.lead_ids())
        source = announced(store, server, *ids)
        report = worked_meta(store, source)
        assert [len(each) for each in ids_asked(server)] == [50, 50, len(ids) - 100]
        assert report.taken[source.id].counts["tests"] == len(server.world.test_lead_ids())
        assert_complete(store, server.world)
    assert all(lead.notice_id for lead in kept(store, Lead))
    assert kept(store, InboxRecord) == []


def test_what_is_stored_already_is_not_asked_for_again(sqlite_store: Store) -> None:
    with served(60, forms=2) as server:
        pull_once(sqlite_store, server)
        source = announced(sqlite_store, server, *server.world.lead_ids())
        worked_meta(sqlite_store, source)
        assert ids_asked(server) == []
        assert_complete(sqlite_store, server.world)
    assert kept(sqlite_store, InboxRecord) == []


def test_a_lead_announced_twice_and_pulled_is_one_lead(store: Store) -> None:
    with served(30, forms=2) as server:
        some = sorted(server.world.lead_ids())[:7]
        source = announced(store, server, *some)
        push_into_inbox(store, source, meta_body(*some, *map(int, some)))
        worked_meta(store, source)
        pull_once(store, server)
        assert_complete(store, server.world)


def test_a_lead_that_does_not_show_yet_waits_by_itself_and_comes(store: Store) -> None:
    with served(20, forms=1) as server:
        ids = sorted(server.world.lead_ids())
        source = announced(store, server, *ids, "9990001")
        report = worked_meta(store, source)
        assert report.waiting[source.id] == 1
        assert len(kept(store, Lead)) == len(ids)
        [row] = kept(store, InboxRecord)
        assert (row.external_id, row.due_at > NOW, row.received_at) == ("9990001", True, NOW)
        assert worked_meta(store, source, NOW).is_idle
        _add_lead(server.world, "9990001")
        worked_meta(store, source, row.due_at)
        assert_complete(store, server.world)
    assert kept(store, InboxRecord) == []


def _add_lead(world: World, lead_id: str) -> None:
    values = {"email": ["late.one@mail.example"], "full_name": ["Late One"]}
    world.add_lead(world.forms[0].id, values, created_at=NOW, lead_id=lead_id)


def test_a_lead_that_never_shows_is_set_aside_with_the_cure_and_can_be_replayed(
    store: Store,
) -> None:
    with served(5, forms=1) as server:
        source = announced(store, server, "9990001")
        at = NOW
        while rows := kept(store, InboxRecord):
            assert rows[0].due_at > at or at == NOW
            at = max(at + timedelta(seconds=1), rows[0].due_at)
            worked_meta(store, source, at)
        assert GIVE_UP_AFTER <= at - NOW <= GIVE_UP_AFTER + timedelta(hours=1)
        assert len(ids_asked(server)) < 100
        [aside] = kept(store, DeliveryRecord)
        assert (aside.reason, aside.external_id) == (ProblemCode.NOT_FETCHED, "9990001")
        assert "lead access" in aside.detail
        still = replay(store, source, connector(source, at), lambda: at)
        assert still.counts["set_aside"] == 1
        _add_lead(server.world, "9990001")
        again = replay(store, source, connector(source, at), lambda: at)
        assert again.counts["stored"] == 1
    assert kept(store, DeliveryRecord) == []


def test_one_id_that_cannot_be_read_keeps_no_other_back_and_costs_few_calls(
    sqlite_store: Store,
) -> None:
    with served(60, forms=1) as server:
        ids = sorted(server.world.lead_ids())[:49]
        source = announced(sqlite_store, server, *ids[:20], "9990001", *ids[20:])
        worked_meta(sqlite_store, source)
        assert len(kept(sqlite_store, Lead)) == 49
        assert len(ids_asked(server)) <= 13


@pytest.mark.parametrize("fault", ["expired_token", "permission_lost", "throttle"])
def test_a_platform_that_refuses_is_told_of_and_nothing_is_lost(
    sqlite_store: Store, fault: str
) -> None:
    with served(10, forms=1) as server:
        source = announced(sqlite_store, server, *server.world.lead_ids())
        server.faults.always(fault, "")
        report = worked_meta(sqlite_store, source)
        assert set(report.errors) == {source.id}
        [row] = kept(sqlite_store, InboxRecord)
        assert (row.due_at > NOW, row.attempts) == (True, 1)
        assert kept(sqlite_store, Lead) == []
        server.faults.clear()
        worked_meta(sqlite_store, source, row.due_at)
        assert_complete(sqlite_store, server.world)


def test_shut_lead_access_is_told_of_instead_of_being_taken_for_missing_leads(
    sqlite_store: Store,
) -> None:
    with served(200, forms=1) as server:
        source = announced(sqlite_store, server, *server.world.lead_ids())
        server.world.access.can_access_lead = False
        report = worked_meta(sqlite_store, source)
        assert isinstance(report.errors[source.id], SourceRefused)
        assert "cannot be read" in str(report.errors[source.id])
        assert len(ids_asked(server)) < 10
        assert len(kept(sqlite_store, InboxRecord)) == 1


def test_other_pages_other_fields_and_odd_changes_are_passed_over(sqlite_store: Store) -> None:
    with served(5, forms=1) as server:
        source = source_at(server)
        declared(sqlite_store, source)
        odd = [
            meta_body("77", page_id="4711"),
            b'{"object":"page","entry":[{"id":"%s","changes":[{"field":"feed","value":{}}]}]}'
            % server.world.page_id.encode(),
            b'{"object":"user","entry":[]}',
            b'{"object":"page","entry":[null,{"changes":[7,{"field":"leadgen","value":null}]}]}',
        ]
        push_into_inbox(sqlite_store, source, *odd)
        worked_meta(sqlite_store, source)
        assert ids_asked(server) == []
    assert kept(sqlite_store, InboxRecord) == []
    assert kept(sqlite_store, DeliveryRecord) == []


def test_a_body_that_is_none_is_set_aside_with_its_reason(sqlite_store: Store) -> None:
    with served(5, forms=1) as server:
        source = source_at(server)
        declared(sqlite_store, source)
        push_into_inbox(sqlite_store, source, b"{", b"[]")
        worked_meta(sqlite_store, source)
    reasons = {row.reason for row in kept(sqlite_store, DeliveryRecord)}
    assert reasons == {ProblemCode.NOT_JSON, ProblemCode.NOT_AN_OBJECT}


class Stumbling:
    """A connector with a fault in it: it fails over one of the deliveries."""

    def __init__(self, inner: Connector, over: bytes) -> None:
        self._inner, self._over = inner, over

    def read(self, delivery: Delivery, /) -> Sequence[Any]:
        if self._over in delivery.payload:
            raise KeyError(self._over)
        return self._inner.read(delivery)


def test_a_fault_of_ours_over_one_push_holds_up_no_other_and_loses_nothing(
    store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    source = declared(store, google_source())
    bodies = [google_body(f"lead-{n}", key=None) for n in range(5)]
    push_into_inbox(store, source, *bodies)
    built = Stumbling(connector_of(source, NOW), b"priya.lead-3@")
    at = NOW
    for _ in range(4):
        worked(store, source, built, at)
        at += timedelta(hours=1)
    assert {lead.external_id for lead in kept(store, Lead)} == {f"lead-{n}" for n in (0, 1, 2, 4)}
    [aside] = kept(store, DeliveryRecord)
    assert (aside.reason, aside.payload) == (ProblemCode.FAULT, bodies[3])
    assert "KeyError" in aside.detail
    shown = capfd.readouterr()
    assert "priya" not in caplog.text + shown.out + shown.err
    assert replay(store, source, connector_of(source, at), lambda: at).counts["stored"] == 1


def test_what_one_worker_holds_no_other_is_given_until_its_claim_is_over(store: Store) -> None:
    source = declared(store, google_source())
    push_into_inbox(store, source, *(google_body(f"lead-{n}", key=None) for n in range(6)))

    def claimed(at: datetime, most: int) -> set[Any]:
        with store.writing() as connection:
            rows = claim(connection, "nectra", source.id, at, at + LEASE, most)
        return {row.id for row in rows}

    first, second = claimed(NOW, 4), claimed(NOW, 4)
    assert (len(first), len(second), first & second) == (4, 2, set())
    assert claimed(SOON, 9) == set()
    assert claimed(NOW + LEASE, 9) == first | second


def test_a_worker_that_is_taking_is_passed_over_and_not_waited_for(
    postgres_url: str,
) -> None:
    one, other = Store(postgres_url), Store(postgres_url)
    source = declared(one, google_source())
    push_into_inbox(one, source, *(google_body(f"lead-{n}", key=None) for n in range(4)))
    with one.writing() as first, other.writing() as second:
        held = claim(first, "nectra", source.id, NOW, NOW + LEASE, 3)
        free = claim(second, "nectra", source.id, NOW, NOW + LEASE, 3)
    assert (len(held), len(free)) == (3, 1)
    one.close()
    other.close()


def test_pushes_of_a_source_that_is_configured_no_more_stay_where_they_are(
    sqlite_store: Store,
) -> None:
    source = declared(sqlite_store, google_source())
    push_into_inbox(sqlite_store, source, google_body(key=None))
    assert work_inbox(sqlite_store, [], lambda: NOW).is_idle
    assert len(kept(sqlite_store, InboxRecord)) == 1


def test_the_ledger_names_the_inbox_as_the_way_in(sqlite_store: Store) -> None:
    source = declared(sqlite_store, google_source())
    push_into_inbox(sqlite_store, source, google_body(key=None))
    worked(sqlite_store, source, connector_of(source, NOW))
    [entry] = [r for r in kept(sqlite_store, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
    assert '"actor":"inbox"' in entry.body
    assert "priya" not in entry.body
