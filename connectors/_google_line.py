"""The line to the Google Ads API: the vendor's own client, kept quiet, tried again where it helps.

The package is heavy, so it is imported only here and only when the line is opened.

Source: google-ads 34.0.0 (`GoogleAdsClient`); developers.google.com, google-ads/api.
"""

import json
import logging
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors._google_verdict import GoogleError, Outcome, Verdict, verdict_of
from policy.errors import SourceRefused

SCOPE = "https://www.googleapis.com/auth/adwords"
_TRIES = 3
_FIRST_PAUSE = 2.0
_QUIET = ("google", "google.ads.googleads.client", "google.auth.transport.requests")
"""At DEBUG the client logs whole answers: names, addresses, numbers; and what buys a token."""

MISSING = (
    "sources of kind google_lead_forms need the package google-ads to pull leads. Cure: "
    "pip install 'leadledger[google]'."
)


def is_installed() -> bool:
    """Load the package, which takes a second, and say whether it is there."""
    try:
        _vendor()
    except ImportError:
        return False
    return True


def _vendor() -> Any:  # noqa: ANN401 - the vendor's module
    # the transport writes to stderr by itself, and reads this when it is loaded
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from google.ads.googleads import client  # noqa: PLC0415 - an extra

    return client


Row = Any
"""A `GoogleAdsRow`, as the client gives it."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to get in: a service account's key, or a client with a refresh token."""

    service_account_key: Callable[[], str] | None = None
    client_id: str | None = None
    client_secret: Callable[[], str] | None = None
    refresh_token: Callable[[], str] | None = None
    token_url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Where the API is, how to get in, and how patient to be."""

    access: Access
    manager_id: str | None
    api_version: str
    endpoint: str
    timeout: timedelta
    longest_wait: timedelta
    sleep: Callable[[float], None]


class Ads:
    """An open line. Rows come from `rows`; whatever goes wrong is a `GoogleError`."""

    def __init__(self, line: Line, client: Any) -> None:  # noqa: ANN401 - the vendor's client
        self._line = line
        self._client = client
        # kept for as long as rows are read: without it the channel is taken down under them
        self._service = client.get_service("GoogleAdsService")

    def rows(self, account: str, query: str) -> Iterator[list[Row]]:
        """Yield the rows that answer a query on an account, a chunk of the stream at a time.

        A stream that breaks is begun again from its start, since it cannot be resumed: the same
        rows may come twice.

        Raises:
            GoogleError: no whole answer came, or it is refused; rows before that were yielded.
        """
        waited = timedelta(0)
        for attempt in range(1, _TRIES + 1):
            found = yield from self._once(account, query)
            if found is None:
                return
            pause = _pause(found, attempt)
            if attempt == _TRIES or pause is None or waited + pause > self._line.longest_wait:
                raise GoogleError(found)
            self._line.sleep(pause.total_seconds())
            waited += pause

    def _once(self, account: str, query: str) -> Generator[list[Row], None, Verdict | None]:
        """Yield the rows of one try; return what went wrong, None if nothing did."""
        stream = None
        try:
            self._renew()
            stream = self._service.search_stream(
                customer_id=account, query=query, timeout=self._line.timeout.total_seconds()
            )
            for chunk in stream:
                rows = chunk.results
                del chunk  # ten thousand rows that need not live on while the next ones come
                yield rows
                del rows
        except Exception as error:  # noqa: BLE001 - what is not Google's is raised again
            return verdict_of(error, self._line.api_version)
        finally:
            if stream is not None:
                stream.cancel()
        return None

    def _renew(self) -> None:
        """Get a token while its refusal can still be told from a broken network."""
        credentials = self._client.credentials
        if not credentials.valid:
            from google.auth.transport.requests import Request  # noqa: PLC0415 - an extra

            credentials.refresh(Request())


def _pause(found: Verdict, attempt: int) -> timedelta | None:
    """Return how long to wait before the next try, None where another cannot help."""
    if found.outcome not in {Outcome.RETRY, Outcome.QUOTA}:
        return None
    return found.wait or timedelta(seconds=_FIRST_PAUSE * 2**attempt)


def open_line(line: Line) -> AbstractContextManager[Ads]:
    """Open a line; closing it closes the channel.

    Raises:
        SourceRefused: the package is not installed, does not know the version, or the key is none.
    """
    return _opened(line)


@contextmanager
def _opened(line: Line) -> Iterator[Ads]:
    try:
        vendor = _vendor()
    except ImportError as error:
        raise SourceRefused(MISSING) from error
    keep_quiet()
    _let_calls_end(vendor)
    client = vendor.GoogleAdsClient(
        credentials=credentials_of(line.access, SCOPE),
        endpoint=line.endpoint,
        login_customer_id=line.manager_id,
        version=line.api_version,
        use_proto_plus=False,
    )
    try:
        ads = Ads(line, client)
    except ValueError as error:
        raise SourceRefused(
            f"The installed package google-ads does not know {line.api_version} of the API. Set "
            "api_version to one that it knows, or bring the package up to date."
        ) from error
    try:
        yield ads
    finally:
        ads._service.transport.close()  # noqa: SLF001 - opened and closed in one place


def _let_calls_end(vendor: Any) -> None:  # noqa: ANN401 - the vendor's module
    """Have gRPC see to the end of each call by itself.

    The client asks for streams that only their reader's thread looks after. A call that is left
    early or refused is then never ended, and its connection stays open when the channel is closed.
    """
    options: list[tuple[str, object]] = getattr(vendor, "_GRPC_CHANNEL_OPTIONS", [])
    options[:] = [option for option in options if option[0] != "SingleThreadedUnaryStream"]


def keep_quiet() -> None:
    """See to it that the vendor's client never logs a lead, whatever levels are set elsewhere.

    Nor does it warn: what it would say of a refused call is in the error that we raise, in words of
    our own.
    """
    for name in _QUIET:
        logger = logging.getLogger(name)
        if logger.level < logging.ERROR:
            logger.setLevel(logging.ERROR)
        if _is_an_error not in logger.filters:
            logger.addFilter(_is_an_error)


def _is_an_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


def credentials_of(access: Access, scope: str) -> Any:  # noqa: ANN401 - the vendor's credentials
    """Return credentials that ask for tokens of one scope, and for nothing before they are used.

    Raises:
        SourceRefused: the key is none of a service account.
    """
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - an extra
    from google.oauth2 import credentials, service_account  # noqa: PLC0415

    for_users: Any = credentials.Credentials
    for_services: Any = service_account.Credentials
    if access.service_account_key is None:
        secret, token = access.client_secret, access.refresh_token
        return for_users(
            token=None,
            refresh_token=token() if token else None,
            client_id=access.client_id,
            client_secret=secret() if secret else None,
            token_uri=access.token_url,
            scopes=[scope],
        )
    try:
        key = json.loads(access.service_account_key())
        return _alone(for_services.from_service_account_info(key, scopes=[scope]))
    except (ValueError, TypeError, KeyError, AttributeError, GoogleAuthError) as error:
        # the library repeats the key in what it raises
        del error
    raise SourceRefused(
        "service_account_key is not the JSON key of a service account. Cure: make a key for the "
        "service account in the Google Cloud console, and put the file there unchanged."
    )


def _alone(account: Any) -> Any:  # noqa: ANN401 - the vendor's credentials
    """Return a service account's credentials that ask for a token and for nothing else.

    By themselves they ask Google in a thread, at each new line and wherever `endpoint` is, which
    regions may be used: with the token, and long after the line was closed.
    """
    from google.auth.credentials import Credentials  # noqa: PLC0415 - an extra

    class Alone(Credentials):  # type: ignore[misc, no-untyped-call, unused-ignore]
        def refresh(self, request: Any) -> None:  # noqa: ANN401
            account.refresh(request)
            self.token, self.expiry = account.token, account.expiry

    alone: Any = Alone
    return alone()
