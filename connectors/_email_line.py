"""The line to an IMAP server: connect, sign in, and say in our words what went wrong."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from connectors._email_account import EmailInboxSettings
from connectors._email_oauth import AccessTokens
from policy.errors import SourceChanged, SourceRefused, SourceUnavailable

_LONGEST_CONNECT_SECONDS = 20.0


@contextmanager
def signed_in(
    settings: EmailInboxSettings, tokens: AccessTokens | None, subject: str
) -> Iterator[IMAPClient]:
    """Give a line that is signed in; it is closed afterwards. `subject` names it in messages.

    Raises:
        SourceRefused: the server refuses the account, or is not who it says.
        SourceUnavailable: the server does not answer, or hangs up.
        SourceChanged: it speaks in a way that is not understood.
    """
    with telling(subject):
        client = _connected(settings)
    try:
        with telling(subject):
            _sign_in(client, settings, tokens)
        with telling(subject):
            yield client
    finally:
        _hang_up(client)


def _connected(settings: EmailInboxSettings) -> IMAPClient:
    timeout = settings.timeout_seconds
    client = IMAPClient(
        settings.host,
        settings.port,
        ssl=settings.security == "tls",
        ssl_context=_context(settings) if settings.security == "tls" else None,
        timeout=SocketTimeout(min(timeout, _LONGEST_CONNECT_SECONDS), timeout),
    )
    client.normalise_times = False  # else times come without their zone
    if settings.security == "starttls":
        client.starttls(_context(settings))
    return client


def _context(settings: EmailInboxSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ca_file)


def _sign_in(client: IMAPClient, settings: EmailInboxSettings, tokens: AccessTokens | None) -> None:
    if tokens is None:
        assert settings.password is not None  # noqa: S101 - the settings have either
        client.login(settings.username, settings.password.get_secret_value())
        return
    try:
        client.oauth2_login(settings.username, tokens.token())
    except LoginError:
        tokens.forget()
        raise


def _hang_up(client: IMAPClient) -> None:
    """Close a line whatever state it is in."""
    with suppress(Exception):
        client.shutdown()


@contextmanager
def telling(subject: str) -> Iterator[None]:
    """Turn what the library raises into errors of ours, without the server's words."""
    try:
        yield
    except LoginError:
        raise SourceRefused(
            f"{subject}: the server refuses to sign us in. Cure: check username and password;"
            " Gmail and Microsoft 365 want OAuth or an app password, see docs/email.md."
        ) from None
    except ssl.SSLCertVerificationError:
        raise SourceRefused(
            f"{subject}: the server's certificate is not to be trusted. Cure: check `host`; if the"
            " server is your own, name its authority as `ca_file`."
        ) from None
    except FileNotFoundError:
        raise SourceRefused(f"{subject}: `ca_file` is not there. Cure: check its path.") from None
    except (imaplib.IMAP4.abort, OSError, EOFError):
        raise SourceUnavailable(
            f"{subject}: the server does not answer, or hung up. It is tried again with the next"
            " look. Cure: if it stays so, check host, port, `security` and the network."
        ) from None
    except (IMAPClientError, imaplib.IMAP4.error, ValueError):
        raise SourceChanged(
            f"{subject}: the server answered in a way that is not understood. Cure: try again; if"
            " it stays so, report it with the name of the server's software."
        ) from None
