"""Ask the public address as a stranger would: DNS, certificate, and whether it leads here."""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import SplitResult, urlsplit

from pipeline.ask_side_by_side import Question
from pipeline.check_web import is_ours
from pipeline.finding import Fault, Finding, Limits
from pipeline.placeholders import is_placeholder
from pipeline.settings import Settings

Resolve = Callable[[str], object]
_SUBJECT = "web.public_url"
_HAS_EXPIRED = 10
"""X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL."""
_WARN_BEFORE = timedelta(days=14)


def look_up(host: str) -> object:
    """Ask DNS for the addresses of a host.

    Raises:
        OSError: it has none.
    """
    return socket.getaddrinfo(host, 443)


def url_questions(
    settings: Settings, resolve: Resolve, now: datetime, limits: Limits
) -> Iterator[Question]:
    """Yield what is to be asked of the public address; nothing where it leads to this machine."""
    url = urlsplit(settings.web.public_url)
    if url.scheme == "https" and not is_placeholder(url.hostname or ""):
        yield Question(_SUBJECT, partial(_asked, url, resolve, now, limits))


def _asked(url: SplitResult, resolve: Resolve, now: datetime, limits: Limits) -> Iterator[Finding]:
    host = url.hostname or ""
    try:
        resolve(host)
    except (OSError, UnicodeError):
        yield Finding(
            _SUBJECT,
            False,
            f"{host} is not known to DNS, so no unsubscribe link works. Cure: make an A or AAAA"
            " record for it, or correct public_url.",
            Fault.URL_UNKNOWN_HOST,
        )
        return
    context = ssl.create_default_context()
    ends: list[datetime] = []

    def connect() -> http.client.HTTPConnection:
        return _Watched(host, url.port or 443, timeout=limits.call, context=context, ends=ends)

    try:
        heard = is_ours(connect, url.path)
    except ssl.SSLCertVerificationError as error:
        yield _untrusted(host, error)
        return
    yield from _certificate(ends, now)
    yield _heard(host, heard=heard)


class _Watched(http.client.HTTPSConnection):
    """A connection that notes until when the certificate of the other side is good."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        timeout: float,
        context: ssl.SSLContext,
        ends: list[datetime],
    ) -> None:
        super().__init__(host, port, timeout=timeout, context=context)
        self._ends = ends

    def connect(self) -> None:
        super().connect()
        shown = self.sock.getpeercert() if isinstance(self.sock, ssl.SSLSocket) else None
        until = (shown or {}).get("notAfter")
        if isinstance(until, str):
            self._ends.append(datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC))


def _untrusted(host: str, error: ssl.SSLCertVerificationError) -> Finding:
    fact = (
        "has expired"
        if error.verify_code == _HAS_EXPIRED
        else f"is not for {host}, or nobody vouches for it"
    )
    return Finding(
        _SUBJECT,
        False,
        f"the certificate {fact}, so browsers and platforms turn away. Cure: renew it at the"
        " reverse proxy, for this name and with its whole chain.",
        Fault.URL_CERTIFICATE,
    )


def _certificate(ends: list[datetime], now: datetime) -> Iterator[Finding]:
    for at in ends:
        if at - now < _WARN_BEFORE:
            yield Finding(
                _SUBJECT,
                None,
                f"the certificate ends on {at:%Y-%m-%d}. Cure: renew it at the reverse proxy, and"
                " see that this happens by itself.",
                Fault.URL_CERTIFICATE_ENDS,
            )


def _heard(host: str, *, heard: bool | None) -> Finding:
    if heard:
        return Finding(_SUBJECT, True, f"{host} leads to LeadLedger")
    if heard is None:
        return Finding(
            _SUBJECT,
            False,
            f"nobody answers at {host}, so no link works. Cure: start the reverse proxy, and open"
            " its port in the firewall; some networks cannot reach their own public address.",
            Fault.URL_SILENT,
        )
    return Finding(
        _SUBJECT,
        False,
        f"{host} answers, and not as LeadLedger. Cure: start `leadledger run`, and let the reverse"
        " proxy hand all paths on to web.host and web.port, see docs/receiving.md.",
        Fault.URL_OTHER,
    )
