"""What an answer of the Graph API means: told by the code in the body, never by the status alone.

Source: developers.facebook.com, docs/graph-api/guides/error-handling and …/overview/rate-limiting,
v26.0. The vendor's own sentences hold ids and addresses, so nothing of them is kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil

from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable


class Outcome(StrEnum):
    """What to do about an answer."""

    OK = "ok"
    RETRY = "retry"  # a passing fault: ask again, a few times
    THROTTLED = "throttled"  # wait as long as was reported, then go on at the same place
    SMALLER_PAGE = "smaller_page"  # ask for fewer rows
    DROP_FIELDS = "drop_optional_fields"  # ask without the optional fields
    PERMISSION = "permission"  # a permission is missing: never "there are no leads"
    NO_ACCESS = "no_access"  # missing, or not to be seen by us: the platform does not say which
    TOKEN = "token"  # noqa: S105 - the token is not valid
    PROOF = "proof"  # the app secret is missing or wrong
    BLOCKED = "blocked"  # the app or account is blocked for a while
    CHANGED = "changed"  # an answer in no known shape


class Unreadable(dict[str, object]):
    """Stands for a body that is no JSON object; `why` says, in our words, what came instead."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


NOT_AN_OBJECT = "JSON that is not an object"
ODD_ERROR = "an error in no known shape"
NOT_JSON = "something other than JSON, or only a part of it"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means. `code`, `subcode` and `trace` are the vendor's, the rest is ours.

    `status` is 0 where no answer came at all. `wait` is what a throttled caller must still wait.
    """

    outcome: Outcome
    status: int
    code: int | None = None
    subcode: int | None = None
    trace: str | None = None
    why: str | None = None
    wait: timedelta | None = None

    @property
    def ends_everything(self) -> bool:
        """Say whether no other form of the page can be read either."""
        return self.outcome in {
            Outcome.TOKEN,
            Outcome.PROOF,
            Outcome.BLOCKED,
            Outcome.THROTTLED,
        }

    @property
    def facts(self) -> str:
        """Return the ids and codes for a message."""
        named = {
            "HTTP": self.status or None,
            "code": self.code,
            "subcode": self.subcode,
            "fbtrace_id": self.trace,
        }
        return ", ".join(f"{name} {value}" for name, value in named.items() if value is not None)


class GraphError(Exception):
    """A call that did not succeed; where the page loop knows no way on, it is a SourceError."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(f"{verdict.outcome} ({verdict.facts})")


def changed(why: str) -> GraphError:
    """Return the error for an answer that came well, but in no known shape."""
    return GraphError(Verdict(Outcome.CHANGED, 200, why=why))


_STOPS = {
    102: Outcome.TOKEN,
    190: Outcome.TOKEN,
    368: Outcome.BLOCKED,
    **dict.fromkeys((4, 17, 32, 341, 613, *range(80000, 80010), 80014), Outcome.THROTTLED),
}
_BY_WORDS = (
    # no subcode tells these two faults apart, so the known words have to
    (1, "reduce the amount of data", Outcome.SMALLER_PAGE),
    (100, "appsecret_proof", Outcome.PROOF),
)
_SETTLED = {
    803: Outcome.NO_ACCESS,
    **dict.fromkeys((10, *range(200, 300)), Outcome.PERMISSION),
}
_TEST_LEAD_EXISTS = 1892058
_NO_SUCH_OBJECT = 33
_TRACE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def verdict(status: int, body: Mapping[str, object]) -> Verdict:
    """Say what an answer means, from its status and its parsed body."""
    if isinstance(body, Unreadable):
        return Verdict(_of_unreadable(status, body.why), status, why=body.why)
    error = body.get("error")
    if isinstance(error, Mapping):
        code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
        trace = error.get("fbtrace_id")
        trace = trace if isinstance(trace, str) and _TRACE.fullmatch(trace) else None
        return Verdict(_of_error(status, code, subcode, error), status, code, subcode, trace)
    if error is not None:
        return Verdict(Outcome.CHANGED, status, why=ODD_ERROR)
    return Verdict(_of_status(status), status)


def _of_unreadable(status: int, why: str) -> Outcome:
    if 300 <= status < 400:
        return Outcome.CHANGED
    if status < 500 and why in {NOT_AN_OBJECT, ODD_ERROR}:
        return Outcome.CHANGED
    return Outcome.THROTTLED if status == 429 else Outcome.RETRY


