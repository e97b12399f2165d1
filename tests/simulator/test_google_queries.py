"""What can be asked of the pretend Google Ads, and what it refuses."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from google.ads.googleads.errors import GoogleAdsException

from simulator.google_ads_api import GoogleAdsServer
from simulator.google_forms import OPT_IN_NO, OPT_IN_QUESTION, OPT_IN_YES, WEBHOOK_SECRET
from simulator.google_world import GoogleWorld
from tests.simulator.google_asking import IDS, NOW, Asking, error_code

FORM_TEXTS = """
    SELECT asset.id, asset.name, asset.lead_form_asset.business_name,
      asset.lead_form_asset.headline, asset.lead_form_asset.description,
      asset.lead_form_asset.privacy_policy_url, asset.lead_form_asset.custom_disclosure,
      asset.lead_form_asset.call_to_action_type, asset.lead_form_asset.fields,
      asset.lead_form_asset.custom_question_fields
    FROM asset WHERE asset.type = 'LEAD_FORM'
"""
CLIENTS = """
    SELECT customer_client.id, customer_client.descriptive_name, customer_client.manager,
      customer_client.status, customer_client.time_zone, customer_client.level
    FROM customer_client
"""
LOCAL = """
    SELECT local_services_lead.id, local_services_lead.category_id,
      local_services_lead.contact_details, local_services_lead.lead_type,
      local_services_lead.lead_status, local_services_lead.creation_date_time
    FROM local_services_lead
