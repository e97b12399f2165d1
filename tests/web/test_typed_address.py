"""`/u`: who has no link that works types the address."""

from starlette.testclient import TestClient

from models.permission import Suppression
from models.store import Store
from pipeline.settings import ConfiguredSource, ControllerSettings
from pipeline.wiring import House
from policy.vocabulary import Channel, Role
from tests.build import controller, email, kept, phone, source
from tests.pipeline.asking import answer
from tests.pipeline.stopping import everything
from tests.web.conftest import opened
from tests.web.leaving import UNKNOWN, came, may
from web.typed_address import TYPED_AN_HOUR


def typed(client: TestClient, address: str) -> tuple[int, str]:
    answer = client.post("/u", data={"address": address}, follow_redirects=False)
    return answer.status_code, answer.text


def test_whoever_types_an_address_stops_all_marketing_to_it(
    client: TestClient, house: House
) -> None:
    came(house.store)
    status, page = typed(client, " Priya.Sharma@mail.example ")
    assert status == 200
    assert "No marketing goes to the address or number that you typed" in page
    assert not may(house.store).is_allowed
    assert not may(house.store, Channel.LIVE_CALL, phone()).is_allowed
    [entry] = kept(house.store, Suppression)
    assert (entry.channel, entry.reason) == ("all", "asked")


def test_the_answer_does_not_say_whether_anybody_is_known(client: TestClient, house: House) -> None:
    came(house.store)
    known = typed(client, "priya.sharma@mail.example")
    assert typed(client, "nobody.known@mail.example") == known
    assert typed(client, "07700 900999") == known
    assert len(kept(house.store, Suppression)) == 3


def test_what_is_no_address_is_said_and_changes_nothing(client: TestClient, house: House) -> None:
    before = everything(house.store)
    for address in ("", "nobody", "@", "a@b.example c@d.example 07700900123"):
        status, page = typed(client, address)
        assert status == 400
        assert "That is no e-mail address and no phone number." in page
    assert everything(house.store) == before


def test_a_link_that_does_not_work_leads_to_the_same_page(client: TestClient) -> None:
    asking = client.get("/u")
    assert asking.status_code == 200
    for way in ("/u/", f"/u/{UNKNOWN}", "/u/a/b/c", f"/u/{UNKNOWN}/preferences"):
        assert client.get(way).content == asking.content


def test_many_addresses_from_one_network_are_refused_and_links_are_not(
    client: TestClient, house: House
) -> None:
    for number in range(TYPED_AN_HOUR):
        assert typed(client, f"p{number}@mail.example")[0] == 200
    status, page = typed(client, "priya.sharma@mail.example")
    assert status == 429
    assert "privacy@nectra.example" in page
    assert len(kept(house.store, Suppression)) == TYPED_AN_HOUR
    # what is misspelled counts too
    assert typed(client, "nobody")[0] == 429


def test_our_own_marketing_stops_and_that_of_clients_is_theirs(store: Store) -> None:
    """OUT-5."""
    owners = controller(), controller("second"), controller("client", Role.PROCESSOR)
    with opened(store, *map(source_of, owners)) as client:
        page = typed(client, "priya.sharma@mail.example")[1]
    assert {row.controller_id for row in kept(store, Suppression)} == {"nectra", "second"}
    assert "Second" in page
    assert "Client" not in page
    assert not answer(store, email(), controller_id="second").decision.is_allowed


def test_where_there_are_clients_only_all_of_them_stop(store: Store) -> None:
    """OUT-5."""
    owners = controller("one", Role.PROCESSOR), controller("two", Role.PROCESSOR)
    with opened(store, *map(source_of, owners)) as client:
        typed(client, "priya.sharma@mail.example")
    assert {row.controller_id for row in kept(store, Suppression)} == {"one", "two"}


def source_of(owner: ControllerSettings) -> ConfiguredSource:
    return source(f"meta-{owner.id}", owner=owner)
