"""A pretend OAuth2 provider for mailboxes: it gives access tokens, or refuses (RFC 6749 5.2)."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self
from urllib.parse import parse_qsl

from simulator.imap_session import Account


@dataclass(slots=True)
class Grant:
    """What the provider knows of a client. Without a refresh token it signs in as itself.

    `is_withdrawn`: the person took back what they had agreed to.
    """

    client_id: str
    client_secret: str
    refresh_token: str | None = None
    scope: str | None = None
    lifetime_seconds: int = 3_599
    is_withdrawn: bool = False

    def refusal(self, form: dict[str, str]) -> str | None:
        """Return why a request gets no token, in the provider's code; None if it gets one."""
        wanted = "refresh_token" if self.refresh_token else "client_credentials"
        client = (form.get("client_id"), form.get("client_secret"))
        if client != (self.client_id, self.client_secret):
            return "invalid_client"
        if form.get("grant_type") != wanted:
            return "unsupported_grant_type"
        if self.is_withdrawn or form.get("refresh_token") != self.refresh_token:
            return "invalid_grant"
        if self.scope is not None and form.get("scope") != self.scope:
            return "invalid_scope"
        return None


class MailTokens:
    """Gives tokens that the account's mailbox takes. `given` counts them."""

    def __init__(self, grant: Grant, account: Account) -> None:
        """Take a free port; nobody is answered yet."""
        self.given = 0
        self._grant = grant
        self._account = account
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.tokens = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Return the address that tokens are asked at."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/token"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, form: dict[str, str]) -> tuple[HTTPStatus, dict[str, object]]:
        """Return status and body for a request."""
        if error := self._grant.refusal(form):
            is_client = error == "invalid_client"
            return HTTPStatus.UNAUTHORIZED if is_client else HTTPStatus.BAD_REQUEST, {
                "error": error
            }
        self.given += 1
        token = f"token-{self.given}"
        self._account.tokens.add(token)
        lifetime = self._grant.lifetime_seconds
        body = {"access_token": token, "token_type": "Bearer", "expires_in": lifetime}
        return HTTPStatus.OK, body


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    tokens: MailTokens


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        form = dict(parse_qsl(self.rfile.read(length).decode()))
        status, told = self.server.tokens.answer(form)
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the form holds secrets."""
