"""One thread's line to the Graph API, through facebook-business, without that SDK's traps.

The SDK signs, versions and sends the calls and tells errors from answers. What it reads is prepared
here, because of what its version 26 does on its own (facebook_business/api.py, exceptions.py): it
parses each body twice more in slow JSON, takes an HTML page for success, falls over an error that
is not an object, follows redirects, and puts the token into the address.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from pydantic import SecretStr
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from connectors._meta_throttle import LEADS, Buckets, Throttle, usage
from connectors._meta_verdict import (
    NOT_AN_OBJECT,
    NOT_JSON,
    ODD_ERROR,
    GraphError,
    Outcome,
    Unreadable,
    verdict,
)

Json = Mapping[str, object]
Params = Mapping[str, str | int]

TRIES = 4
_PROOF = re.compile(r"appsecret_proof=[^&\s]*")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def sendable(secret: SecretStr) -> SecretStr:
    """Return a token or secret without white space around it.

    Raises:
        ValueError: it cannot be one.
    """
    value = secret.get_secret_value().strip()
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("is empty, or holds characters that no token has: copy it again")
    return SecretStr(value)


def safe_address(url: str) -> str:
    """Return an address to which a token may be sent.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or parts.hostname in LOOPBACK
    is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not (is_safe and is_plain):
        raise ValueError("must be an https address without a query: the token is sent there")
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Line:
    """How the Graph API is reached; the secrets are never shown."""

    graph_url: str
    api_version: str
    timeout_seconds: float
    access_token: Callable[[], str]
    app_secret: Callable[[], str] | None
    buckets: Buckets = LEADS


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the SDK gets for a `requests.Response`: the body parsed already.

    The SDK passes a body on as it is when `json.loads` refuses it; it refuses a mapping at once.
    """

    text: Json
    headers: Mapping[str, str]
    status_code: int


_UNTRUSTED = (
    "the certificate was not accepted; behind a proxy that opens TLS, name its authority in "
    "REQUESTS_CA_BUNDLE"
)
_NO_ANSWER: tuple[tuple[type[requests.RequestException], str], ...] = (
    (requests.exceptions.SSLError, _UNTRUSTED),
    (requests.exceptions.ProxyError, "the proxy refused"),
    (requests.exceptions.Timeout, "no answer in time"),
    (requests.exceptions.ChunkedEncodingError, "the answer broke off"),
    (requests.exceptions.ConnectionError, "the connection was refused or broke off"),
    (requests.exceptions.RequestException, "the request could not be made"),
)


class _Wire:
    """Stands in for the SDK's `requests.Session` and answers with what it reads safely."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def request(self, method: str, url: str, **kwargs: Any) -> _Answer:  # noqa: ANN401 - the SDK's
        """Send a call; whatever happens on the way is an answer too."""
        try:
            # a redirect would carry the proof, and for other libraries the token, somewhere else
            response = self._session.request(method, url, allow_redirects=False, **kwargs)
            content = response.content
        except requests.RequestException as error:
            # its text and its `request` hold address and headers: nothing of it goes further
            why = next(text for kind, text in _NO_ANSWER if isinstance(error, kind))
            return _Answer(Unreadable(why), {}, 0)
        return _Answer(parsed(content), response.headers, response.status_code)


def parsed(content: bytes) -> Json:
    """Parse a body to an object that the SDK can hold, or to an `Unreadable`."""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        found = _leniently_parsed(content)
    if isinstance(found, Unreadable):
        return found
    if not isinstance(found, dict):
        return Unreadable(NOT_AN_OBJECT)
    error = found.get("error")
    if isinstance(error, dict):
        error.pop("error_data", None)  # the SDK would parse it, and fall over a broken one
    elif error is not None:
        return Unreadable(ODD_ERROR)
    return found


def _leniently_parsed(content: bytes) -> object:
    """Parse what is JSON but for half a surrogate pair or a bad byte in one lead's answer.

    One such lead must not hide the other leads of its page: it comes through with its escapes, and
    is set aside alone when it is read.
    """
    try:
        return json.loads(content.decode("utf-8", "surrogateescape"))
    except ValueError:
        return Unreadable(NOT_JSON)


