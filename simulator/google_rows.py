"""What each resource of the query language holds, as nested plain data: `{"customer": {"id": 1}}`.

Members are named as in the messages of google-ads 34.0.0 (so `type` of an asset is `type_`).
"""

from collections.abc import Iterator
from typing import Any

from simulator.google_accounts import Account, GoogleSubmission, LocalServicesLead
from simulator.google_errors import query_error
from simulator.google_world import GoogleWorld

Row = dict[str, dict[str, Any]]
"""Resource → member → value, as one row of an answer."""

_WITH_EMAIL = frozenset({"v23", "v24"})
"""The versions whose Local Services leads have an address, no extension, and an older name."""


def rows(world: GoogleWorld, account: Account, resource: str, version: str) -> Iterator[Row]:
    """Yield every row of a resource that an account has.

    Raises:
        RefusedError: there is no such resource.
    """
    match resource:
        case "lead_form_submission_data":
            return (_submission(one, account) for one in world.submissions(account.id))
        case "asset":
            return _assets(world, account)
        case "customer":
            return iter([{"customer": _customer(account)}])
        case "customer_client":
            return _clients(world, account)
        case "local_services_lead":
            leads = world.local_services_leads(account.id)
            return (_local_services(lead, account, version) for lead in leads)
        case _:
            message = f"Unrecognized resource '{resource}' in FROM clause."
            raise query_error("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", message)


def _customer(account: Account) -> dict[str, Any]:
    return {
        "resource_name": f"customers/{account.id}",
        "id": int(account.id),
        "descriptive_name": account.name,
        "time_zone": account.time_zone,
        "manager": account.is_manager,
        "status": account.status,
        "test_account": False,
    }


def _clients(world: GoogleWorld, account: Account) -> Iterator[Row]:
    for one in world.accounts:
        level = world.level_below(one, account)
        if level is None:
            continue
        client = _customer(one) | {
            "resource_name": f"customers/{account.id}/customerClients/{one.id}",
            "client_customer": f"customers/{one.id}",
            "level": level,
            "hidden": False,
        }
        yield {"customer_client": client, "customer": _customer(account)}


def _assets(world: GoogleWorld, account: Account) -> Iterator[Row]:
    for asset_id in world.asset_ids(account.id):
        form = world.form(asset_id)
        asset = {
            "resource_name": f"customers/{account.id}/assets/{asset_id}",
            "id": asset_id,
            "name": form.name,
            "type_": "LEAD_FORM",
            "source": "ADVERTISER",
            "lead_form_asset": form.as_asset(),
        }
        yield {"asset": asset, "customer": _customer(account)}
    # an account has other assets too, which no filter by type lets through
    image = {"resource_name": f"customers/{account.id}/assets/77", "id": 77, "type_": "IMAGE"}
    yield {"asset": image, "customer": _customer(account)}


def _submission(one: GoogleSubmission, account: Account) -> Row:
    customer, origin = f"customers/{one.account_id}", one.origin
    campaign = f"{customer}/campaigns/{origin.campaign_id}"
    asset = f"{customer}/assets/{one.asset_id}"
    data = {
        "resource_name": one.resource_name,
        "id": one.id,
        "asset": asset,
        "campaign": campaign,
        "gclid": one.gclid,
        "submission_date_time": one.at.isoformat(sep=" ", timespec="seconds"),
        "lead_form_submission_fields": [
            {"field_type": int(name) if name.isdigit() else name, "field_value": value}
            for name, value in one.fields
        ],
        "custom_lead_form_submission_fields": [
            {"question_text": text, "field_value": value} for text, value in one.custom
        ],
    }
    row: Row = {
        "lead_form_submission_data": data,
        "asset": {"resource_name": asset, "id": one.asset_id},
        "campaign": {
            "resource_name": campaign,
            "id": origin.campaign_id,
            "name": origin.campaign_name,
        },
        "customer": _customer(account),
    }
    if origin.ad_group_id is not None:
        data["ad_group"] = f"{customer}/adGroups/{origin.ad_group_id}"
        data["ad_group_ad"] = f"{customer}/adGroupAds/{origin.ad_group_id}~{origin.ad_id}"
        row["ad_group"] = {"resource_name": data["ad_group"], "id": origin.ad_group_id}
        row["ad_group_ad"] = {"resource_name": data["ad_group_ad"], "ad": {"id": origin.ad_id}}
    return row


def _local_services(lead: LocalServicesLead, account: Account, version: str) -> Row:
    name = lead.resource_name
    details = {"consumer_name": lead.consumer_name, "phone_number": lead.phone_number}
    if version in _WITH_EMAIL:
        name = name.replace("/localServicesLeads/", "/localServicesLead/")
        details["email"] = lead.email
    else:
        details["phone_number_extension"] = lead.phone_number_extension
    known = {name: value for name, value in details.items() if value is not None}
    data: dict[str, Any] = {
        "resource_name": name,
        "id": lead.id,
        "category_id": lead.category_id,
        "service_id": lead.service_id,
        "lead_type": lead.lead_type,
        "lead_status": lead.lead_status,
        "creation_date_time": lead.at.strftime("%Y-%m-%d %H:%M:%S"),
        "locale": "en-GB",
        "lead_charged": lead.lead_status == "BOOKED",
    }
    if known:
        data["contact_details"] = known
    return {"local_services_lead": data, "customer": _customer(account)}
