"""Accounts, and what belongs to one: submissions and Local Services leads. Plain data.

Source: google-ads 34.0.0, v26/resources/types: customer_client, lead_form_submission_data,
local_services_lead.
"""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from simulator.google_answers import Answers


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `manager_id` is the account right above it, None for the manager of all.

    `status` is the name of a CustomerStatus.
    """

    id: str
    name: str
    time_zone: str
    manager_id: str | None
    is_manager: bool = False
    status: str = "ENABLED"

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone that its times are in."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Origin:
    """The advertisement that led to a form. `ad_group_id` is None for Performance Max."""

    campaign_id: int
    campaign_name: str
    ad_group_id: int | None
    ad_id: int | None
    asset_group_id: int | None = None


@dataclass(frozen=True, slots=True)
class GoogleSubmission:
    """What somebody sent through a lead form. `at` is aware, in the account's time zone.

    `fields` are the standard questions by the name (or, unknown to all, the number) of their type;
    `custom` the form's own questions by their text.
    """

    id: str
    account_id: str
    asset_id: int
    at: datetime
    origin: Origin
    gclid: str = field(repr=False)
    fields: Answers = field(repr=False)
    custom: Answers = field(repr=False)

    @property
    def resource_name(self) -> str:
        """Return the name that is unique over all accounts."""
        return f"customers/{self.account_id}/leadFormSubmissionData/{self.id}"


@dataclass(frozen=True, slots=True)
class LocalServicesLead:
    """A lead of a Local Services advertisement. `at` is aware, in the account's time zone.

    `lead_type` and `lead_status` are names of LeadType and LeadStatus. `consumer_name` and
    `phone_number` are None once the lead is wiped out; so may they be before.
    """

    id: int
    account_id: str
    at: datetime
    lead_type: str
    lead_status: str = "NEW"
    category_id: str = "xcat:service_area_business_plumber"
    service_id: str = "fix_leaks"
    consumer_name: str | None = field(default=None, repr=False)
    phone_number: str | None = field(default=None, repr=False)
    phone_number_extension: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    """Shown by v23 and v24 of the API only."""

    @property
    def resource_name(self) -> str:
        """Return the name that is unique over all accounts, as v25 and later write it."""
        return f"customers/{self.account_id}/localServicesLeads/{self.id}"
