"""The pretend Google world: the same from the same seed, and plain to judge by."""

import json
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, timedelta

import pytest

from simulator.google_accounts import LocalServicesLead
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_forms import OPT_IN_NO, OPT_IN_QUESTION, OPT_IN_YES
from simulator.google_webhook import slug, test_webhook_body
from simulator.google_world import GoogleWorld
from tests.simulator.google_asking import NOW, SUBMISSIONS, Asking


def _everything(world: GoogleWorld) -> object:
    return (
        world.accounts,
        [world.form(one) for account in world.accounts for one in world.asset_ids(account.id)],
        [world.submissions(account.id) for account in world.accounts],
        [world.local_services_leads(account.id) for account in world.accounts],
    )


def test_the_same_seed_makes_the_same_world_and_another_seed_another() -> None:
    first, second, other = (
        GoogleWorld.seeded(seed, 200, NOW, local_services=20) for seed in (7, 7, 8)
    )
    assert _everything(first) == _everything(second)
    assert first.resource_names().isdisjoint(other.resource_names())


def test_a_world_has_the_accounts_and_forms_asked_for() -> None:
    world = GoogleWorld.seeded(1, 300, NOW, accounts=5, forms=3)
    assert len(world.client_ids) == 5
    assert all(len(world.asset_ids(one)) == 3 for one in world.client_ids)
    assert all(len(one.id) == 10 and one.id.isdigit() for one in world.accounts)
    assert [one.name for one in world.accounts if one.status == "CANCELED"] == ["Client that left"]
    assert len(world.resource_names()) == 300
    asking = [world.form(one).asks_to_opt_in for one in world.asset_ids(world.client_ids[0])]
    assert asking == [True, False, False]


def test_submissions_are_of_the_last_fifty_days_with_the_offset_of_their_account() -> None:
    world = GoogleWorld.seeded(2, 400, NOW)
    for account_id in world.client_ids:
        account = world.account(account_id)
        assert account is not None
        for one in world.submissions(account_id):
            assert timedelta(0) <= NOW - one.at <= timedelta(days=50)
            assert one.at.utcoffset() == one.at.astimezone(account.zone).utcoffset()
    offsets = {one.at.utcoffset() for one in world.submissions(world.client_ids[0])}
    assert offsets == {timedelta(0), timedelta(hours=1)}  # the clocks went back in between


def test_submissions_vary_as_real_ones_do() -> None:
    world = GoogleWorld.seeded(3, 600, NOW, forms=3)
    every = [one for account_id in world.client_ids for one in world.submissions(account_id)]
    answers = Counter(dict(one.custom).get(OPT_IN_QUESTION) for one in every)
    assert set(answers) == {None, OPT_IN_YES, OPT_IN_NO}
    assert len({len(one.id) for one in every}) > 3
    assert {bool(one.gclid) for one in every} == {True, False}
    names = Counter(name for one in every for name, _ in one.fields)
    assert names["WORK_EMAIL"]
    assert names["FIRST_NAME"]
    assert names["PROPERTY_TYPE"]
    assert names["FULL_NAME"] > names["EMAIL"]
    addresses = [said for one in every for name, said in one.fields if name.endswith("EMAIL")]
    assert all(address.lower().endswith(".example") for address in addresses)


def test_what_is_older_than_sixty_days_is_gone() -> None:
    world = GoogleWorld.seeded(4, 0, NOW)
    account_id = world.client_ids[0]
    asset_id = world.asset_ids(account_id)[0]
    name = world.submit(account_id, asset_id, at=NOW - timedelta(days=59), fields={})
    assert world.resource_names() == {name}
    world.now = NOW + timedelta(days=1)
    assert world.resource_names() == frozenset()


