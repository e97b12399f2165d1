"""Google's leads by the command, from a pretend Google Ads over TLS."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import wiring
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_certificate import ROOTS_VARIABLE
from simulator.google_faults import GoogleFaults
from simulator.google_forms import OPT_IN_NO, OPT_IN_QUESTION, OPT_IN_YES
from simulator.google_world import GoogleWorld
from tests.cli.conftest import Office
from tests.cli.running import configuration, keep_secret

LEADS = 60
SOURCE = """
[[sources]]
id = "google-main"
kind = "google_lead_forms"
controller = "nectra"
manager_id = "{manager}"
service_account_key = {{ file = "secrets/google.json" }}
endpoint = "{endpoint}"
form_language = "en-GB"
forms_unchanged_since = {since}
max_wait_minutes = 0
[[sources.opt_in_questions]]
key = "email_updates"
question = "{question}"
yes = ["{yes}"]
no = ["{no}"]
[[sources.boxes]]
key = "email_updates"
purpose = "direct_marketing"
channels = ["email"]
"""


@pytest.fixture
def google() -> Iterator[GoogleAdsServer]:
    """A pretend Google Ads that lives now, as the commands do."""
    now = wiring.now() - timedelta(minutes=1)
    world = GoogleWorld.seeded(7, LEADS, now)
    with GoogleAdsServer(world, faults=GoogleFaults()) as server:
        yield server


@pytest.fixture
def agency(tmp_path: Path, sqlite_url: str, google: GoogleAdsServer) -> Office:
    """An installation whose source is the pretend Google Ads."""
    keep_secret(tmp_path)
    keep_secret(tmp_path, "google.json", google.service_account_key())
    office = Office(tmp_path, {ROOTS_VARIABLE: str(google.roots)}, sqlite_url)
    office.configure(
        configuration()
        + SOURCE.format(
            manager=google.world.manager_id,
            endpoint=google.endpoint,
            since=(google.world.now - timedelta(days=80)).date(),
            question=OPT_IN_QUESTION,
            yes=OPT_IN_YES,
            no=OPT_IN_NO,
        )
    )
    return office


def test_leads_come_once_with_their_consents(agency: Office, google: GoogleAdsServer) -> None:
    first = agency("pull", "--json")
    assert first.code == 0
    [report] = first.json
    assert report["counts"]["stored"] == report["rows"] == LEADS
    assert report["counts"]["consents"] > 0
    [again] = agency("pull", "--json").json
    assert set(again["counts"]) <= {"duplicates", "improved"}
    shown = agency("check")
    assert shown.code == 0, shown.out
    exported = agency(
        "export", "--purpose", "direct_marketing", "--channel", "email", "--dry-run", "--json"
    )
    assert exported.json["allowed"] > 0
    assert len(google.world.resource_names()) == LEADS


def test_one_account_that_refuses_us_does_not_stop_the_others(
    agency: Office, google: GoogleAdsServer
) -> None:
    refused = max(google.world.client_ids, key=lambda one: len(google.world.resource_names(one)))
    google.faults.denied.add(refused)
    pulled = agency("pull")
    assert pulled.code == 4
    assert f"account {refused}: this account is not open to us" in pulled.err
    others = LEADS - len(google.world.resource_names(refused))
    [source] = agency("status", "--json").json["sources"]
    assert (source["leads"], source["last_outcome"]) == (others, "incomplete")
    assert refused in source["message"]
    google.faults.denied.clear()
    assert agency("pull").code == 0
    [source] = agency("status", "--json").json["sources"]
    assert (source["leads"], source["last_outcome"]) == (LEADS, "done")


def test_a_quota_of_hours_is_told_and_waited_for_by_the_next_pull(
    agency: Office, google: GoogleAdsServer
) -> None:
    google.faults.always("quota", seconds=9_000)
    pulled = agency("pull")
    assert pulled.code == 5
    assert "3 hours" in pulled.err
    assert "Traceback" not in pulled.err


def test_a_refused_key_needs_a_person(agency: Office, google: GoogleAdsServer) -> None:
    google.faults.always("refresh_refused")
    pulled = agency("pull")
    assert pulled.code == 4
    assert "access was taken back" in pulled.err
    assert "invalid_grant" not in pulled.err
