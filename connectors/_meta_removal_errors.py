"""What a person gets to read when Meta does not take people out of audiences: fact, then cure.

Source: developers.facebook.com, marketing-api, reference/custom-audience/users and
…/graph-api/guides/error-handling, v26.0.
"""

from math import ceil

from connectors._meta_verdict import Outcome, Verdict
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable

_WAITING = "Removals wait meanwhile, for 30 days."
_BY_SUBCODE: dict[int, tuple[str, str]] = {
    1713230: (
        "Meta has flagged an audience and takes no changes of it",
        "Open the audience in Audience Manager and answer what Meta asks there.",
    ),
    1870090: (
        "the Custom Audience terms are not accepted",
        "An admin of the ad account must accept them in Ads Manager > Audiences.",
    ),
}
_REFUSED: dict[Outcome, tuple[str, str]] = {
    Outcome.TOKEN: (
        "the access token is not valid",
        "Make a new one (a system user's lasts longest) and set access_token.",
    ),
    Outcome.PROOF: (
        "Meta wants a proof made with the app secret, or finds it wrong",
        "Set app_secret to the secret of the app of the token (App dashboard > Settings > Basic).",
    ),
    Outcome.BLOCKED: (
        "the app or account is blocked for a while for a policy reason",
        "Read the notice in the app dashboard or Account quality.",
    ),
    Outcome.PERMISSION: (
        "a permission is missing",
        (
            "Give the app ads_management and the token's user a role on the ad account, then make a"
            " new token."
        ),
    ),
    Outcome.NO_ACCESS: (
        "the ad account is not there, or not open to this token",
        "Check ad_account_id, and give the token's user a role on the ad account.",
    ),
}


def removal_error(found: Verdict, subject: str) -> SourceError:
    """Return the error for a verdict on a call about an ad account's audiences.

    Args:
        found: the verdict on the last answer.
        subject: what was asked of ("ad account 123").
    """
    told = f" ({found.facts})." if found.facts else "."
    refused = _BY_SUBCODE.get(found.subcode or 0) or _REFUSED.get(found.outcome)
    if refused is not None:
        fact, cure = refused
        return SourceRefused(f"{subject}: {fact}{told} {cure} {_WAITING}")
    if found.outcome is Outcome.THROTTLED:
        minutes = ceil(found.wait.total_seconds() / 60) if found.wait else 1
        return SourceUnavailable(
            f"{subject}: Meta asks us to slow down{told} Try again in {minutes} minutes; calls made"
            f" before that make the wait longer. {_WAITING}",
            retry_after=found.wait,
        )
    if found.outcome in {Outcome.RETRY, Outcome.SMALLER_PAGE}:
        why = f": {found.why}" if found.why else ""
        return SourceUnavailable(
            f"{subject}: no usable answer after several tries{why}{told} If it lasts, check the"
            f" network, the proxy and graph_url. {_WAITING}"
        )
    why = found.why or "an answer that this version does not know"
    return SourceChanged(
        f"{subject}: {why}{told} Nobody counts as removed. Check ad_account_id and api_version; if"
        " they are right, this version must be brought up to date with Meta."
    )
