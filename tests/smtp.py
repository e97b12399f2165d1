"""A mail server on loopback that takes, refuses and breaks off as it is told; with STARTTLS."""

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pipeline.settings import MailSettings
from simulator.google_certificate import certificate

NAME, PASSWORD = "leadledger", "a password of the tests"
SENDER = "privacy@nectra.example"
NOBODY = "<>"
"""The empty envelope sender, as the server names it."""
DIE = "die"
"""Said instead of an answer: the connection is cut."""


@dataclass
class Postbox:
    """What arrived, and what is answered instead of 250: each list is used up from its left.

    `senders` are the envelope senders that were offered.
    """

    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    mail: deque[str | None] = field(default_factory=deque)
    rcpt: deque[str | None] = field(default_factory=deque)
    data: deque[str | None] = field(default_factory=deque)
    port: int = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.senders.append(address)
        if said := _next(self.mail, server):
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - see above
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := _next(self.rcpt, server):
            return said
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - see above
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        if said := _next(self.data, server):
            return said
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, EmailMessage, policy=policy.default))
        self.envelopes.append(envelope)
        return "250 OK"


def _next(answers: deque[str | None], server: SMTP) -> str | None:
    said = answers.popleft() if answers else None
    if said == DIE:
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        return "421 gone"
    return said


def sign_in(_: SMTP, __: Session, ___: Envelope, mechanism: str, given: Any) -> AuthResult:
    is_right = isinstance(given, LoginPassword) and given == LoginPassword(
        NAME.encode(), PASSWORD.encode()
    )
    return AuthResult(success=is_right, handled=mechanism not in ("LOGIN", "PLAIN"))


@contextmanager
def mail_server(folder: Path | None = None, *, all_letters: bool = False) -> Iterator[Postbox]:
    """Listen on loopback; with a folder (for its certificate), by STARTTLS and with a sign-in.

    `all_letters`: it takes addresses that are not ASCII (SMTPUTF8).
    """
    box = Postbox()
    options: dict[str, Any] = {"enable_SMTPUTF8": all_letters}
    if folder is not None:
        shown = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(shown.cert_path, folder / "google-simulator.key")
        options |= {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": sign_in,
            "auth_required": True,
        }
    loop = asyncio.new_event_loop()
    opening = loop.create_server(
        lambda: SMTP(box, hostname="localhost", loop=loop, **options), "127.0.0.1", 0
    )
    server = loop.run_until_complete(opening)
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_end())
        loop.close()


async def _end() -> None:
    """End what the server's connections still do, so that nothing of it is left."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)


def mail_settings(box: Postbox, **changes: Any) -> MailSettings:
    """Return how a server on loopback is configured."""
    given = {
        "host": "127.0.0.1",
        "port": box.port,
        "security": "none",
        "sender": SENDER,
        "timeout_seconds": 5,
    }
    return MailSettings.model_validate(given | changes)


def body_of(mail: EmailMessage) -> str:
    """Return the words of a mail."""
    return str(mail.get_content()).replace("\r\n", "\n")
