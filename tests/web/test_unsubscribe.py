"""`/u/<token>`: one POST stops, and nothing else does."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from models.permission import PermissionRecord, Suppression
from pipeline.wiring import House
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, EventKind, ReasonCode
from tests.build import LINKS_KEY, email, kept, phone
from tests.pipeline.links import token_to, tokens
from tests.pipeline.stopping import everything
from tests.web.conftest import PUBLIC
from tests.web.leaving import FORM, ONE_CLICK, UNKNOWN, came, listed, may
from web.app import create_app

NEW_KEY = b"a-newer-key-for-links-of-the-tests-012345"
BOUNDARY = "----tests"
PARTS = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
    f"One-Click\r\n--{BOUNDARY}--\r\n"
)
MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


@pytest.fixture
def token(house: House) -> str:
    came(house.store)
    return token_to(house.store, email())


SCANNERS: tuple[dict[str, str], ...] = ({}, {"sec-purpose": "prefetch", "user-agent": "scanner"})
ENDINGS = ("", "/preferences", "?List-Unsubscribe=One-Click", "?action=stop_everything")


def test_a_scanner_that_follows_the_link_opts_nobody_out(
    client: TestClient, house: House, token: str
) -> None:
    before = everything(house.store)
    for method, status in (("GET", 200), ("HEAD", 200), ("OPTIONS", 405), ("PUT", 405)):
        for headers, ending in product(SCANNERS, ENDINGS):
            answer = client.request(method, f"/u/{token}{ending}", headers=headers)
            assert answer.status_code == status
    assert everything(house.store) == before
    assert may(house.store).is_allowed


@pytest.mark.parametrize(
    ("body", "headers"),
    [(ONE_CLICK, FORM), (PARTS, MULTIPART), (ONE_CLICK, {}), ("list-unsubscribe=one-click", FORM)],
)
def test_one_click_stops_at_once_and_the_next_list_proves_it(
    client: TestClient,
    house: House,
    token: str,
    tmp_path: Path,
    body: str,
    headers: dict[str, str],
) -> None:
    assert listed(house.store, tmp_path) == 1
    client.cookies.set("session", "of-somebody")
    answer = client.post(f"/u/{token}", content=body, headers=headers, follow_redirects=False)
    assert listed(house.store, tmp_path) == 0
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert len(answer.content) < 200
    assert "set-cookie" not in answer.headers
    assert may(house.store, Channel.LIVE_CALL, phone()).is_allowed
    [entry] = kept(house.store, Suppression)
    assert (entry.channel, entry.reason) == ("email", "unsubscribe")


def test_two_clicks_are_one(client: TestClient, house: House, token: str) -> None:
    first = client.post(f"/u/{token}", content=ONE_CLICK, headers=FORM)
    events = kept(house.store, PermissionRecord)
    again = client.post(f"/u/{token}", content=ONE_CLICK, headers=FORM)
    assert again.content == first.content
    assert kept(house.store, PermissionRecord) == events


def test_the_page_says_who_and_what_and_offers_everything_first(
    client: TestClient, token: str
) -> None:
    page = client.get(f"/u/{token}").text
    assert "priya.sharma" not in page
    assert "p…a@m….example" in page
    assert "Nectra decides how your details are used" in page
    assert page.index("Stop everything</button>") < page.index("Stop e-mails</button>")
    assert f'href="/u/{token}/preferences"' in page


def test_its_answers_are_kept_by_nobody_and_lead_nobody_on(client: TestClient, token: str) -> None:
    for answer in (
        client.get(f"/u/{token}"),
        client.get(f"/u/{token}/preferences"),
        client.post(f"/u/{token}", data={"action": "stop_channel"}),
        client.get("/u/x"),
    ):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["cache-control"] == "no-store"


def test_the_button_stops_the_channel_and_says_so(
    client: TestClient, house: House, token: str
) -> None:
    answer = client.post(f"/u/{token}", data={"action": "stop_channel"}, follow_redirects=False)
    assert answer.status_code == 200
    assert "Marketing e-mails from Nectra: stopped" in answer.text
    assert not may(house.store).is_allowed
    assert may(house.store, Channel.LIVE_CALL, phone()).is_allowed


def test_stop_everything_stops_every_channel(client: TestClient, house: House, token: str) -> None:
    answer = client.post(f"/u/{token}", data={"action": "stop_everything"})
    assert "All marketing from Nectra: stopped" in answer.text
    assert not may(house.store).is_allowed
    assert not may(house.store, Channel.LIVE_CALL, phone()).is_allowed
    objections = [r for r in kept(house.store, PermissionRecord) if r.kind is EventKind.OBJECTED]
    assert [row.channel for row in objections] == [None]


def test_a_post_that_says_nothing_clear_changes_nothing_and_asks_again(
    client: TestClient, house: House, token: str
) -> None:
    before = everything(house.store)
    for data in ({}, {"action": "start"}, {"List-Unsubscribe": "Two-Clicks"}):
        answer = client.post(f"/u/{token}", data=data)
        assert answer.status_code == 400
        assert "Nothing has changed yet" in answer.text
    assert everything(house.store) == before


def test_unknown_links_cannot_be_told_from_those_of_another_key(
    client: TestClient, house: House, token: str
) -> None:
    foreign = token_to(house.store, email(), made_by=tokens(keys=[NEW_KEY]))
    cut = token[:-9]
    before = everything(house.store)
    for way in ("", "/preferences"):
        pages = {client.get(f"/u/{each}{way}").content for each in (UNKNOWN, foreign, cut, "é")}
        assert len(pages) == 1
        posts = {
            client.post(f"/u/{each}{way}", data={"action": "stop_channel"}).content
            for each in (UNKNOWN, foreign, cut)
        }
        assert posts == pages
    clicks = [client.post(f"/u/{each}", content=ONE_CLICK) for each in (UNKNOWN, foreign, cut)]
    assert everything(house.store) == before
    good = client.post(f"/u/{token}", content=ONE_CLICK)
    assert {(each.status_code, each.content) for each in clicks} == {(200, good.content)}
    assert {frozenset(each.headers) for each in clicks} == {frozenset(good.headers)}


def test_a_line_break_in_the_middle_of_a_link_is_overlooked(
    client: TestClient, house: House, token: str
) -> None:
    broken = f"{token[:60]}%0D%0A%20{token[60:]}"
    assert "Stop e-mails</button>" in client.get(f"/u/{broken}").text
    assert client.post(f"/u/{broken}", content=ONE_CLICK).status_code == 200
    assert not may(house.store).is_allowed


def test_links_of_an_older_key_go_on_working(house: House) -> None:
    came(house.store)
    old = token_to(house.store, email())
    rotated = replace(house.settings, links_keys=[LINKS_KEY, NEW_KEY])
    with TestClient(create_app(House(rotated, house.store)), base_url=PUBLIC) as client:
        assert client.post(f"/u/{old}", content=ONE_CLICK).status_code == 200
    assert not may(house.store).is_allowed


def test_a_lead_that_comes_after_its_opt_out_is_on_no_list(
    client: TestClient, house: House, tmp_path: Path
) -> None:
    """OUT-4: the store never had the address; the link holds all that is needed."""
    token = token_to(house.store, email())
    client.post(f"/u/{token}", content=ONE_CLICK)
    came(house.store)
    assert listed(house.store, tmp_path) == 0
    assert ReasonCode.SUPPRESSED in may(house.store).reasons


def test_what_cannot_be_written_is_not_said_to_be_done(
    client: TestClient, house: House, token: str
) -> None:
    with house.store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE suppression RENAME TO away")
    click = client.post(f"/u/{token}", content=ONE_CLICK)
    assert (click.status_code, click.headers["retry-after"]) == (503, "60")
    page = client.post(f"/u/{token}", data={"action": "stop_everything"})
    assert page.status_code == 503
    assert "Nothing has changed" in page.text
    assert "privacy@nectra.example" in page.text
    with house.store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO suppression")
    assert may(house.store).is_allowed


def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    client: TestClient, house: House, token: str
) -> None:
    assert client.post(f"/u/{token}", content="x" * 70_000).status_code == 413
    assert client.post(f"/u/{token}/preferences", content="x" * 70_000).status_code == 413
    assert client.post("/u", content="x" * 70_000).status_code == 413
    assert may(house.store).is_allowed


def test_no_token_and_no_address_reach_the_log(
    client: TestClient, token: str, capfd: pytest.CaptureFixture[str]
) -> None:
    gone = token_to_nobody()
    client.get(f"/u/{token}")
    client.post(f"/u/{gone}", content=ONE_CLICK)
    client.post(f"/u/{token}", content=ONE_CLICK)
    client.post("/u", data={"address": "priya.sharma@mail.example"})
    said = "".join(capfd.readouterr())
    assert "unsubscribe.names_nobody" in said
    assert not any(word in said for word in (token, gone, token[:20], "priya", "sharma"))


def token_to_nobody() -> str:
    """Return a link made with another suppression key, for somebody whose record is gone."""
    made_by = tokens(suppression_key=SuppressionKeys(b"x" * 40))
    return made_by.token("nectra", Channel.EMAIL, UUID(int=7), email())


def test_a_link_that_names_nobody_any_more_asks_for_the_address(
    client: TestClient, house: House
) -> None:
    gone = token_to_nobody()
    asking = client.get("/u").content
    assert client.get(f"/u/{gone}/preferences").content == asking
    assert client.post(f"/u/{gone}", data={"action": "stop_channel"}).content == asking
    assert client.post(f"/u/{gone}", content=ONE_CLICK).status_code == 200
    assert kept(house.store, Suppression) == []
