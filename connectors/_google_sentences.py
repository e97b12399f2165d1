"""What a person gets to read of an error of Google's client: the fact, then the cure."""

from datetime import timedelta
from math import ceil

from connectors._google_verdict import Outcome, Verdict
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable

_REFUSED: dict[Outcome, tuple[str, str]] = {
    Outcome.TOKEN: (
        "access was taken back or has run out",
        (
            "Cure: give the service account access again, or make a new refresh token: "
            "nothing is lost "
            "for 30 days."
        ),
    ),
    Outcome.CREDENTIALS: (
        "the credentials are not usable",
        "Cure: set service_account_key to the JSON key file of a service account, unchanged.",
    ),
    Outcome.ACCOUNT: (
        "this account is not open to us",
        (
            "This does not mean that there are no leads. "
            "Cure: add the service account as a user of the "
            "account or of its manager, and set manager_id to the manager that access runs through."
        ),
    ),
    Outcome.CLOSED: (
        "the account is closed, or not active",
        "Cure: make it active in Google Ads, or take it out of customer_ids.",
    ),
    Outcome.PROJECT: (
        "the Cloud project of the credentials is not admitted",
        (
            "Cure: in the Google Cloud console, enable the Google Ads API for the project "
            "and see to its "
            "access level and terms."
        ),
    ),
    Outcome.VERSION: (
        "this version of the API is not served",
        (
            "Cure: set api_version to one that is (a version lives about a year), and bring "
            "the package "
            "google-ads up to date if it does not know it."
        ),
    ),
}


def source_error(found: Verdict, subject: str) -> SourceError:
    """Return the error that a person gets to read: the fact, then the cure.

    Args:
        found: the verdict on the last call.
        subject: what was being read, with ids only ("account 1234567890").
    """
    told = f" ({found.facts})." if found.facts else "."
    if found.outcome in _REFUSED:
        fact, cure = _REFUSED[found.outcome]
        return SourceRefused(f"{subject}: {fact}{told} {cure}")
    if found.outcome is Outcome.QUOTA:
        of = f" for {found.rate}" if found.rate else ""
        return SourceUnavailable(
            f"{subject}: the quota is used up{of}{told} "
            f"Cure: pull again in {_in_words(found.wait)}; "
            "nothing is lost, the next pull goes on here. max_wait_minutes sets how long a pull "
            "waits by itself.",
            retry_after=found.wait,
        )
    if found.outcome is Outcome.RETRY:
        return SourceUnavailable(
            f"{subject}: no whole answer after several tries{told} Nothing is lost, the next pull "
            "goes on here. Cure: if it lasts, check the network, the proxy and endpoint."
        )
    return SourceChanged(
        f"{subject}: an answer that this version does not know{told} "
        "Cure: check api_version; if it is "
        "right, this version must be brought up to date with the platform."
    )


def _in_words(wait: timedelta | None) -> str:
    if wait is None:
        return "an hour"
    minutes = ceil(wait.total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{ceil(minutes / 60)} hours"
