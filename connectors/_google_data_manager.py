"""The line to Google's Data Manager API: plain HTTP and JSON, with tokens from google-auth.

Source: developers.google.com, data-manager/api/reference/rest/v1. Google's own sentences hold ids
and may repeat what was sent, so nothing of them is kept.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from connectors._google_line import Access, credentials_of, keep_quiet
from connectors._google_removal_errors import MISSING
from connectors._google_verdict import GoogleError, Outcome, Verdict
from policy.errors import SourceRefused

SCOPE = "https://www.googleapis.com/auth/datamanager"
NOT_FOUND = "NOT_FOUND"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
Json = Mapping[str, Any]

_TRIES = 3
_CODE = re.compile(r"[A-Z0-9_]{1,80}")
_DELAY = re.compile(r"([0-9]{1,7})(?:\.[0-9]+)?s?")
_BY_STATUS = {
    400: Outcome.QUERY,
    401: Outcome.TOKEN,
    403: Outcome.ACCOUNT,
    404: Outcome.QUERY,
    429: Outcome.QUOTA,
}
_BY_REASON = {
    "SERVICE_DISABLED": Outcome.PROJECT,
    "CONSUMER_INVALID": Outcome.PROJECT,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": Outcome.TOKEN,
}


@dataclass(frozen=True, slots=True)
class DataLine:
    """Where the API is, how to get in, and how to wait between tries."""

    access: Access
    address: str
    timeout_seconds: float
    sleep: Callable[[float], None]


class DataManager:
    """Calls to the API; whatever goes wrong is a `GoogleError`. A token serves many calls."""

    def __init__(self, line: DataLine) -> None:
        self._line = line
        self._credentials: Any = None
        self._retrying = Retrying(
            stop=stop_after_attempt(_TRIES),
            wait=wait_exponential_jitter(initial=1, max=20, jitter=1),
            retry=retry_if_exception(_is_passing),
            sleep=line.sleep,
            reraise=True,
        )

    def post(self, method: str, body: Json) -> Json:
        """Return the answer to `POST /v1/{method}`; a passing fault is tried again a few times.

        Raises:
            GoogleError: with the verdict on the last answer.
            SourceRefused: the package is missing, or the key is none.
        """
        return self._retrying(self._called, "POST", method, {"data": orjson.dumps(body)})

    def get(self, method: str, **params: str) -> Json:
        """Return the answer to `GET /v1/{method}`. Raises as `post`."""
        return self._retrying(self._called, "GET", method, {"params": params})

    def _called(self, verb: str, method: str, given: Mapping[str, Any]) -> Json:
        with requests.Session() as session:
            session.trust_env = urlsplit(self._line.address).hostname not in LOOPBACK
            headers = {"Content-Type": "application/json", "Authorization": self._bearer(session)}
            try:
                answer = session.request(
                    verb,
                    f"{self._line.address}/v1/{method}",
                    headers=headers,
                    timeout=self._line.timeout_seconds,
                    allow_redirects=False,  # a redirect would carry the hashes somewhere else
                    **given,
                )
                content = answer.content
            except requests.RequestException:
                failed = Verdict(Outcome.RETRY)  # its text may hold the address and the headers
            else:
                found = _parsed(content)
                if answer.status_code == requests.codes.ok and found is not None:
                    return found
                failed = _verdict(answer.status_code, found or {})
        raise GoogleError(failed)

    def _bearer(self, session: requests.Session) -> str:
        """Return the header of a token that is good, after getting one where there is none."""
        try:
            from google.auth.exceptions import (  # noqa: PLC0415 - an extra
                GoogleAuthError,
                RefreshError,
                TransportError,
            )
            from google.auth.transport.requests import Request  # noqa: PLC0415
        except ImportError as error:
            raise SourceRefused(MISSING) from error
        keep_quiet()
        if self._credentials is None:
            self._credentials = credentials_of(self._line.access, SCOPE)
        try:
            if not self._credentials.valid:
                self._credentials.refresh(Request(session))
        except TransportError:
            failed = Verdict(Outcome.RETRY)
        except RefreshError as error:
            failed = Verdict(Outcome.RETRY if error.retryable else Outcome.TOKEN)
        except GoogleAuthError:
            failed = Verdict(Outcome.CREDENTIALS)
        else:
            return f"Bearer {self._credentials.token}"
        raise GoogleError(failed)


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, GoogleError) and error.verdict.outcome is Outcome.RETRY


def _parsed(content: bytes) -> Json | None:
    try:
        found = orjson.loads(content or b"{}")
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _verdict(status: int, body: Json) -> Verdict:
    """Say what an answer means that is none, from its status and Google's own description."""
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    listed = error.get("details")
    details = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    reason = next((code for each in details if (code := code_of(each.get("reason")))), None)
    asked = next((each["requestId"] for each in details if "requestId" in each), None)
    outcome = _BY_REASON.get(reason or "") or _BY_STATUS.get(status)
    if outcome is None:
        # a gateway's page comes with any status
        outcome = Outcome.RETRY if status >= 500 or status == 200 else Outcome.CHANGED
    code = reason or code_of(error.get("status")) or f"HTTP {status}"
    if status == requests.codes.not_found:
        code = NOT_FOUND
    request_id = asked if isinstance(asked, str) and re.fullmatch(r"[\w-]{1,80}", asked) else None
    return Verdict(outcome, code, request_id, _wait(details))


def code_of(value: object) -> str | None:
    """Return a code of Google's, None for anything that could be a sentence."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def _wait(details: list[dict[str, Any]]) -> timedelta | None:
    """Return how long Google asks to wait ("30s"), None if it does not say."""
    for each in details:
        found = _DELAY.fullmatch(str(each.get("retryDelay", "")))
        if found:
            return timedelta(seconds=int(found[1]))
    return None
