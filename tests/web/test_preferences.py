"""`/u/<token>/preferences`: everything can be switched off, nothing on."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from models.permission import PermissionRecord
from pipeline import wiring
from pipeline.wiring import House
from policy.vocabulary import BoxMeaning, Channel, EventKind, Purpose
from tests.build import (
    MARKETING_BY_EMAIL,
    declared,
    delivery,
    email,
    kept,
    phone,
    source,
    take,
)
from tests.pipeline.erasing import erased
from tests.pipeline.links import token_to
from tests.pipeline.stopping import everything, stop
from tests.pipeline.test_rectify import RIGHT, corrected
from tests.web.leaving import came, listed, may


@pytest.fixture
def address(house: House) -> str:
    """The page of somebody who may be mailed and called."""
    came(house.store)
    return f"/u/{token_to(house.store, email())}/preferences"


def buttons(page: str) -> list[str]:
    return re.findall(r'name="stop" value="([^"]+)"', page)


def test_everything_is_first_and_each_line_says_how_it_stands(
    client: TestClient, address: str
) -> None:
    page = client.get(address).text
    assert buttons(page) == [
        "stop_everything",
        "direct_marketing:email",
        "direct_marketing:sms",
        "direct_marketing:live_call",
        "direct_marketing:automated_call",
        "direct_marketing:post",
        "ad_audience:online_audience",
    ]
    assert len(re.findall(r"On\. You agreed on [0-9]+ \w+ 20[0-9]{2}, in the form", page)) == 2
    assert "priya.sharma" not in page
    assert 'type="checkbox"' not in page  # nothing can be switched on


def test_one_channel_stops_and_the_page_says_so(
    client: TestClient, house: House, address: str
) -> None:
    answer = client.post(address, data={"stop": "direct_marketing:live_call"})
    assert answer.status_code == 200
    assert "Phone calls: stopped" in answer.text
    assert "direct_marketing:live_call" not in buttons(answer.text)
    assert "because you said no" in answer.text
    assert not may(house.store, Channel.LIVE_CALL, phone()).is_allowed
    assert may(house.store).is_allowed


def test_texts_can_be_ruled_out_that_were_never_agreed_to(
    client: TestClient, house: House, address: str
) -> None:
    client.post(address, data={"stop": "direct_marketing:sms"})
    [row] = [r for r in kept(house.store, PermissionRecord) if r.kind is EventKind.OBJECTED]
    assert (row.purpose, row.channel) == (Purpose.DIRECT_MARKETING, Channel.SMS)


def test_stop_everything_leaves_no_line_on(client: TestClient, house: House, address: str) -> None:
    answer = client.post(address, data={"stop": "stop_everything"})
    assert "All marketing: stopped" in answer.text
    assert buttons(answer.text) == ["stop_everything"]
    assert not may(house.store).is_allowed
    assert not may(house.store, Channel.LIVE_CALL, phone()).is_allowed


def test_the_page_of_a_number_works_alike(client: TestClient, house: House) -> None:
    came(house.store)
    token = token_to(house.store, phone(), channel=Channel.SMS)
    assert "+44…23" in client.get(f"/u/{token}").text
    assert "Stop text messages</button>" in client.get(f"/u/{token}").text
    client.post(f"/u/{token}/preferences", data={"stop": "direct_marketing:email"})
    assert not may(house.store).is_allowed


def test_what_is_no_choice_changes_nothing(client: TestClient, house: House, address: str) -> None:
    before = everything(house.store)
    for wanted in ("", "email", "direct_marketing:", "start:email", ":", "x" * 90):
        assert client.post(address, data={"stop": wanted}).status_code == 400
    assert everything(house.store) == before


def test_of_somebody_who_is_not_kept_the_choice_alone_is_shown(
    client: TestClient, house: House
) -> None:
    token = token_to(house.store, email())
    page = client.get(f"/u/{token}/preferences").text
    assert "Nothing but your choice is kept" in page
    client.post(f"/u/{token}/preferences", data={"stop": "direct_marketing:email"})
    came(house.store)
    assert not may(house.store).is_allowed
    stop(house.store, email("somebody.else@mail.example"))
    page = client.get(f"/u/{token}/preferences").text
    assert "direct_marketing:email" not in buttons(page)


def test_who_holds_a_link_to_a_corrected_address_is_told_the_truth_and_shown_nobody(
    client: TestClient, house: House, tmp_path: Path
) -> None:
    """COR-3, OUT-6: it may be the person, or whoever has that address."""
    came(house.store)
    listed(house.store, tmp_path)
    address = f"/u/{token_to(house.store, email())}/preferences"
    corrected(house.store, at=wiring.now())
    page = client.get(address).text
    assert "was put right since" in page
    assert "is kept as it came" in page
    assert "Nothing but your choice is kept" not in page
    assert '<a href="/r?for=nectra">' in page
    assert not re.search(
        r"priya|home|sharma|m….example|h….example|\+44|Newsletter|On\.", page, re.IGNORECASE
    )
    client.post(address, data={"stop": "direct_marketing:live_call"})
    assert not may(house.store, Channel.LIVE_CALL, phone()).is_allowed
    erase_at = wiring.now()
    erased(house.store, RIGHT, at=erase_at)
    assert "Nothing but your choice is kept" in client.get(address).text


def test_a_consent_is_taken_back_by_a_page_that_was_opened_before_the_correction(
    client: TestClient, house: House, tmp_path: Path
) -> None:
    """OUT-1, COR-3: the page says that it has stopped, so it has."""
    statistics = BoxMeaning(Purpose.ANALYTICS, (Channel.SMS,), key="call_updates")
    both = source(meanings=(MARKETING_BY_EMAIL, statistics))
    now = wiring.now()
    sent = delivery("1000001", at=now - timedelta(days=1), received_at=now)
    take(house.store, declared(house.store, both), sent, at=now)
    listed(house.store, tmp_path)
    address = f"/u/{token_to(house.store, email())}/preferences"
    corrected(house.store, at=wiring.now())
    answer = client.post(address, data={"stop": "analytics:sms"})
    assert ": stopped" in answer.text
    taken_back = [r for r in kept(house.store, PermissionRecord) if r.kind is EventKind.WITHDRAWN]
    assert {(row.purpose, row.channel) for row in taken_back} == {(Purpose.ANALYTICS, Channel.SMS)}
