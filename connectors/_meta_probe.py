"""Is the Meta source set up right? A line for each thing, with the cure.

Source: developers.facebook.com, docs/graph-api/reference/debug_token, v26.0.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from connectors._meta_graph import Graph
from connectors._meta_lead_access import lead_access
from connectors._meta_pull import forms_of
from connectors._meta_verdict import BOTH_GATES, GraphError, Outcome, source_error
from connectors.base import ProbeResult
from connectors.probed import ProbeFault, fault_of
from policy.errors import SourceRefused
from policy.looks import Looked

NEEDED_SCOPES = (
    "leads_retrieval",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_ads",
)
WARN_BEFORE = timedelta(days=21)
_SKEW_TO_TELL = timedelta(minutes=1)
_MOST_SKEW = timedelta(minutes=5)
_FAULTS = {
    Outcome.PERMISSION: ProbeFault.PERMISSION_MISSING,
    Outcome.NO_ACCESS: ProbeFault.LEADS_SHUT,
}


def probe_page(
    graph: Graph, page_id: str, token: str, now: Callable[[], datetime], *, is_told: bool = False
) -> Iterator[ProbeResult]:
    """Yield what is right and wrong with a page; the first refused token ends it.

    `is_told`: leads are announced by webhook, so the page must have been subscribed.
    """
    checks: tuple[tuple[str, Looked, Callable[[], Iterator[ProbeResult]]], ...] = (
        ("access token", Looked.ACCESS, lambda: _token(graph, token, now())),
        ("lead access", Looked.PERMISSION, lambda: _lead_access(graph, page_id)),
        ("forms", Looked.PERMISSION, lambda: _forms(graph, page_id)),
        (
            "webhook",
            Looked.SUBSCRIPTION,
            lambda: _subscription(graph, page_id) if is_told else iter(()),
        ),
        ("clock", Looked.CLOCK, lambda: _clock(graph, now())),
    )
    for subject, about, check in checks:
        try:
            yield from check()
        except GraphError as error:
            found = error.verdict
            told = source_error(found, f"page {page_id}")
            fault = _FAULTS.get(found.outcome) or fault_of(told)
            is_sure = isinstance(told, SourceRefused)
            about_all = Looked.ACCESS if is_sure and found.ends_everything else about
            yield ProbeResult(subject, False, str(told), about_all, is_sure=is_sure, fault=fault)
            if found.ends_everything:
                return


def _token(graph: Graph, token: str, now: datetime) -> Iterator[ProbeResult]:
    """Look at the token. It goes in the body of a POST, since an address ends up in logs."""
    answer = graph.post("debug_token", input_token=token, method="GET")
    shown = answer.get("data")
    facts: Mapping[str, object] = shown if isinstance(shown, Mapping) else {}
    if facts.get("is_valid") is not True:
        yield ProbeResult(
            "access token",
            False,
            "The platform says that the access token is not valid. Cure: make a new one (a system "
            "user's lasts longest) and set access_token.",
            Looked.ACCESS,
            fault=ProbeFault.SIGN_IN_REFUSED,
        )
        return
    yield _expiry("access token", "stops working", facts.get("expires_at"), now)
    yield _expiry("data access", "ends", facts.get("data_access_expires_at"), now)
    scopes = facts.get("scopes")
    granted = scopes if isinstance(scopes, list) else []
    missing = [name for name in NEEDED_SCOPES if name not in granted]
    yield ProbeResult(
        "permissions",
        not missing,
        f"The token lacks {', '.join(missing)}. Cure: grant them to the app, then make a new token."
        if missing
        else "The token has every permission that reading leads needs.",
        Looked.PERMISSION,
        fault=ProbeFault.PERMISSION_MISSING if missing else None,
    )


def _expiry(subject: str, ends: str, seconds: object, now: datetime) -> ProbeResult:
    """Read a time in Unix seconds, of which 0 means never."""
    if not isinstance(seconds, int) or seconds <= 0:
        return ProbeResult(subject, True, f"The {subject} has no end date.", about=Looked.EXPIRY)
    at = datetime.fromtimestamp(seconds, UTC)
    days = (at - now).days
    if at - now > WARN_BEFORE:
        told = f"The {subject} {ends} on {at:%Y-%m-%d}, in {days} days."
        return ProbeResult(subject, True, told, about=Looked.EXPIRY, ends_at=at)
    return ProbeResult(
        subject,
        False,
        f"The {subject} {ends} on {at:%Y-%m-%d}, in {days} days. "
        "Cure: make a new token before that "
        "and set access_token: leads can be fetched for 90 days only.",
        Looked.EXPIRY,
        at,
        fault=ProbeFault.ACCESS_ENDS,
    )


def _lead_access(graph: Graph, page_id: str) -> Iterator[ProbeResult]:
    found, about = lead_access(graph, page_id), Looked.PERMISSION
    if found.shut is None:
        message = f"The platform does not say who may read the page's leads. Cure: {BOTH_GATES}."
        yield ProbeResult("lead access", False, message, about, fault=ProbeFault.LEADS_SHUT)
    elif found.shut:
        message = f"{found.sentence} Cure: {BOTH_GATES}."
        yield ProbeResult("lead access", False, message, about, fault=ProbeFault.LEADS_SHUT)
    else:
        told = "App and user may both read the page's leads."
        yield ProbeResult("lead access", True, told, about=about)
    if found.is_tos_accepted is False:
        yield ProbeResult(
            "lead ads terms",
            False,
            "The page has not accepted the lead ads terms. Cure: an admin of the page must accept "
            "them at facebook.com/ads/leadgen/tos.",
            about,
            fault=ProbeFault.TERMS_NOT_ACCEPTED,
        )


def _forms(graph: Graph, page_id: str) -> Iterator[ProbeResult]:
    forms = list(forms_of(graph, page_id, limit=100))
    unseen = sum(form.shown is None for form in forms)
    yield ProbeResult(
        "forms",
        bool(forms),
        f"{len(forms)} forms are readable."
        if forms
        else "The page shows no lead form. Cure: check page_id, or publish a form.",
        Looked.PERMISSION,
        fault=None if forms else ProbeFault.PLACE_MISSING,
    )
    if unseen:
        yield ProbeResult(
            "form wording",
            False,
            "The platform refuses the legal text of at least one form. Ticks on such a form cannot "
            "be proven; each pull reads the forms one by one and keeps what it is given. "
            "Cure: give "
            "the token the permission pages_manage_ads, and the user a task on the page.",
            Looked.PERMISSION,
            fault=ProbeFault.WORDING_WITHHELD,
        )


def _subscription(graph: Graph, page_id: str) -> Iterator[ProbeResult]:
    """Look whether the page tells the app of new leads: if it does not, there is only silence."""
    rows = graph.get(page_id, "subscribed_apps").get("data")
    apps = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    fields = [row.get("subscribed_fields") for row in apps]
    is_told = any("leadgen" in each for each in fields if isinstance(each, list))
    yield ProbeResult(
        "webhook",
        is_told,
        "The page tells the app of new leads."
        if is_told
        else "No app of the page is told of new leads, so no webhook comes and no error either. "
        "Cure: "
        f"send POST /{page_id}/subscribed_apps?subscribed_fields=leadgen with the page's token.",
        Looked.SUBSCRIPTION,
        fault=None if is_told else ProbeFault.NOT_SUBSCRIBED,
    )


def _clock(graph: Graph, now: datetime) -> Iterator[ProbeResult]:
    """Compare the clocks, since times of arrival are evidence; costs no call."""
    if graph.server_time is None:
        return
    skew = abs(graph.server_time - now)
    told = f"The clock is {round(skew.total_seconds())} s away from the platform's."
    if skew <= _SKEW_TO_TELL:
        yield ProbeResult("clock", True, told, Looked.CLOCK)
        return
    cure = "Cure: set it by NTP: times of arrival are evidence."
    is_ok = None if skew <= _MOST_SKEW else False
    yield ProbeResult("clock", is_ok, f"{told} {cure}", Looked.CLOCK, fault=ProbeFault.CLOCK_SKEW)
