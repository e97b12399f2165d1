"""How the tests ask the pretend Google Ads: through the real client, over TLS."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from google.ads.googleads.client import GoogleAdsClient
from google.ads.googleads.errors import GoogleAdsException
from google.oauth2 import credentials as oauth2
from google.oauth2 import service_account

from simulator.google_access import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, SCOPE
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_certificate import ROOTS_VARIABLE

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SUBMISSIONS = """
    SELECT lead_form_submission_data.resource_name, lead_form_submission_data.id,
      lead_form_submission_data.asset, lead_form_submission_data.campaign,
      lead_form_submission_data.ad_group, lead_form_submission_data.ad_group_ad,
      lead_form_submission_data.gclid, lead_form_submission_data.submission_date_time,
      lead_form_submission_data.lead_form_submission_fields,
      lead_form_submission_data.custom_lead_form_submission_fields
    FROM lead_form_submission_data
"""
IDS = "SELECT lead_form_submission_data.id FROM lead_form_submission_data"
TIMEOUT = 10.0


def key_credentials(google: GoogleAdsServer, scope: str = SCOPE, **changes: str) -> Any:
    """Return credentials of the service account; `changes` are to its key file."""
    key = json.loads(google.service_account_key()) | changes
    load: Any = service_account.Credentials.from_service_account_info
    return load(key, scopes=[scope])


def refresh_credentials(google: GoogleAdsServer, refresh_token: str = REFRESH_TOKEN) -> Any:
    make: Any = oauth2.Credentials
    return make(
        None,
        refresh_token=refresh_token,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        token_uri=google.token_url,
    )


def error_code(raised: pytest.ExceptionInfo[GoogleAdsException]) -> tuple[str, str]:
    """Return category and name of the first error."""
    return named(raised.value.failure.errors[0])


def named(error: Any) -> tuple[str, str]:
    code = error.error_code
    [(field, _)] = type(code).pb(code).ListFields()
    return field.name, getattr(code, field.name).name


class Asking:
    """One real client of a server, and short ways to ask with it."""

    def __init__(
        self,
        google: GoogleAdsServer,
        *,
        credentials: Any = None,
        through: str | None = "the manager",
    ) -> None:
        # what gRPC trusts is read once a process: every server shows the same certificate
        os.environ[ROOTS_VARIABLE] = str(google.roots)
        self.client = GoogleAdsClient(
            credentials=credentials or key_credentials(google),
            endpoint=google.endpoint,
            version=google.version,
            use_proto_plus=False,
            login_customer_id=google.world.manager_id if through == "the manager" else through,
        )
        self.service = self.client.get_service("GoogleAdsService")

    def chunks(self, account_id: str, query: str) -> Iterator[Any]:
        yield from self.service.search_stream(customer_id=account_id, query=query, timeout=TIMEOUT)

    def rows(self, account_id: str, query: str) -> list[Any]:
        return [row for chunk in self.chunks(account_id, query) for row in chunk.results]

    def names(self, account_id: str, query: str = IDS) -> list[str]:
        rows = self.rows(account_id, query)
        return [row.lead_form_submission_data.resource_name for row in rows]

    def request(self, account_id: str, query: str, **members: Any) -> Any:
        request = self.client.get_type("SearchGoogleAdsRequest")
        request.customer_id, request.query = account_id, query
        for name, value in members.items():
            setattr(request, name, value)
        return request
