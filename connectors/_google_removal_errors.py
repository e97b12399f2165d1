"""What a person gets to read when Google does not take people out of audiences: fact, then cure.

Source: developers.google.com, data-manager/api/devguides; cloud.google.com, apis/design/errors.
"""

from math import ceil

from connectors._google_verdict import Outcome, Verdict
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable

MISSING = (
    "audiences of kind google_customer_match need the package google-auth. Cure: "
    "pip install 'leadledger[google]'."
)
_WAITING = "Removals wait meanwhile, for 30 days."
_REFUSED: dict[Outcome, tuple[str, str]] = {
    Outcome.TOKEN: (
        "access was taken back, has run out, or is not for the Data Manager API",
        (
            "Give the service account access again, or make a new refresh token with the scope"
            " https://www.googleapis.com/auth/datamanager."
        ),
    ),
    Outcome.CREDENTIALS: (
        "the credentials are not usable",
        "Set service_account_key to the JSON key file of a service account, unchanged.",
    ),
    Outcome.ACCOUNT: (
        "the account or an audience is not open to us",
        (
            "Add the service account as a user of the account, and set login_account_id to the"
            " manager that access runs through."
        ),
    ),
    Outcome.PROJECT: (
        "the Cloud project of the credentials is not admitted",
        "In the Google Cloud console, enable the Data Manager API for the project.",
    ),
    Outcome.QUERY: (
        "Google does not take the request",
        (
            "Check account_id, login_account_id and audience_ids: each audience must be a customer"
            " list of the account."
        ),
    ),
}


def removal_error(found: Verdict, subject: str) -> SourceError:
    """Return the error for a verdict on a call about an account's audiences.

    Args:
        found: the verdict on the last answer.
        subject: what was asked of ("account 1234567890").
    """
    told = f" ({found.facts})." if found.facts else "."
    if found.outcome in _REFUSED:
        fact, cure = _REFUSED[found.outcome]
        return SourceRefused(f"{subject}: {fact}{told} {cure} {_WAITING}")
    if found.outcome is Outcome.QUOTA:
        minutes = ceil(found.wait.total_seconds() / 60) if found.wait else 1
        return SourceUnavailable(
            f"{subject}: the quota is used up{told} Try again in {minutes} minutes. {_WAITING}",
            retry_after=found.wait,
        )
    if found.outcome is Outcome.RETRY:
        return SourceUnavailable(
            f"{subject}: no usable answer after several tries{told} If it lasts, check the network,"
            f" the proxy and address. {_WAITING}"
        )
    return SourceChanged(
        f"{subject}: an answer that this version does not know{told} Nobody counts as removed."
        " Check address; if it is right, this version must be brought up to date with Google."
    )
