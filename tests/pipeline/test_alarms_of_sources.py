"""Each link between a source and the store is broken in turn: it is noticed, once, and its end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.reconciled import replace_results
from models.refused_push import count_refused
from models.store import Store
from pipeline import wiring
from pipeline.pull import pull
from pipeline.settings import ConfiguredSource
from pipeline.status import status
from pipeline.watch_sources import watch_sources
from policy.alarms import AlarmKind, Severity
from policy.london import london_date
from simulator.faults import Faults
from simulator.graph_api import GraphServer
from tests import build
from tests.alarming import Watchman, watchman
from tests.build import NOW, delivery, take
from tests.connectors import mailbox_rig
from tests.connectors.meta_rig import scripted
from tests.pulling import served, source_at
from tests.web.pushing import GOOGLE, google_body, google_source, push_into_inbox

META = "meta-main"
TOLD = {"verify_token": "a-word-for-the-handshake"}


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    with served(20, faults=Faults()) as server:
        yield server


def _pulled(one: Watchman, source: ConfiguredSource) -> None:
    one.clock.wait(minutes=1)
    connector = wiring.build(source, clock=one.clock)
    pull(one.house.store, source, connector, one.clock)


def _looked(one: Watchman, server: GraphServer | None = None) -> None:
    if server is not None:
        server.world.now = one.clock()
    watch_sources(one.house, one.clock)


def _rounds(one: Watchman, kind: AlarmKind, subject: str) -> Any:
    """Let three rounds go by; the alarm must be raised by the first, and by no other."""
    assert one.round().raised == [(kind, subject)]
    for _ in range(2):
        one.clock.wait(minutes=5)
        report = one.round()
        assert (report.raised, report.changed, report.cleared) == ([], [], [])
    return one.row(kind)


def _cleared(one: Watchman, kind: AlarmKind, subject: str) -> None:
    assert one.round().cleared == [(kind, subject)]
    assert one.standing() == set()
    assert one.round().cleared == []


def test_a_source_that_refuses_a_pull_is_an_alarm_until_it_is_pulled_again(
    store: Store, graph: GraphServer
) -> None:
    source = source_at(graph)
    one = watchman(store, source)
    _pulled(one, source)
    assert one.round().raised == []
    graph.faults.always("expired_token", "")
    _pulled(one, source)
    row = _rounds(one, AlarmKind.SOURCE_REFUSED, META)
    assert row.severity is Severity.CRITICAL
    assert "expired" in row.fact
    assert "`leadledger pull meta-main`" in row.cure
    graph.faults.clear()
    _pulled(one, source)
    _cleared(one, AlarmKind.SOURCE_REFUSED, META)


def test_a_source_out_of_reach_is_an_alarm_after_hours_and_no_refusal(store: Store) -> None:
    source = build.source(max_wait_minutes=0)
    one = watchman(store, source, failing_hours=3)
    one.ran("pull", source_id=META)
    for _ in range(3):
        one.clock.wait(minutes=55)
        one.ran("pull", "unavailable", source_id=META, message="No answer. Pull again.")
        assert one.round().raised == []
    one.clock.wait(minutes=20)
    one.ran("pull", "unavailable", source_id=META, message="No answer. Pull again.")
    row = _rounds(one, AlarmKind.SOURCE_FAILING, META)
    assert "since 2026-11-22 12:00 UTC: No answer" in row.fact
    one.ran("pull", source_id=META)
    _cleared(one, AlarmKind.SOURCE_FAILING, META)


def test_a_source_that_nobody_pulls_is_an_alarm(store: Store) -> None:
    source = build.source()
    one = watchman(store, source)
    one.around = replace(one.around, jobs={"pull": timedelta(minutes=15)})
    one.ran("pull", source_id=META)
    one.clock.wait(minutes=45)
    assert one.round().raised == []
    one.clock.wait(minutes=1)
    row = _rounds(one, AlarmKind.SOURCE_NOT_PULLED, META)
    assert "`leadledger run`" in row.cure
    one.ran("pull", source_id=META)
    _cleared(one, AlarmKind.SOURCE_NOT_PULLED, META)


def test_a_source_that_the_schedule_never_got_to_is_an_alarm_and_one_of_files_is_not(
    store: Store,
) -> None:
    one = watchman(store, build.source(), build.source("files"))
    jobs = {"pull": timedelta(minutes=15)}
    one.clock.wait(days=9)
    pulled, since = frozenset({META}), one.clock()
    one.around = replace(one.around, jobs=jobs, pulled=pulled, running_since=since)
    one.clock.wait(minutes=45)
    assert one.round().raised == []
    one.clock.wait(minutes=1)
    _rounds(one, AlarmKind.SOURCE_NOT_PULLED, META)


def test_a_token_that_ends_is_told_before_and_again_when_it_is_near(
    store: Store, graph: GraphServer
) -> None:
    one = watchman(store, source_at(graph))
    graph.world.access.expires_at = NOW + timedelta(days=30)
    _looked(one, graph)
    one.clock.wait(days=15)
    assert one.standing() == set()
    one.clock.wait(days=2)
    row = _rounds(one, AlarmKind.TOKEN_EXPIRING, META)
    assert (row.severity, row.state) == (Severity.WARNING, "soon")
    assert "ends on 2026-12-22" in row.fact
    assert "Make a new token" in row.cure
    one.clock.wait(days=10)
    assert one.round().changed == [(AlarmKind.TOKEN_EXPIRING, META)]
    assert one.row(AlarmKind.TOKEN_EXPIRING).severity is Severity.CRITICAL
    graph.world.access.expires_at = None
    _looked(one, graph)
    _cleared(one, AlarmKind.TOKEN_EXPIRING, META)


def test_a_token_that_is_not_valid_is_a_refusal_until_the_next_look(
    store: Store, graph: GraphServer
) -> None:
    one = watchman(store, source_at(graph))
    _looked(one, graph)
    assert one.round().raised == []
    graph.world.access.is_valid = False
    _looked(one, graph)
    _rounds(one, AlarmKind.SOURCE_REFUSED, META)
    graph.world.access.is_valid = True
    _looked(one, graph)
    _cleared(one, AlarmKind.SOURCE_REFUSED, META)


def test_a_complete_pull_proves_that_a_source_lets_us_in(store: Store, graph: GraphServer) -> None:
    source = source_at(graph)
    one = watchman(store, source)
    graph.world.access.is_valid = False
    _looked(one, graph)
    _rounds(one, AlarmKind.SOURCE_REFUSED, META)
    graph.world.access.is_valid = True
    _pulled(one, source)
    _cleared(one, AlarmKind.SOURCE_REFUSED, META)


def test_a_permission_that_is_lost_is_an_alarm_and_a_second_one_changes_it(
    store: Store, graph: GraphServer
) -> None:
    one = watchman(store, source_at(graph))
    graph.world.access.is_tos_accepted = False
    _looked(one, graph)
    row = _rounds(one, AlarmKind.PERMISSION_LOST, META)
    assert "facebook.com/ads/leadgen/tos" in row.fact
    graph.world.access.can_access_lead = False
    _looked(one, graph)
    assert one.round().changed == [(AlarmKind.PERMISSION_LOST, META)]
    graph.world.access.can_access_lead = graph.world.access.is_tos_accepted = True
    _looked(one, graph)
    _cleared(one, AlarmKind.PERMISSION_LOST, META)


def test_a_subscription_that_is_lost_is_an_alarm(store: Store, graph: GraphServer) -> None:
    one = watchman(store, source_at(graph, **TOLD))
    _looked(one, graph)
    assert one.round().raised == []
    graph.world.access.is_subscribed = False
    _looked(one, graph)
    row = _rounds(one, AlarmKind.SUBSCRIPTION_LOST, META)
    assert "subscribed_fields=leadgen" in row.fact
    [shown] = status(store, one.house.settings, one.clock()).sources
    assert [each.subject for each in shown.looks if not each.is_ok] == ["webhook"]
    graph.world.access.is_subscribed = True
    _looked(one, graph)
    _cleared(one, AlarmKind.SUBSCRIPTION_LOST, META)


def test_a_clock_that_is_wrong_is_an_alarm(sqlite_store: Store) -> None:
    body = b'{"data":{"is_valid":true,"scopes":["leads_retrieval"]}}'
    for date, change in (("12:20:00", "raised"), ("12:00:20", "cleared")):
        with scripted([(200, {"Date": f"Sun, 22 Nov 2026 {date} GMT"}, body)]) as (url, _):
            one = watchman(sqlite_store, build.source(graph_url=url))
            _looked(one)
            assert (AlarmKind.CLOCK_SKEW, META) in getattr(one.round(), change)


def test_trouble_of_the_network_is_no_refusal_and_keeps_what_was_known(store: Store) -> None:
    gone = _mailbox(mailbox_rig.free_port())
    one = watchman(store, gone, failing_hours=3, not_pulled_hours=99)
    with mailbox_rig.simulated() as server:
        one = _with(one, _mailbox(server.port, folders=["INBOX", "Leads"]))
        one.ran("pull", source_id="inbox")
        _looked(one)
        row = _rounds(one, AlarmKind.PERMISSION_LOST, "inbox")
        assert "folder Leads: is not there" in row.fact
    one = _with(one, gone)
    _looked(one)
    report = one.round()
    assert (report.raised, report.changed, report.cleared) == ([], [], [])
    one.clock.wait(hours=4)
    _looked(one)
    report = one.round()
    assert (AlarmKind.SOURCE_FAILING, "inbox") in report.raised
    assert report.cleared == []
    with mailbox_rig.simulated() as server:
        one = _with(one, _mailbox(server.port))
        _looked(one)
        one.ran("pull", source_id="inbox")
        one.round()
        assert one.standing() == set()


def test_a_mailbox_that_refuses_the_sign_in_is_an_alarm(sqlite_store: Store) -> None:
    with mailbox_rig.simulated() as server:
        wrong = _mailbox(server.port, password="another password")
        right = _mailbox(server.port)
        one = watchman(sqlite_store, wrong)
        one.ran("pull", source_id="inbox")
        _looked(one)
        row = _rounds(one, AlarmKind.SOURCE_REFUSED, "inbox")
        assert "another password" not in row.fact
        one = _with(one, right)
        _looked(one)
        one.ran("pull", source_id="inbox")
        _cleared(one, AlarmKind.SOURCE_REFUSED, "inbox")


def test_a_mailbox_that_nobody_looks_at_is_an_alarm_after_its_own_minutes(
    sqlite_store: Store,
) -> None:
    one = watchman(sqlite_store, _mailbox(9, alarm_after_minutes=30))
    one.ran("pull", source_id="inbox")
    one.clock.wait(minutes=29)
    assert one.round().raised == []
    one.clock.wait(minutes=2)
    _rounds(one, AlarmKind.SOURCE_NOT_PULLED, "inbox")
    one.ran("pull", source_id="inbox")
    _cleared(one, AlarmKind.SOURCE_NOT_PULLED, "inbox")


def _mailbox(port: int, **own: Any) -> ConfiguredSource:
    given = mailbox_rig.settings(port, **own)
    return replace(build.source("inbox"), kind="email_inbox", own=given)


def _with(one: Watchman, *sources: ConfiguredSource) -> Watchman:
    """Return the same installation with other sources."""
    chosen = replace(one.house.settings, sources=list(sources))
    return replace(one, house=replace(one.house, settings=chosen))


def test_many_requests_that_prove_nothing_are_an_alarm_and_a_few_are_not(store: Store) -> None:
    one = watchman(store, google_source(), refused_pushes=25)
    _refuse(one, 24)
    assert one.round().raised == []
    _refuse(one, 1)
    row = _rounds(one, AlarmKind.PUSH_REFUSED, GOOGLE)
    assert "docs/receiving.md" in row.cure
    _refuse(one, 400)
    assert one.round().changed == []
    one.clock.wait(days=2)
    _cleared(one, AlarmKind.PUSH_REFUSED, GOOGLE)


def _refuse(one: Watchman, times: int) -> None:
    day = london_date(one.clock()).isoformat()
    with one.house.store.writing() as connection:
        count_refused(connection, {("nectra", GOOGLE, 403): times}, day, one.clock())


def test_pushes_that_nobody_works_on_are_an_alarm(store: Store) -> None:
    one = watchman(store, google_source(), inbox_minutes=60)
    push_into_inbox(store, google_source(), google_body())
    one.clock.wait(minutes=60)
    assert one.round().raised == []
    one.clock.wait(minutes=1)
    row = _rounds(one, AlarmKind.INBOX_OLD, GOOGLE)
    assert "1 request(s)" in row.fact
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM inbox")
    _cleared(one, AlarmKind.INBOX_OLD, GOOGLE)


def _compared(one: Watchman, store: Store, days: int, still: int) -> None:
    """Write down that a day was compared, and what was missing then."""
    at = one.clock()
    day = london_date(at) - timedelta(days=days)
    counts = (9, 9 - still, 0, 0, 0, 0, 0, still)
    row = ("nectra", META, "form-1", "form-1", day, at, *counts)
    with store.writing() as connection:
        replace_results(connection, "nectra", META, ["form-1"], day, [row])
    one.ran("reconcile", source_id=META, counts={"listed": 9, "open": still})


def test_gaps_are_an_alarm_until_the_very_days_are_complete(store: Store) -> None:
    one = watchman(store, build.source())
    one.ran("pull", source_id=META)
    _compared(one, store, days=60, still=2)
    row = _rounds(one, AlarmKind.GAP_FOUND, META)
    assert "2 lead(s)" in row.fact
    assert f"`leadledger reconcile {META}" in row.cure
    # a comparison of the last days says nothing of those before
    one.clock.wait(minutes=1)
    _compared(one, store, days=3, still=0)
    assert one.round().cleared == []
    _compared(one, store, days=60, still=0)
    _cleared(one, AlarmKind.GAP_FOUND, META)


def test_a_gap_that_the_platform_gives_out_no_more_is_no_all_clear(store: Store) -> None:
    one = watchman(store, build.source(), not_pulled_hours=700)
    _compared(one, store, days=60, still=1)
    _rounds(one, AlarmKind.GAP_FOUND, META)
    one.clock.wait(days=40)
    assert (AlarmKind.GAP_FOUND, META) not in one.round().cleared
    assert (AlarmKind.GAP_FOUND, META) in one.standing()


def test_a_source_that_went_quiet_is_an_alarm_until_a_lead_comes(store: Store) -> None:
    source = build.source()
    one = watchman(store, source, not_pulled_hours=700)
    start = NOW - timedelta(days=24)
    for day in range(25):
        at = start + timedelta(days=day)
        take(store, source, delivery(f"10000{day}", received_at=at), at=at)
    one.clock.wait(hours=47)
    assert one.round().raised == []
    one.clock.wait(hours=2)
    row = _rounds(one, AlarmKind.SILENCE, META)
    assert "since 2026-11-22 12:00 UTC" in row.fact
    # the past by which it is silent goes out of sight, and it is silent still
    for _ in range(12):
        one.clock.wait(days=5)
        assert one.round().cleared == []
    assert one.standing() == {(AlarmKind.SILENCE, META)}
    at = one.clock()
    take(store, source, delivery("100099", received_at=at), at=at)
    _cleared(one, AlarmKind.SILENCE, META)


def test_a_source_that_is_taken_out_of_the_configuration_ends_its_alarms(store: Store) -> None:
    one = watchman(store, build.source())
    one.ran("pull", "refused", source_id=META, message="Refused. Make a new token.")
    assert one.round().raised == [(AlarmKind.SOURCE_REFUSED, META)]
    assert _with(one).round().cleared == [(AlarmKind.SOURCE_REFUSED, META)]
