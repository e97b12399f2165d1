"""Who opted out or is erased leaves Meta's audiences, and nothing of them waits any longer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from models.audience import AudienceRecord
from models.delivery import JobRun
from models.journal import Journal
from models.ledger import LedgerKind
from models.store import Store
from pipeline.ask_side_by_side import told as answers
from pipeline.audience_turn import LEASE
from pipeline.check_audiences import audience_questions, shared_audiences, unasked_audiences
from pipeline.finding import Fault, Finding
from pipeline.leave_audiences import leave_audiences
from pipeline.list_audiences import list_audiences
from pipeline.remove_from_audiences import remove_from_audiences
from pipeline.wiring import House
from policy.errors import SourceRefused, SourceUnavailable
from policy.vocabulary import Channel, Role
from simulator.graph_api import GraphServer
from tests.audiences import (
    BY_EMAIL,
    BY_PHONE,
    META,
    configured,
    hashed,
    house_with,
    meta,
    meta_settings,
    round_at,
    told,
    waiting,
)
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    kept,
    phone,
    source,
    take,
)
from tests.pipeline.stopping import everything, expire_at, stop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADDRESS, NUMBER = "priya.sharma@mail.example", "+447700900123"
MANY = 25_000


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    with meta() as server:
        yield server


@pytest.fixture
def house(store: Store, graph: GraphServer) -> House:
    """An installation with one ad account."""
    return house_with(store, configured(META, meta_settings(graph.url)))


def removals(graph: GraphServer) -> int:
    return len(graph.calls_to("usersofanyaudience"))


def test_who_opts_out_before_any_lead_leaves_the_audiences_and_only_a_count_stays(
    house: House, graph: GraphServer
) -> None:
    stop(house.store, email(), phone())
    assert [row.hashes for row in waiting(house.store)] == [[hashed(ADDRESS)], [hashed(NUMBER[1:])]]
    [done] = round_at(house).rounds
    assert (done.confirmed, done.error) == (2, None)
    assert graph.world.left_audiences(BY_EMAIL) == {hashed(ADDRESS)}
    assert graph.world.left_audiences(BY_PHONE) == {hashed(NUMBER[1:])}
    assert waiting(house.store) == []
    receipts = told(house.store)
    assert {row.kind for row in receipts} == {LedgerKind.AUDIENCE_REMOVAL_CONFIRMED}
    detail = orjson.loads(receipts[0].body)["detail"]
    assert (detail["audience"], detail["count"], detail["received"]) == ("ads", 1, 1)
    assert hashed(ADDRESS) not in str(everything(house.store))
    [state] = list_audiences(house.store)
    assert (state.confirmed, state.waiting, state.failed) == (2, 0, 0)
    assert state.request_id == detail["request_id"] or len(receipts) > 1
    [run] = kept(house.store, JobRun)
    assert (run.job, run.source_id, run.counts) == ("audiences", "ads", {"confirmed": 2})


def test_an_opt_out_takes_the_whole_person_out(house: House, graph: GraphServer) -> None:
    take(house.store, source(), delivery())
    stop(house.store, email())
    round_at(house)
    assert graph.world.left_audiences(BY_PHONE) == {hashed(NUMBER[1:])}


def test_a_lead_that_comes_after_the_opt_out_takes_its_number_out_too(
    house: House, graph: GraphServer
) -> None:
    stop(house.store, email(), at=NOW - HOUR)
    round_at(house)
    take(house.store, source(), delivery())
    round_at(house)
    assert graph.world.left_audiences(BY_PHONE) == {hashed(NUMBER[1:])}


def test_an_opt_out_of_one_channel_leaves_the_audiences_alone(house: House) -> None:
    stop(house.store, email(), scope=Channel.EMAIL)
    assert waiting(house.store) == []
    stop(house.store, email(), scope=Channel.ONLINE_AUDIENCE)
    assert len(waiting(house.store)) == 1


def test_nothing_crosses_controllers_and_nothing_waits_without_an_audience(
    store: Store, graph: GraphServer
) -> None:
    owners = [controller("nectra"), controller("other", Role.PROCESSOR)]
    sources = [source(owner=owners[0]), source("meta-2", owner=owners[1])]
    audience = configured(META, meta_settings(graph.url), owner=owners[1])
    house_with(store, audience, sources=sources)
    stop(store, email(), controllers=["nectra"])
    assert waiting(store) == []
    stop(store, email(), controllers=["other"])
    assert [row.controller_id for row in waiting(store)] == ["other"]


def test_an_audience_that_is_configured_no_more_is_told_nothing_new(
    store: Store, graph: GraphServer
) -> None:
    house_with(store, configured(META, meta_settings(graph.url)))
    stop(store, email())
    declared(store)  # the same installation without its audience
    stop(store, email("b@mail.example"))
    [row] = waiting(store)
    assert row.hashes == [hashed(ADDRESS)]
    [state] = list_audiences(store)
    assert (state.is_configured, state.waiting) == (False, 1)


def test_who_is_deleted_leaves_too_and_their_hash_goes_with_the_confirmation(
    house: House, graph: GraphServer
) -> None:
    take(house.store, source(), delivery())
    expire_at(house.store, NOW + 800 * DAY)
    assert len(waiting(house.store)) == 2
    round_at(house, NOW + 800 * DAY)
    assert graph.world.left_audiences(BY_EMAIL) == {hashed(ADDRESS)}
    assert hashed(ADDRESS) not in str(everything(house.store))


def test_who_opts_out_twice_waits_once_and_may_be_removed_again_later(
    house: House, graph: GraphServer
) -> None:
    stop(house.store, email())
    stop(house.store, email(), at=NOW + HOUR)
    assert len(waiting(house.store)) == 1
    round_at(house, NOW + HOUR)
    stop(house.store, email(), at=NOW + DAY)
    round_at(house, NOW + DAY)
    assert removals(graph) == 2


def test_25_000_people_are_three_calls(sqlite_store: Store, graph: GraphServer) -> None:
    house = house_with(sqlite_store, configured(META, meta_settings(graph.url)))
    gone = [email(f"p{n}@mail.example") for n in range(MANY)]
    with sqlite_store.writing("nectra") as connection:
        leave_audiences(connection, "nectra", SUPPRESSION_KEY, lambda: gone, NOW)
    [done] = round_at(house).rounds
    assert (done.confirmed, removals(graph)) == (MANY, 3)
    assert len(graph.world.left_audiences(BY_EMAIL)) == MANY


def test_a_rehearsal_counts_asks_nobody_and_writes_nothing(
    house: House, graph: GraphServer
) -> None:
    stop(house.store, email(), phone())
    before = everything(house.store)
    [done] = round_at(house, is_rehearsal=True).rounds
    assert (done.due, done.confirmed) == (2, 0)
    assert everything(house.store) == before
    assert graph.calls == []


def test_a_refusal_is_told_with_its_cure_rests_longer_each_time_and_loses_nobody(
    house: House, graph: GraphServer
) -> None:
    graph.faults.always("audience_terms")
    stop(house.store, email())
    report = round_at(house)
    [error] = report.errors
    assert isinstance(error, SourceRefused)
    assert "must accept them in Ads Manager" in str(error)
    assert report.exit_code == 4
    assert round_at(house, NOW + timedelta(minutes=4)).is_idle
    assert round_at(house, NOW + timedelta(minutes=5)).errors
    assert round_at(house, NOW + timedelta(minutes=14)).is_idle
    [state] = list_audiences(house.store)
    assert state.rest_until == NOW + timedelta(minutes=15)
    assert "must accept them" in (state.message or "")
    graph.faults.clear()
    [done] = round_at(house, NOW + timedelta(minutes=14), is_by_hand=True).rounds
    assert done.confirmed == 1
    [row] = kept(house.store, AudienceRecord)
    assert (row.failures, row.rest_until) == (0, None)


def test_a_throttle_is_waited_for_as_long_as_meta_asks(house: House, graph: GraphServer) -> None:
    graph.faults.once("audience_throttle", minutes=50)
    stop(house.store, email())
    [error] = round_at(house).errors
    assert isinstance(error, SourceUnavailable)
    [row] = kept(house.store, AudienceRecord)
    assert row.rest_until == NOW + timedelta(minutes=50)
    [done] = round_at(house, row.rest_until).rounds
    assert done.confirmed == 1


def test_what_no_platform_confirms_is_dropped_after_30_days_and_said_to_have_failed(
    house: House, graph: GraphServer
) -> None:
    graph.faults.always("audience_flagged")
    stop(house.store, email(), at=NOW - 90 * DAY)  # a mail that was read late
    round_at(house)
    round_at(house, NOW + 30 * DAY - HOUR)
    assert len(waiting(house.store)) == 1
    given_up, _ = round_at(house, NOW + 30 * DAY).rounds
    assert given_up.given_up == 1
    assert waiting(house.store) == []
    [entry] = told(house.store, LedgerKind.AUDIENCE_REMOVAL_FAILED)
    assert orjson.loads(entry.body)["detail"] == {
        "audience": "ads",
        "count": 1,
        "reason": "given_up",
    }
    [state] = list_audiences(house.store)
    assert (state.failed, state.failed_at) == (1, NOW + 30 * DAY)


class Killed(BaseException):
    """Stands for the end of the process."""


class DyingClock:
    """A clock at whose n-th question the process ends."""

    def __init__(self, at: datetime, dies_at: int) -> None:
        self._at = at
        self._left = dies_at

    def __call__(self) -> datetime:
        self._left -= 1
        if self._left < 0:
            raise Killed
        return self._at


def test_who_is_killed_at_any_point_loses_nobody(house: House, graph: GraphServer) -> None:
    for dies_at in range(1, 9):
        at = NOW + dies_at * HOUR
        stop(house.store, email(f"p{dies_at}@mail.example"), at=at)
        with suppress(Killed):
            remove_from_audiences(house, DyingClock(at, dies_at))
        assert len(waiting(house.store)) + len(told(house.store)) == dies_at
        round_at(house, at + LEASE)
        assert waiting(house.store) == []
        assert len(told(house.store)) == dies_at
    assert 8 < removals(graph) <= 16


def test_two_programs_at_once_ask_for_nobody_twice(store: Store) -> None:
    with meta(latency=0.1) as graph:
        house = house_with(store, configured(META, meta_settings(graph.url)))
        stop(store, email(), phone())
        with ThreadPoolExecutor(3) as pool:
            reports = list(pool.map(lambda _: round_at(house), range(3)))
    assert sum(each.confirmed for report in reports for each in report.rounds) == 2
    assert removals(graph) == 2


def _asked(house: House) -> list[Finding]:
    return [each for question in audience_questions(house.settings) for each in answers(question)]


def test_a_check_asks_the_platform_and_names_the_cure(house: House, graph: GraphServer) -> None:
    found = _asked(house)
    assert [each.is_ok for each in found] == [True, True]
    graph.world.access.is_audience_tos_accepted = False
    graph.world.access.scopes = ("leads_retrieval",)
    bad = _asked(house)
    assert [each.is_ok for each in bad] == [False, False]
    assert {each.fault for each in bad} == {Fault.AUDIENCE_UNUSABLE}
    assert "lacks ads_management" in bad[0].message
    assert "terms are not accepted" in bad[1].message
    [unasked] = unasked_audiences(house.settings)
    assert unasked.is_ok


def test_a_check_names_lists_that_two_controllers_share(store: Store, graph: GraphServer) -> None:
    """Rule: ISO-2."""
    own = configured(META, meta_settings(graph.url), "ads")
    twice = configured(META, meta_settings(graph.url), "ads-again")
    theirs = configured(META, meta_settings(graph.url), "ads-other", controller("other"))
    assert list(shared_audiences(house_with(store, own, twice).settings)) == []
    chosen = replace(house_with(store, own).settings, audiences=(own, theirs))
    [found] = shared_audiences(chosen)
    assert (found.is_ok, found.fault) == (False, Fault.AUDIENCES_SHARED)
    assert "audiences[ads] and audiences[ads-other]" in found.message


def test_the_journal_holds_no_hash(house: House, tmp_path: Path) -> None:
    house.store.journal = Journal(tmp_path / "leads.journal", b"k" * 40)
    stop(house.store, email())
    text = house.store.journal.path.read_text(encoding="utf-8")
    assert text
    assert hashed(ADDRESS) not in text