class _Bearer(requests.auth.AuthBase):
    """Sends the token as a header; being an `auth`, it also keeps a .netrc from overriding it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Graph:
    """One thread's line. Not for sharing: `requests.Session` is not safe across threads."""

    def __init__(self, line: Line, throttle: Throttle, pause: Callable[[float], None]) -> None:
        # 0.2 s of import that `--help` must not pay for
        from facebook_business.api import FacebookAdsApi  # noqa: PLC0415
        from facebook_business.exceptions import FacebookRequestError  # noqa: PLC0415
        from facebook_business.session import FacebookSession  # noqa: PLC0415

        token = line.access_token()
        session = FacebookSession(
            app_secret=line.app_secret() if line.app_secret else None,
            access_token=token,
            timeout=line.timeout_seconds,
        )
        session.GRAPH = line.graph_url
        self._session: requests.Session = session.requests
        self._session.params.pop("access_token")
        self._session.auth = _Bearer(token)
        self._session.trust_env = urlsplit(line.graph_url).hostname not in LOOPBACK
        session.requests = _Wire(self._session)
        # not .init(): that keeps a global and sends stack traces to the vendor
        self._api = FacebookAdsApi(session, line.api_version)
        self._failure: type[Exception] = FacebookRequestError
        self._throttle = throttle
        self._buckets = line.buckets
        self._pause = pause
        self._retrying = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_exponential_jitter(initial=1, max=20, jitter=1),
            retry=retry_if_exception(_is_passing),
            sleep=pause,
            reraise=True,
        )
        self.server_time: datetime | None = None
        """The platform's clock at its last answer, aware UTC, to the second; None if unsaid."""

    def get(self, *path: str, **params: str | int) -> Json:
        """Return the parsed answer to `GET /{path}`.

        Faults that pass are tried again a few times; a throttle is waited for.

        Raises:
            GraphError: with the verdict on the last answer.
        """
        return self._retrying(self._asked, "GET", path, params)

    def post(self, *path: str, **params: str | int) -> Json:
        """Do the same by POST, which keeps the parameters out of the address.

        Raises:
            GraphError: with the verdict on the last answer.
        """
        return self._retrying(self._asked, "POST", path, params)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _asked(self, method: str, path: tuple[str, ...], params: Params) -> Json:
        while True:
            ticket = self._throttle.enter(self._pause)
            status, headers, body = self._called(method, path, params)
            found = verdict(status, body)
            self._throttle.heard(ticket, usage(headers, self._buckets), found)
            if found.outcome is Outcome.OK:
                return body
            if found.outcome is not Outcome.THROTTLED:
                raise GraphError(found)

    def _called(
        self, method: str, path: tuple[str, ...], params: Params
    ) -> tuple[int, Mapping[str, str], Json]:
        """Return status, headers and body, whether the SDK takes the answer for an error or not."""
        try:
            answer = self._api.call(method, path, dict(params))
        except self._failure as failure:
            error: Any = failure
            status, headers, body = error.http_status(), error.http_headers(), error.body()
        else:
            status, headers, body = answer.status(), answer.headers(), answer.body()
        self.server_time = _time(headers.get("Date")) or self.server_time
        return status, headers, body


def _without_proof(record: logging.LogRecord) -> bool:
    """Take the proof of the app secret out of the addresses that the transport logs at DEBUG."""
    said = record.getMessage()
    if "appsecret_proof" in said:
        record.msg, record.args = _PROOF.sub("appsecret_proof=hidden", said), ()
    return True


@contextmanager
def graph(line: Line, throttle: Throttle, pause: Callable[[float], None]) -> Iterator[Graph]:
    """Open a line, and close it at the end."""
    logging.getLogger("urllib3.connectionpool").addFilter(_without_proof)
    opened = Graph(line, throttle, pause)
    try:
        yield opened
    finally:
        opened.close()


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, GraphError) and error.verdict.outcome is Outcome.RETRY


def _time(date: str | None) -> datetime | None:
    """Read a Date header (RFC 9110 section 5.6.7)."""
    if date is None:
        return None
    try:
        return parsedate_to_datetime(date).replace(tzinfo=UTC)
    except ValueError:
        return None