"""
TIME = "lead_form_submission_data.submission_date_time"


@pytest.fixture
def world() -> GoogleWorld:
    return GoogleWorld.seeded(7, 60, NOW, local_services=12)


@pytest.fixture
def asking(world: GoogleWorld) -> Iterator[Asking]:
    with GoogleAdsServer(world) as server:
        yield Asking(server)


def test_forms_show_their_texts_and_questions_and_never_the_webhook_secret(
    world: GoogleWorld, asking: Asking
) -> None:
    first, second = asking.rows(world.client_ids[0], FORM_TEXTS)
    form = first.asset.lead_form_asset
    assert (first.asset.id, second.asset.id) == world.asset_ids(world.client_ids[0])
    assert form.business_name == "Brightwater Dental"
    assert form.privacy_policy_url == "https://brightwater.example/privacy"
    question = form.custom_question_fields[0]
    assert question.custom_question_text == OPT_IN_QUESTION
    assert list(question.single_choice_answers.answers) == [OPT_IN_YES, OPT_IN_NO]
    assert [one.input_type for one in form.fields] == [2, 3, 4, 5]
    assert not form.HasField("custom_disclosure")
    assert "recorded" in second.asset.lead_form_asset.custom_disclosure
    assert WEBHOOK_SECRET not in f"{first}{second}"


def test_the_webhook_secret_comes_where_it_is_selected(world: GoogleWorld, asking: Asking) -> None:
    query = (
        "SELECT asset.lead_form_asset.delivery_methods FROM asset WHERE asset.type = 'LEAD_FORM'"
    )
    [method] = asking.rows(world.client_ids[0], query)[0].asset.lead_form_asset.delivery_methods
    assert method.webhook.google_secret == WEBHOOK_SECRET
    assert WEBHOOK_SECRET not in repr(world.form(world.asset_ids(world.client_ids[0])[0]))


def test_an_account_has_assets_that_are_no_forms(world: GoogleWorld, asking: Asking) -> None:
    rows = asking.rows(world.client_ids[0], "SELECT asset.type FROM asset")
    assert len(rows) == len(asking.rows(world.client_ids[0], FORM_TEXTS)) + 1


def test_a_changed_form_shows_its_new_text_from_then_on(world: GoogleWorld, asking: Asking) -> None:
    account_id = world.client_ids[0]
    asset_id = world.asset_ids(account_id)[0]
    later = NOW + timedelta(hours=1)
    world.change_form(
        asset_id, at=later, description="New words", privacy_policy_url="https://n.example"
    )

    before = asking.rows(account_id, FORM_TEXTS)[0].asset.lead_form_asset
    world.now = later
    after = asking.rows(account_id, FORM_TEXTS)[0].asset.lead_form_asset

    assert before.description != "New words"
    assert (after.description, after.privacy_policy_url) == ("New words", "https://n.example")
    assert world.form(asset_id, NOW).description == before.description


def test_a_manager_lists_all_below_it_with_level_and_status(
    world: GoogleWorld, asking: Asking
) -> None:
    found = {
        str(one.customer_client.id): one.customer_client
        for one in asking.rows(world.manager_id, CLIENTS)
    }
    assert set(found) == {account.id for account in world.accounts}
    assert found[world.manager_id].level == 0
    assert found[world.client_ids[0]].level == 1
    assert found[world.client_ids[2]].level == 2
    assert found[world.client_ids[1]].time_zone == "America/New_York"
    leads = (
        f"{CLIENTS} WHERE customer_client.manager = FALSE AND customer_client.status = 'ENABLED'"
    )
    enabled = [str(one.customer_client.id) for one in asking.rows(world.manager_id, leads)]
    assert tuple(enabled) == world.client_ids
    [itself] = asking.rows(world.client_ids[0], CLIENTS)
    assert (itself.customer_client.id, itself.customer_client.level) == (
        int(world.client_ids[0]),
        0,
    )


def test_an_account_says_its_name_and_time_zone(world: GoogleWorld, asking: Asking) -> None:
    query = "SELECT customer.id, customer.time_zone, customer.descriptive_name FROM customer"
    [row] = asking.rows(world.client_ids[0], query)
    assert row.customer.id == int(world.client_ids[0])
    assert (row.customer.time_zone, row.customer.descriptive_name) == ("Europe/London", "Client 1")


def test_local_services_leads_come_in_account_time_and_lose_the_person_when_wiped_out(
    world: GoogleWorld, asking: Asking
) -> None:
    account_id = world.client_ids[1]
    leads = {lead.id: lead for lead in world.local_services_leads(account_id)}
    rows = {
        row.local_services_lead.id: row.local_services_lead for row in _local(asking, account_id)
    }
    assert set(rows) == set(leads)
    lead_id, lead = next(iter(leads.items()))
    assert rows[lead_id].creation_date_time == lead.at.strftime("%Y-%m-%d %H:%M:%S")
    assert rows[lead_id].contact_details.consumer_name == lead.consumer_name
    assert rows[lead_id].resource_name == f"customers/{account_id}/localServicesLeads/{lead_id}"

    world.wipe_out(account_id, lead_id)
    wiped = f"{LOCAL} WHERE local_services_lead.lead_status = 'WIPED_OUT'"
    [row] = asking.rows(account_id, wiped)
    assert row.local_services_lead.id == lead_id
    assert not row.local_services_lead.HasField("contact_details")


def _local(asking: Asking, account_id: str) -> list[Any]:
    return asking.rows(account_id, LOCAL)


def test_an_older_version_shows_an_address_and_an_older_name(world: GoogleWorld) -> None:
    account_id = world.client_ids[0]
    with_address = {
        lead.id: lead.email for lead in world.local_services_leads(account_id) if lead.email
    }
    assert with_address
    with GoogleAdsServer(world, version="v24") as google:
        found = [row.local_services_lead for row in _local(Asking(google), account_id)]
    shown = {one.id: one.contact_details.email for one in found if one.contact_details.email}
    assert shown == with_address
    assert not hasattr(found[0].contact_details, "phone_number_extension")
    assert all("/localServicesLead/" in one.resource_name for one in found)


@pytest.mark.parametrize("literal", ["2026-11-20", "2026-11-20 00:00:00"])
def test_a_time_without_an_offset_is_in_the_zone_of_the_account(
    world: GoogleWorld, asking: Asking, literal: str
) -> None:
    account_id = world.client_ids[1]
    asset_id = world.asset_ids(account_id)[0]
    midnight = NOW.replace(day=20, hour=5)  # in New York
    for submission_id, seconds in (("before", -1), ("at", 0), ("after", 1)):
        at = midnight + timedelta(seconds=seconds)
        world.submit(account_id, asset_id, at=at, fields={}, submission_id=submission_id)

    def among(condition: str) -> set[str]:
        names = asking.names(account_id, f"{IDS} WHERE {TIME} {condition}")
        return {name.rpartition("/")[2] for name in names} & {"before", "at", "after"}

    assert among(f">= '{literal}'") == {"at", "after"}
    assert among(f"> '{literal}'") == {"after"}
    assert among(f"< '{literal}'") == {"before"}
    assert among(f"<= '{literal}'") == {"before", "at"}
    assert among(f"= '{literal}'") == {"at"}
    assert among(f"!= '{literal}'") == {"before", "after"}
    assert among(">= '2026-11-20 05:00:01+00:00'") == {"after"}
    assert among(f"BETWEEN '{literal}' AND '2026-11-20 00:00:01'") == {"at", "after"}


def test_submissions_are_asked_for_by_form_and_sorted_by_time(
    world: GoogleWorld, asking: Asking
) -> None:
    account_id = world.client_ids[0]
    first, second = (f"customers/{account_id}/assets/{one}" for one in world.asset_ids(account_id))
    asset = "lead_form_submission_data.asset"
    of_first = asking.names(account_id, f"{IDS} WHERE {asset} = '{first}'")
    of_others = asking.names(account_id, f"{IDS} WHERE {asset} NOT IN ('{first}')")
    of_both = asking.names(account_id, f"{IDS} WHERE {asset} IN ('{first}', '{second}')")
    assert 0 < len(of_first) < len(of_both)
    assert set(of_first) | set(of_others) == set(of_both) == world.resource_names(account_id)

    latest = asking.names(account_id, f"{IDS} ORDER BY {TIME} DESC LIMIT 3")
    times = {one.resource_name: one.at for one in world.submissions(account_id)}
    assert [times[name] for name in latest] == sorted(times.values(), reverse=True)[:3]


def test_campaign_and_account_are_selected_beside_a_submission(
    world: GoogleWorld, asking: Asking
) -> None:
    query = (
        "SELECT campaign.id, campaign.name, ad_group.id, asset.id, customer.time_zone "
        "FROM lead_form_submission_data"
    )
    rows = asking.rows(world.client_ids[0], query)
    assert {row.asset.id for row in rows} == set(world.asset_ids(world.client_ids[0]))
    without_group = {row.campaign.name for row in rows if not row.HasField("ad_group")}
    assert without_group == {"Performance Max | autumn"}


FROM = "FROM lead_form_submission_data"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"SELECT lead_form_submission_data.lead_form {FROM}", "UNRECOGNIZED_FIELD"),
        (f"SELECT nothing.at_all {FROM}", "UNRECOGNIZED_FIELD"),
        (
            f"SELECT lead_form_submission_data.lead_form_submission_fields.field_type {FROM}",
            "UNRECOGNIZED_FIELD",
        ),
        (
            "SELECT local_services_lead.contact_details.phone_number FROM local_services_lead",
            "UNRECOGNIZED_FIELD",
        ),
        (
            f"SELECT asset.lead_form_asset.headline {FROM}",
            "PROHIBITED_FIELD_IN_SELECT_CLAUSE",
        ),
        ("SELECT asset.lead_form_asset FROM asset", "PROHIBITED_FIELD_IN_SELECT_CLAUSE"),
        (
            f"SELECT ad_group_ad.status, label.id {FROM}",
            "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE",
        ),
        (
            f"{IDS} WHERE segments.date > '2026-11-01'",
            "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        (f"SELECT metrics.clicks {FROM}", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        (f"{IDS} WHERE lead_form_submission_data.gclid = 'x'", "PROHIBITED_FIELD_IN_WHERE_CLAUSE"),
        (f"{IDS} ORDER BY lead_form_submission_data.gclid", "PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE"),
        (f"{IDS} WHERE {TIME} >= 'yesterday'", "INVALID_DATE_FORMAT"),
        (f"{IDS} WHERE {TIME} DURING LAST_7_DAYS", "BAD_OPERATOR"),
        (f"{IDS} WHERE {TIME} >= '2026-11-01' OR", "UNEXPECTED_INPUT"),
        (f"{IDS} WHERE {TIME} >=", "UNEXPECTED_END_OF_QUERY"),
        (f"{IDS} WHERE {TIME} >= '2026", "STRING_NOT_TERMINATED"),
        (f"{IDS} WHERE lead_form_submission_data.asset > 'x'", "OPERATOR_FIELD_MISMATCH"),
        (f"{IDS} LIMIT many", "BAD_LIMIT_VALUE"),
        (f"{IDS} ORDER {TIME}", "EXPECTED_BY"),
        ("SELECT lead.id FROM leads", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT customer.id", "EXPECTED_FROM"),
        ("FROM customer", "EXPECTED_SELECT"),
        ("customer.id", "EXPECTED_SELECT"),
        ("SELECT customer.id customer.name FROM customer", "UNEXPECTED_INPUT"),
        ("SELECT asset.id FROM asset WHERE asset.type = 'LEADFORM'", "BAD_ENUM_CONSTANT"),
        ("SELECT asset.id FROM asset WHERE asset.id = x", "BAD_NUMBER"),
        (
            "SELECT customer.id FROM customer WHERE customer.manager = 'no'",
            "BAD_VALUE",
        ),
    ],
)
def test_a_query_that_google_would_refuse_is_refused_by_its_name(
    world: GoogleWorld, asking: Asking, query: str, code: str
) -> None:
    with pytest.raises(GoogleAdsException) as raised:
        asking.rows(world.client_ids[0], query)
    assert error_code(raised) == ("query_error", code)