def test_a_submission_cannot_be_sent_twice_nor_through_the_form_of_another_account() -> None:
    world = GoogleWorld.seeded(4, 0, NOW)
    first, second = world.client_ids[:2]
    asset_id = world.asset_ids(first)[0]
    world.submit(first, asset_id, at=NOW, fields={}, submission_id="a")
    with pytest.raises(ValueError, match="already"):
        world.submit(first, asset_id, at=NOW, fields={}, submission_id="a")
    with pytest.raises(ValueError, match="has no form"):
        world.submit(second, asset_id, at=NOW, fields={})


def test_a_webhook_body_says_the_same_as_the_submission() -> None:
    world = GoogleWorld.seeded(5, 100, NOW)
    for name in world.resource_names():
        one = world.submission(name)
        body = json.loads(world.webhook_body(name, "a key"))
        said = {each["column_id"]: each["string_value"] for each in body["user_column_data"]}
        assert said == dict(one.fields) | {slug(text): value for text, value in one.custom}
        assert body["lead_id"] == one.id
        assert body["google_key"] == "a key"
        assert body["is_test"] is False
        assert (body["form_id"], body["gcl_id"]) == (one.asset_id, one.gclid)
        submitted = one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert body["lead_submit_time"] == submitted
        assert ("adgroup_id" in body) != ("asset_group_id" in body)


def test_a_webhook_body_can_be_changed_and_the_interface_sends_its_own() -> None:
    world = GoogleWorld.seeded(5, 1, NOW)
    [name] = world.resource_names()
    changed = json.loads(world.webhook_body(name, "k", lead_id=12, gcl_id=None, unheard_of=[1]))
    assert (changed["lead_id"], changed["unheard_of"]) == (12, [1])
    assert "gcl_id" not in changed

    test = json.loads(test_webhook_body("k"))
    assert test["is_test"] is True
    assert test["lead_id"].startswith("TeSter-123-")
    assert test["campaign_id"] == 30000000000
    assert slug("May we send  you offers?") == "may_we_send_you_offers?"


def test_wiping_out_needs_a_lead_that_is_there_and_leaves_nobody() -> None:
    world = GoogleWorld.seeded(6, 0, NOW)
    account_id = world.client_ids[0]
    lead = LocalServicesLead(
        1, account_id, NOW, "MESSAGE", consumer_name="Ann Example", phone_number="+447700900001"
    )
    world.add_local_services_lead(lead)
    with pytest.raises(KeyError):
        world.wipe_out(account_id, 2)
    world.wipe_out(account_id, 1)
    [left] = world.local_services_leads(account_id)
    assert (left.lead_status, left.consumer_name, left.phone_number) == ("WIPED_OUT", None, None)


def test_people_and_secrets_stay_out_of_what_is_printed() -> None:
    world = GoogleWorld.seeded(6, 20, NOW, local_services=5)
    printed = repr(_everything(world))
    assert ".example'" in repr([world.submission(n).fields for n in world.resource_names()])
    assert "@" not in printed
    assert "+4477" not in printed


def test_the_world_is_made_without_the_google_package() -> None:
    script = (
        "import sys; from datetime import UTC, datetime\n"
        "from simulator.google_world import GoogleWorld\n"
        "import simulator.google_ads_api\n"
        "GoogleWorld.seeded(1, 5, datetime(2026, 11, 22, tzinfo=UTC))\n"
        "sys.exit(any(name.split('.')[0] in {'google', 'grpc', 'proto', 'cryptography'} "
        "for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=20)


def test_a_hundred_thousand_submissions_are_served_and_the_second_time_at_once() -> None:
    world = GoogleWorld.seeded(9, 100_000, NOW, accounts=1)
    [account_id] = world.client_ids
    with GoogleAdsServer(world) as google:
        asking = Asking(google)

        def read() -> tuple[int, float]:
            started = time.process_time()
            stream = asking.service.search_stream(
                customer_id=account_id, query=SUBMISSIONS, timeout=60
            )
            count = sum(len(chunk.results) for chunk in stream)
            return count, time.process_time() - started

        (first, cost), (second, cost_again) = read(), read()
    assert first == second == 100_000
    assert cost_again < cost / 2