def _of_status(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.OK
    if status == 429:
        return Outcome.THROTTLED
    return Outcome.RETRY if status >= 500 else Outcome.CHANGED


def _of_error(
    status: int, code: int | None, subcode: int | None, error: Mapping[object, object]
) -> Outcome:
    """Decide by code; the order matters, since `is_transient` comes with other codes as well."""
    if code in _STOPS:
        return _STOPS[code]
    message = str(error.get("message")).lower()
    for worded_code, words, outcome in _BY_WORDS:
        if code == worded_code and words in message:
            return outcome
    if code == 2 and subcode == _TEST_LEAD_EXISTS:
        return Outcome.CHANGED
    if code in {1, 2} or error.get("is_transient") is True:
        return Outcome.RETRY
    if code == 100:
        return Outcome.NO_ACCESS if subcode == _NO_SUCH_OBJECT else Outcome.DROP_FIELDS
    return _SETTLED.get(code or 0, Outcome.RETRY if status >= 500 else Outcome.CHANGED)


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value) else None


_TOKEN_ENDED = {
    458: "the app was removed by the person who gave the token",
    460: "the password of the person who gave the token was changed",
    463: "the token has expired",
    467: "the token was made invalid",
}

BOTH_GATES = (
    "open both gates: the app's permission leads_retrieval (advanced access, app in "
    "live mode), and the page's lead access (Business settings > Integrations > Leads access), "
    "where the app and the person or system user of the token must be listed"
)


_REFUSED: dict[Outcome, tuple[str, str]] = {
    Outcome.TOKEN: (
        "the access token is not valid",
        (
            "Cure: make a new one (a system user's lasts longest) and set access_token: no lead is "
            "lost yet."
        ),
    ),
    Outcome.PROOF: (
        "the platform wants a proof made with the app secret, or finds it wrong",
        (
            "Cure: set app_secret to the secret of the app of the token (App dashboard > Settings "
            "> Basic)."
        ),
    ),
    Outcome.BLOCKED: (
        "the app or account is blocked for a while for a policy reason",
        "Cure: read the notice in the app dashboard or Account quality, then pull again.",
    ),
    Outcome.PERMISSION: (
        "a permission is missing",
        f"This does not mean that there are no leads. Cure: {BOTH_GATES}.",
    ),
    Outcome.NO_ACCESS: (
        "not readable with this token",
        f"This does not mean that there are no leads. Cure: {BOTH_GATES}.",
    ),
}


def source_error(found: Verdict, subject: str, *, gates: str = "") -> SourceError:
    """Return the error that a person gets to read: the fact, then the cure.

    Args:
        found: the verdict on the last answer.
        subject: what was being read, with ids only ("form 17 of page 4").
        gates: which gate of the lead access is shut, as far as the platform says.
    """
    told = f" ({found.facts})." if found.facts else "."
    if found.outcome in _REFUSED:
        fact, cure = _REFUSED[found.outcome]
        if found.outcome is Outcome.TOKEN:
            fact = _TOKEN_ENDED.get(found.subcode or 0, fact)
        return SourceRefused(f"{subject}: {fact}{told} {cure} {gates}".rstrip())
    if found.outcome is Outcome.THROTTLED:
        minutes = ceil(found.wait.total_seconds() / 60) if found.wait else 1
        return SourceUnavailable(
            f"{subject}: the platform asks us to slow down{told} "
            f"Cure: pull again in {minutes} minutes; "
            "calls made before that make the wait longer. max_wait_minutes sets how long a pull "
            "waits by itself.",
            retry_after=found.wait,
        )
    if found.outcome in {Outcome.RETRY, Outcome.SMALLER_PAGE}:
        why = f": {found.why}" if found.why else ""
        return SourceUnavailable(
            f"{subject}: no usable answer after several tries{why}{told} Nothing is lost, the next "
            "pull goes on here. Cure: if it lasts, check the network, the proxy and graph_url."
        )
    why = found.why or "an answer that this version does not know"
    return SourceChanged(
        f"{subject}: {why}{told} "
        "Cure: check graph_url and api_version; if they are right, this version "
        "must be brought up to date with the platform."
    )
