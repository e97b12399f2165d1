"""What Google posts to an advertiser's webhook.

Source: developers.google.com/google-ads/webhook/docs/implementation, and its FAQ for the body of
"Send test data". Custom questions come by a lower-case slug of their text, without `column_name`,
as public test deliveries show.
"""

import json
from datetime import UTC
from typing import Any

from simulator.google_accounts import GoogleSubmission

_COLUMN_NAMES = {
    "FULL_NAME": "Full Name",
    "FIRST_NAME": "First Name",
    "LAST_NAME": "Last Name",
    "EMAIL": "User Email",
    "PHONE_NUMBER": "User Phone",
    "WORK_EMAIL": "Work Email",
    "COMPANY_NAME": "Company Name",
    "POSTAL_CODE": "Postal Code",
    "CITY": "City",
    "JOB_TITLE": "Job Title",
}
_TEST_ID = "TeSter-123-ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrstuvwxyz-0123456789-"


def webhook_body(submission: GoogleSubmission, google_key: str, **changes: object) -> bytes:
    """Return the JSON that is posted for a submission.

    `changes` put other values to top-level keys; None leaves a key out.
    """
    origin = submission.origin
    body: dict[str, Any] = {
        "lead_id": submission.id,
        "api_version": "1.0",
        "form_id": submission.asset_id,
        "campaign_id": origin.campaign_id,
        "google_key": google_key,
        "is_test": False,
        "gcl_id": submission.gclid,
        "adgroup_id": origin.ad_group_id,
        "creative_id": origin.ad_id,
        "asset_group_id": origin.asset_group_id,
        "lead_stage": "LEAD",
        "lead_submit_time": submission.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lead_source": "LEAD_FORM",
        "user_column_data": _columns(submission),
    }
    return _posted(body | changes)


def test_webhook_body(google_key: str, **changes: object) -> bytes:
    """Return the JSON that "Send test data" in the interface posts. `changes` as above."""
    body: dict[str, Any] = {
        "lead_id": f"{_TEST_ID}lead",
        "api_version": "1.0",
        "form_id": 40000000000,
        "campaign_id": 30000000000,
        "google_key": google_key,
        "is_test": True,
        "gcl_id": f"{_TEST_ID}click",
        "adgroup_id": 20000000000,
        "creative_id": 10000000000,
        "user_column_data": [
            _column("FULL_NAME", "FirstName LastName"),
            _column("EMAIL", "test@example.com"),
            _column("PHONE_NUMBER", "+16505550123"),
        ],
    }
    return _posted(body | changes)


test_webhook_body.__test__ = False  # type: ignore[attr-defined]  # it is no test of ours


def slug(question: str) -> str:
    """Return the `column_id` of a form's own question."""
    return "_".join(question.lower().split())


def _columns(submission: GoogleSubmission) -> list[dict[str, str]]:
    own = [{"column_id": slug(text), "string_value": said} for text, said in submission.custom]
    return [_column(name, value) for name, value in submission.fields] + own


def _column(name: str, value: str) -> dict[str, str]:
    shown = _COLUMN_NAMES.get(name, name.replace("_", " ").title())
    return {"column_id": name, "column_name": shown, "string_value": value}


def _posted(body: dict[str, Any]) -> bytes:
    kept = {name: value for name, value in body.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False).encode()
