"""Hand mails to the configured server, and tell apart what its refusals mean.

A server's own words may repeat the address, so only its codes are kept.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Self

from pipeline.settings import MailSettings

_OK = range(200, 300)
_FOR_GOOD = range(500, 600)
_ABOUT_US = frozenset({530, 534, 535, 538})
_POLICY = re.compile(rb"\b5\.7\.\d{1,3}\b")


class ServerTrouble(Exception):  # noqa: N818 - named for what happened, as in policy/errors.py
    """The server cannot be reached, or will not talk to us. `args` hold a code, no address."""


class SignInRefused(ServerTrouble):
    """It does not take our name and password."""


class UntrustedServer(ServerTrouble):
    """It is not who it says, or nobody vouches for it."""


class NotNow(Exception):  # noqa: N818 - see above
    """This mail is not taken now: busy, or a refusal that is about us and not about the address."""


class Refused(Exception):  # noqa: N818 - see above
    """This mail will never be taken: the address does not exist, or takes nothing."""


class MailServer:
    """A connection to an SMTP server, opened when it is first needed.

    The envelope has no sender, so that nothing answers our mails by itself (RFC 3834 section 3.3);
    where a server wants one, it is the address that they come from.
    """

    def __init__(self, settings: MailSettings) -> None:
        """Prepare; nothing is opened yet."""
        self._settings = settings
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Open nothing: `send` does."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say goodbye."""
        if self._open is not None:
            with suppress(OSError):
                self._open.quit()
            self._open = None

    def connect(self) -> smtplib.SMTP:
        """Return the connection, encrypted, verified and signed in as the configuration says.

        Raises:
            ServerTrouble: it cannot be had.
        """
        if self._open is None:
            try:
                self._open = self._connected()
            except smtplib.SMTPAuthenticationError as error:
                raise SignInRefused(f"it refuses the sign-in ({error.smtp_code})") from None
            except smtplib.SMTPResponseException as error:
                raise ServerTrouble(f"it refuses to talk ({error.smtp_code})") from None
            except smtplib.SMTPNotSupportedError:
                raise ServerTrouble("it offers no STARTTLS, or no way to sign in") from None
            except ssl.SSLCertVerificationError:
                raise UntrustedServer("its certificate is not valid for its name") from None
            except (OSError, UnicodeError, ValueError) as error:
                raise ServerTrouble(f"it cannot be reached ({type(error).__name__})") from None
        return self._open

    def _connected(self) -> smtplib.SMTP:
        own = self._settings
        name = own.sender.rpartition("@")[2].encode("idna").decode()
        opened: smtplib.SMTP
        if own.security == "tls":
            context = ssl.create_default_context()
            opened = smtplib.SMTP_SSL(
                own.host, own.port, name, timeout=own.timeout_seconds, context=context
            )
        else:
            opened = smtplib.SMTP(own.host, own.port, name, timeout=own.timeout_seconds)
        try:
            if own.security == "starttls":
                opened.starttls(context=ssl.create_default_context())
            opened.ehlo_or_helo_if_needed()
            if own.username is not None and own.password is not None:
                opened.login(own.username, own.password.get_secret_value())
        except BaseException:
            opened.close()
            raise
        return opened

    def send(self, address: str, message: bytes) -> None:
        """Hand a mail over; whoever gets no error may take it for sent.

        Raises:
            Refused: it will never be taken.
            NotNow: it may be taken later.
            ServerTrouble: the server failed; it may or may not have taken the mail.
        """
        server = self.connect()
        try:
            code, words = self._try(server, "", address, message)
            if code in _FOR_GOOD:
                # some servers want a sender, and say so at any step
                server.rset()
                code, words = self._try(server, self._settings.sender, address, message)
            if code not in _OK:
                with suppress(OSError):
                    server.rset()
        except (OSError, UnicodeError) as error:
            server.close()
            self._open = None
            raise ServerTrouble(f"it broke off ({type(error).__name__})") from None
        if code in _OK:
            return
        is_ours = code in _ABOUT_US or _POLICY.search(words)
        if code in _FOR_GOOD and not is_ours:
            raise Refused(str(code))
        raise NotNow(str(code))

    def _try(
        self, server: smtplib.SMTP, sender: str, address: str, message: bytes
    ) -> tuple[int, bytes]:
        """Return the code and the words of the first refusal, or of the acceptance."""
        options = [] if address.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        if options and not server.has_extn("smtputf8"):
            return 553, b"5.6.7"
        code, words = server.mail(sender, options)
        if code not in _OK:
            # the recipient has not been named yet: this is about us
            return (code, words) if sender == "" else (450, words)
        code, words = server.rcpt(address)
        if code not in _OK:
            return code, words
        try:
            return server.data(message)
        except smtplib.SMTPDataError as error:
            said = error.smtp_error
            return error.smtp_code, said if isinstance(said, bytes) else said.encode()
