"""Google takes a removal in and works on it: it is followed, and counts when it is done."""

from collections.abc import Iterator
from datetime import timedelta

import orjson
import pytest

from models.audience import AudienceRecord
from models.ledger import LedgerKind
from models.store import Store
from pipeline.list_audiences import list_audiences
from pipeline.wiring import House
from policy.errors import SourceChanged
from simulator.data_manager import AUDIENCE_IDS, DataManagerServer
from tests.audiences import (
    GOOGLE,
    META,
    configured,
    google_settings,
    hashed,
    house_with,
    meta,
    meta_settings,
    round_at,
    told,
    waiting,
)
from tests.build import NOW, email, kept
from tests.pipeline.stopping import everything, stop

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST_LIST = AUDIENCE_IDS[0]


@pytest.fixture
def google() -> Iterator[DataManagerServer]:
    with DataManagerServer() as server:
        yield server


@pytest.fixture
def house(store: Store, google: DataManagerServer) -> House:
    return house_with(store, configured(GOOGLE, google_settings(google)))


def test_a_removal_is_asked_followed_and_confirmed_in_later_rounds(
    house: House, google: DataManagerServer
) -> None:
    stop(house.store, email("a.b+c@gmail.com"))
    [asked] = round_at(house).rounds
    assert (asked.asked, asked.confirmed) == (1, 0)
    [row] = waiting(house.store)
    assert (row.request_id, row.sent_at) == ("pretend-1", NOW)
    assert round_at(house, NOW + 4 * MINUTE).is_idle
    assert round_at(house, NOW + 5 * MINUTE).is_idle  # Google still works on it
    [done] = round_at(house, NOW + HOUR).rounds
    assert done.confirmed == 1
    assert waiting(house.store) == []
    forms = {hashed(f"{each}@gmail.com") for each in ("ab", "ab+c", "a.b+c")}
    assert google.answers.removed[FIRST_LIST] == forms
    asked_entry, done_entry = told(house.store)
    assert asked_entry.kind is LedgerKind.AUDIENCE_REMOVAL_ASKED
    assert orjson.loads(done_entry.body)["detail"]["request_id"] == "pretend-1"
    assert not any(each in str(everything(house.store)) for each in forms)


def test_what_google_fails_at_is_asked_anew_and_told(
    house: House, google: DataManagerServer
) -> None:
    google.once("request_failed")
    stop(house.store, email())
    round_at(house)
    round_at(house, NOW + 5 * MINUTE)
    report = round_at(house, NOW + HOUR)
    [done], [error] = report.rounds, report.errors
    assert done.reopened == 1
    assert isinstance(error, SourceChanged)
    assert "PROCESSING_ERROR_REASON_INTERNAL_ERROR" in str(error)
    [row] = waiting(house.store)
    assert (row.request_id, row.sent_at) == (None, None)
    [again] = round_at(house, row.due_at).rounds
    assert again.asked == 1
    round_at(house, row.due_at + HOUR)
    [last] = round_at(house, row.due_at + 3 * HOUR).rounds
    assert last.confirmed == 1


def test_who_google_goes_on_working_on_is_asked_for_anew(
    house: House, google: DataManagerServer
) -> None:
    google.once("never_finished")
    stop(house.store, email())
    round_at(house)
    assert round_at(house, NOW + HOUR).is_idle
    [done] = round_at(house, NOW + 2 * DAY).rounds
    assert (done.reopened, str(done.error).count("unfinished")) == (1, 1)
    [row] = waiting(house.store)
    [again] = round_at(house, row.due_at).rounds
    assert again.asked == 1


def test_a_platform_that_refuses_to_be_asked_about_a_request_is_asked_later(
    house: House, google: DataManagerServer
) -> None:
    stop(house.store, email())
    round_at(house)
    google.once("rate_limit")
    assert round_at(house, NOW + 5 * MINUTE).errors
    [state] = list_audiences(house.store)
    assert (state.at_platform, state.rest_until) == (1, NOW + 10 * MINUTE)
    round_at(house, NOW + 10 * MINUTE)
    [row] = kept(house.store, AudienceRecord)
    assert (row.failures, row.rest_until) == (0, None)
    [done] = round_at(house, NOW + HOUR).rounds
    assert done.confirmed == 1


def test_one_platform_that_refuses_does_not_keep_the_others(
    store: Store, google: DataManagerServer
) -> None:
    google.once("permission_denied")
    with meta() as graph:
        own = meta_settings(graph.url)
        refusing = configured(GOOGLE, google_settings(google), "google-ads")
        house = house_with(store, refusing, configured(META, own, "meta-ads"))
        stop(store, email())
        first, second = round_at(house).rounds
    assert first.error is not None
    assert second.confirmed == 1
    assert [row.audience_id for row in waiting(store)] == ["google-ads"]


def test_a_round_that_is_told_to_stop_asks_nobody(house: House, google: DataManagerServer) -> None:
    stop(house.store, email())
    assert round_at(house, is_stopping=lambda: True).is_idle
    assert google.answers.calls == []
    assert round_at(house).rounds[0].asked == 1
